"""Nonsense and malice: everything gets a clear answer, and nothing changes that should not."""

from typing import Any

import pytest
from sqlalchemy import Table, select

from storage.model.appeal import Status
from storage.tables import appeals, events, supporters
from tests.emulators.heard import Heard
from tests.emulators.telegram_person import Person
from tests.emulators.vk_person import VkUser
from tests.world import PHOTO, World

SORRY = "у нас что-то сломалось"
NOT_YOURS = "Среди ваших обращений такого нет"
STALE = "Эта кнопка уже не действует, она из прошлого сообщения"
FORGED = {
    "another person's card": ("card:1", NOT_YOURS),
    "sharing another's": ("share:1", NOT_YOURS),
    "taking back another's": ("withdraw:1", NOT_YOURS),
    "adding to another's": ("supplement:1", NOT_YOURS),
    "judging another's": ("verdict:1:yes", NOT_YOURS),
    "a verdict of no word": ("verdict:1", NOT_YOURS),
    "a card that is none": ("card:999", NOT_YOURS),
    "a card without a number": ("card:", NOT_YOURS),
    "a number below nothing": ("card:-1", NOT_YOURS),
    "a number of other digits": ("card:²", NOT_YOURS),
    "a number beyond all": ("card:99999999999999999999", NOT_YOURS),
    "taking back a number beyond all": ("withdraw:99999999999999999999", NOT_YOURS),
    "judging a number beyond all": ("verdict:99999999999999999999:no", NOT_YOURS),
    "a page beyond all": ("my:99999999999999999999", "Обращений пока нет"),
    "a draft that is none": ("resume:7", "черновика уже нет"),
    "a draft of other digits": ("resume:²", "черновика уже нет"),
    "a body that is none": ("body:nonsense", STALE),
    "a foreign token": ("join:nobody", "Согласие на обработку"),
    "leaving by a foreign token": ("leave:nobody", "никуда не ведёт"),
    "passing a foreign token on": ("pass_on:nobody", "никуда не ведёт"),
    "accepting as a resident": ("accept:1", STALE),
    "rejecting as a resident": ("reject:1", STALE),
    "filing somebody else's appeal": ("to_file:1", NOT_YOURS),
    "the text of somebody else's appeal": ("file_at:1:our_spb", NOT_YOURS),
    "the text of somebody else's appeal as it stands": ("text:1", NOT_YOURS),
    "the paper of somebody else's appeal": ("paper:1", NOT_YOURS),
    "signing somebody else's appeal": ("sign:1", NOT_YOURS),
    "a name under what is none": ("name_me:nobody", "никуда не ведёт"),
    "the number of somebody else's appeal": ("filed:1", NOT_YOURS),
    "the answer to somebody else's appeal": ("got_answer:1", NOT_YOURS),
    "returning as a resident": ("return:1", STALE),
    "forwarding as a resident": ("forward:1", STALE),
    "answering as a resident": ("answer:1", STALE),
    "the queue as a resident": ("queue", STALE),
    "answering a call as a resident": ("answer_call:1", STALE),
    "a staff command as a button": ("command:queue", STALE),
    "an unknown action": ("launch:rockets", STALE),
    "an unknown command": ("command:nonsense", STALE),
    "nothing": ("", STALE),
    "only a colon": (":", STALE),
    "200 characters": ("card:" + "9" * 195, NOT_YOURS),
    "not ASCII": ("карточка:1", STALE),
    "signs": ("\u202e\U0001f4a3\x01", STALE),
    "a question's button": ("q:abcdef:<send", STALE),
    "half a question's button": ("q", STALE),
    "markup": ("<b>card</b>:{{ 7*7 }}", STALE),
}


async def press(person: Any, data: str, message: int) -> None:
    """Press a button that never was under a message, with this data."""
    await person.presses_data({"b": data} if isinstance(person, VkUser) else data, message)


async def told(world: World, name: str = "Анна") -> list[Heard]:
    """What somebody is told now: something, in words, and never an apology."""
    await world.settle()
    heard = world.unread(name)
    assert heard, "no answer"
    for item in heard:
        assert item.text.strip()
        assert SORRY not in item.text
    return heard


