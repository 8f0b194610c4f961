"""The desk where everything people do arrives: turns are taken in order, several in one transaction.

One worker takes what has arrived, in order of arrival, so that the turns of one person never overtake each other, and
saves them with one commit, which costs the same for one turn as for thirty. If any of them fails, all are rolled back
and taken again one by one, so that only the one that fails is lost, and that one is answered with an apology.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dialogs.speech import Moment, Reply, Said
from dialogs.state import Conversation
from handlers.flood import Flood, Verdict
from handlers.house import House
from handlers.locating import Locating
from handlers.route import take
from handlers.turn import Turn
from storage import doors, outbox, people
from storage.database import Connection, Database, Unavailable
from storage.model.person import STAFF, Person
from storage.outbox import Lane, Outgoing

log = logging.getLogger(__name__)

BATCH = 32
TURN_SECONDS = 20.0
"""a batch that takes longer is hung: it is rolled back"""
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
"""pauses while the database does not answer; the last one repeats"""


@dataclass(frozen=True)
class Done:
    """A turn is saved; `toast` is a short word for the button's press."""

    toast: str = ""
    unneeded_files: Sequence[str] = ()


@dataclass
class Waiting:
    """Something said that waits for its turn."""

    said: Said
    done: asyncio.Future[Done]
    verdict: Verdict


