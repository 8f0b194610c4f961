"""VK for tests: API 5.199, Bots Long Poll and upload server over HTTP on loopback, strict about every limit."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from multidict import MultiDict

from tests.emulators.faults import Fault
from tests.emulators.vk_http import Body, FaultyDoor, Listener, parameters
from tests.emulators.vk_longpoll import LongPollSettings, query_error
from tests.emulators.vk_methods import METHODS, check_permission
from tests.emulators.vk_parameters import REASONS, VkError, parsed
from tests.emulators.vk_person import VkUser
from tests.emulators.vk_uploads import UploadServer
from tests.emulators.vk_world import World

API_VERSION = "5.199"
COMMON_PARAMETERS = ("v", "access_token", "lang", "captcha_sid", "captcha_key")
# vk_api reads these fields of the errors that ask a human to do something.
ERROR_EXTRAS = {
    14: {"captcha_sid": "239633676097", "captcha_img": "https://api.vk.ru/captcha.php?sid=239633676097"},
    17: {"redirect_uri": "https://m.vk.ru/login?act=security_check"},
}


@dataclass
class Call:
    """An API call; `at` in seconds of the monotonic clock, `error_code` None: carried out, -1: it got no answer."""

    method: str
    params: dict[str, str]
    at: float
    error_code: int | None = -1


class VkEmulator:
    """One community and everybody who writes to it; an async context manager that listens while it is open.

    `violations` lists whatever the real VK would not have accepted; `rate_limit` is in calls per second, None: off;
    `latency` is in seconds for every API call. `clock` tells Unix time, `timer` seconds for the rate limit.
    """

    def __init__(
        self,
        token: str = "vk-test",
        group_id: int = 77,
        screen_name: str = "zdes_club",
        rate_limit: int | None = 20,
        port: int = 0,
        *,
        clock: Callable[[], float] = time.time,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self.token_dead: int | None = None
        self.rate_limit = rate_limit
        self.latency = 0.0
        self.keep_calls = True
        self.calls: list[Call] = []
        self.refused = 0
        self.world = World(group_id, screen_name, clock)
        self._timer = timer
        self._recent: deque[float] = deque()
        self._door = FaultyDoor()
        uploads = UploadServer(self.world, self._door)
        routes = (web.route("*", "/method/{method}", self._api), web.get("/longpoll", self._long_poll), *uploads.routes)
        self._listener = Listener(routes, port)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, after `stop` on the same port with everything remembered."""
        await self._listener.start()
        self.world.files.url = self.url

    async def stop(self) -> None:
        """Lose the network: every connection is cut, new ones are refused."""
        await self._listener.stop()

    @property
    def url(self) -> str:
        """What stands in for https://api.vk.ru."""
        return self._listener.url

    @property
    def sent(self) -> int:
        """How many messages the community has delivered, repetitions not counted."""
        return self.world.sent

    @property
    def violations(self) -> list[str]:
        """What the real VK would not have accepted."""
        return self.world.violations

    @property
    def unanswered_presses(self) -> set[str]:
        """The event_id of every callback button that still spins."""
        return {event_id for event_id, press in self.world.presses.items() if not press.answered}

    @property
    def long_poll_settings(self) -> LongPollSettings:
        """`is_enabled` and `events`, to be changed in place."""
        return self.world.events.settings

    @property
    def permissions(self) -> dict[str, int]:
        """The rights of the token and their bits, to be changed in place."""
        return self.world.permissions

    def user(self, user_id: int, name: str = "Анна") -> VkUser:
        """The person with this id, the same object for the same id."""
        if user_id not in self.world.people:
            self.world.people[user_id] = VkUser(self.world, user_id, name)
        return self.world.people[user_id]

    def fault(self, method: str | None, fault: Fault, times: int = 1) -> None:
        """Let the next calls of an API method, of any (None), of "longpoll", "upload" or "files" fail so."""
        self._door.planned.plan(method, fault, times)

    def release(self) -> None:
        """Let the calls go on that Fault.hang holds."""
        self._door.release()

    def push(self, event: Any) -> None:
        """Deliver any raw event, also a malformed one."""
        self.world.events.push(event)

    def repeat_last_event(self) -> None:
        """Deliver the last event again with the same event_id."""
        self.world.events.repeat_last()

    def expire_key(self) -> None:
        """Answer the current key with `failed: 2`."""
        self.world.events.expire_key()

    def lose_history(self) -> None:
        """Forget undelivered events and answer every known ts with `failed: 1`."""
        self.world.events.lose_history()

    def lose_all(self) -> None:
        """Forget events and key: `failed: 3` for the current key."""
        self.world.events.lose_all()

    async def polled(self, pollers: int = 1) -> None:
        """Wait until so many pollers have taken every event and wait for the next one."""
        await asyncio.wait_for(self.world.events.polled.until(lambda: self.world.events.pollers >= pollers), 10.0)

    async def hanging(self, calls: int = 1) -> None:
        """Wait until Fault.hang holds so many calls."""
        await asyncio.wait_for(self._door.changes.until(lambda: self._door.hanging >= calls), 10.0)

    async def _api(self, request: web.Request) -> web.Response:
        given = await parameters(request)
        call = Call(
            request.match_info["method"], {k: v for k, v in given.items() if k != "access_token"}, self._timer()
        )
        if self.keep_calls:
            self.calls.append(call)
        await asyncio.sleep(self.latency)

        async def work() -> web.Response:
            return web.json_response(self._answer(call, given))

        def refusal(code: int) -> Body:
            call.error_code = code
            return _error(call, code, REASONS.get(code, "Error"))

        return await self._door.let_in(request, call.method, work, refusal)

    def _answer(self, call: Call, given: MultiDict[str]) -> Body:
        try:
            self._admit(given)
            response = self._carried_out(call.method, given)
        except VkError as error:
            call.error_code = error.code
            if error.violation:
                self.violations.append(f"{call.method}: {error}")
            return _error(call, error.code, error.reason)
        call.error_code = None
        return {"response": response}

    def _admit(self, given: MultiDict[str]) -> None:
        if self.token_dead is not None:
            raise VkError(self.token_dead, violation=False)
        if given.get("access_token") != self.token:
            raise VkError(5, "invalid access_token (4).", violation=False)
        if given.get("v") != API_VERSION:
            raise VkError(8, f"v should be {API_VERSION}, not {given.get('v')}")
        self._count()

    def _count(self) -> None:
        """Refuse what comes faster than `rate_limit` in any second; what was refused does not count."""
        now = self._timer()
        while self._recent and self._recent[0] <= now - 1.0:
            self._recent.popleft()
        if self.rate_limit is not None and len(self._recent) >= self.rate_limit:
            self.refused += 1
            raise VkError(6, violation=False)
        self._recent.append(now)

    def _carried_out(self, method: str, given: MultiDict[str]) -> Any:
        if method not in METHODS:
            raise VkError(3)
        check_permission(self.world, method)
        own = MultiDict((name, value) for name, value in given.items() if name not in COMMON_PARAMETERS)
        return METHODS[method](self.world, parsed(method, own))

    async def _long_poll(self, request: web.Request) -> web.Response:
        async def work() -> web.Response:
            query = request.query
            if problem := query_error(query):
                self.violations.append(f"long poll: {problem}")
                return web.json_response({"failed": 3, "error": problem})
            answer = await self.world.events.answer(query["key"], int(query["ts"]), int(query.get("wait", "25")))
            return web.json_response(answer)

        return await self._door.let_in(request, "longpoll", work, lambda code: {"failed": code})


def _error(call: Call, code: int, reason: str) -> Body:
    asked = {"method": call.method, "oauth": "1"} | call.params
    shown = [{"key": name, "value": value} for name, value in asked.items()]
    error = {"error_code": code, "error_msg": reason, "request_params": shown, **ERROR_EXTRAS.get(code, {})}
    return {"error": error}