async def everything(world: World) -> list[dict[str, Any]]:
    """All that is known of appeals."""

    async def rows(table: Table) -> list[dict[str, Any]]:
        found = await connection.execute(select(table))
        return [dict(row) for row in found.mappings()]

    async with world.app.database.begin() as connection:
        return [*await rows(appeals), *await rows(events), *await rows(supporters)]


async def consented(world: World, name: str) -> None:
    """Somebody has begun an appeal: «Что случилось?» was answered with a hole in the road."""
    person = world.people[name]
    await person.says("Яма на дороге")
    await world.settle()
    for label in ("Даю согласие на обработку данных", "Сообщать"):
        await person.presses(label)
        await world.settle()


async def at_photos(world: World, name: str) -> None:
    """Somebody is asked for photos."""
    person = world.people[name]
    await consented(world, name)
    for label in ("Устранение ямы на дороге", "Двор у самого дома"):
        await person.presses(label)
        await world.settle()
    await person.says("Вавиловых, 4")
    await world.settle()
    await person.presses("Хватит вопросов")
    await world.settle()
    assert "Есть фото?" in person.heard[-1].text


async def filed(world: World, name: str) -> None:
    """Somebody has filed an appeal, the first one of the world."""
    await at_photos(world, name)
    for label in ("Пропустить", "Отправить"):
        await world.people[name].presses(label)
        await world.settle()
    world.unread(name)


async def test_forged_buttons_are_answered_kindly_and_do_nothing(messenger: World) -> None:
    await filed(messenger, "Борис")
    before = await everything(messenger)
    person = messenger.people["Анна"]
    await person.says("/help")
    message = (await told(messenger))[0].message_id
    wrong = {}
    for what, (data, answer) in FORGED.items():
        messenger.app.desk.flood.buckets.clear()
        await press(person, data, message)
        await messenger.settle()
        heard = [item.text for item in messenger.unread("Анна")]
        if len(heard) != 1 or answer not in heard[0]:
            wrong[what] = [words[:40] for words in heard]
    assert not wrong, "\n".join(f"{what}: {words}" for what, words in wrong.items())
    assert await everything(messenger) == before


async def test_an_answer_to_what_was_not_filed_by_hand_cannot_be_told(messenger: World) -> None:
    await filed(messenger, "Анна")
    moderator = messenger.people["Ольга"]
    await moderator.says("/queue")
    for label in ("Принять", "Передано в орган", "Пропустить", "По правилам: 07.12.2026"):
        await messenger.settle()
        await moderator.presses(label)
    await messenger.settle()
    messenger.unread("Анна")
    before = await everything(messenger)
    assert before[0]["status"] == Status.FORWARDED
    person = messenger.people["Анна"]
    await person.says("/help")
    message = (await told(messenger))[0].message_id
    await press(person, "got_answer:1", message)
    assert "Передано, ответ до 7 декабря 2026" in (await told(messenger))[0].text
    assert await everything(messenger) == before


PAYLOADS: tuple[object, ...] = ("text", 7, [], {}, {"b": {"c": 1}}, {"b": None}, {"b": 12}, None, {"command": "start"})


async def test_payloads_of_no_shape_are_answered_too(vk: World) -> None:
    person = vk.people["Анна"]
    assert isinstance(person, VkUser)
    await person.says("/help")
    await told(vk)
    for payload in PAYLOADS:
        await person.presses_data(payload)
        assert STALE in (await told(vk))[0].text
        await person.says("Кнопка", payload)
        await told(vk)


async def test_a_resident_cannot_open_appeals_by_number(messenger: World) -> None:
    await filed(messenger, "Борис")
    before = await everything(messenger)
    for words in ("/appeal 1001-9", "/appeal", "/queue", "/stats", "очередь", "статистика", "/appeal@zdes_bot 1001-9"):
        await messenger.people["Анна"].says(words)
        assert not any("1001-9" in heard.text for heard in await told(messenger))
    assert await everything(messenger) == before


async def test_mistyped_numbers_are_noticed(messenger: World) -> None:
    await filed(messenger, "Борис")
    before = await everything(messenger)
    for words in ("1001-8", "1001", "99999999999999999999", "²", "-1", "слово", "0", "<b>1</b>"):
        await messenger.people["Ольга"].says(f"/appeal {words}")
        assert "не номер обращения" in (await told(messenger, "Ольга"))[-1].text
    assert await everything(messenger) == before


