"""Notices: what changed in an appeal, told to those it concerns. A notice is a row here and a text.

Events are written by the turn that makes them; here they become messages, each event exactly once: it is marked in the
transaction that writes its messages. Wishes and quiet hours are applied here and nowhere else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from dialogs.layout import arrange
from dialogs.speech import Button, Capabilities, Reply
from dialogs.texts.words import Texts
from storage import appeals, outbox, people
from storage.database import Connection
from storage.model.appeal import Actor, Appeal, Event, Kind, Status
from storage.model.city import City
from storage.model.person import Person
from storage.outbox import Draft, Lane
from storage.pack.current import Current

EVENTS_AT_ONCE = 50
QUIET_FROM, QUIET_TO = time(22), time(8)
"""hours in the city's zone in which nobody is disturbed, the same as the law on silence at night"""


class Audience(StrEnum):
    """Whom a notice is for."""

    AUTHOR = "author"
    SUPPORTERS = "supporters"
    STAFF = "staff"


@dataclass(frozen=True)
class Notice:
    """For an event of this kind, and with this status after it: who is told, with which text of `notices.j2`."""

    text: str
    kind: Kind
    audience: tuple[Audience, ...]
    after: Status | None = None
    asks: bool = False
    """whether it asks for the verdict"""


BOTH = (Audience.AUTHOR, Audience.SUPPORTERS)
NOTICES = (
    Notice("submitted", Kind.MOVED, (Audience.STAFF,), Status.SUBMITTED),
    Notice("accepted", Kind.MOVED, BOTH, Status.ACCEPTED),
    Notice("returned", Kind.MOVED, (Audience.AUTHOR,), Status.RETURNED),
    Notice("rejected", Kind.MOVED, BOTH, Status.REJECTED),
    Notice("forwarded", Kind.MOVED, BOTH, Status.FORWARDED),
    Notice("in_progress", Kind.MOVED, BOTH, Status.IN_PROGRESS),
    Notice("answered", Kind.MOVED, BOTH, Status.ANSWERED, asks=True),
    Notice("confirmed", Kind.MOVED, (Audience.SUPPORTERS,), Status.CONFIRMED),
    Notice("disputed", Kind.MOVED, BOTH, Status.DISPUTED),
    Notice("disputed_queue", Kind.MOVED, (Audience.STAFF,), Status.DISPUTED),
    Notice("withdrawn", Kind.MOVED, (Audience.SUPPORTERS,), Status.WITHDRAWN),
    Notice("supplemented", Kind.SUPPLEMENTED, (Audience.STAFF,)),
    Notice("joined", Kind.JOINED, (Audience.AUTHOR,)),
    Notice("overdue", Kind.OVERDUE, BOTH),
    Notice("unfiled", Kind.UNFILED, (Audience.AUTHOR,)),
    Notice("overdue_queue", Kind.OVERDUE, (Audience.STAFF,)),
    Notice("unsent", Kind.UNSENT, (Audience.STAFF,)),
)


