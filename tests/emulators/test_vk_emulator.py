"""The emulated VK, driven through the real vk_api in threads: every limit, every object, every fault."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from vk_api import ApiError, ApiHttpError, VkApi, VkUpload
from vk_api.bot_longpoll import VkBotLongPoll

from tests.emulators.faults import Fault
from tests.emulators.heard import Heard
from tests.emulators.vk import VkEmulator

JPEG = b"\xff\xd8\xff\xe0 a picture of a pothole \xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n a poster"


class Detour(HTTPAdapter):
    """Sends what is meant for api.vk.ru to the emulator, and never waits for ever."""

    def __init__(self, base: str, timeout: float) -> None:
        super().__init__()
        self._base = base
        self._timeout = timeout

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request.url = str(request.url).replace("https://api.vk.ru", self._base)
        return super().send(request, *args, **{**kwargs, "timeout": self._timeout})


class Bot:
    """vk_api as a bot uses it."""

    def __init__(self, vk: VkEmulator, token: str = "vk-test", version: str = "5.199", timeout: float = 5.0) -> None:
        self.api = VkApi(token=token, api_version=version)
        self.api.RPS_DELAY = 0
        self.api.error_handlers.clear()
        self.api.http.mount("https://api.vk.ru", Detour(vk.url, timeout))
        self._random_id = 0

    async def call(self, method: str, **values: Any) -> Any:
        return await asyncio.to_thread(self.api.method, method, values)

    async def refused(self, method: str, **values: Any) -> int:
        with pytest.raises(ApiError) as caught:
            await self.call(method, **values)
        return int(caught.value.code)

    def message(self, **values: Any) -> dict[str, Any]:
        self._random_id += 1
        return {"peer_id": 2001, "random_id": self._random_id, "message": "Здравствуйте"} | values

    async def sends(self, **values: Any) -> Any:
        return await self.call("messages.send", **self.message(**values))

    async def fails_to_send(self, **values: Any) -> int:
        return await self.refused("messages.send", **self.message(**values))


class Poller:
    """VkBotLongPoll in a thread."""

    def __init__(self, poll: VkBotLongPoll) -> None:
        self.poll = poll

    @classmethod
    async def of(cls, bot: Bot, wait: int = 5) -> "Poller":
        return cls(await asyncio.to_thread(VkBotLongPoll, bot.api, 77, wait))

    async def check(self) -> list[dict[str, Any]]:
        return [event.raw for event in await asyncio.to_thread(self.poll.check)]

    async def one(self) -> dict[str, Any]:
        events = await self.check()
        assert len(events) == 1
        return events[0]


@dataclass
class Clock:
    """A clock that a test moves by hand."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def vk(clock: Clock) -> AsyncIterator[VkEmulator]:
    async with VkEmulator(rate_limit=None, clock=clock, timer=clock) as emulator:
        yield emulator


@pytest.fixture
def bot(vk: VkEmulator) -> Bot:
    return Bot(vk)


@pytest.fixture
async def poller(bot: Bot) -> Poller:
    return await Poller.of(bot)


def keyboard(*rows: list[dict[str, Any]], **rest: Any) -> str:
    return json.dumps({"buttons": list(rows), **rest}, ensure_ascii=False)


def text(label: str = "Да", **rest: Any) -> dict[str, Any]:
    return {"action": {"type": "text", "label": label, **rest}}


def callback(label: str = "Да", payload: str = '{"b": "yes"}') -> dict[str, Any]:
    return {"action": {"type": "callback", "label": label, "payload": payload}}


def link(label: str = "Сайт", address: str = "https://gu.spb.ru") -> dict[str, Any]:
    return {"action": {"type": "open_link", "label": label, "link": address}}


LOCATION: dict[str, Any] = {"action": {"type": "location", "payload": '{"b": "here"}'}}


# Talking to each other.


async def test_the_group_is_described_as_5_199_does(bot: Bot) -> None:
    answer = await bot.call("groups.getById")
    assert answer["profiles"] == []
    assert (answer["groups"][0]["id"], answer["groups"][0]["screen_name"]) == (77, "zdes_club")


async def test_a_text_arrives_as_message_new(vk: VkEmulator, poller: Poller) -> None:
    await vk.user(2001, "Анна").says("Яма во дворе")
    event = await poller.one()
    message = event["object"]["message"]
    assert (event["type"], event["group_id"], event["v"]) == ("message_new", 77, "5.199")
    assert (message["from_id"], message["peer_id"], message["text"]) == (2001, 2001, "Яма во дворе")
    assert (message["conversation_message_id"], message["out"], message["random_id"]) == (1, 0, 0)
    assert "payload" not in message
    assert "callback" in event["object"]["client_info"]["button_actions"]


async def test_a_person_hears_what_the_bot_sends(vk: VkEmulator, bot: Bot) -> None:
    anna = vk.user(2001, "Анна")
    await anna.says("Здравствуйте")
    message_id = await bot.sends(message="Здравствуйте, [id2001|Анна]")
    await anna.hears(1)
    assert anna.heard == [Heard(text="Здравствуйте, Анна", message_id=2)]
    assert isinstance(message_id, int)
    assert vk.sent == 1
    assert vk.violations == []


async def test_the_same_id_is_the_same_person(vk: VkEmulator) -> None:
    assert vk.user(2001, "Анна") is vk.user(2001)


async def test_a_link_brings_its_payload_with_the_start_button(vk: VkEmulator, poller: Poller) -> None:
    await vk.user(2001).opens("join_A7")
    message = (await poller.one())["object"]["message"]
    assert (message["text"], message["payload"], message["ref"]) == ("Начать", '{"command":"start"}', "join_A7")
    assert message["ref_source"]


async def test_the_start_button_alone_has_no_ref(vk: VkEmulator, poller: Poller) -> None:
    await vk.user(2001).opens()
    assert "ref" not in (await poller.one())["object"]["message"]


