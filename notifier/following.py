"""Asks Open311 servers what became of what was handed over, and moves appeals on by it."""

import asyncio
import html
import logging
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dialogs.texts.words import Texts, cut, plain
from notifier.delivery import Rejected, RetryAfter, Transient
from notifier.handover import forward
from notifier.open311.clients import Clients
from notifier.open311.model import Missing
from notifier.open311.model import State as Told
from notifier.retries import code
from storage import appeals, handovers
from storage.database import Connection, Database
from storage.handovers import WATCHED, Handover, State
from storage.model.appeal import Actor, Change, Kind, Status
from storage.model.city import City
from storage.model.facts import Open311
from storage.pack.current import Current

log = logging.getLogger(__name__)

AT_ONCE = 50
ASK_SECONDS = 120.0
"""the longest that a chunk may take"""
NUMBER_WITHIN = timedelta(days=3)
"""so long an accepted appeal waits for its number before it is told without one"""
LONGEST_NOTES = 1000
"""characters"""
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
JOINER = "\u200d"
"""the one invisible sign that is needed: it holds emoji together"""


@dataclass
class Follower:
    """Asks about requests, a chunk at a time."""

    database: Database
    current: Current
    texts: Texts
    clients: Clients
    clock: Callable[[], datetime]

    async def run(self) -> None:
        """Ask about everything that is due; a server in trouble is left alone for a while. Raises Unavailable."""
        if self.current.city.open311:
            async with self.database.begin() as connection:
                await handovers.leave_moved(connection, self.clock())
        while open311 := self.current.city.open311:
            chunk = await self.claim(self.current.city)
            if not chunk or not await self.ask(chunk, self.current.city, open311):
                return

    async def claim(self, city: City) -> list[Handover]:
        """Some requests to be asked about. Raises Unavailable."""
        async with self.database.read() as connection:
            if not await handovers.has_sent(connection, city.id, self.clock()):
                return []
        async with self.database.begin() as connection:
            return await handovers.claim_sent(connection, city.id, self.clock(), AT_ONCE)

    async def ask(self, chunk: Sequence[Handover], city: City, open311: Open311) -> bool:
        """One chunk; gives whether the server may be asked for more. Raises Unavailable."""
        try:
            async with asyncio.timeout(ASK_SECONDS):
                for handover in chunk:
                    if not handover.request:
                        await self.ask_number(handover, city, open311)
                numbered = {handover.request: handover for handover in chunk if handover.request}
                states = await self.clients.of(city, open311).states(list(numbered))
        except (Transient, RetryAfter, Rejected, TimeoutError) as error:
            log.warning("requests cannot be asked about", extra={"requests": len(chunk), "fault": code(error)})
            if isinstance(error, RetryAfter):
                await self.put_off(chunk, error.seconds)
            return False
        for state in states:
            await self.note(numbered[state.request], state, city)
        return True

    async def put_off(self, chunk: Sequence[Handover], seconds: float) -> None:
        """The server asks for a pause; it is never shorter than ours."""
        until = self.clock() + max(handovers.LOOKED_AGAIN, timedelta(seconds=seconds))
        async with self.database.begin() as connection:
            await handovers.settle(connection, [item.appeal_id for item in chunk], self.clock(), retry_at=until)

    async def ask_number(self, handover: Handover, city: City, open311: Open311) -> None:
        """Whether a request has its number now. Raises Transient, RetryAfter, Rejected, Unavailable."""
        now, known = self.clock(), {}
        try:
            request = await self.clients.of(city, open311).request_of(handover.token) or ""
        except Missing as error:
            log.warning("token is forgotten", extra={"appeal": handover.appeal_id, "fault": code(error)})
            request, known = "", {"state": State.CLOSED}
        late = handover.tried_since is None or now - handover.tried_since > NUMBER_WITHIN
        if not (request or known or late):
            return
        async with self.database.begin() as connection:
            await handovers.settle(connection, [handover.appeal_id], now, request=request, **known)
            await forward(connection, handover.appeal_id, request, city, now)

    async def note(self, handover: Handover, told: Told, city: City) -> None:
        """Write what is new; a closed request is an answer, an open one none."""
        notes, now = readable(told.notes), self.clock()
        if (handover.status, handover.notes) == (told.status, notes):
            return
        closed = told.status == "closed"
        known = {"status": told.status, "notes": notes, **({"state": State.CLOSED} if closed else {})}
        async with self.database.begin() as connection:
            await handovers.settle(connection, [handover.appeal_id], now, **known)
            await forward(connection, handover.appeal_id, handover.request, city, now)
            if closed:
                words = notes or plain(self.texts.say("handover.done"))
                await answer(connection, handover.appeal_id, words, now)


async def answer(connection: Connection, appeal_id: int, words: str, now: datetime) -> None:
    """The body is done: author and neighbours are asked whether it is, unless a moderator was quicker."""
    appeal = await appeals.find(connection, appeal_id, lock=True)
    if appeal is not None and appeal.author_id is not None and appeal.status in WATCHED:
        change = Change(Kind.MOVED, Actor.SYSTEM, None, words, Status.ANSWERED)
        await appeals.apply(connection, appeal, change, now)


def readable(notes: str) -> str:
    """Notes of a server as plain words in one line: no markup, nothing invisible, LONGEST_NOTES at most."""
    shown = html.unescape(TAG.sub(" ", notes))
    kept = (sign for sign in shown if unicodedata.category(sign) not in ("Cc", "Cf", "Cs") or sign in f"{JOINER}\n\t")
    return cut(" ".join("".join(kept).split()), LONGEST_NOTES - 1)
