"""What people are told of their files afterwards: one could not be kept, where it was taken, what was heard in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from dialogs.layout import arrange
from dialogs.places import in_words, is_near, located
from dialogs.speech import Button, Capabilities, Reply
from dialogs.texts.words import Texts
from dialogs.understanding.dangers import dangers_in
from storage import outbox, people
from storage.database import Connection
from storage.media import Media
from storage.model.person import Person
from storage.model.territory import Point
from storage.outbox import Draft, Lane
from storage.pack.current import Current


@dataclass(frozen=True)
class PhotoNews:
    """Writes such messages."""

    current: Current
    texts: Texts
    capabilities: Mapping[str, Capabilities]
    number: Callable[[], int]

    async def lost(self, connection: Connection, item: Media, problem: str, now: datetime) -> None:
        """A file could not be kept.

        `problem` says why: no_picture, no_recording, too_many_pixels, too_big, no_room, gone.
        """
        if person := await self.owner(connection, item):
            buttons = [Button(self.texts.label("card"), f"card:{item.appeal_id}")] if item.appeal_id else []
            filed = item.appeal_id is not None
            text = self.texts.say("photos.lost", problem=problem, voice=item.is_voice, filed=filed)
            await self.write(connection, person, text, buttons, now)

    async def heard(self, connection: Connection, item: Media, words: str, now: datetime) -> None:
        """What was heard in a voice message of a draft is offered as words; a danger in it is told first."""
        person, city = await self.owner(connection, item), self.current.city
        if person is None:
            return
        for danger in dangers_in(words, city)[:1]:
            await self.write(connection, person, self.texts.say("emergency.danger", danger=danger, city=city), [], now)
        buttons = [Button(self.texts.label("take_words"), f"take_words:{item.id}")] if words else []
        await self.write(connection, person, self.texts.say("recordings.heard", words=words), buttons, now)

    async def located(self, connection: Connection, item: Media, point: Point, now: datetime) -> None:
        """A photo of a draft says where it was taken: that is offered as the place."""
        person, city = await self.owner(connection, item), self.current.city
        if person is None or not is_near(point, city):
            return
        district = next(iter(located(point, city).territories), "")
        place = in_words({"words": "", "lat": point.lat, "lon": point.lon}, None, city)
        text = self.texts.say("photos.located", place=place, district=district)
        await self.write(
            connection, person, text, [Button(self.texts.label("take_place"), f"photo_place:{item.id}")], now
        )

    async def owner(self, connection: Connection, item: Media) -> Person | None:
        """Whose photo it is, if they can be reached."""
        found = await people.find(connection, [item.person_id]) if item.person_id else []
        return next((person for person in found if person.reachable and person.channel in self.capabilities), None)

    async def write(
        self, connection: Connection, person: Person, text: str, buttons: list[Button], now: datetime
    ) -> None:
        """One message to one person."""
        body = Reply(text, arrange(buttons, self.capabilities[person.channel])).as_json()
        draft = Draft(person.id, person.channel, person.address, Lane.NOTICE, body, self.number(), now)
        await outbox.put(connection, [draft], now)