async def test_an_edited_message_of_the_bot_changes_on_the_screen(vk: VkEmulator, bot: Bot) -> None:
    anna = vk.user(2001)
    await anna.says("Что с моей заявкой?")
    await bot.sends(message="Принята", keyboard=keyboard([callback()], inline=True))
    assert await bot.call("messages.edit", peer_id=2001, conversation_message_id=2, message="В работе") == 1
    assert anna.screen[2] == Heard(text="В работе", edited=True, message_id=2)
    assert [heard.text for heard in anna.heard] == ["Принята", "В работе"]


async def test_an_edit_needs_a_message_of_the_bot_not_older_than_a_day(vk: VkEmulator, bot: Bot, clock: Clock) -> None:
    await vk.user(2001).says("Здравствуйте")
    message_id = await bot.sends()
    assert await bot.refused("messages.edit", peer_id=2001, cmid=1, message="Нет") == 920
    assert await bot.refused("messages.edit", peer_id=2001, cmid=9, message="Нет") == 100
    assert await bot.refused("messages.edit", peer_id=2001, message="Нет") == 100
    below = keyboard([text()])
    assert await bot.refused("messages.edit", peer_id=2001, cmid=2, message="Нет", keyboard=below) == 911
    clock.now += 86_401
    assert await bot.refused("messages.edit", peer_id=2001, message_id=message_id, message="Поздно") == 909


async def test_a_deleted_message_leaves_the_screen_only_if_deleted_for_all(vk: VkEmulator, bot: Bot) -> None:
    anna = vk.user(2001)
    await anna.says("Здравствуйте")
    await bot.sends()
    message_id = await bot.sends()
    await bot.call("messages.delete", peer_id=2001, cmids="2")
    assert list(anna.screen) == [2, 3]
    answer = await bot.call("messages.delete", message_ids=message_id, delete_for_all=1)
    assert list(anna.screen) == [2]
    assert answer == [{"peer_id": 2001, "message_id": message_id, "conversation_message_id": 3, "response": 1}]
    assert await bot.refused("messages.delete", peer_id=2001, cmids="3") == 100
    assert await bot.refused("messages.delete", message_ids="5") == 100


async def test_waiting_in_vain_names_what_was_heard(vk: VkEmulator) -> None:
    with pytest.raises(TimeoutError, match="Анна waited for 1 messages"):
        await vk.user(2001, "Анна").hears(1, seconds=0.01)


# Buttons.


async def test_an_inline_callback_button_makes_a_message_event(vk: VkEmulator, bot: Bot, poller: Poller) -> None:
    anna = vk.user(2001)
    await anna.says("Здравствуйте")
    await bot.sends(keyboard=keyboard([callback("Отправить"), link()], inline=True))
    await poller.check()
    await anna.presses("Отправить")
    event = await poller.one()
    pressed = event["object"]
    assert anna.heard[-1].buttons == ("Отправить", "Сайт")
    assert anna.heard[-1].urls == {"Сайт": "https://gu.spb.ru"}
    assert event["type"] == "message_event"
    assert (pressed["user_id"], pressed["peer_id"], pressed["conversation_message_id"]) == (2001, 2001, 2)
    assert pressed["payload"] == {"b": "yes"}
    assert vk.unanswered_presses == {pressed["event_id"]} != {event["event_id"]}


async def test_an_answered_press_stops_spinning(vk: VkEmulator, bot: Bot, poller: Poller) -> None:
    anna = vk.user(2001)
    for data in (None, {"type": "show_snackbar", "text": "Принято"}, {"type": "open_link", "link": "https://vk.ru"}):
        await anna.presses_data({"b": "forged"}, message_id=5)
        pressed = (await poller.one())["object"]
        given = {} if data is None else {"event_data": json.dumps(data)}
        await bot.call(
            "messages.sendMessageEventAnswer", event_id=pressed["event_id"], user_id=2001, peer_id=2001, **given
        )
    await anna.toasted(3)
    assert anna.toasts == ["", "Принято", ""]
    assert pressed["conversation_message_id"] == 5
    assert vk.unanswered_presses == set()
    assert vk.violations == []


async def test_a_press_is_answered_once_within_a_minute(vk: VkEmulator, bot: Bot, poller: Poller, clock: Clock) -> None:
    anna = vk.user(2001)
    await anna.presses_data({})
    await anna.presses_again()
    first, second = [event["object"]["event_id"] for event in await poller.check()]
    who = {"user_id": 2001, "peer_id": 2001}
    answer = "messages.sendMessageEventAnswer"
    await bot.call(answer, event_id=first, **who)
    assert await bot.refused(answer, event_id=first, **who) == 100
    assert await bot.refused(answer, event_id="unknown", **who) == 100
    assert await bot.refused(answer, event_id=second, user_id=2002, peer_id=2002) == 100
    assert len(vk.violations) == 3
    clock.now += 61
    assert await bot.refused(answer, event_id=second, **who) == 100
    assert len(vk.violations) == 3


@pytest.mark.parametrize(
    "data",
    [
        '{"type": "show_snackbar", "text": "%s"}' % ("д" * 91),
        '{"type": "show_snackbar", "text": ""}',
        '{"type": "show_snackbar"}',
        '{"type": "show_alert", "text": "Да"}',
        '{"type": "open_link", "link": "сайт"}',
        "[]",
        "Принято",
    ],
)
async def test_a_wrong_answer_to_a_press_is_refused(vk: VkEmulator, bot: Bot, poller: Poller, data: str) -> None:
    await vk.user(2001).presses_data({})
    event_id = (await poller.one())["object"]["event_id"]
    answer = {"event_id": event_id, "user_id": 2001, "peer_id": 2001, "event_data": data}
    assert await bot.refused("messages.sendMessageEventAnswer", **answer) == 100
    assert vk.unanswered_presses == {event_id}
    assert len(vk.violations) == 1


