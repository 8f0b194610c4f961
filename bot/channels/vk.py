"""VK, through vk_api: a long poll whose position is kept, and messages that are never sent twice."""

import asyncio
import contextlib
import io
import itertools
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import time
from typing import Any

import requests
from vk_api.bot_longpoll import VkBotLongPoll
from vk_api.exceptions import ApiError, VkApiError

from bot.channels import CHANNELS, Take
from bot.channels.vk_calls import Calls, download, in_thread, session_of, severity, translated, uploader
from bot.channels.vk_words import NAME, attachment, keyboard_of, said_by, said_in
from dialogs.layout import parts
from dialogs.texts.words import plain
from notifier.delivery import Document, Parcel, Photo

log = logging.getLogger(__name__)

WAIT_SECONDS = 25
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
RECENT_SECONDS = 24 * 3600
"""messages that the long poll lost are recovered as far back as this"""
RECOVERED = 50
"""messages of one person that are recovered at most"""
SENDABLE = (".jpg", ".png", ".gif")
NOT_EDITABLE = (100, 909, 910, 917, 920, 924)


class Longpoll(VkBotLongPoll):  # type: ignore[misc] # vk_api has no types
    """vk_api's long poll, with events as they come: one that cannot be read must not hold up the others."""

    def _parse_event(self, raw_event: Any) -> Any:
        return raw_event


class Vk:
    """The door to VK."""

    name = NAME
    limits = CHANNELS[NAME].limits
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
            if said := said_by(message, self.names):
                await take(said)

    async def event(self, raw: Any, take: Take) -> None:
        """One event, whatever it holds."""
        try:
            said = said_in(raw, self.names)
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

    async def deliver(self, parcel: Parcel) -> None:
        """Send one message. Raises Unreachable, RetryAfter, Transient, Rejected."""
        with translated():
            if parcel.reply.replaces and not parcel.photos and not parcel.reply.keyboard and await self.edit(parcel):
                return
            attached = [await self.upload(parcel.address, photo) for photo in parcel.photos[:10]]
            if parcel.document:
                attached.append(await self.upload_document(parcel.address, parcel.document))
            *first, last = parts(plain(parcel.reply.text), CHANNELS[self.name].capabilities.text)
            for number, text in enumerate(first, 1):
                await self.send(parcel.address, text, (parcel.random_id + number) % 2**31 or 1)
            await self.send(parcel.address, last, parcel.random_id, keyboard_of(parcel.reply), attached)
            for number, recording in enumerate(parcel.recordings, len(first) + 1):
                heard = await self.upload_document(parcel.address, recording)
                await self.send(parcel.address, "", (parcel.random_id + number) % 2**31 or 1, attached=[heard])

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

    async def upload_document(self, peer: str, document: Document) -> str:
        """A file as an attachment."""
        file = io.BytesIO(document.content)
        file.name = document.name
        saved = await self.call.use(
            lambda session: uploader(session).document_message(file, title=document.name, peer_id=peer), calls=2
        )
        return attachment("doc", saved["doc"])

    async def fetch(self, ref: str) -> bytes:
        """The content of a file VK gave the address of. Raises Transient, Rejected, TooBig."""
        with translated():
            return await in_thread(lambda: download(ref))
