"""Hands accepted appeals over to bodies that take them by Open311: each is filed once, or moderators are told why not.

What is about to be sent is written down first and the answer afterwards, each in a transaction of its own, and none is
open while the server is asked. So whatever is cut off in between, the next try knows that it has to search first.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from dialogs.advice import impersonal, impersonal_place
from dialogs.compose import unenclosed
from dialogs.texts.words import Texts, plain
from notifier.delivery import Rejected, RetryAfter, Transient
from notifier.open311.clients import Clients
from notifier.open311.model import Filed, Report
from notifier.retries import code
from storage import appeals, handovers, media
from storage.database import Connection, Database
from storage.handovers import LOOKED_AGAIN, Handover, State
from storage.media import Media, MediaState
from storage.model.appeal import UNDER_WAY, Actor, Appeal, Change, Kind, Status
from storage.model.city import City
from storage.model.facts import Open311
from storage.pack.current import Current

log = logging.getLogger(__name__)

TRY_SECONDS = 120.0
"""the longest that a try may take, search included: much shorter than the lease of a claim"""
UNREACHED_PAUSE = timedelta(minutes=1)
UNSURE_PAUSE = timedelta(minutes=10)
"""servers list a new request with a delay: who searches too early finds nothing and would file it twice"""
LONGEST_PAUSE = timedelta(hours=1)
"""each pause doubles up to this"""
ATTEMPTS = 30
"""somewhat more than a day of trying"""
LONGEST_NUMBER = 64
"""characters of an official number"""


@dataclass(frozen=True)
class Errand:
    """One appeal that was claimed to be sent, or why it cannot be (an utterance)."""

    appeal: Appeal
    handover: Handover
    report: Report
    problem: str = ""
    photos: tuple[Path, ...] = ()
    """what goes along, in order"""


@dataclass
class Forwarder:
    """Sends what is due, one appeal after the other."""

    database: Database
    current: Current
    texts: Texts
    clients: Clients
    clock: Callable[[], datetime]
    files: Path

    async def run(self) -> None:
        """Send everything that is due; a server in trouble is left alone until the next tick. Raises Unavailable."""
        while open311 := self.current.city.open311:
            errand = await self.claim(self.current.city, open311)
            if errand is None or not await self.send(errand, self.current.city, open311):
                return

    async def claim(self, city: City, open311: Open311) -> Errand | None:
        """The next appeal, with the try written down; None if nothing is due."""
        bodies = [body.id for body in city.bodies.values() if body.submission == "open311"]
        async with self.database.read() as connection:
            if not await handovers.has_due(connection, city.id, bodies, self.clock()):
                return None
        async with self.database.begin() as connection:
            handover = await handovers.claim(connection, city.id, bodies, self.clock())
            appeal = await appeals.find(connection, handover.appeal_id) if handover else None
            if handover is None or appeal is None or appeal.author_id is None:
                return None
            shown = await media.photos_of(connection, appeal.id) if open311.media else []
            if any(photo.state is MediaState.WAITING for photo in shown):
                return None  # it is claimed again when they are fetched, or lost
            errand = self.errand(appeal, handover, city, open311, shown)
            if not errand.problem:
                await handovers.begin(connection, appeal.id, errand.report.service, self.clock())
            return errand

    def errand(
        self, appeal: Appeal, handover: Handover, city: City, open311: Open311, shown: Sequence[Media]
    ) -> Errand:
        """What is sent: the text, the place and the photos, nothing else about the person."""
        situation = city.situations.get(appeal.situation)
        usual = situation.service_with(city.bodies[appeal.body]) if situation else ""
        created = appeal.created_at.astimezone(city.zone)
        mark = plain(self.texts.say("handover.mark", appeal=appeal, created=created))
        # a request that may be there already is searched for under the service of its first try
        text, place = appeal.text, appeal.place
        photos = tuple(self.files / photo.file for photo in shown[: None if open311.takes_several else 1])
        if len(photos) < len(shown) or not open311.media:
            text = unenclosed(text)
        if open311.publishes:
            text, place = impersonal(text), impersonal_place(place)
        report = Report(handover.service or usual, text, mark, place, appeal.point)
        if situation is not None and situation.private and open311.publishes:
            return Errand(appeal, handover, report, "handover.private")
        return Errand(appeal, handover, report, "" if report.service else "handover.unnamed", photos)

    async def send(self, errand: Errand, city: City, open311: Open311) -> bool:
        """One try; gives whether the server may be asked for more. Raises Unavailable."""
        if errand.problem:
            await self.give_up(errand, errand.problem, errand.problem)
            return True
        try:
            async with asyncio.timeout(TRY_SECONDS):
                client = self.clients.of(city, open311)
                photos = await asyncio.to_thread(read, errand.photos)
                filed = await client.file(replace(errand.report, photos=photos), errand.handover.tried_since)
        except Rejected as error:
            await self.give_up(errand, refused(error, errand.handover), code(error))
            return True
        except (Transient, RetryAfter, TimeoutError) as error:
            await self.put_off(errand, error)
            return False
        await self.settle(errand, filed, city)
        return True

    async def settle(self, errand: Errand, filed: Filed, city: City) -> None:
        """The server has it: with a number, with a token until it has one, or it tells neither."""
        now = self.clock()
        state = State.SENT if filed.request or filed.token else State.CLOSED
        known = {"state": state, "request": filed.request, "token": filed.token, "retry_at": now + LOOKED_AGAIN}
        async with self.database.begin() as connection:
            await handovers.settle(connection, [errand.appeal.id], now, **known)
            if not filed.token:
                await forward(connection, errand.appeal.id, filed.request, city, now)
        log.info("appeal was handed over", extra={"appeal": errand.appeal.id, "state": state.value})

    async def put_off(self, errand: Errand, error: Exception) -> None:
        """Later, with growing pauses; after ATTEMPTS it is a matter for moderators."""
        handover, now = errand.handover, self.clock()
        unreached = is_unreached(error)
        log.warning("handover put off", extra={"appeal": errand.appeal.id, "fault": code(error)})
        if handover.attempts >= ATTEMPTS:
            sure = unreached and handover.tried_since is None
            await self.give_up(errand, "handover.unreached" if sure else "handover.unsure", code(error))
            return
        known = {"retry_at": now + pause_after(error, handover.attempts)}
        since = {"tried_since": handover.tried_since} if unreached else {}  # nothing left the house
        async with self.database.begin() as connection:
            await handovers.settle(connection, [errand.appeal.id], now, **known, **since)

    async def give_up(self, errand: Errand, why: str, fault: str) -> None:
        """Moderators are told to pass it on by hand, unless somebody did so meanwhile."""
        now, id = self.clock(), errand.appeal.id
        log.error("appeal was not handed over", extra={"appeal": id, "fault": fault})
        change = Change(Kind.UNSENT, Actor.SYSTEM, None, plain(self.texts.say(why)))
        async with self.database.begin() as connection:
            await handovers.settle(connection, [id], now, state=State.FAILED)
            appeal = await appeals.find(connection, id, lock=True)
            if appeal is not None and appeal.author_id is not None and appeal.status is Status.ACCEPTED:
                await appeals.apply(connection, appeal, change, now)


def read(photos: Sequence[Path]) -> tuple[bytes, ...]:
    """The photos that are there."""
    return tuple(photo.read_bytes() for photo in photos if photo.exists())


async def forward(connection: Connection, appeal_id: int, request: str, city: City, now: datetime) -> None:
    """The body has it: move it on, unless somebody was quicker; then only a number that was missing is added."""
    appeal = await appeals.find(connection, appeal_id, lock=True)
    if appeal is None or appeal.author_id is None:
        return
    number = request[:LONGEST_NUMBER]
    if appeal.status is Status.ACCEPTED:
        body = city.bodies.get(appeal.body)
        due = city.answer_due(body.answer, now.astimezone(city.zone).date()) if body else None
        change = Change(Kind.MOVED, Actor.SYSTEM, None, "", Status.FORWARDED, number, due)
        await appeals.apply(connection, appeal, change, now)
    elif number and appeal.status in UNDER_WAY and not appeal.official_number:
        change = Change(Kind.CORRECTED, Actor.SYSTEM, None, official_number=number)
        await appeals.apply(connection, appeal, change, now)


def is_unreached(error: Exception) -> bool:
    """Whether nothing was sent at all."""
    return isinstance(error, Transient) and code(error) == "unreached"


def pause_after(error: Exception, attempts: int) -> timedelta:
    """How long to wait after the failed attempt number `attempts`."""
    first = UNREACHED_PAUSE if is_unreached(error) else UNSURE_PAUSE
    pause = min(first * 2.0 ** min(attempts - 1, 16), LONGEST_PAUSE)
    return max(pause, timedelta(seconds=error.seconds)) if isinstance(error, RetryAfter) else pause


def refused(error: Rejected, handover: Handover) -> str:
    """Why it was refused, as an utterance: after a lost answer nobody can be sure that it is not there."""
    if handover.tried_since is not None or code(error) == "unsearchable":
        return "handover.unsure"
    return "handover.key" if code(error).startswith(("http_401", "http_403")) else "handover.refused"