async def test_a_text_button_writes_its_label_with_its_payload(vk: VkEmulator, bot: Bot, poller: Poller) -> None:
    anna = vk.user(2001)
    await anna.says("Здравствуйте")
    await bot.sends(keyboard=keyboard([text("Новое обращение", payload='{"b":"new"}')], [text("Помощь")]))
    await poller.check()
    await anna.presses("Новое обращение")
    message = (await poller.one())["object"]["message"]
    assert anna.heard[-1].keyboard == anna.keyboard == ("Новое обращение", "Помощь")
    assert (message["text"], message["payload"]) == ("Новое обращение", '{"b":"new"}')


async def test_a_one_time_keyboard_goes_after_its_use(vk: VkEmulator, bot: Bot) -> None:
    anna = vk.user(2001)
    await anna.says("Здравствуйте")
    await bot.sends(keyboard=keyboard([text("Да")], one_time=True))
    await anna.presses("Да")
    assert anna.keyboard == ()


async def test_a_keyboard_stays_until_it_is_replaced_or_removed(vk: VkEmulator, bot: Bot) -> None:
    anna = vk.user(2001)
    await anna.says("Здравствуйте")
    await bot.sends(keyboard=keyboard([text("Да")]))
    await bot.sends(message="Просто слова")
    assert (anna.heard[-1].keyboard, anna.keyboard) == (None, ("Да",))
    await bot.sends(keyboard=keyboard())
    assert (anna.heard[-1].keyboard, anna.keyboard) == ((), ())


async def test_a_callback_button_below_the_input_field_names_no_message(
    vk: VkEmulator, bot: Bot, poller: Poller
) -> None:
    anna = vk.user(2001)
    await anna.says("Здравствуйте")
    await bot.sends(keyboard=keyboard([callback("Да")]))
    await poller.check()
    await anna.presses("Да")
    assert "conversation_message_id" not in (await poller.one())["object"]


async def test_the_newest_button_with_a_label_is_pressed_unless_a_message_is_named(
    vk: VkEmulator, bot: Bot, poller: Poller
) -> None:
    anna = vk.user(2001)
    await anna.says("Здравствуйте")
    for _ in range(2):
        await bot.sends(keyboard=keyboard([callback("Да")], inline=True))
    await poller.check()
    await anna.presses("Да")
    await anna.presses("Да", message_id=2)
    assert [event["object"]["conversation_message_id"] for event in await poller.check()] == [3, 2]


async def test_buttons_that_tell_the_bot_nothing_cannot_be_pressed(vk: VkEmulator, bot: Bot) -> None:
    anna = vk.user(2001)
    await anna.says("Здравствуйте")
    await bot.sends(keyboard=keyboard([link("Сайт")], [LOCATION], inline=True))
    with pytest.raises(AssertionError, match=r"is a link to https://gu\.spb\.ru"):
        await anna.presses("Сайт")
    with pytest.raises(AssertionError, match="use sends_location"):
        await anna.presses("Отправить местоположение")
    with pytest.raises(AssertionError, match="no «Да» on the screen, there is «Сайт»"):
        await anna.presses("Да")


async def test_a_second_tap_is_a_new_event_and_a_repeated_event_is_not(vk: VkEmulator, poller: Poller) -> None:
    anna = vk.user(2001)
    await anna.presses_data({"b": "send"})
    await anna.presses_again()
    vk.repeat_last_event()
    first, second, third = await poller.check()
    assert first["event_id"] != second["event_id"] == third["event_id"]
    assert first["object"]["event_id"] != second["object"]["event_id"]
    assert first["object"]["payload"] == second["object"]["payload"]


def wide(count: int, columns: int) -> list[list[dict[str, Any]]]:
    buttons = [text(str(number)) for number in range(count)]
    return [buttons[start : start + columns] for start in range(0, count, columns)]


GOOD_KEYBOARDS = {
    "40 below": keyboard(*wide(40, 5)),
    "10 rows below": keyboard(*wide(10, 1)),
    "10 inline": keyboard(*wide(10, 5), inline=True),
    "6 rows inline": keyboard(*wide(6, 1), inline=True),
    "40 letters": keyboard([text("ж" * 40)]),
    "255 of payload": keyboard([text(payload='"' + "p" * 253 + '"')]),
    "colour": keyboard([text() | {"color": "primary"}, callback() | {"color": "negative"}]),
    "whole rows": keyboard(
        [LOCATION],
        [{"action": {"type": "vkpay", "hash": "action=pay"}}],
        [{"action": {"type": "open_app", "label": "Карта", "app_id": 1, "owner_id": 1, "hash": ""}}],
    ),
}

BAD_KEYBOARDS = {
    "6 in a row": (911, keyboard(*wide(6, 6))),
    "11 rows below": (911, keyboard(*wide(11, 1))),
    "41 below": (911, keyboard(*wide(41, 5))),
    "11 inline": (911, keyboard(*wide(11, 5), inline=True)),
    "7 rows inline": (911, keyboard(*wide(7, 1), inline=True)),
    "one_time inline": (911, keyboard([text()], inline=True, one_time=True)),
    "inline not boolean": (911, keyboard([text()], inline=1)),
    "41 letters": (911, keyboard([text("ж" * 41)])),
    "no letters": (911, keyboard([text("")])),
    "256 of payload": (911, keyboard([text(payload='"' + "p" * 254 + '"')])),
    "payload not JSON": (911, keyboard([text(payload="new")])),
    "payload not a string": (911, keyboard([text(payload={"b": "new"})])),
    "payload null": (911, keyboard([text(payload=None)])),
    "unknown colour": (911, keyboard([text() | {"color": "green"}])),
    "coloured link": (911, keyboard([link() | {"color": "primary"}])),
    "link without address": (911, keyboard([link(address="gu.spb.ru")])),
    "location with a label": (911, keyboard([{"action": {"type": "location", "label": "Я здесь"}}])),
    "location beside another": (911, keyboard([LOCATION, text()])),
    "unknown type": (911, keyboard([{"action": {"type": "request_contact", "label": "Телефон"}}])),
    "unknown action field": (911, keyboard([text(url="https://vk.ru")])),
    "unknown button field": (911, keyboard([text() | {"colour": "primary"}])),
    "unknown field": (911, keyboard([text()], resize=True)),
    "empty row": (911, keyboard([])),
    "no action": (911, keyboard([{"color": "primary"}])),
    "no buttons": (911, "{}"),
    "an array": (911, "[]"),
    "not JSON": (100, "{'buttons': []}"),
}


