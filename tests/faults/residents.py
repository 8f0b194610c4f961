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
FILED = re.compile(r"Обращение № (\d+-\d) принято")
ANSWERS = {"Что случилось?": "", "Где это?": "Вавиловых, 4, у второй парадной"}
PRESSES = (
    "Согласен на обработку данных",
    "Устранение ямы на дороге",
    "Улица или тротуар вдоль улицы",
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

    async def press(self, label: str, heard: Heard) -> None:
        """Press a button of a message as it stands on the screen now; one that is gone cannot be pressed."""
        shown = self.hand.screen[heard.message_id]
        if label not in shown.buttons:
            return
        self.diary.append(f"[{label}] of {heard.message_id}")
        if isinstance(self.hand, VkUser):
            await self.hand.presses(label, heard.message_id)
            return
        buttons = self.hand.window.sent[heard.message_id].inline_buttons
        data = next(button["callback_data"] for button in buttons if button["text"] == label)
        await self.hand.presses_data(data, heard.message_id)

    def heard(self, words: str) -> int:
        """In how many messages these words were said; an edit is no message of its own."""
        return sum(words in heard.text for heard in self.hand.heard if not heard.edited)


@dataclass
class Resident(Talker):
    """Files one appeal after the other: reacts to what is asked, and never says anything twice of their own accord."""

    filed: dict[str, str] = field(default_factory=dict)
    """the number that was told for each story"""

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
        while True:
            for heard in await self.news():
                number = FILED.search(heard.text)
                if number and number[1] not in self.filed.values():
                    return number[1]
                await self.react(heard, story)

    async def react(self, heard: Heard, story: str) -> None:
        """Answer a question, with words or with a button."""
        for question, answer in ANSWERS.items():
            if question in heard.text:
                await self.say(answer or story)
                return
        if label := next((label for label in PRESSES if label in heard.buttons), ""):
            await self.press(label, heard)


@dataclass
class Moderator(Talker):
    """Takes appeals from the queue and accepts them."""

    async def work(self) -> None:
        """Accept whatever comes, until cancelled."""
        while True:
            for heard in await self.news():
                if "Принять" in heard.buttons:
                    await self.press("Принять", heard)
                elif not heard.text.endswith("Самое давнее:") and "Очередь пуста" not in heard.text:
                    await self.say("/queue")


async def together(people: list[Resident], enough: Callable[[], bool]) -> None:
    """All residents at once."""
    async with asyncio.TaskGroup() as group:
        for person in people:
            group.create_task(person.live(enough))
