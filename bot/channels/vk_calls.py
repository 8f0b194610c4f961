"""Calls of VK's API: in threads, several sessions behind our own limiter, a timeout on every one, errors told apart."""

import asyncio
import contextlib
import io
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import requests
from jconfig import MemoryConfig
from requests.adapters import HTTPAdapter
from vk_api import VkApi, VkUpload
from vk_api.exceptions import ApiError, ApiHttpError, Captcha

from notifier.delivery import Rejected, RetryAfter, TooBig, Transient, Unreachable

log = logging.getLogger(__name__)

API = "https://api.vk.ru"
VERSION = "5.199"
SESSIONS = 8
SLACK_SECONDS = 0.02
"""what a late call may be early afterwards, so that lateness does not add up"""
TIMEOUT = (5.0, 15.0)
"""seconds to connect and to read"""
MAX_FILE_BYTES = 20 * 1024 * 1024
SLOW_DOWN, TOKEN_DEAD, NEED_CAPTCHA = 6, (5, 27), 14
PAUSE_OF = {SLOW_DOWN: 1.0, 9: 60.0, 29: 600.0, NEED_CAPTCHA: 300.0}
PASSING = (1, 10)
GONE = (7, 900, 901, 902, 936)
BROKEN = (requests.RequestException, OSError, ValueError, LookupError)
"""the network failed, or what came is no answer of VK's"""
T = TypeVar("T")


class Redirect(HTTPAdapter):
    """Gives every request a timeout and leads the API's address to the configured one."""

    def __init__(self, base: str = API) -> None:
        super().__init__(pool_maxsize=2)
        self.base = base

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send, elsewhere and not for ever."""
        if request.url and request.url.startswith(API):
            request.url = self.base + request.url.removeprefix(API)
        kwargs["timeout"] = kwargs.get("timeout") or TIMEOUT
        return super().send(request, *args, **kwargs)


def session_of(token: str, base: str) -> Any:
    """A session of vk_api that neither pauses nor retries by itself."""
    http = requests.Session()
    http.mount("https://", Redirect(base))
    http.mount("http://", Redirect(base))
    session = VkApi(token=token, api_version=VERSION, session=http, config=MemoryConfig)
    session.RPS_DELAY = 0.0
    session.error_handlers[SLOW_DOWN] = lambda _error: None
    return session


async def in_thread(work: Callable[[], T]) -> T:
    """Run blocking work in a daemon thread: a request that hangs does not keep the program from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type] # None only if T is

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except Exception as caught:  # noqa: BLE001 - a thread has no caller: whatever was raised is raised again where it is awaited
            error = caught
        with contextlib.suppress(RuntimeError):  # the loop may be closed by now
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, daemon=True).start()
    return await future


class Calls:
    """Calls of API methods: as many in flight as there are sessions, no more a second than VK allows."""

    def __init__(self, token: str, base: str, per_second: float) -> None:
        self.sessions: asyncio.Queue[Any] = asyncio.Queue()
        for _ in range(SESSIONS):
            self.sessions.put_nowait(session_of(token, base))
        self.interval = 1 / per_second
        self.next_at = 0.0

    async def __call__(self, method: str, **values: Any) -> Any:
        """Call one method. Raises what vk_api and requests raise."""
        return await self.use(lambda session: session.method(method, values))

    async def use(self, work: Callable[[Any], T], calls: int = 1) -> T:
        """Do something with a session that makes so many calls."""
        loop = asyncio.get_running_loop()
        session = await self.sessions.get()
        try:
            now = loop.time()
            start = max(self.next_at, now - SLACK_SECONDS)
            self.next_at = start + self.interval * calls
            await asyncio.sleep(max(start - now, 0.0))
            return await in_thread(lambda: work(session))
        finally:
            self.sessions.put_nowait(session)


def uploader(session: Any) -> Any:
    """vk_api's uploader with our timeouts."""
    upload = VkUpload(session)
    upload.http.mount("https://", Redirect())
    upload.http.mount("http://", Redirect())
    return upload


def download(url: str) -> bytes:
    """Read a file, as far as the limit. Raises TooBig, Transient, Rejected."""
    with requests.get(url, timeout=TIMEOUT, stream=True) as response:
        if response.status_code in (403, 404, 410):
            raise Rejected(f"http_{response.status_code}")
        if not response.ok:
            raise Transient(f"http_{response.status_code}")
        content = io.BytesIO()
        for chunk in response.iter_content(1 << 16):
            content.write(chunk)
            if content.tell() > MAX_FILE_BYTES:
                raise TooBig
        return content.getvalue()


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """VK's errors in the relay's terms."""
    try:
        yield
    except (ApiError, Captcha) as error:
        raise meaning(error.code) from error
    except ApiHttpError as error:
        raise Transient(f"http_{error.response.status_code}") from error
    except BROKEN as error:
        raise Transient(type(error).__name__) from error


def meaning(code: int) -> Exception:
    """What an error of the API means for a message (dev.vk.com/reference/errors)."""
    if code in PAUSE_OF:
        if code == NEED_CAPTCHA:
            log.error("captcha wanted", extra={"channel": "vk"})
        return RetryAfter(PAUSE_OF[code])
    if code in TOKEN_DEAD:
        log.error("token refused", extra={"channel": "vk", "code": code})
        return Transient(f"vk_{code}")
    if code in PASSING:
        return Transient(f"vk_{code}")
    return Unreachable() if code in GONE else Rejected(f"vk_{code}")


def severity(error: Exception) -> int:
    """How loud a failed poll is told: a dead token wants a human."""
    return logging.ERROR if getattr(error, "code", 0) in TOKEN_DEAD else logging.WARNING