@pytest.mark.parametrize("name", GOOD_KEYBOARDS)
async def test_a_keyboard_at_the_limit_is_accepted(vk: VkEmulator, bot: Bot, name: str) -> None:
    await vk.user(2001).says("Здравствуйте")
    await bot.sends(keyboard=GOOD_KEYBOARDS[name])
    assert vk.violations == []


@pytest.mark.parametrize("name", BAD_KEYBOARDS)
async def test_a_keyboard_beyond_the_limit_is_refused(vk: VkEmulator, bot: Bot, name: str) -> None:
    await vk.user(2001).says("Здравствуйте")
    code, bad = BAD_KEYBOARDS[name]
    assert await bot.fails_to_send(keyboard=bad) == code
    assert len(vk.violations) == 1
    assert vk.sent == 0


# Limits of messages.send.


@pytest.mark.parametrize(
    ("code", "values"),
    [
        (914, {"message": "д" * 4097}),
        (100, {"message": ""}),
        (100, {"message": " \n"}),
        (100, {"random_id": None}),
        (100, {"random_id": 2**31}),
        (100, {"random_id": "abc"}),
        (100, {"peer_id": None}),
        (100, {"user_id": 2001}),
        (100, {"parse_mode": "HTML"}),
        (100, {"dont_parse_links": True}),
        (100, {"attachment": "photo-77_1"}),
        (100, {"attachment": "потолок.jpg"}),
        (100, {"attachment": ",".join(["photo-77_1"] * 11)}),
        (901, {"peer_id": 2002}),
        (901, {"peer_id": 999}),
    ],
)
async def test_a_wrong_message_is_refused_and_recorded(
    vk: VkEmulator, bot: Bot, code: int, values: dict[str, Any]
) -> None:
    await vk.user(2001).says("Здравствуйте")
    vk.user(2002, "Борис, который не писал")
    assert await bot.fails_to_send(**values) == code
    assert len(vk.violations) == 1
    assert vk.sent == 0


async def test_the_longest_text_is_accepted(vk: VkEmulator, bot: Bot) -> None:
    await vk.user(2001).says("Здравствуйте")
    await bot.sends(message="д" * 4096)
    assert vk.violations == []


async def test_a_repeated_random_id_is_not_a_second_message(vk: VkEmulator, bot: Bot, clock: Clock) -> None:
    for person in (2001, 2002):
        await vk.user(person).says("Здравствуйте")
    first = await bot.sends(random_id=-5)
    clock.now += 3_600
    assert await bot.sends(random_id=-5) == first
    assert await bot.sends(random_id=-5, peer_id=2002) != first
    assert (vk.sent, len(vk.user(2001).heard)) == (2, 1)
    assert vk.violations == []


async def test_a_random_id_protects_for_an_hour(vk: VkEmulator, bot: Bot, clock: Clock) -> None:
    await vk.user(2001).says("Здравствуйте")
    first = await bot.sends(random_id=5)
    clock.now += 3_601
    assert await bot.sends(random_id=5) != first


async def test_a_random_id_of_another_message_is_a_violation(vk: VkEmulator, bot: Bot) -> None:
    await vk.user(2001).says("Здравствуйте")
    assert await bot.sends(random_id=5) == await bot.sends(random_id=5, message="Совсем другое")
    assert "used for another message" in vk.violations[0]


async def test_random_id_zero_is_accepted_but_recorded(vk: VkEmulator, bot: Bot) -> None:
    await vk.user(2001).says("Здравствуйте")
    assert await bot.sends(random_id=0) != await bot.sends(random_id=0)
    assert len(vk.violations) == 2


async def test_several_peers_get_one_answer_each(vk: VkEmulator, bot: Bot) -> None:
    for person in (2001, 2002):
        await vk.user(person).says("Здравствуйте")
    answer = await bot.sends(peer_id=None, peer_ids="2001,2002,999")
    assert [one["peer_id"] for one in answer] == [2001, 2002, 999]
    assert answer[0]["conversation_message_id"] == 2
    assert answer[2]["error"]["code"] == 901
    assert vk.sent == 2
    assert len(vk.violations) == 1


async def test_more_than_a_hundred_peers_are_refused(bot: Bot) -> None:
    assert await bot.fails_to_send(peer_id=None, peer_ids=",".join(map(str, range(1, 102)))) == 100


async def test_a_parameter_given_as_a_list_is_refused(vk: VkEmulator, bot: Bot) -> None:
    assert await bot.fails_to_send(peer_id=None, peer_ids=[2001, 2002]) == 100
    assert "several times" in vk.violations[0]


async def test_whoever_blocked_the_community_cannot_be_reached(vk: VkEmulator, bot: Bot, poller: Poller) -> None:
    anna = vk.user(2001)
    await anna.says("Здравствуйте")
    await anna.blocks()
    assert await bot.fails_to_send() == 901
    with pytest.raises(AssertionError, match="unblocks"):
        await anna.says("Ау")
    await anna.unblocks()
    await bot.sends()
    events = await poller.check()
    assert [event["type"] for event in events] == ["message_new", "message_deny", "message_allow"]
    assert events[1]["object"]["user_id"] == events[2]["object"]["user_id"] == 2001
    assert vk.violations == []