async def test_links_that_lead_nowhere_say_so(messenger: World) -> None:
    for payload in ("anobody", "a", "zzz", "start", "-" * 64, "1001-9", "_"):
        await messenger.people["Анна"].opens(payload)
        assert "никуда не ведёт" in (await told(messenger))[0].text


async def test_ten_thousand_characters_are_too_many(messenger: World) -> None:
    person = messenger.people["Анна"]
    text = "Яма на дороге. " * 667
    pieces = [text] if isinstance(person, VkUser) else [text[:4096], text[4096:8192], text[8192:]]
    for piece in pieces:
        await person.says(piece)
    heard = await told(messenger)
    assert len(heard) == len(pieces)
    assert all("Текст длинный" in item.text for item in heard)
    await consented(messenger, "Анна")
    messenger.unread("Анна")
    await person.says(pieces[0])
    assert "Не поняли ответ" in (await told(messenger))[0].text
    assert await everything(messenger) == []


async def test_signs_without_words_are_not_understood(messenger: World) -> None:
    for words in ("👍", "🏚🏚🏚", "👨‍👩‍👧‍👦", "...", "?!", "\u200b\u200b", "1"):
        await messenger.people["Анна"].says(words)
        assert "Не удалось понять" in (await told(messenger))[0].text
    assert await everything(messenger) == []


async def test_markup_in_what_people_write_is_shown_as_it_is(messenger: World) -> None:
    person, words = (
        messenger.people["Анна"],
        "Яма <b>на</b> дороге {{ 7*7 }} {% raw %} &amp; <a href='http://x.y'>тут</a>",
    )
    await person.says(words)
    await messenger.settle()
    for label in ("Даю согласие на обработку данных", "Сообщать", "Устранение ямы на дороге", "Двор у самого дома"):
        await person.presses(label)
        await messenger.settle()
    await person.says("<i>Вавиловых</i>, 4 {{ 7*7 }}")
    await messenger.settle()
    for label in ("Хватит вопросов", "Пропустить"):
        await person.presses(label)
        await messenger.settle()
    assert words in person.heard[-1].text
    assert "<i>Вавиловых</i>, 4 {{ 7*7 }}" in person.heard[-1].text
    await person.presses("Отправить")
    await messenger.settle()
    await messenger.people["Ольга"].says("/queue")
    assert words in (await told(messenger, "Ольга"))[-1].text


async def test_markup_in_a_name_is_shown_as_it_is(telegram: World) -> None:
    name = "<b>Павел</b> {{ 7*7 }}"
    assert telegram.telegram is not None
    pavel = telegram.people["Павел"]
    assert isinstance(pavel, Person)
    pavel.name = name
    await filed(telegram, "Борис")
    for who in ("Павел", "Ольга"):
        await telegram.people[who].says("/queue")
        await telegram.settle()
    await pavel.presses("Принять")
    await telegram.settle()
    await telegram.people["Ольга"].presses("Принять")
    assert f"{name} уже занимается этим обращением" in (await told(telegram, "Ольга"))[-1].text


async def test_what_is_no_text_is_answered_out_of_the_blue_and_in_the_middle(messenger: World) -> None:
    person, verbs = messenger.people["Анна"], ("sticker", "voice", "video", "contact")
    for verb in verbs:
        await getattr(person, f"sends_{verb}")()
        await told(messenger)
    await consented(messenger, "Анна")
    messenger.unread("Анна")
    for verb in verbs:
        await getattr(person, f"sends_{verb}")()
        assert "Какая тема подходит?" in (await told(messenger))[0].text
    assert await everything(messenger) == []


async def test_a_message_that_is_changed_is_answered_and_changes_nothing(messenger: World) -> None:
    person: Any = messenger.people["Анна"]
    await consented(messenger, "Анна")
    await messenger.settle()
    messenger.unread("Анна")
    before = await everything(messenger)
    await person.edits("Совсем другие слова")
    (heard,) = await told(messenger)
    assert heard.text.startswith("Вы изменили сообщение, но мы уже взяли прежние слова. Пришлите новые ещё раз")
    assert "Какая тема подходит?" in heard.text
    assert await everything(messenger) == before
    await person.says("/cancel")
    await told(messenger)
    await person.edits("И ещё раз другие")
    assert "напишите об этом новым сообщением" in (await told(messenger))[0].text