@dataclass
class Desk:
    """Takes turns; `saved` is called with the messages of each commit, so that they can leave at once."""

    house: House
    database: Database
    saved: Callable[[Sequence[Outgoing]], None] = lambda _messages: None
    discard: Callable[[Sequence[str]], Awaitable[None]] | None = None
    """deletes stored files that nobody may have any more, by name"""
    batch: int = BATCH
    waiting: asyncio.Queue[Waiting] = field(default_factory=asyncio.Queue)
    flood: Flood = field(default_factory=Flood)
    busy: bool = False

    def __post_init__(self) -> None:
        self.locating = Locating(self.house)

    async def take(self, said: Said) -> Done:
        """Take one turn; returns when it is saved, and only then may the messenger be told."""
        said = await self.locating.located(said)
        future: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        verdict = self.flood.judge((said.channel, said.address), self.house.clock())
        await self.waiting.put(Waiting(said, future, verdict))
        return await future

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing is being taken."""
        return self.waiting.empty() and not self.busy

    async def run(self) -> None:
        """Take turns until cancelled; what is cancelled in the middle was not saved and will be delivered again."""
        while True:
            batch = [await self.waiting.get()]
            while not self.waiting.empty() and len(batch) < self.batch:
                batch.append(self.waiting.get_nowait())
            self.busy = True
            try:
                await self.settle(batch)
            finally:
                self.busy = False
                for item in batch:
                    item.done.cancel()

    async def settle(self, batch: Sequence[Waiting]) -> None:
        """Save a batch, however often the database has to be asked."""
        pauses = iter(RETRY_SECONDS)
        pause = 0.0
        while True:
            try:
                await self.together_or_alone(batch)
                return
            except Unavailable as error:
                pause = next(pauses, pause) or RETRY_SECONDS[-1]
                log.warning("database unavailable", extra={"fault": str(error), "retry_in": pause})
                await asyncio.sleep(pause)

    async def together_or_alone(self, batch: Sequence[Waiting]) -> None:
        """All in one transaction; if one of them fails, each in its own. Raises Unavailable."""
        try:
            done, messages = await self.save(batch)
        except Unavailable:
            raise
        except Exception:  # the turn loop: whatever one turn meets, it is logged and the others of the batch are saved
            if len(batch) == 1:
                await self.apologise(batch[0])
                return
            log.warning("batch failed, taking turns one by one", extra={"turns": len(batch)}, exc_info=True)
            for item in batch:
                if not item.done.done():
                    await self.together_or_alone([item])
            return
        for item, result in zip(batch, done, strict=True):
            if not item.done.done():
                item.done.set_result(result)
        self.saved(messages)
        unneeded = [name for result in done for name in result.unneeded_files]
        if unneeded and self.discard:
            await self.discard(unneeded)

    async def save(self, batch: Sequence[Waiting]) -> tuple[list[Done], list[Outgoing]]:
        """Take the turns of a batch in one transaction; gives the messages too. Raises whatever a turn raises."""
        now = self.house.clock()
        async with asyncio.timeout(TURN_SECONDS), self.database.begin() as connection:
            keys = [(item.said.channel, item.said.update) for item in batch]
            fresh = await doors.mark_seen(connection, keys, now)
            turns = Round(self, connection, now)
            done = await turns.take(batch, fresh)
        for person, conversation in turns.changed.items():
            self.house.passing.remember(person, conversation)
        return done

    async def apologise(self, item: Waiting) -> None:
        """A turn failed: it is logged, marked as seen, and answered with an apology and a way on."""
        said = item.said
        log.error("turn failed", extra={"channel": said.channel, "update": said.update}, exc_info=True)
        now = self.house.clock()
        messages: Sequence[Outgoing] = ()
        try:
            messages = await self.store_apology(said, now)
        except TimeoutError as error:
            raise Unavailable("timeout") from error
        except Unavailable:
            raise
        except Exception:  # the turn loop goes on, and whoever waits for this turn is let go
            log.exception("no apology either", extra={"channel": said.channel, "update": said.update})
        item.done.set_result(Done())
        self.saved(messages)

    async def store_apology(self, said: Said, now: datetime) -> Sequence[Outgoing]:
        """In a transaction of its own."""
        async with asyncio.timeout(TURN_SECONDS), self.database.begin() as connection:
            if await doors.mark_seen(connection, [(said.channel, said.update)], now):
                return await Round(self, connection, now).apologise(said)
        return ()


@dataclass
class Round:
    """The turns of one transaction: people are loaded once, and everything they are told is stored at the end."""

    desk: Desk
    connection: Connection
    now: datetime
    known: dict[tuple[str, str], tuple[Person, Conversation]] = field(default_factory=dict)
    changed: dict[int, Conversation] = field(default_factory=dict)
    drafts: list[tuple[outbox.Draft, str]] = field(default_factory=list)
    keeping: dict[int, people.Keeping] = field(default_factory=dict)
    """of those whose drafts changed"""

    async def take(self, batch: Sequence[Waiting], fresh: set[tuple[str, str]]) -> tuple[list[Done], list[Outgoing]]:
        """Each turn in order of arrival; an update that was seen before has no effect."""
        await self.load([item.said for item in batch])
        done = []
        for item in batch:
            key = (item.said.channel, item.said.update)
            done.append(await self.turn(item) if key in fresh else Done())
            fresh.discard(key)
        return done, await self.store()

    async def load(self, said: Sequence[Said]) -> None:
        """The people of this round and where their conversations stand."""
        addresses = {(item.channel, item.address) for item in said}
        found = await people.load(self.connection, addresses)
        self.known = {
            key: (person, self.desk.house.passing.restored(person.id, self.conversation(person, state)))
            for key, (person, state) in found.items()
        }

    @staticmethod
    def conversation(person: Person, state: dict[str, Any]) -> Conversation:
        """Where a conversation stands; one that cannot be read begins anew, and disturbs nobody else."""
        try:
            return Conversation.from_json(state)
        except (AttributeError, KeyError, TypeError, ValueError):
            log.exception("unreadable conversation", extra={"person": person.id})
            return Conversation()

    async def turn(self, item: Waiting) -> Done:
        """One turn."""
        said = item.said
        person, conversation = await self.person_of(said)
        house = self.desk.house
        turn = Turn(house, self.connection, said, person, conversation, self.moment, flush=self.flush)
        if item.verdict.served:
            await take(turn)
        elif item.verdict.told:
            turn.say("unexpected.flood")
        self.drafts += turn.drafts
        key = (said.channel, said.address)
        self.keeping |= self.kept(turn)
        if turn.conversation != conversation or turn.person.id != person.id:
            self.changed.pop(person.id, None)
            self.changed[turn.person.id] = turn.conversation
        self.known[key] = (turn.person, turn.conversation)
        return Done(turn.toast, turn.unneeded_files)

    def kept(self, turn: Turn) -> dict[int, people.Keeping]:
        """How long what a person began waits for them, if this turn changed it."""
        engine, periods = self.desk.house.engine, turn.city.retention
        after = engine.waiting(turn.conversation)
        if after == engine.waiting(turn.began):
            return {}
        if not after:
            return {turn.person.id: people.Keeping()}
        return {turn.person.id: people.Keeping(self.now + periods.reminder, self.now + periods.drafts)}

    @property
    def moment(self) -> Moment:
        """Now, for conversations."""
        return Moment(self.now, self.now.astimezone(self.desk.house.city.zone))

    async def person_of(self, said: Said) -> tuple[Person, Conversation]:
        """Who says it; remembered when they are new, and reachable again when they were not."""
        key = (said.channel, said.address)
        house = self.desk.house
        if key not in self.known:
            role = house.role_of(*key)
            person = await people.meet(self.connection, *key, role, said.name, self.now)
            return person, Conversation()
        person, conversation = self.known[key]
        role = house.role_of(*key, person.role)
        if role is not person.role or not person.reachable:
            name = said.name[:64] if role in STAFF else ""
            await people.change(self.connection, person.id, role=role, reachable=True, name=name)
            person = type(person)(**{**vars(person), "role": role, "reachable": True, "name": name})
        return person, conversation

    async def flush(self) -> None:
        """Write what is to be said so far; relays find it in the table, unless it is erased before the end."""
        await outbox.put(self.connection, latest(self.drafts), self.now)
        self.drafts.clear()

    async def store(self) -> list[Outgoing]:
        """Conversations and messages of the round, in two statements."""
        passing = self.desk.house.passing
        states = {person: passing.stored(item).as_json() for person, item in self.changed.items()}
        await people.save_conversations(self.connection, states, self.now, self.keeping)
        return await outbox.put(self.connection, latest(self.drafts), self.now)

    async def apologise(self, said: Said) -> list[Outgoing]:
        """The apology to a person whose turn failed."""
        await self.load([said])
        person, _ = await self.person_of(said)
        text = self.desk.house.texts.say("engine.failed")
        body = Reply(text).as_json()
        number = self.desk.house.chance.number()
        draft = outbox.Draft(person.id, person.channel, person.address, Lane.REPLY, body, number, self.now)
        return await outbox.put(self.connection, [draft], self.now)


def latest(drafts: Sequence[tuple[outbox.Draft, str]]) -> list[outbox.Draft]:
    """The messages in order, and of several to one person with the same topic only the last."""
    last = {(draft.person_id, topic): index for index, (draft, topic) in enumerate(drafts) if topic}
    return [
        draft for index, (draft, topic) in enumerate(drafts) if not topic or last[(draft.person_id, topic)] == index
    ]