# What people send.


async def test_a_photo_comes_in_several_sizes_of_which_only_the_largest_is_whole(
    vk: VkEmulator, poller: Poller
) -> None:
    await vk.user(2001).sends_photo(JPEG, caption="Вот")
    message = (await poller.one())["object"]["message"]
    sizes = message["attachments"][0]["photo"]["sizes"]
    best = max(sizes, key=lambda size: size["width"])
    assert message["text"] == "Вот"
    assert best is not sizes[0]
    assert best is not sizes[-1]
    assert (await asyncio.to_thread(requests.get, best["url"], timeout=5)).content == JPEG
    assert (await asyncio.to_thread(requests.get, sizes[0]["url"], timeout=5)).content != JPEG


async def test_an_album_is_one_message(vk: VkEmulator, poller: Poller) -> None:
    anna = vk.user(2001)
    for caption in ("", "Три ямы", ""):
        await anna.sends_photo(JPEG, caption, group="ямы")
    await anna.says("Вот")
    album, words = [event["object"]["message"] for event in await poller.check()]
    assert (album["text"], len(album["attachments"]), words["text"]) == ("Три ямы", 3, "Вот")


async def test_an_album_goes_out_by_itself(vk: VkEmulator, poller: Poller) -> None:
    await vk.user(2001).sends_photo(JPEG, group="ямы")
    assert len((await poller.one())["object"]["message"]["attachments"]) == 1


async def test_a_document_claims_the_size_it_was_told_to(vk: VkEmulator, poller: Poller) -> None:
    await vk.user(2001).sends_document(b"%PDF", "plan.pdf", "application/pdf", size=300_000_000)
    document = (await poller.one())["object"]["message"]["attachments"][0]["doc"]
    answer = await asyncio.to_thread(requests.get, document["url"], timeout=5)
    assert (document["title"], document["ext"], document["size"]) == ("plan.pdf", "pdf", 300_000_000)
    assert (answer.content, answer.headers["Content-Type"]) == (b"%PDF", "application/pdf")


async def test_a_location_carries_the_payload_of_its_button(vk: VkEmulator, bot: Bot, poller: Poller) -> None:
    anna = vk.user(2001)
    await anna.says("Здравствуйте")
    await bot.sends(keyboard=keyboard([LOCATION], one_time=True))
    await poller.check()
    await anna.sends_location(59.93, 30.36)
    message = (await poller.one())["object"]["message"]
    assert message["geo"]["coordinates"] == {"latitude": 59.93, "longitude": 30.36}
    assert (message["text"], message["payload"]) == ("", '{"b": "here"}')
    assert anna.keyboard == ()


async def test_other_things_come_as_attachments_of_their_type(vk: VkEmulator, poller: Poller) -> None:
    anna = vk.user(2001)
    await anna.sends_sticker()
    await anna.sends_voice()
    await anna.sends_video(size=50_000_000)
    await anna.sends_contact()
    attachments = [event["object"]["message"]["attachments"][0] for event in await poller.check()]
    assert [one["type"] for one in attachments] == ["sticker", "audio_message", "video", "contact"]
    assert attachments[2]["video"]["duration"] == 50


async def test_an_edited_message_comes_as_the_message_itself(vk: VkEmulator, poller: Poller) -> None:
    anna = vk.user(2001)
    await anna.says("Яма")
    await anna.edits("Яма на Садовой")
    event = (await poller.check())[1]
    assert (event["type"], event["object"]["text"]) == ("message_edit", "Яма на Садовой")
    assert event["object"]["conversation_message_id"] == 1


async def test_a_forged_payload_of_a_text_button_arrives(vk: VkEmulator, poller: Poller) -> None:
    await vk.user(2001).says("Да", payload={"b": "forged"})
    assert json.loads((await poller.one())["object"]["message"]["payload"]) == {"b": "forged"}


# Uploading.


async def uploaded(bot: Bot, data: bytes = PNG) -> str:
    answer = await asyncio.to_thread(VkUpload(bot.api).photo_messages, io.BytesIO(data), 2001)
    return f"photo{answer[0]['owner_id']}_{answer[0]['id']}_{answer[0]['access_key']}"


async def test_an_uploaded_photo_reaches_the_person(vk: VkEmulator, bot: Bot) -> None:
    anna = vk.user(2001)
    await anna.says("Здравствуйте")
    attachment = await uploaded(bot)
    await bot.sends(message="", attachment=attachment)
    await bot.sends(message="", attachment=attachment.rpartition("_")[0])
    assert [heard.photos for heard in anna.heard] == [(PNG,), (PNG,)]
    assert vk.violations == []


async def test_an_uploaded_document_reaches_the_person(vk: VkEmulator, bot: Bot) -> None:
    anna = vk.user(2001)
    await anna.says("Здравствуйте")
    upload = VkUpload(bot.api)
    saved = await asyncio.to_thread(upload.document_message, io.BytesIO(b"%PDF"), title="plan.pdf", peer_id=2001)
    document = saved["doc"]
    await bot.sends(attachment=f"doc{document['owner_id']}_{document['id']}")
    assert (saved["type"], document["title"]) == ("doc", "plan.pdf")
    assert anna.heard[0].documents == (("plan.pdf", b"%PDF"),)
    assert vk.violations == []


async def test_the_field_of_an_uploaded_photo_is_called_photo(vk: VkEmulator, bot: Bot) -> None:
    url = (await bot.call("photos.getMessagesUploadServer", peer_id=2001))["upload_url"]
    good = await asyncio.to_thread(requests.post, url, files={"photo": ("1.png", PNG)}, timeout=5)
    bad = await asyncio.to_thread(requests.post, url, files={"document": ("1.png", PNG)}, timeout=5)
    assert set(good.json()) == {"server", "photo", "hash"}
    assert bad.json()["error"]
    assert len(vk.violations) == 1