async def test_messages_that_are_passed_on_in_vk_are_read_as_words(vk: World) -> None:
    person: Any = vk.people["Анна"]
    await consented(vk, "Анна")
    await person.says("/cancel")
    await told(vk)
    await person.passes_on("Во дворе не вывозят мусор", "Баки переполнены")
    assert "Какая тема подходит?" in (await told(vk))[-1].text


async def test_a_place_or_a_photo_out_of_the_blue_is_answered(messenger: World) -> None:
    person = messenger.people["Анна"]
    await person.sends_location(59.93, 30.36)
    await told(messenger)
    await person.sends_photo(PHOTO)
    await told(messenger)
    assert await everything(messenger) == []


async def test_a_file_that_is_too_large_is_refused_at_the_photo_step(messenger: World) -> None:
    await at_photos(messenger, "Анна")
    messenger.unread("Анна")
    size = 21 * 1024 * 1024
    await messenger.people["Анна"].sends_document(b"x", "big.jpg", "image/jpeg", size)  # type: ignore[attr-defined]
    heard = (await told(messenger))[0].text
    assert "слишком большое" in heard
    assert "20 МБ" in heard
    assert "Есть фото?" in heard


async def test_a_file_that_is_no_image_is_refused_at_the_photo_step(messenger: World) -> None:
    await at_photos(messenger, "Анна")
    messenger.unread("Анна")
    await messenger.people["Анна"].sends_document(b"MZ", "virus.exe", "application/x-msdownload")  # type: ignore[attr-defined]
    assert "нужны снимки JPG, PNG или WebP" in (await told(messenger))[0].text


@pytest.mark.parametrize("data", [b"", b"no image at all"], ids=["empty", "nonsense"])
@pytest.mark.parametrize("author", ["Анна", "Борис"], ids=["from telegram", "from vk"])
async def test_a_photo_that_is_none_does_not_keep_moderators_from_the_card(
    mixed: World, author: str, data: bytes
) -> None:
    await at_photos(mixed, author)
    mixed.unread(author)
    await mixed.people[author].sends_photo(data)
    assert "1 фото добавлено" in (await told(mixed, author))[0].text
    for label in ("Готово", "Отправить"):
        await mixed.people[author].presses(label)
        await mixed.settle()
    for moderator in ("Ольга", "Павел"):
        await mixed.people[moderator].says("/queue")
        assert "Яма на дороге" in (await told(mixed, moderator))[-1].text


async def test_two_quick_taps_on_send_are_one_appeal(messenger: World) -> None:
    await at_photos(messenger, "Анна")
    person = messenger.people["Анна"]
    await person.presses("Пропустить")
    await messenger.settle()
    messenger.unread("Анна")
    await person.presses("Отправить")
    await person.presses_again()  # type: ignore[attr-defined]
    heard = await told(messenger)
    assert sum("отправлено на проверку" in item.text for item in heard) == 1
    assert not any(STALE in item.text for item in heard)
    await person.presses_again()  # type: ignore[attr-defined]
    await messenger.settle()
    assert messenger.unread("Анна") == []
    async with messenger.app.database.begin() as connection:
        assert len((await connection.execute(select(appeals.c.id))).all()) == 1


async def test_a_button_of_an_older_message_changes_nothing(messenger: World) -> None:
    person = messenger.people["Анна"]
    await consented(messenger, "Анна")
    old = person.heard[-1].message_id
    await person.says("не знаю")
    assert "Какая тема подходит?" in (await told(messenger))[-1].text
    await press_at(person, "Устранение ямы на дороге", old)
    heard = (await told(messenger))[-1].text
    assert STALE in heard
    assert "Какая тема подходит?" in heard
    assert await everything(messenger) == []


async def press_at(person: Any, label: str, message: int) -> None:
    """Press a button of a certain message."""
    if isinstance(person, VkUser):
        await person.presses(label, message)
        return
    buttons = person.window.sent[message].inline_buttons
    data = next(button["callback_data"] for button in buttons if button["text"] == label)
    await person.presses_data(data, message)
