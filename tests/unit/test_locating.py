"""A service on the internet is asked for an address only when it helps, and nobody's words change their order."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from dialogs.engine import Engine
from dialogs.registry import DIALOGS
from dialogs.speech import Press, Said
from handlers.house import Chance, House
from handlers.locating import Locating
from storage.model.city import City
from storage.model.territory import Point
from storage.pack.current import Current
from tests.unit.given import MONDAY, texts
from tests.unit.town import town

SPOT = Point(59.9, 30.1)


class Service:
    """Finds every address at one spot, when it is let."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.let = asyncio.Event()
        self.let.set()

    async def __call__(self, address: str) -> Point | None:
        self.asked.append(address)
        await self.let.wait()
        return SPOT


def locating(service: Service | None, pack: City | None = None) -> Locating:
    """In an invented town."""
    chance = Chance(lambda: "t", lambda: "s", lambda: 1)
    engine = Engine(DIALOGS, chance.token)
    return Locating(House(Current(pack or town()), texts(), engine, {}, frozenset(), chance, lambda: MONDAY, service))


def said(text: str, **more: Any) -> Said:
    """Something typed."""
    return Said("telegram", "1", text, text=text, **more)


async def test_an_address_that_our_lists_do_not_know_is_asked_for() -> None:
    service = Service()
    found = await locating(service).located(said("улица Незнакомая, 5"))
    assert found == replace(said("улица Незнакомая, 5"), found=SPOT)


@pytest.mark.parametrize("text", ["Полевая ул., 5", "лифт не работает", "59.9, 30.1", "", "у фонтана в парке"])
async def test_nothing_else_leaves_the_house(text: str) -> None:
    service = Service()
    assert await locating(service).located(said(text)) == said(text)
    assert service.asked == []


async def test_a_button_is_no_address() -> None:
    service = Service()
    pressed = said("улица Незнакомая, 5", press=Press("q:1:2"))
    assert await locating(service).located(pressed) == pressed
    assert service.asked == []


async def test_without_a_service_words_pass_at_once() -> None:
    words = said("улица Незнакомая, 5")
    assert await locating(None).located(words) is words


async def test_what_one_person_says_next_waits_for_the_address_and_others_do_not() -> None:
    service = Service()
    service.let.clear()
    desk, order = locating(service), []

    async def say(who: str, text: str) -> None:
        await desk.located(replace(said(text), address=who))
        order.append(text)

    first = asyncio.create_task(say("1", "улица Незнакомая, 5"))
    await asyncio.sleep(0)
    second, other = asyncio.create_task(say("1", "у второго подъезда")), asyncio.create_task(say("2", "привет"))
    await other
    assert order == ["привет"]
    service.let.set()
    await asyncio.gather(first, second)
    assert order == ["привет", "улица Незнакомая, 5", "у второго подъезда"]
    assert desk.last == {}
