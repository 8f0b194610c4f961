"""VK, through vk_api: calls in threads, several sessions behind our own limiter, a timeout on every call."""

import asyncio
import contextlib
import io
import itertools
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import time
from typing import Any, TypeVar

import requests
from jconfig import MemoryConfig
from requests.adapters import HTTPAdapter
from vk_api import VkApi, VkUpload
from vk_api.bot_longpoll import VkBotLongPoll
from vk_api.exceptions import ApiError, ApiHttpError, Captcha, VkApiError

from bot.channels import CHANNELS, Take
from dialogs.layout import parts
from dialogs.speech import Attachment, Button, Press, Reply, Said
from dialogs.texts.words import plain
from notifier.delivery import Parcel, Photo, Rejected, RetryAfter, TooBig, Transient, Unreachable
from storage.model.city import Point

log = logging.getLogger(__name__)

API = "https://api.vk.ru"
VERSION = "5.199"
SESSIONS = 8
SLACK_SECONDS = 0.02
"""what a late call may be early afterwards, so that lateness does not add up"""
TIMEOUT = (5.0, 15.0)
"""seconds to connect and to read"""
WAIT_SECONDS = 25
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
RECENT_SECONDS = 24 * 3600
"""messages that the long poll lost are recovered as far back as this"""
MAX_FILE_BYTES = 20 * 1024 * 1024
RECOVERED = 50
"""messages of one person that are recovered at most"""
SENDABLE = (".jpg", ".png", ".gif")
GROUP_CHATS = 2_000_000_000
"""peer ids from here on are chats of several people"""
SLOW_DOWN, TOKEN_DEAD, NEED_CAPTCHA = 6, (5, 27), 14
PAUSE_OF = {SLOW_DOWN: 1.0, 9: 60.0, 29: 600.0, NEED_CAPTCHA: 300.0}
PASSING = (1, 10)
GONE = (7, 900, 901, 902, 936)
NOT_EDITABLE = (100, 909, 910, 917, 920, 924)
MIME = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
OTHERS = {"audio_message": "voice", "sticker": "sticker", "video": "video", "graffiti": "sticker"}
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


class Longpoll(VkBotLongPoll):  # type: ignore[misc] # vk_api has no types
    """vk_api's long poll, with events as they come: one that cannot be read must not hold up the others."""

    def _parse_event(self, raw_event: Any) -> Any:
        return raw_event


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
        except Exception as caught:  # noqa: BLE001 - handed to whoever awaits
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


