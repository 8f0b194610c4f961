"""The upload server of the emulated VK, and the addresses from which files are downloaded."""

import re

from aiohttp import web

from tests.emulators.vk_files import Kind, is_picture
from tests.emulators.vk_http import Body, FaultyDoor
from tests.emulators.vk_world import World

# The documentation says "photo"; vk_api sends "file0", which VK accepts too.
FIELDS = {"photo": re.compile(r"photo|file\d?"), "doc": re.compile(r"file")}


class UploadServer:
    """Takes multipart files at the addresses that the API gave out, and serves every file that VK keeps."""

    def __init__(self, world: World, door: FaultyDoor) -> None:
        self._world = world
        self._door = door
        self.routes = (web.post("/upload/{ticket}", self._upload), web.get("/files/{number}/{size}", self._download))

    async def _upload(self, request: web.Request) -> web.Response:
        async def work() -> web.Response:
            kind = self._world.files.kind_of_upload(request.match_info["ticket"])
            if kind is None:
                self._world.violations.append(f"upload: {request.path} was not given out")
                return web.Response(status=404)
            return web.json_response(await self._received(request, kind))

        return await self._door.let_in(request, "upload", work, lambda code: {"error": f"ERR_UPLOAD_{code}"})

    async def _received(self, request: web.Request, kind: Kind) -> Body:
        form = await request.post()
        for name, value in form.items():
            if FIELDS[kind].fullmatch(name) and isinstance(value, web.FileField):
                return self._kept(kind, value)
        return self._refused(f"no file in the multipart field «{'photo' if kind == 'photo' else 'file'}»")

    def _kept(self, kind: Kind, value: web.FileField) -> Body:
        data = value.file.read()
        if not data:
            return self._refused(f"{value.filename} is empty")
        if kind == "photo" and not is_picture(data):
            self._world.violations.append(f"upload: {value.filename} is not a JPEG, PNG or GIF")
        return self._world.files.receive(kind, value.filename, value.content_type, data)

    def _refused(self, problem: str) -> Body:
        self._world.violations.append(f"upload: {problem}")
        return {"error": "Unknown error", "error_descr": problem, "error_is_logged": True}

    async def _download(self, request: web.Request) -> web.Response:
        async def work() -> web.Response:
            number, size = request.match_info["number"], request.match_info["size"]
            stored = self._world.files.download(int(number), size) if number.isdecimal() else None
            if stored is None:
                return web.Response(status=404)
            return web.Response(body=stored.data, content_type=stored.mime)

        return await self._door.let_in(request, "files", work, lambda code: {"error": code})