async def test_a_photo_that_is_no_picture_cannot_be_saved(vk: VkEmulator, bot: Bot) -> None:
    with pytest.raises(ApiError, match="photos_list is invalid"):
        await uploaded(bot, b"<html>")
    assert len(vk.violations) == 2


async def test_an_upload_is_saved_with_its_own_hash(bot: Bot) -> None:
    url = (await bot.call("photos.getMessagesUploadServer"))["upload_url"]
    answer = (await asyncio.to_thread(requests.post, url, files={"photo": ("1.png", PNG)}, timeout=5)).json()
    assert await bot.refused("photos.saveMessagesPhoto", **answer | {"hash": "other"}) == 100
    assert await bot.refused("docs.save", file="unknown") == 100


async def test_an_address_that_was_not_given_out_takes_nothing(vk: VkEmulator) -> None:
    answer = await asyncio.to_thread(requests.post, f"{vk.url}/upload/mine", files={"photo": ("1.png", PNG)}, timeout=5)
    assert answer.status_code == 404
    assert len(vk.violations) == 1


async def test_a_document_is_uploaded_for_someone_who_can_be_reached(bot: Bot) -> None:
    assert await bot.refused("docs.getMessagesUploadServer", type="doc") == 100
    assert await bot.refused("docs.getMessagesUploadServer", type="doc", peer_id=999) == 901


async def test_a_photo_of_a_person_is_passed_on_with_its_access_key(vk: VkEmulator, bot: Bot, poller: Poller) -> None:
    anna = vk.user(2001)
    await anna.sends_photo(JPEG)
    photo = (await poller.one())["object"]["message"]["attachments"][0]["photo"]
    name = f"photo{photo['owner_id']}_{photo['id']}"
    assert await bot.fails_to_send(attachment=name) == 100
    assert await bot.fails_to_send(attachment=f"{name}_wrong") == 100
    await bot.sends(attachment=f"{name}_{photo['access_key']}")
    assert anna.heard[0].photos == (JPEG,)


# Reading what was missed.


async def test_unread_and_unanswered_conversations_are_found(vk: VkEmulator, bot: Bot) -> None:
    for person in (2001, 2002, 2003):
        await vk.user(person).says(f"Я {person}")
    await bot.sends(peer_id=2001)
    await bot.call("messages.markAsRead", peer_id=2002)

    async def found(name: str) -> list[int]:
        answer = await bot.call("messages.getConversations", filter=name)
        assert answer["count"] == len(answer["items"])
        return [one["conversation"]["peer"]["id"] for one in answer["items"]]

    assert await found("all") == [2001, 2003, 2002]
    assert await found("unanswered") == [2003, 2002]
    assert await found("unread") == [2003]
    assert await bot.refused("messages.getConversations", filter="new") == 100


async def test_a_conversation_says_what_is_unread(vk: VkEmulator, bot: Bot) -> None:
    for words in ("Раз", "Два", "Три"):
        await vk.user(2001).says(words)
    await bot.call("messages.markAsRead", peer_id=2001, up_to_cmid=1)
    item = (await bot.call("messages.getConversations"))["items"][0]
    assert item["conversation"]["unread_count"] == 2
    assert item["conversation"]["in_read_cmid"] == 1
    assert item["last_message"]["text"] == "Три"


async def test_history_is_read_from_both_ends(vk: VkEmulator, bot: Bot) -> None:
    for words in ("Раз", "Два", "Три"):
        await vk.user(2001).says(words)

    async def read(**values: Any) -> list[str]:
        answer = await bot.call("messages.getHistory", peer_id=2001, **values)
        return [one["text"] for one in answer["items"]]

    assert await read() == ["Три", "Два", "Раз"]
    assert await read(rev=1, count=2) == ["Раз", "Два"]
    assert await read(offset=2) == ["Раз"]
    second = (await bot.call("messages.getByConversationMessageId", peer_id=2001, conversation_message_ids="2"))[
        "items"
    ]
    assert await read(rev=1, start_message_id=second[0]["id"]) == ["Два", "Три"]
    assert await bot.refused("messages.getHistory", peer_id=2001, count=201) == 100


async def test_people_are_described_by_their_name(vk: VkEmulator, bot: Bot) -> None:
    vk.user(2001, "Анна Петрова")
    answer = await bot.call("users.get", user_ids="2001,999")
    assert [(one["id"], one["first_name"], one["last_name"]) for one in answer] == [(2001, "Анна", "Петрова")]


async def test_typing_is_shown_to_those_who_wrote(vk: VkEmulator, bot: Bot) -> None:
    await vk.user(2001).says("Здравствуйте")
    assert await bot.call("messages.setActivity", peer_id=2001, type="typing") == 1
    assert await bot.refused("messages.setActivity", peer_id=999, type="typing") == 901
    assert await bot.refused("messages.setActivity", peer_id=2001, type="thinking") == 100


# Access.


async def test_a_wrong_token_is_refused(vk: VkEmulator) -> None:
    assert await Bot(vk, token="other").refused("groups.getById") == 5


async def test_a_dead_token_is_refused_everywhere(vk: VkEmulator, bot: Bot) -> None:
    vk.token_dead = 27
    assert await bot.refused("groups.getById") == 27
    vk.token_dead = None
    await bot.call("groups.getById")


async def test_another_version_of_the_api_is_a_violation(vk: VkEmulator) -> None:
    assert await Bot(vk, version="5.92").refused("groups.getById") == 8
    assert len(vk.violations) == 1


async def test_an_unknown_method_is_refused(vk: VkEmulator, bot: Bot) -> None:
    assert await bot.refused("messages.sendSticker") == 3
    assert len(vk.violations) == 1


