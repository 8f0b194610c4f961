"""Drafts that wait: one reminder after some days, and oblivion at the end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dialogs.engine import Engine
from dialogs.layout import arrange
from dialogs.recordings import sent_with
from dialogs.speech import Button, Capabilities, Reply
from dialogs.state import Conversation
from dialogs.texts.words import Texts
from notifier.notices import after_quiet
from storage import drafts, media, outbox, people, retention
from storage.database import Connection
from storage.model.person import Person
from storage.outbox import Draft, Lane
from storage.pack.current import Current

AT_ONCE = 100


@dataclass(frozen=True)
class Drafts:
    """Looks after them."""

    current: Current
    engine: Engine
    texts: Texts
    capabilities: Mapping[str, Capabilities]
    number: Callable[[], int]

    async def remind(self, connection: Connection, now: datetime) -> int:
        """Remind those who want it; gives how many were claimed. What stood open waits as a draft from now on."""
        found = await drafts.claim_reminders(connection, now, AT_ONCE)
        known = {person.id: person for person in await people.find(connection, [id for id, _ in found])}
        for id, state in found:
            conversation, person = self.engine.park(Conversation.from_json(state)), known[id]
            if conversation.drafts and person.reachable and person.wishes.reminders:
                await drafts.store(connection, id, conversation.as_json())
                await outbox.put(connection, [self.reminder(person, conversation, now)], now)
        return len(found)

    def reminder(self, person: Person, conversation: Conversation, now: datetime) -> Draft:
        """The message."""
        last, label = len(conversation.drafts) - 1, self.texts.label
        periods = self.current.city.retention
        facts: dict[str, Any] = {
            "story": conversation.drafts[last].answers.get("story") or "",
            "count": len(conversation.drafts),
            "days": periods.draft_days - periods.reminder_days,
        }
        buttons = [Button(label("resume"), f"resume:{last}"), Button(label("settings"), "command:settings")]
        text = self.texts.say("my.reminder", **facts)
        body = Reply(text, arrange(buttons, self.capabilities[person.channel])).as_json()
        due = after_quiet(now, person, self.current.city)
        return Draft(person.id, person.channel, person.address, Lane.NOTICE, body, self.number(), due)

    async def forget(self, connection: Connection, now: datetime) -> tuple[int, list[str]]:
        """Forget drafts that nobody touched for too long; gives how many people had some, and their files."""
        found = await retention.draft_owners(connection, now)
        files: list[str] = []
        for person, state in found:
            conversation = Conversation.from_json(state)
            sent = [
                item["id"]
                for answers in self.engine.waiting(conversation)
                for item in sent_with(answers)
                if "id" in item
            ]
            files += await media.drop(connection, person, sent)
            active = None if self.engine.keeps(conversation.active) else conversation.active
            left = replace(conversation, active=active, drafts=())
            await drafts.store(connection, person, left.as_json(), forget=True)
        return len(found), files
