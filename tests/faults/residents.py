"""People who talk to the bot again and again, each on their own, whatever happens to it meanwhile."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from tests.emulators.heard import Heard
from tests.emulators.telegram_person import Person
from tests.emulators.vk_person import VkUser

PATIENCE = 60.0
"""seconds without any answer until a person has been forgotten by the bot"""
FILED = re.compile(r"Обращение № (\d+-\d) отправлено на проверку")
WORDS = {"Что случилось?": "", "Где это?": "Вавиловых, 4, у второй парадной"}
"""questions that are answered in words; no words stand for the story"""
BUTTONS = (
    "Даю согласие на обработку данных",
    "Сообщать",
    "Устранение ямы на дороге",
    "Двор у самого дома",
    "У меня другое",
    "Отправить",
    "Пропустить",
)


@dataclass
class Talker:
    """Somebody with a messenger in their hands who reads everything they are told, once."""

    hand: Person | VkUser
    read: int = 0
    diary: list[str] = field(default_factory=list)
    """what was said and heard, in short, for when something goes wrong"""

    async def news(self) -> list[Heard]:
        """What was said since the last time, at least one thing."""
        try:
            await self.hand.hears(self.read + 1, PATIENCE)
        except TimeoutError:
            raise AssertionError("nobody answers:\n" + "\n".join(self.diary[-12:])) from None
        new = self.hand.heard[self.read :]
        self.read += len(new)
        self.diary += [f"  {heard.message_id}: {heard.text[:60]!r} {heard.buttons}" for heard in new]
        return new

    async def say(self, words: str) -> None:
        """Say something."""
        self.diary.append(words)
        await self.hand.says(words)

    async def press(self, label: str, message: int) -> None:
        """Press a button of a message as it stands on the screen now."""
        self.diary.append(f"[{label}] of {message}")
        if isinstance(self.hand, VkUser):
            await self.hand.presses(label, message)
        else:
            await self.hand.presses_data(self.data(label, message), message)

    def data(self, label: str, message: int) -> str:
        """What a press of this button tells the bot; empty if an edit took the button away."""
        if label not in self.hand.screen[message].buttons:
            return ""
        if isinstance(self.hand, VkUser):
            return str(self.hand.window.button(label, message)[1].payload)
        buttons = self.hand.window.sent[message].inline_buttons
        return str(next(button["callback_data"] for button in buttons if button["text"] == label))

    def heard(self, words: str) -> int:
        """In how many messages these words were said; an edit is no message of its own."""
        return sum(words in heard.text for heard in self.hand.heard if not heard.edited)


@dataclass
class Resident(Talker):
    """Files one appeal after the other; answers what is asked, once, and waits for the bot before they say more."""

    filed: dict[str, str] = field(default_factory=dict)
    """the number that was told for each story"""
    known: set[str] = field(default_factory=set)
    """questions that were asked before, by the data of their buttons"""
    unanswered: int = 0
    """things said that the bot has not reacted to yet"""

    async def live(self, enough: Callable[[], bool]) -> None:
        """File appeals until it is enough; what was begun is finished."""
        await self.hand.opens()
        await self.news()
        for number in count(1):
            if enough():
                return
            story = f"Яма на дороге № {self.hand.id}-{number}"
            self.filed[story] = await self.file(story)

    async def file(self, story: str) -> str:
        """File an appeal; gives the number that was told for it."""
        await self.say(story)
        self.unanswered = 1
        while True:
            for heard in await self.news():
                number = FILED.search(heard.text)
                if number and number[1] not in self.filed.values():
                    return number[1]
                await self.react(heard, story)

    async def react(self, heard: Heard, story: str) -> None:
        """Answer a question, unless it comes a second time, or the bot has still to react to something else."""
        words = next((answer or story for question, answer in WORDS.items() if question in heard.text), "")
        label = next((label for label in BUTTONS if label in heard.buttons), "")
        key = f"{story}: {heard.text}" if words else self.data(label, heard.message_id) if label else ""
        if not key or key in self.known:
            return
        self.known.add(key)
        self.unanswered = max(self.unanswered - 1, 0)
        if self.unanswered:
            return
        self.unanswered = 1
        if words:
            await self.say(words)
        else:
            await self.press(label, heard.message_id)


@dataclass
class Moderator(Talker):
    """Takes appeals from the queue and accepts them."""

    known: set[str] = field(default_factory=set)
    """cards that were accepted, by the data of their buttons"""
    busy: bool = False
    """whether the queue is being worked off"""

    async def work(self) -> None:
        """Accept whatever comes, until cancelled."""
        while True:
            for heard in await self.news():
                accept = self.data("Принять", heard.message_id)
                if accept and accept not in self.known:
                    self.known.add(accept)
                    await self.press("Принять", heard.message_id)
                elif "Очередь пуста" in heard.text:
                    self.busy = False
                elif "· Принято" in heard.text or (heard.text.startswith("Новое обращение") and not self.busy):
                    self.busy = True
                    await self.say("/queue")


async def together(people: list[Resident], enough: Callable[[], bool]) -> None:
    """All residents at once."""
    async with asyncio.TaskGroup() as group:
        for person in people:
            group.create_task(person.live(enough))
