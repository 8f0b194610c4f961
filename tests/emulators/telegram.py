"""An emulated Telegram Bot API server over real HTTP; strict, so that what works here works there."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from aiohttp import web

from tests.emulators import telegram_media as media
from tests.emulators import telegram_sending as sending
from tests.emulators import telegram_settings as settings
from tests.emulators.faults import Fault, Faults
from tests.emulators.telegram_call import SIGNATURES, Asked, Call, Upload, check_parameters, decode
from tests.emulators.telegram_errors import ApiError, StaleError, ViolationError, too_many_requests
from tests.emulators.telegram_http import HOST, Listener, hang_up, read_fields
from tests.emulators.telegram_rates import Rates
from tests.emulators.telegram_world import World

POLL = "getUpdates"
DOWNLOAD = "file"
"""The name under which faults and calls know the download of a file."""

METHODS: Mapping[str, Callable[[World, Asked], Any]] = {
    "getMe": settings.get_me,
    "setMyCommands": settings.set_my_commands,
    "deleteMyCommands": settings.delete_my_commands,
    "getMyCommands": settings.get_my_commands,
    "setMyDescription": settings.set_my_description,
    "setMyShortDescription": settings.set_my_short_description,
    "getWebhookInfo": settings.get_webhook_info,
    "deleteWebhook": settings.delete_webhook,
    "answerCallbackQuery": settings.answer_callback_query,
    "getFile": settings.get_file,
    "sendMessage": sending.send_message,
    "sendLocation": sending.send_location,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": sending.edit_message_text,
    "editMessageCaption": sending.edit_message_caption,
    "editMessageReplyMarkup": sending.edit_message_reply_markup,
    "deleteMessage": sending.delete_message,
    "sendPhoto": media.send_photo,
    "sendDocument": media.send_document,
    "sendMediaGroup": media.send_media_group,
}


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes
    content_type: str = "application/json"


class TelegramEmulator(World):
    """The Bot API for one bot at `url`, with the people who write to it.

    `rate_limit` and `per_chat_limit` are accepted send* and edit* calls per rolling second, None for no limit.
    """

    def __init__(
        self,
        token: str = "1000:test",
        username: str = "zdes_bot",
        rate_limit: int | None = None,
        per_chat_limit: int | None = None,
        port: int = 0,
    ) -> None:
        super().__init__(int(token.partition(":")[0]), username)
        self.token = token
        self.latency = 0.0
        """Seconds of a round trip of every call but the long poll."""
        self.calls: list[Call] = []
        self.keep_calls = True
        self.refused = 0
        """Calls answered with 429 because they came too fast."""
        self._rates = Rates(rate_limit, per_chat_limit)
        self._faults = Faults(POLL)
        self._released = asyncio.Event()
        self._listener = Listener(self._handle, port)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; after stop() on the same port and with the same state."""
        await self._listener.start()

    async def stop(self) -> None:
        """Vanish from the network: every connection is cut, new ones are refused, the state is kept."""
        await self._listener.stop()

    @property
    def url(self) -> str:
        """The base address, for `TelegramAPIServer.from_base`."""
        return f"http://{HOST}:{self._listener.port}"

    @property
    def unconfirmed(self) -> tuple[int, ...]:
        """Ids of updates that are not yet confirmed by an offset."""
        return self.updates.unconfirmed

    def repeat_last_update(self) -> None:
        """Deliver the last update again with the same id, as after a lost confirmation."""
        self.updates.repeat_last()

    def fault(self, method: str | None, fault: Fault, times: int = 1) -> None:
        """Let the next calls of the method ("file" is a download; None: any but getUpdates) meet this fault."""
        assert method is None or method == DOWNLOAD or method.lower() in SIGNATURES, f"no method {method}"
        self._faults.plan(method, fault, times)

    def release(self) -> None:
        """Let the calls that hang now be carried out and answered."""
        self._released.set()
        self._released.clear()

    async def sends(self, count: int, seconds: float = 10.0) -> None:
        """Wait until the bot has got so many messages and edits through since the beginning."""
        await self.bell.until(lambda: self.sent >= count, seconds, lambda: f"{self.sent} were sent, not {count}")

    async def called(self, method: str, count: int = 1, seconds: float = 10.0) -> None:
        """Wait until so many calls of the method, answered or not, have come in since the beginning."""
        await self.bell.until(
            lambda: sum(call.method == method for call in self.calls) >= count,
            seconds,
            lambda: f"no {count} calls of {method} in {[call.method for call in self.calls]}",
        )

    async def polled(self, seconds: float = 10.0) -> None:
        """Wait until a long poll of the bot waits for updates: it has taken all there were."""
        await self.bell.until(lambda: self.updates.polled, seconds, lambda: "the bot does not poll")

    async def drained(self, seconds: float = 10.0) -> None:
        """Wait until the bot has confirmed every update."""
        await self.bell.until(
            lambda: self.updates.drained, seconds, lambda: f"{len(self.unconfirmed)} updates are unconfirmed"
        )

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        address, _, query = request.raw_path.partition("?")
        token, method, path = _route(address)
        signature = SIGNATURES.get(method.lower())
        call = Call(signature.name if signature else method, {}, time.monotonic())
        if self.keep_calls:
            self.calls.append(call)
            self.bell.ring()
        if token != self.token:
            return self._respond(call, _refusal(ApiError(401)))
        try:
            fields, uploads = await read_fields(request, query)
        except ValueError:
            return self._respond(call, self._refuse(call, ViolationError("can't parse the request body")))
        call.params = decode(signature, fields) if signature else fields | {"path": path}
        fault = self._faults.take(call.method)
        if self.latency and call.method != POLL:
            await asyncio.sleep(self.latency)
        return await self._meet(fault, request, call, uploads)

    async def _meet(
        self, fault: Fault | None, request: web.BaseRequest, call: Call, uploads: dict[str, Upload]
    ) -> web.StreamResponse:
        if fault is None:
            return self._respond(call, await self._work(call, uploads))
        if fault.kind == "drop_before":
            return hang_up(request)
        if fault.kind == "status":
            return self._respond(call, _refusal(_error_of(fault)))
        if fault.kind == "garbage":
            return self._respond(call, Answer(200, b"<html>Welcome to the hotel Wi-Fi</html>", "text/html"))
        if fault.kind == "hang":
            await self._released.wait()
        answer = await self._work(call, uploads)
        await asyncio.sleep(fault.seconds)
        return hang_up(request) if fault.kind == "drop_after" else self._respond(call, answer)

    async def _work(self, call: Call, uploads: dict[str, Upload]) -> Answer:
        try:
            if call.method == DOWNLOAD:
                return self._download(call.params["path"])
            result = await self._result(Asked(call.method, call.params, uploads))
        except ApiError as error:
            return self._refuse(call, error)
        return Answer(200, b'{"ok":true,"result":%b}' % result)

    async def _result(self, asked: Asked) -> bytes:
        signature = SIGNATURES.get(asked.method.lower())
        if signature is None:
            raise ViolationError("method not found", asked.method, status=404)
        check_parameters(signature, asked.params)
        if asked.method == POLL:
            return await self._poll(asked)
        limited = asked.method.startswith(("send", "edit"))
        chat, now = str(asked.get("chat_id")), time.monotonic()
        if limited and not self._rates.allows(chat, now):
            self.refused += 1
            raise too_many_requests(1)
        result = METHODS[asked.method](self, asked)
        if limited:
            self._rates.count(chat, now)
        return json.dumps(result, ensure_ascii=False).encode()

    async def _poll(self, asked: Asked) -> bytes:
        limit = asked.integer("limit", 100)
        if not 1 <= limit <= 100:
            raise ViolationError("limit must be from 1 to 100", str(limit))
        if asked.get("allowed_updates") is not None:
            self.updates.allow(asked.get("allowed_updates"))
        batch = await self.updates.poll(asked.integer("offset"), limit, asked.integer("timeout"))
        return b"[%b]" % b",".join(batch)

    def _download(self, path: str) -> Answer:
        file = self.files.at(path)
        if file is None:
            raise ViolationError("", f"getFile gave out no path {path}", status=404)
        return Answer(200, file.data, "application/octet-stream")

    def _refuse(self, call: Call, error: ApiError) -> Answer:
        if isinstance(error, ViolationError):
            self.violations.append(f"{call.method}: {error}" + (f" ({error.detail})" if error.detail else ""))
        elif isinstance(error, StaleError):
            self.stale.append(f"{call.method}: {error}")
        return _refusal(error)

    def _respond(self, call: Call, answer: Answer) -> web.Response:
        call.status = answer.status
        return web.Response(status=answer.status, body=answer.body, headers={"Content-Type": answer.content_type})


def _route(address: str) -> tuple[str, str, str]:
    """Token, method and, for a download, the path of the file."""
    parts = unquote(address).split("/", 3)
    if parts[1] == DOWNLOAD and len(parts) == 4:
        return parts[2].removeprefix("bot"), DOWNLOAD, parts[3]
    return parts[1].removeprefix("bot"), parts[2] if len(parts) > 2 else "", ""


def _refusal(error: ApiError) -> Answer:
    return Answer(error.status, json.dumps(error.body(), ensure_ascii=False).encode())


def _error_of(fault: Fault) -> ApiError:
    return too_many_requests(fault.retry_after) if fault.code == 429 else ApiError(fault.code)