@dataclass(frozen=True)
class Notifier:
    """Turns events into messages."""

    current: Current
    texts: Texts
    capabilities: Mapping[str, Capabilities]
    number: Callable[[], int]

    async def announce(self, connection: Connection, now: datetime) -> int:
        """Write the messages for events that have none yet; gives how many events were taken."""
        found = await appeals.claim_unnoticed(connection, EVENTS_AT_ONCE)
        for event in found:
            await outbox.put(connection, await self.messages(connection, event, now), now)
        return len(found)

    async def messages(self, connection: Connection, event: Event, now: datetime) -> list[Draft]:
        """The messages one event leads to."""
        notices = [item for item in NOTICES if item.kind is event.kind and item.after in (None, event.after)]
        appeal = await appeals.find(connection, event.appeal_id) if notices else None
        if appeal is None:
            return []
        supporters = await appeals.supporters_of(connection, appeal.id)
        drafts: list[Draft] = []
        for notice in notices:
            told = await self.audience(connection, notice, appeal, supporters)
            wanting = [person for person in told if person.wishes.notices or person.is_staff]
            others = [person for person in wanting if person.id != event.actor_id]
            drafts += [self.draft(notice, person, appeal, event, len(supporters), now) for person in others]
        return drafts

    async def audience(
        self, connection: Connection, notice: Notice, appeal: Appeal, supporters: Sequence[int]
    ) -> list[Person]:
        """The people a notice is for, each once, as far as they can be reached."""
        ids: set[int] = set()
        if Audience.AUTHOR in notice.audience and appeal.author_id is not None:
            ids.add(appeal.author_id)
        if Audience.SUPPORTERS in notice.audience:
            ids |= set(supporters)
        found = await people.find(connection, ids) if ids else []
        if Audience.STAFF in notice.audience:
            found += await people.staff(connection)
        return [person for person in found if person.reachable and person.channel in self.capabilities]

    def draft(
        self, notice: Notice, person: Person, appeal: Appeal, event: Event, supporters: int, now: datetime
    ) -> Draft:
        """One message to one person."""
        text = self.texts.say(f"notices.{notice.text}", **self.facts(appeal, event, person, supporters, now))
        rows = arrange(self.buttons(notice, appeal, person), self.capabilities[person.channel])
        shown = event.media if person.is_staff or event.actor is not Actor.AUTHOR else ()
        body = Reply(text, rows, media=shown).as_json()
        due = now if person.is_staff else after_quiet(now, person, self.current.city)
        return Draft(person.id, person.channel, person.address, Lane.NOTICE, body, self.number(), due)

    def facts(self, appeal: Appeal, event: Event, person: Person, supporters: int, now: datetime) -> dict[str, Any]:
        """What the words of a notice speak of."""
        city = self.current.city
        situation = city.situations.get(appeal.situation)
        late = appeal.due_on is not None and appeal.due_on < now.astimezone(city.zone).date()
        return {
            "appeal": appeal,
            "event": event,
            "title": situation.title if situation else appeal.situation,
            "ladder": city.steps(situation) if situation else (),
            "body": city.body(appeal.body, appeal.district, appeal.okrug) if appeal.body in city.bodies else None,
            "due": None if late else appeal.due_on,
            "own": person.id == appeal.author_id,
            "by_hand": city.is_by_hand(appeal.body),
            "by_author": event.actor is Actor.AUTHOR,
            "supporters": supporters,
        }

    def buttons(self, notice: Notice, appeal: Appeal, person: Person) -> list[Button]:
        """What can be done about it, in one tap."""
        label = self.texts.label
        found = [Button(label("card"), f"card:{appeal.id}")]
        if notice.text == "unfiled":
            found = [
                Button(label("to_file"), f"to_file:{appeal.id}"),
                Button(label("filed"), f"filed:{appeal.id}"),
                *found,
            ]
        if notice.text == "overdue" and person.id == appeal.author_id and self.current.city.is_by_hand(appeal.body):
            found.insert(0, Button(label("got_answer"), f"got_answer:{appeal.id}"))
        if notice.text == "returned":
            found.insert(0, Button(label("supplement"), f"supplement:{appeal.id}"))
        if notice.asks and not person.is_staff:
            yes, no = (Button(label(f"solved_{word}"), f"verdict:{appeal.id}:{word}") for word in ("yes", "no"))
            found = [yes, no, *found]
        return found


def after_quiet(now: datetime, person: Person, city: City) -> datetime:
    """Now, or the morning if the person wants quiet and it is night in the city."""
    local = now.astimezone(city.zone)
    night = local.time() >= QUIET_FROM or local.time() < QUIET_TO
    if not person.wishes.quiet or not night:
        return now
    morning = local.date() + timedelta(days=local.time() >= QUIET_FROM)
    return datetime.combine(morning, QUIET_TO, city.zone).astimezone(now.tzinfo)