class Vk:
    """The door to VK."""

    name = "vk"
    limits = CHANNELS["vk"].limits
    resends: frozenset[str] = frozenset()

    def __init__(
        self,
        token: str,
        group: int,
        base: str,
        load_cursor: Callable[[], Any],
        save_cursor: Callable[[str], Any],
        staff: Sequence[str] = (),
    ) -> None:
        self.call = Calls(token, base, self.limits.per_second)
        self.poll_session = session_of(token, base)
        self.group = group
        self.link = ""
        self.load_cursor, self.save_cursor = load_cursor, save_cursor
        self.staff = staff
        self.names: Mapping[str, str] = {}
        self.answering: set[asyncio.Task[None]] = set()
        self.lost = False
        """whether something may have been said that the long poll does not tell"""

    async def open(self) -> None:
        """Learn the community's address and the names of moderators. Raises Transient, Rejected."""
        with translated():
            found = await self.call("groups.getById", group_id=self.group)
            groups = found["groups"] if isinstance(found, dict) else found
            self.link = f"https://vk.me/{groups[0]['screen_name']}?ref={{}}"
            if self.staff:
                users = await self.call("users.get", user_ids=",".join(self.staff))
                self.names = {str(user["id"]): f"{user['first_name']} {user['last_name']}".strip() for user in users}

    async def close(self) -> None:
        """Nothing waits for threads that hang: they are daemons."""
        for task in self.answering:
            task.cancel()

    async def listen(self, take: Take) -> None:
        """Long poll; its position is stored after the turns of a batch are saved, and resumed from there."""
        poll: Longpoll | None = None
        failures = 0
        while True:
            try:
                if poll is None:
                    poll = await in_thread(lambda: Longpoll(self.poll_session, self.group, WAIT_SECONDS))
                    if position := await self.load_cursor():
                        poll.ts, self.lost = position, True
                    await self.save_cursor(str(poll.ts))
                if self.lost:
                    await self.recover(take)
                    self.lost = False
                await self.batch(poll, take)
                failures = 0
            except (VkApiError, requests.RequestException, ValueError, KeyError) as error:
                pause = PAUSES[min(failures, len(PAUSES) - 1)]
                fault = {"channel": self.name, "fault": type(error).__name__, "code": getattr(error, "code", None)}
                log.log(severity(error), "poll failed", extra={**fault, "retry_in": pause})
                failures += 1
                await asyncio.sleep(pause)

    async def batch(self, poll: Longpoll, take: Take) -> None:
        """One answer of the long poll: its turns, then its position."""
        started, before = asyncio.get_running_loop().time(), str(poll.ts)
        events = await in_thread(poll.check)
        await asyncio.gather(*(self.event(raw, take) for raw in events))
        if str(poll.ts) != before:
            self.lost = not events  # a new position without events: history was lost in between
            await self.save_cursor(str(poll.ts))
        elif not events and asyncio.get_running_loop().time() - started < 1:
            await asyncio.sleep(PAUSES[1])

    async def recover(self, take: Take) -> None:
        """Take what was said in conversations nobody answered; what was taken before has no effect."""
        found = await self.call("messages.getConversations", filter="unanswered", count=200)
        for item in found.get("items", ()):
            last = item.get("last_message") or {}
            if last.get("date", 0) > time() - RECENT_SECONDS:
                await self.recover_from(last["peer_id"], take)

    async def recover_from(self, peer: int, take: Take) -> None:
        """Take what one person said since our last answer, in order."""
        found = await self.call("messages.getHistory", peer_id=peer, count=RECOVERED)
        theirs = itertools.takewhile(lambda message: not message.get("out"), found.get("items", ()))
        for message in reversed(list(theirs)):
            if said := self.words(message):
                await take(said)

    async def event(self, raw: Any, take: Take) -> None:
        """One event, whatever it holds."""
        try:
            said = self.said(raw)
        except (KeyError, TypeError, ValueError, AttributeError):
            known = raw.get("event_id") if isinstance(raw, dict) else None
            log.warning("unreadable update", extra={"channel": self.name, "update": known})
            return
        if said is None:
            return
        if not (isinstance(said.update, str) and said.update):
            log.warning("update without a number", extra={"channel": self.name})
            return
        done = await take(said)
        if raw["type"] == "message_event":
            task = asyncio.create_task(self.answer(raw["object"], done.toast))
            self.answering.add(task)
            task.add_done_callback(self.answering.discard)

    async def answer(self, pressed: Mapping[str, Any], toast: str) -> None:
        """Stop the button's waiting sign; too late or not at all does no harm."""
        shown = {"event_data": json.dumps({"type": "show_snackbar", "text": toast[:90]})} if toast else {}
        named = {key: pressed[key] for key in ("event_id", "user_id", "peer_id")}
        with contextlib.suppress(VkApiError, requests.RequestException, ValueError):
            await self.call("messages.sendMessageEventAnswer", **named, **shown)

    def said(self, raw: Mapping[str, Any]) -> Said | None:
        """What an event says, if somebody says it in a private chat."""
        thing = raw["object"]
        if raw["type"] == "message_event" and thing["peer_id"] == thing["user_id"]:
            address = str(thing["user_id"])
            press = Press(data_of(thing.get("payload")), str(thing.get("conversation_message_id") or ""))
            return Said(self.name, address, raw["event_id"], self.names.get(address, ""), press=press)
        if raw["type"] == "message_deny":
            return Said(self.name, str(thing["user_id"]), raw["event_id"], stopped=True)
        return self.words(thing["message"]) if raw["type"] == "message_new" else None

    def words(self, message: Mapping[str, Any]) -> Said | None:
        """What a private message says; its number in the community is what it is known by, however it reached us."""
        if not 0 < message["from_id"] == message["peer_id"] < GROUP_CHATS:
            return None
        address = str(message["from_id"])
        update = f"m{message['id']}"
        payload = decoded(message.get("payload"))
        starts = payload.get("command") == "start" or "ref" in message
        data = data_of(payload)
        place = (message.get("geo") or {}).get("coordinates")
        files, other = attachments(message.get("attachments") or ())
        return Said(
            self.name,
            address,
            update,
            self.names.get(address, ""),
            text="" if starts or data else message.get("text", ""),
            press=Press(data) if data and not starts else None,
            link=str(message.get("ref") or "") if starts else None,
            attachments=files,
            location=Point(place["latitude"], place["longitude"]) if place else None,
            other="" if files or place or message.get("text") else other or "unknown",
        )

    async def deliver(self, parcel: Parcel) -> None:
        """Send one message. Raises Unreachable, RetryAfter, Transient, Rejected."""
        with translated():
            if parcel.reply.replaces and not parcel.photos and not parcel.reply.keyboard and await self.edit(parcel):
                return
            attached = [await self.upload(parcel.address, photo) for photo in parcel.photos[:10]]
            if parcel.reply.document:
                attached.append(await self.upload_document(parcel.address, *parcel.reply.document))
            *first, last = parts(plain(parcel.reply.text), CHANNELS[self.name].capabilities.text)
            for number, text in enumerate(first, 1):
                await self.send(parcel.address, text, (parcel.random_id + number) % 2**31 or 1)
            await self.send(parcel.address, last, parcel.random_id, keyboard_of(parcel.reply), attached)

    async def send(
        self, peer: str, text: str, random_id: int, keyboard: str = "", attached: Sequence[str] = ()
    ) -> None:
        """One message; the same random_id again is no second one."""
        more = {"keyboard": keyboard} if keyboard else {}
        more |= {"attachment": ",".join(filter(None, attached))} if any(attached) else {}
        await self.call("messages.send", peer_id=peer, message=text, random_id=random_id, dont_parse_links=1, **more)

    async def edit(self, parcel: Parcel) -> bool:
        """Put the message in the place of an earlier one; False if that is not possible any more."""
        try:
            await self.call(
                "messages.edit",
                peer_id=parcel.address,
                cmid=int(parcel.reply.replaces),
                message=plain(parcel.reply.text),
                keyboard=keyboard_of(parcel.reply) or json.dumps({"inline": True, "buttons": []}),
                dont_parse_links=1,
            )
        except ApiError as error:
            if error.code in NOT_EDITABLE:
                return False
            raise
        return True

    async def upload(self, peer: str, photo: Photo) -> str:
        """A photo as an attachment; empty if there is no file to upload."""
        path: Path | None = photo.path
        if path is None or path.suffix not in SENDABLE or not path.exists():
            return ""
        saved = await self.call.use(lambda session: uploader(session).photo_messages(str(path), peer_id=peer), calls=2)
        return attachment("photo", saved[0])

    async def upload_document(self, peer: str, name: str, content: str) -> str:
        """A text file as an attachment."""
        file = io.BytesIO(content.encode())
        file.name = name
        saved = await self.call.use(
            lambda session: uploader(session).document_message(file, title=name, peer_id=peer), calls=2
        )
        return attachment("doc", saved["doc"])

    async def fetch(self, ref: str) -> bytes:
        """The content of a file VK gave the address of. Raises Transient, Rejected, TooBig."""
        with translated():
            return await in_thread(lambda: download(ref))


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
    except (requests.RequestException, OSError, ValueError, KeyError) as error:
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