async def test_a_missing_right_of_the_token_is_refused(vk: VkEmulator, bot: Bot) -> None:
    assert [one["name"] for one in (await bot.call("groups.getTokenPermissions"))["permissions"]] == [
        "photos",
        "messages",
        "docs",
        "manage",
    ]
    del vk.permissions["manage"]
    assert await bot.refused("groups.getLongPollServer", group_id=77) == 15


async def test_an_error_has_the_form_of_vk(vk: VkEmulator) -> None:
    given = {"access_token": "vk-test", "v": "5.199", "peer_id": "2001", "message": "Да"}
    answer = await asyncio.to_thread(requests.post, f"{vk.url}/method/messages.send", given, timeout=5)
    error = answer.json()["error"]
    assert answer.status_code == 200
    assert error["error_code"] == 100
    assert error["error_msg"].endswith("random_id is a required parameter")
    assert {"key": "peer_id", "value": "2001"} in error["request_params"]
    assert "vk-test" not in answer.text


async def test_calls_are_kept_with_their_outcome(vk: VkEmulator, bot: Bot) -> None:
    await bot.call("groups.getById", group_id=77)
    await bot.refused("users.find")
    assert [(call.method, call.error_code) for call in vk.calls] == [("groups.getById", None), ("users.find", 3)]
    assert vk.calls[0].params == {"group_id": "77", "v": "5.199"}
    vk.keep_calls = False
    await bot.call("groups.getById")
    assert len(vk.calls) == 2


async def test_calls_beyond_the_rate_are_refused_until_a_second_has_passed(
    vk: VkEmulator, bot: Bot, clock: Clock
) -> None:
    vk.rate_limit = 3
    for _ in range(3):
        await bot.call("groups.getById")
    assert await bot.refused("groups.getById") == 6
    assert (vk.refused, vk.violations) == (1, [])
    clock.now += 1.0
    await bot.call("groups.getById")


# Long Poll.


async def test_an_older_ts_gives_the_events_again(vk: VkEmulator, poller: Poller) -> None:
    start = poller.poll.ts
    await vk.user(2001).says("Раз")
    first = await poller.one()
    await vk.user(2001).says("Два")
    assert len(await poller.check()) == 1
    poller.poll.ts = start
    again = await poller.check()
    assert again[0] == first
    assert len(again) == 2
    assert isinstance(start, str)


async def test_a_waiting_poller_is_woken_by_an_event(vk: VkEmulator, bot: Bot) -> None:
    pollers = [await Poller.of(bot, wait=60) for _ in range(2)]
    waiting = asyncio.gather(*(poller.one() for poller in pollers))
    await vk.polled(2)
    await vk.user(2001).says("Здравствуйте")
    first, second = await asyncio.wait_for(waiting, 10)
    assert first == second


async def test_a_poller_goes_home_with_nothing_when_its_wait_is_over(bot: Bot) -> None:
    assert await (await Poller.of(bot, wait=0)).check() == []


async def test_a_switched_off_event_type_is_not_delivered(vk: VkEmulator, bot: Bot, poller: Poller) -> None:
    vk.long_poll_settings["events"]["message_event"] = 0
    anna = vk.user(2001)
    await anna.presses_data({})
    await bot.call("groups.setLongPollSettings", group_id=77, message_event=1, message_deny=0)
    await anna.blocks()
    await anna.unblocks()
    assert [event["type"] for event in await poller.check()] == ["message_allow"]
    settings = await bot.call("groups.getLongPollSettings", group_id=77)
    assert settings["is_enabled"] is True
    assert (settings["events"]["message_event"], settings["events"]["message_deny"]) == (1, 0)


async def test_replies_are_events_when_they_are_switched_on(vk: VkEmulator, bot: Bot, poller: Poller) -> None:
    vk.long_poll_settings["events"]["message_reply"] = 1
    await vk.user(2001).says("Здравствуйте")
    await bot.sends()
    assert [event["type"] for event in await poller.check()] == ["message_new", "message_reply"]


async def test_long_poll_has_to_be_switched_on(vk: VkEmulator, bot: Bot) -> None:
    vk.long_poll_settings["is_enabled"] = False
    assert await bot.refused("groups.getLongPollServer", group_id=77) == 100
    await bot.call("groups.setLongPollSettings", group_id=77, enabled=1, api_version="5.199")
    await bot.call("groups.getLongPollServer", group_id=77)
    assert await bot.refused("groups.getLongPollServer", group_id=78) == 15


async def answered(poller: Poller) -> dict[str, Any]:
    query = {"act": "a_check", "key": poller.poll.key, "ts": poller.poll.ts, "wait": 0}
    answer = await asyncio.to_thread(requests.get, poller.poll.url, query, timeout=5)
    return dict(answer.json())


async def test_an_expired_key_keeps_the_history(vk: VkEmulator, poller: Poller) -> None:
    await vk.user(2001).says("Раз")
    vk.expire_key()
    assert await answered(poller) == {"failed": 2}
    assert await poller.check() == []
    assert (await poller.one())["object"]["message"]["text"] == "Раз"


async def test_a_lost_history_gives_a_new_ts(vk: VkEmulator, poller: Poller) -> None:
    await vk.user(2001).says("Раз")
    vk.lose_history()
    failed = await answered(poller)
    assert set(failed) == {"failed", "ts"}
    assert failed["failed"] == 1
    await poller.check()
    await vk.user(2001).says("Два")
    assert (await poller.one())["object"]["message"]["text"] == "Два"


async def test_a_lost_everything_asks_for_key_and_ts(vk: VkEmulator, poller: Poller) -> None:
    await vk.user(2001).says("Раз")
    vk.lose_all()
    assert await answered(poller) == {"failed": 3}
    await poller.check()
    await vk.user(2001).says("Два")
    assert (await poller.one())["object"]["message"]["text"] == "Два"


