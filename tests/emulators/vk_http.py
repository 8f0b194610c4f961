"""The HTTP side of the emulated VK: listening on loopback, reading requests, failing as told."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web
from multidict import MultiDict

from tests.emulators.faults import Fault, Faults
from tests.emulators.vk_changes import Changes

HOST = "127.0.0.1"
LARGEST_BODY = 64 * 1024 * 1024

Body = dict[str, Any]


class Listener:
    """A server on one loopback port that can vanish and come back; port 0 is chosen at the first start."""

    def __init__(self, routes: Iterable[web.AbstractRouteDef], port: int) -> None:
        self.port = port
        self._routes = list(routes)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The address, known after the first start."""
        return f"http://{HOST}:{self.port}"

    async def start(self) -> None:
        """Accept connections."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.add_routes(self._routes)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Cut every connection and refuse new ones; requests under way are cancelled."""
        if self._runner is None:
            return
        for connection in self._runner.server.connections if self._runner.server else ():
            if connection.transport is not None:
                connection.transport.abort()
        await self._runner.cleanup()
        self._runner = None


async def parameters(request: web.Request) -> MultiDict[str]:
    """Parameters of the query and of a form body, those given several times included."""
    given = MultiDict(request.query)
    given.extend([(name, value) for name, value in (await request.post()).items() if isinstance(value, str)])
    return given


def hang_up(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


class FaultyDoor:
    """Lets requests in, unless a fault is planned for them."""

    def __init__(self) -> None:
        self.planned = Faults("longpoll", "upload", "files")
        self.hanging = 0
        self.changes = Changes()
        self._released = asyncio.Event()

    def release(self) -> None:
        """Let hanging requests go on."""
        self._released.set()
        self._released = asyncio.Event()

    async def let_in(
        self,
        request: web.Request,
        name: str,
        work: Callable[[], Awaitable[web.Response]],
        refusal: Callable[[int], Body],
    ) -> web.Response:
        """Answer with `work()`, or as the fault planned for `name` demands; `refusal` words a VK error."""
        fault = self.planned.take(name)
        if fault is None:
            return await work()
        if fault.kind == "hang":
            await self._hang()
        return _instead(fault, request, refusal) or await _spoilt(fault, request, await work())

    async def _hang(self) -> None:
        self.hanging += 1
        self.changes.notify()
        try:
            await self._released.wait()
        finally:
            self.hanging -= 1


def _instead(fault: Fault, request: web.Request, refusal: Callable[[int], Body]) -> web.Response | None:
    """The answer of a fault that keeps the work from being done."""
    if fault.kind == "status":
        pause = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
        return web.Response(status=fault.code, text="<html>nginx</html>", content_type="text/html", headers=pause)
    if fault.kind == "vk_error":
        return web.json_response(refusal(fault.code))
    if fault.kind == "garbage":
        return web.Response(text="<html>not what you asked for", content_type="text/html")
    return hang_up(request) if fault.kind == "drop_before" else None


async def _spoilt(fault: Fault, request: web.Request, done: web.Response) -> web.Response:
    """What becomes of the answer when the work was done."""
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    return hang_up(request) if fault.kind == "drop_after" else done