def decoded(payload: Any) -> Mapping[str, Any]:
    """A payload, which comes as a string or as an object; anything else is none."""
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except ValueError:
            return {}
    return payload if isinstance(payload, dict) else {}


def data_of(payload: Any) -> str:
    """The data of our button."""
    return str(decoded(payload).get("b", ""))[:200]


def attachments(found: Sequence[Mapping[str, Any]]) -> tuple[tuple[Attachment, ...], str]:
    """Photos and documents, and the name of something else that was sent."""
    files, other = [], ""
    for item in found:
        thing = item.get(item["type"], {})
        if item["type"] == "photo":
            largest = max(thing["sizes"], key=lambda size: size["width"] * size["height"])
            files.append(Attachment("photo", largest["url"]))
        elif item["type"] == "doc":
            mime = MIME.get(str(thing.get("ext", "")).lower(), "")
            files.append(Attachment("document", thing["url"], thing.get("size"), thing.get("title", ""), mime))
        else:
            other = OTHERS.get(item["type"], "unknown")
    return tuple(files), other


def attachment(kind: str, saved: Mapping[str, Any]) -> str:
    """How a saved file is named in a message."""
    key = f"_{saved['access_key']}" if saved.get("access_key") else ""
    return f"{kind}{saved['owner_id']}_{saved['id']}{key}"


def keyboard_of(reply: Reply) -> str:
    """The buttons of a message as VK wants them; empty if there are none."""
    if not reply.rows:
        return ""
    rows = [[button_of(button, below=reply.keyboard) for button in row] for row in reply.rows]
    return json.dumps({"inline": not reply.keyboard, "buttons": rows}, ensure_ascii=False)


def button_of(button: Button, *, below: bool) -> dict[str, Any]:
    """One button: below the input field it says its label, under a message it calls back."""
    payload = json.dumps({"b": button.data}, ensure_ascii=False)
    if button.kind == "location":
        return {"action": {"type": "location", "payload": payload}}
    if button.url:
        return {"action": {"type": "open_link", "link": button.url, "label": button.label}}
    kind = "text" if below else "callback"
    return {"action": {"type": kind, "label": button.label, "payload": payload}, "color": "secondary"}
