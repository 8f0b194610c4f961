"""One conversation, told to both bots: from the story to the appeal that is sent, by many people at once."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import time
from typing import Any

from aiogram.types import InlineKeyboardMarkup, Message

from dialogs.texts.words import Texts
from storage.model.city import City
from storage.model.situation import Question, Situation
from tests.bench.wire import TOKEN, Wire, data_of

STORY = "На проспекте у дома 12 огромная яма посреди полосы, вчера пробил в ней колесо"
ADDRESS = "Вавиловых, {house}, напротив второй парадной"
"""everybody at a house of their own: at the same one there would be something to join"""
SITUATION, LAND = "road_pothole", "yard_house"
PATIENCE = 60.0
"""seconds until a conversation counts as hung"""
Feed = Callable[[dict[str, Any]], Awaitable[Any]]
"""takes a raw update"""
BOT = {"id": int(TOKEN.partition(":")[0]), "is_bot": True, "first_name": "bench", "username": "bench_bot"}
UPDATES = itertools.count(1)


@dataclass(frozen=True)
class Move:
    """What a person does: says words or presses a button. A message with the button `awaits` answers it."""

    awaits: str
    says: str = ""
    presses: str = ""


def conversation(city: City, texts: Texts) -> list[Move]:
    """The turns of one appeal."""
    situation, land = city.situation(SITUATION), city.lands[LAND].label
    questions = asked(situation, city)
    skip, send = texts.label("skip"), texts.label("send")
    pressed = [situation.title, land, *(question.choices[0] for question in questions), skip, send]
    first, *others = pressed[2:]
    return [
        Move(situation.title, says=STORY),
        Move(land, presses=situation.title),
        Move(texts.label("district"), presses=land),
        Move(first, says=ADDRESS),
        *(Move(after, presses=before) for before, after in itertools.pairwise([first, *others])),
        Move(texts.label("card"), presses=send),
    ]


def asked(situation: Situation, city: City) -> Sequence[Question]:
    """The questions that are asked."""
    return city.questions_of(situation)


class Resident:
    """A person who goes through the conversation: the next move follows when the last one is answered."""

    def __init__(self, number: int, wire: Wire) -> None:
        self.number, self.wire = number, wire
        self.screen = wire.screens[number]
        self.user = {"id": number, "is_bot": False, "first_name": "Житель", "language_code": "ru"}
        self.chat = {"id": number, "type": "private", "first_name": "Житель"}

    async def live(self, moves: Sequence[Move], feed: Feed) -> None:
        """The whole conversation."""
        seen: tuple[Message, Any] | None = None
        for move in moves:
            words = move.says.format(house=self.number)
            raw = self.said(words) if words else self.pressed(move.presses, seen)
            self.screen.expect(move.awaits)
            async with asyncio.timeout(PATIENCE):
                await feed(raw)
                seen = await self.screen.shown

    def said(self, text: str) -> dict[str, Any]:
        """The raw update of a text."""
        self.wire.last_message += 1
        message = {"message_id": self.wire.last_message, "from": self.user, "chat": self.chat, "date": int(time())}
        return {"update_id": next(UPDATES), "message": {**message, "text": text}}

    def pressed(self, label: str, seen: tuple[Message, Any] | None) -> dict[str, Any]:
        """The raw update of a press: of the button that was really sent, under the message that really holds it."""
        assert seen is not None, label
        message, markup = seen
        assert isinstance(markup, InlineKeyboardMarkup), label
        number = next(UPDATES)
        shown = {"message_id": message.message_id, "from": BOT, "chat": self.chat, "date": int(time())}
        query = {
            "id": str(number),
            "from": self.user,
            "chat_instance": "1",
            "data": data_of(markup, label),
            "message": {**shown, "text": message.text, "reply_markup": markup.model_dump(exclude_none=True)},
        }
        return {"update_id": number, "callback_query": query}


async def live_together(numbers: Sequence[int], wire: Wire, moves: Sequence[Move], feed: Feed) -> None:
    """Everybody at once, each at the pace of the answers."""
    async with asyncio.TaskGroup() as group:
        for number in numbers:
            group.create_task(Resident(number, wire).live(moves, feed))


async def live_in_turn(numbers: Sequence[int], wire: Wire, moves: Sequence[Move], feed: Feed) -> None:
    """One after the other, so that nobody shares a transaction with anybody."""
    for number in numbers:
        await Resident(number, wire).live(moves, feed)