async def test_a_waiting_poller_learns_at_once_that_its_key_expired(vk: VkEmulator, bot: Bot) -> None:
    poller = await Poller.of(bot, wait=60)
    waiting = asyncio.create_task(poller.check())
    await vk.polled()
    vk.expire_key()
    assert await asyncio.wait_for(waiting, 10) == []
    assert poller.poll.key == "key2"


@pytest.mark.parametrize("wrong", [{"act": "check"}, {"ts": "now"}, {"wait": "91"}, {"key": ""}])
async def test_a_wrong_long_poll_request_is_a_violation(vk: VkEmulator, wrong: dict[str, str]) -> None:
    query = {"act": "a_check", "key": "key1", "ts": "1", "wait": "0"} | wrong
    answer = await asyncio.to_thread(requests.get, f"{vk.url}/longpoll", query, timeout=5)
    assert answer.json()["failed"] == 3
    assert len(vk.violations) == 1


async def test_a_raw_event_is_delivered_as_it_is(vk: VkEmulator, poller: Poller) -> None:
    vk.push({"type": "message_new"})
    assert (await answered(poller))["updates"] == [{"type": "message_new"}]


# Faults.


async def test_a_vk_error_is_answered_without_doing_the_work(vk: VkEmulator, bot: Bot) -> None:
    await vk.user(2001).says("Здравствуйте")
    vk.fault("messages.send", Fault.vk_error(6), times=2)
    await bot.call("groups.getById")
    assert [await bot.fails_to_send(), await bot.fails_to_send()] == [6, 6]
    await bot.sends()
    assert (vk.sent, vk.violations) == (1, [])


async def test_a_captcha_has_what_vk_api_reads(vk: VkEmulator, bot: Bot) -> None:
    vk.fault(None, Fault.vk_error(14))
    with pytest.raises(ApiError) as caught:
        await bot.call("groups.getById")
    assert {"captcha_sid", "captcha_img"} <= set(caught.value.error)


async def test_a_status_is_answered_without_doing_the_work(vk: VkEmulator, bot: Bot) -> None:
    await vk.user(2001).says("Здравствуйте")
    vk.fault(None, Fault.status(500))
    with pytest.raises(ApiHttpError):
        await bot.sends()
    assert vk.sent == 0
    assert vk.calls[-1].error_code == -1


async def test_garbage_is_answered_without_doing_the_work(vk: VkEmulator, bot: Bot) -> None:
    await vk.user(2001).says("Здравствуйте")
    vk.fault("messages.send", Fault.garbage)
    with pytest.raises(requests.JSONDecodeError):
        await bot.sends()
    assert vk.sent == 0


async def test_a_dropped_connection_may_hide_that_the_work_was_done(vk: VkEmulator, bot: Bot) -> None:
    await vk.user(2001).says("Здравствуйте")
    for fault, sent in ((Fault.drop_before, 0), (Fault.drop_after, 1)):
        vk.fault("messages.send", fault)
        with pytest.raises(requests.ConnectionError):
            await bot.sends(random_id=7)
        assert vk.sent == sent
    await bot.sends(random_id=7)
    assert vk.sent == 1


async def test_a_hanging_call_goes_on_when_released(vk: VkEmulator, bot: Bot) -> None:
    vk.fault("groups.getById", Fault.hang)
    hanging = asyncio.create_task(bot.call("groups.getById"))
    await vk.hanging()
    vk.release()
    assert (await asyncio.wait_for(hanging, 10))["groups"]


async def test_a_slow_call_does_the_work_before_it_answers(vk: VkEmulator, bot: Bot) -> None:
    anna = vk.user(2001)
    await anna.says("Здравствуйте")
    vk.fault("messages.send", Fault.slow(30))
    sending = asyncio.create_task(bot.sends())
    await anna.hears(1)
    assert not sending.done()
    await vk.stop()
    with pytest.raises(requests.ConnectionError):
        await sending


async def test_every_call_takes_its_latency_but_the_long_poll_does_not(vk: VkEmulator, poller: Poller) -> None:
    vk.latency = 30
    await vk.user(2001).says("Здравствуйте")
    await poller.one()
    with pytest.raises(requests.ReadTimeout):
        await Bot(vk, timeout=0.05).call("groups.getById")


async def test_the_long_poll_has_faults_of_its_own(vk: VkEmulator, bot: Bot, poller: Poller) -> None:
    vk.fault(None, Fault.status(500))
    vk.fault("longpoll", Fault.status(502))
    with pytest.raises(requests.JSONDecodeError):
        await poller.check()
    await vk.user(2001).says("Здравствуйте")
    await poller.one()
    with pytest.raises(ApiHttpError):
        await bot.call("groups.getById")


async def test_the_upload_server_has_faults_of_its_own(vk: VkEmulator, bot: Bot) -> None:
    vk.fault("upload", Fault.drop_before)
    with pytest.raises(requests.ConnectionError):
        await uploaded(bot)
    await uploaded(bot)


async def test_a_lost_network_comes_back_with_everything_remembered(vk: VkEmulator, bot: Bot) -> None:
    anna = vk.user(2001)
    await anna.says("Здравствуйте")
    poller = await Poller.of(bot, wait=60)
    waiting = asyncio.create_task(poller.check())
    await vk.polled()
    url = vk.url
    await vk.stop()
    with pytest.raises(requests.ConnectionError):
        await waiting
    with pytest.raises(requests.ConnectionError):
        await bot.sends()
    await anna.says("Вы там?")
    await vk.start()
    assert vk.url == url
    assert (await poller.one())["object"]["message"]["text"] == "Вы там?"
    await bot.sends()
    assert vk.sent == 1


async def test_closing_does_not_wait_for_hanging_calls() -> None:
    async with VkEmulator() as vk:
        vk.fault(None, Fault.hang)
        hanging = asyncio.create_task(Bot(vk).call("groups.getById"))
        await vk.hanging()
    with pytest.raises(requests.ConnectionError):
        await hanging
