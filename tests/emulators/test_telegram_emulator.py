"""The emulated Telegram answers aiogram as the real one does, and is stricter where the real one is lenient."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendDice, SendMessage
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    KeyboardButtonPollType,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
    Update,
)

from tests.emulators.faults import Fault
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram_person import Person
from tests.emulators.telegram_rates import Rates

TOKEN = "1000:test"
MEGABYTE = 1024 * 1024


async def disconnect(bot: Bot) -> None:
    """Close the session without the quarter of a second that aiogram waits for TLS."""
    session = bot.session
    if isinstance(session, AiohttpSession) and session._session is not None:
        await session._session.close()


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(TOKEN) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def session() -> AiohttpSession:
    """One for all tests: loading the certificates takes longer than most of them."""
    return AiohttpSession(timeout=20.0)


@pytest.fixture
async def bot(telegram: TelegramEmulator, session: AiohttpSession) -> AsyncIterator[Bot]:
    session.api = TelegramAPIServer.from_base(telegram.url)
    bot = Bot(TOKEN, session=session)
    yield bot
    await disconnect(bot)


@pytest.fixture
async def anna(telegram: TelegramEmulator) -> Person:
    anna = telegram.user(1001, "Анна")
    await anna.opens()
    telegram.updates.drop()
    return anna


def inline(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[list(buttons)])


def button(label: str, data: str = "data") -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, callback_data=data)


async def received(bot: Bot, offset: int | None = None) -> list[Update]:
    return await bot.get_updates(offset=offset, timeout=5)


async def received_message(bot: Bot) -> Message:
    message = (await received(bot))[-1].message
    assert message is not None
    return message


async def received_press(bot: Bot) -> CallbackQuery:
    press = (await received(bot))[-1].callback_query
    assert press is not None
    return press


# What people do


async def test_a_text_arrives_as_a_message(telegram: TelegramEmulator, bot: Bot) -> None:
    anna = telegram.user(1001, "Анна")
    number = await anna.says("Во дворе не горит фонарь")
    (update,) = await received(bot)
    assert update.update_id == number
    assert update.message is not None
    assert update.message.text == "Во дворе не горит фонарь"
    assert update.message.chat.id == 1001
    assert update.message.from_user is not None
    assert update.message.from_user.first_name == "Анна"


async def test_the_same_id_is_the_same_person(telegram: TelegramEmulator) -> None:
    assert telegram.user(1001, "Анна") is telegram.user(1001)


@pytest.mark.parametrize(("payload", "text"), [("", "/start"), ("case_7", "/start case_7")])
async def test_a_deep_link_arrives_as_the_start_command(bot: Bot, anna: Person, payload: str, text: str) -> None:
    await anna.opens(payload)
    message = await received_message(bot)
    assert message.text == text
    assert message.entities is not None
    assert message.entities[0].type == "bot_command"


async def test_telegram_opens_no_link_with_a_wrong_payload(anna: Person) -> None:
    with pytest.raises(AssertionError, match="does not open"):
        await anna.opens("дом=1")


async def test_a_press_arrives_with_the_data_and_the_message_of_the_button(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "Отправить?", reply_markup=inline(button("Отправить", "send")))
    await anna.presses("Отправить")
    press = await received_press(bot)
    assert press.data == "send"
    assert isinstance(press.message, Message)
    assert press.message.message_id == sent.message_id


async def test_the_newest_button_of_a_label_is_pressed(bot: Bot, anna: Person) -> None:
    for data in ("old", "new"):
        await bot.send_message(anna.id, data, reply_markup=inline(button("Да", data)))
    await anna.presses("Да")
    assert (await received_press(bot)).data == "new"


async def test_a_reply_keyboard_button_is_sent_as_text(bot: Bot, anna: Person) -> None:
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Помощь")]])
    await bot.send_message(anna.id, "Чем помочь?", reply_markup=keyboard)
    await anna.presses("Помощь")
    assert (await received_message(bot)).text == "Помощь"


async def test_a_reply_keyboard_button_may_be_a_mere_string(telegram: TelegramEmulator, anna: Person) -> None:
    keyboard = {"keyboard": [["Да", "Нет"]]}
    await call(telegram, "sendMessage", json={"chat_id": anna.id, "text": "?", "reply_markup": keyboard})
    assert anna.heard[0].keyboard == anna.keyboard == ("Да", "Нет")


async def test_a_label_that_is_not_there_cannot_be_pressed_and_the_labels_that_are_get_listed(
    bot: Bot, anna: Person
) -> None:
    await bot.send_message(anna.id, "?", reply_markup=inline(button("Да"), button("Нет")))
    with pytest.raises(AssertionError, match=r"«Может быть».*'Да', 'Нет'"):
        await anna.presses("Может быть")


@pytest.mark.parametrize(
    ("below", "hint"),
    [
        (KeyboardButton(text="Где?", request_location=True), "sends_location"),
        (KeyboardButton(text="Где?", request_contact=True), "sends_contact"),
    ],
)
async def test_a_request_button_is_not_a_text(bot: Bot, anna: Person, below: KeyboardButton, hint: str) -> None:
    await bot.send_message(anna.id, "Где?", reply_markup=ReplyKeyboardMarkup(keyboard=[[below]]))
    with pytest.raises(AssertionError, match=hint):
        await anna.presses("Где?")


async def test_a_link_button_tells_the_bot_nothing(bot: Bot, anna: Person) -> None:
    link = InlineKeyboardButton(text="Портал", url="https://gorod.gov.spb.ru/")
    await bot.send_message(anna.id, "Сюда", reply_markup=inline(link))
    assert anna.heard[-1].urls == {"Портал": "https://gorod.gov.spb.ru/"}
    with pytest.raises(AssertionError, match="tells the bot nothing"):
        await anna.presses("Портал")


async def test_a_second_tap_is_another_query_with_the_same_data(bot: Bot, anna: Person) -> None:
    await bot.send_message(anna.id, "?", reply_markup=inline(button("Да", "yes")))
    await anna.presses("Да")
    await anna.presses_again()
    first, second = [update.callback_query for update in await received(bot)]
    assert first is not None
    assert second is not None
    assert first.data == second.data == "yes"
    assert first.id != second.id


async def test_forged_data_arrives_even_for_a_message_that_is_gone(bot: Bot, anna: Person) -> None:
    await anna.presses_data("forged", message_id=5)
    press = await received_press(bot)
    assert press.data == "forged"
    assert press.message is not None
    assert press.message.date == 0


async def test_a_photo_arrives_after_its_thumbnail_and_can_be_downloaded(
    telegram: TelegramEmulator, bot: Bot, anna: Person
) -> None:
    await anna.sends_photo(b"jpeg", "Яма", group="album")
    message = await received_message(bot)
    assert (message.caption, message.media_group_id) == ("Яма", "album")
    assert message.photo is not None
    thumbnail, photo = [await bot.download(size) for size in message.photo]
    assert photo is not None
    assert thumbnail is not None
    assert photo.read() == b"jpeg"
    assert thumbnail.read() != b"jpeg"
    assert not telegram.violations


async def test_a_document_arrives_with_its_name_and_the_stated_size(bot: Bot, anna: Person) -> None:
    await anna.sends_document(b"%PDF", "plan.pdf", "application/pdf", size=21 * MEGABYTE)
    document = (await received_message(bot)).document
    assert document is not None
    assert (document.file_name, document.mime_type, document.file_size) == ("plan.pdf", "application/pdf", 22020096)


async def test_a_location_arrives(bot: Bot, anna: Person) -> None:
    await anna.sends_location(59.93, 30.36)
    location = (await received_message(bot)).location
    assert location is not None
    assert (location.latitude, location.longitude) == (59.93, 30.36)


async def test_a_sticker_a_voice_a_video_and_a_contact_arrive(bot: Bot, anna: Person) -> None:
    await anna.sends_sticker()
    await anna.sends_voice()
    await anna.sends_video(size=30 * MEGABYTE)
    await anna.sends_contact()
    kinds = [update.message.content_type for update in await received(bot) if update.message]
    assert kinds == ["sticker", "voice", "video", "contact"]


async def test_an_edit_keeps_the_id_of_the_message(bot: Bot, anna: Person) -> None:
    await anna.says("фонрь")
    await anna.edits("фонарь")
    first, second = await received(bot)
    assert first.message is not None
    assert second.edited_message is not None
    assert second.edited_message.message_id == first.message.message_id
    assert second.edited_message.text == "фонарь"


async def test_who_blocks_the_bot_is_out_of_reach_until_they_unblock_it(bot: Bot, anna: Person) -> None:
    await anna.blocks()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(anna.id, "Ау")
    with pytest.raises(AssertionError, match="unblocks"):
        await anna.says("Ау")
    await anna.unblocks()
    await bot.send_message(anna.id, "Ау")
    statuses = [update.my_chat_member.new_chat_member.status for update in await received(bot) if update.my_chat_member]
    assert statuses == ["kicked", "member"]


async def test_a_malformed_update_is_delivered_as_it_is(telegram: TelegramEmulator) -> None:
    number = telegram.push({"message": {"chat": {"id": 7}}})
    result = await call(telegram, "getUpdates")
    assert result["result"] == [{"message": {"chat": {"id": 7}}, "update_id": number}]


async def test_a_press_that_was_pushed_raw_can_be_answered(telegram: TelegramEmulator, bot: Bot) -> None:
    message = {"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}}
    telegram.push({"callback_query": {"id": "raw", "message": message}})
    await bot.answer_callback_query("raw", "Готово")
    assert telegram.user(7).toasts == ["Готово"]


# What people hear


async def test_people_hear_plain_text_and_labels(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(
        anna.id, "<b>Готово</b> &amp; отправлено", parse_mode="HTML", reply_markup=inline(button("Да"), button("Нет"))
    )
    assert sent.text == "Готово & отправлено"
    assert sent.entities is not None
    assert [(entity.type, entity.offset, entity.length) for entity in sent.entities] == [("bold", 0, 6)]
    (heard,) = anna.heard
    assert (heard.text, heard.buttons, heard.keyboard) == ("Готово & отправлено", ("Да", "Нет"), None)


async def test_an_edit_is_heard_again_and_changes_the_screen(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "Да?", reply_markup=inline(button("Да")))
    await bot.edit_message_text("Да!", chat_id=anna.id, message_id=sent.message_id)
    assert [(heard.text, heard.edited) for heard in anna.heard] == [("Да?", False), ("Да!", True)]
    assert anna.screen[sent.message_id].text == "Да!"
    assert anna.screen[sent.message_id].buttons == ()


async def test_the_buttons_alone_can_be_taken_away(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "Да?", reply_markup=inline(button("Да")))
    await bot.edit_message_reply_markup(chat_id=anna.id, message_id=sent.message_id)
    assert anna.screen[sent.message_id].text == "Да?"
    assert anna.screen[sent.message_id].buttons == ()


async def test_a_deleted_message_leaves_the_screen(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "Ой")
    await bot.delete_message(anna.id, sent.message_id)
    assert anna.screen == {}
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(anna.id, sent.message_id)


async def test_the_reply_keyboard_stays_until_it_is_removed(bot: Bot, anna: Person) -> None:
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Меню")]])
    await bot.send_message(anna.id, "1", reply_markup=keyboard)
    await bot.send_message(anna.id, "2")
    assert anna.keyboard == ("Меню",)
    await bot.send_message(anna.id, "3", reply_markup=ReplyKeyboardRemove())
    assert not anna.keyboard
    assert [heard.keyboard for heard in anna.heard] == [("Меню",), None, ()]


async def test_a_photo_is_heard_and_can_be_sent_again_by_its_id(bot: Bot, anna: Person) -> None:
    sent = await bot.send_photo(anna.id, BufferedInputFile(b"jpeg", "яма.jpg"), caption="Яма")
    assert sent.photo is not None
    await bot.send_photo(anna.id, sent.photo[-1].file_id)
    assert [(heard.text, heard.photos) for heard in anna.heard] == [("Яма", (b"jpeg",)), ("", (b"jpeg",))]


async def test_a_document_is_heard_with_its_name(bot: Bot, anna: Person) -> None:
    await bot.send_document(anna.id, BufferedInputFile(b"%PDF", "Обращение.pdf"), caption="Готово")
    assert anna.heard[0].documents == (("Обращение.pdf", b"%PDF"),)
    assert anna.heard[0].text == "Готово"


async def test_an_album_is_heard_as_one_message(bot: Bot, anna: Person) -> None:
    first = InputMediaPhoto(media=BufferedInputFile(b"one", "1.jpg"), caption="<b>Двор</b>", parse_mode="HTML")
    sent = await bot.send_media_group(anna.id, [first, InputMediaPhoto(media=BufferedInputFile(b"two", "2.jpg"))])
    assert len(sent) == 2
    assert sent[0].media_group_id == sent[1].media_group_id
    assert [(heard.text, heard.photos) for heard in anna.heard] == [("Двор", (b"one", b"two"))]


async def test_a_location_of_the_bot_arrives(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    sent = await bot.send_location(anna.id, 59.93, 30.36)
    assert sent.location is not None
    assert sent.location.latitude == 59.93
    assert len(anna.heard) == 1
    assert not telegram.violations


async def test_the_caption_can_be_edited(bot: Bot, anna: Person) -> None:
    sent = await bot.send_photo(anna.id, BufferedInputFile(b"jpeg", "1.jpg"), caption="Яма")
    await bot.edit_message_caption(chat_id=anna.id, message_id=sent.message_id, caption="Яму засыпали")
    assert anna.screen[sent.message_id].text == "Яму засыпали"
    assert anna.screen[sent.message_id].photos == (b"jpeg",)


async def test_an_answer_to_a_press_is_a_toast(bot: Bot, anna: Person) -> None:
    await anna.presses_data("x")
    press = await received_press(bot)
    await bot.answer_callback_query(press.id, "Сохранено")
    await bot.answer_callback_query(press.id)
    await anna.toasted(2)
    assert anna.toasts == ["Сохранено", ""]


async def test_hearing_waits_for_the_bot(bot: Bot, anna: Person) -> None:
    waiting = asyncio.create_task(anna.hears(1))
    await bot.send_message(anna.id, "Ау")
    await waiting


async def test_waiting_in_vain_says_what_was_heard(bot: Bot, anna: Person) -> None:
    await bot.send_message(anna.id, "Ау")
    with pytest.raises(TimeoutError, match=r"Анна heard 1, not 2.*Ау"):
        await anna.hears(2, seconds=0.01)


# Updates


async def test_an_update_is_confirmed_by_a_greater_offset_only(
    telegram: TelegramEmulator, bot: Bot, anna: Person
) -> None:
    first, second = await anna.says("1"), await anna.says("2")
    assert [update.update_id for update in await received(bot)] == [first, second]
    assert [update.update_id for update in await received(bot, offset=first)] == [first, second]
    assert [update.update_id for update in await received(bot, offset=second)] == [second]
    assert telegram.unconfirmed == (second,)
    await bot.get_updates(offset=second + 1)
    await telegram.drained()
    assert not telegram.unconfirmed


async def test_a_negative_offset_keeps_the_end_of_the_queue(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    numbers = [await anna.says(str(index)) for index in range(3)]
    assert [update.update_id for update in await received(bot, offset=-1)] == numbers[2:]
    assert telegram.unconfirmed == tuple(numbers[2:])


async def test_a_poll_takes_no_more_than_its_limit(bot: Bot, anna: Person) -> None:
    for index in range(3):
        await anna.says(str(index))
    assert len(await bot.get_updates(limit=2)) == 2


async def test_an_update_wakes_a_waiting_poll(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await telegram.polled()
    number = await anna.says("Ау")
    assert [update.update_id for update in await poll] == [number]


async def test_a_poll_without_updates_ends_empty(bot: Bot) -> None:
    assert await bot.get_updates(timeout=0) == []


async def test_a_second_poll_ends_the_first_with_a_conflict(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await telegram.polled()
    second = asyncio.create_task(bot.get_updates(timeout=30))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await first
    await anna.says("Ау")
    assert len(await second) == 1


async def test_updates_of_kinds_that_are_not_allowed_never_arrive(bot: Bot, anna: Person) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    await anna.says("Ау")
    await anna.presses_data("x")
    assert [update.event_type for update in await received(bot)] == ["callback_query"]


async def test_the_last_update_can_be_delivered_again(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    number = await anna.says("Ау")
    await received(bot)
    telegram.repeat_last_update()
    assert [update.update_id for update in await received(bot, offset=number + 1)] == [number]
    assert telegram.unconfirmed == (number,)
    assert await bot.get_updates(offset=number + 1) == []
    assert not telegram.unconfirmed


async def test_pending_updates_can_be_dropped(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    await anna.says("Ау")
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert not telegram.unconfirmed


async def test_a_poll_of_more_than_a_hundred_is_a_violation(telegram: TelegramEmulator, bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="limit"):
        await bot.get_updates(limit=101)
    assert len(telegram.violations) == 1


# Limits of texts and keyboards


@pytest.mark.parametrize(
    ("text", "parse_mode", "complaint"),
    [
        ("", None, "message text is empty"),
        (" \n ", None, "message text is empty"),
        ("<b></b>", "HTML", "message text is empty"),
        ("я" * 4097, None, "message is too long"),
        ("*x*", "MarkdownV2", "unsupported parse_mode"),
        ("a & b", "HTML", "can't parse entities"),
        ("a < b", "HTML", "can't parse entities"),
        ("&nbsp;", "HTML", "can't parse entities"),
        ("<b>x", "HTML", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "HTML", "Unexpected end tag at byte offset 1"),
        ("<b><i>test</b></i>", "HTML", 'Unmatched end tag at byte offset 10, expected "</i>", found "</b>"'),
        ("<h1>x</h1>", "HTML", 'Unsupported start tag "h1" at byte offset 0'),
        ("я<br>", "HTML", 'Unsupported start tag "br" at byte offset 2'),
        ("<b class='x'>x</b>", "HTML", "Unexpected attribute"),
        ("<a>x</a>", "HTML", "href"),
        ('<a href="javascript:alert(1)">x</a>', "HTML", "Wrong HTTP URL"),
    ],
)
async def test_a_text_that_telegram_does_not_take_is_refused(
    telegram: TelegramEmulator, bot: Bot, anna: Person, text: str, parse_mode: str | None, complaint: str
) -> None:
    with pytest.raises(TelegramBadRequest) as refusal:
        await bot.send_message(anna.id, text, parse_mode=parse_mode)
    assert complaint in str(refusal.value)
    assert len(telegram.violations) == 1
    assert anna.heard == []


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<b>" + "я" * 4096 + "</b>", "я" * 4096),
        ("<blockquote><b><i>a</i></b>\n<u>b</u> <s>c</s> <code>d</code></blockquote> <pre>e</pre>", "a\nb c d e"),
        ("<strong>a</strong> <em>b</em> 1 &lt; 2 &amp; 3 &gt; 2 &quot;&#39;", "a b 1 < 2 & 3 > 2 \"'"),
        ('<a href="https://example.org/?a=1&amp;b=2">ссылка</a>', "ссылка"),
        ("<a href='tg://user?id=1'>Анна</a>", "Анна"),
        ("  <i>x</i> \n", "x"),
    ],
)
async def test_a_text_within_the_rules_is_taken(bot: Bot, anna: Person, text: str, plain: str) -> None:
    await bot.send_message(anna.id, text, parse_mode="HTML")
    assert anna.heard[0].text == plain


async def test_entities_count_in_utf16_units_of_the_trimmed_text(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "\n🏠 <b>дом</b> ", parse_mode="HTML")
    assert sent.entities is not None
    assert (sent.entities[0].offset, sent.entities[0].length) == (3, 3)
    assert sent.entities[0].extract_from(sent.text or "") == "дом"


def rows(*sizes: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[button("x")] * size for size in sizes])


def lone(**action: Any) -> InlineKeyboardMarkup:
    return inline(InlineKeyboardButton(text="x", **action))


def below(*keyboard: list[KeyboardButton], **options: Any) -> ReplyKeyboardMarkup:
    return ReplyKeyboardMarkup(keyboard=list(keyboard), **options)


Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        (lone(), "Text buttons are unallowed in the inline keyboard"),
        (lone(callback_data=""), "Text buttons are unallowed in the inline keyboard"),
        (lone(callback_data="я" * 33), "BUTTON_DATA_INVALID"),
        (lone(callback_data="x", url="https://example.org"), "can't parse inline keyboard button"),
        (lone(url="ftp://example.org"), "Wrong HTTP URL"),
        (lone(url="example"), "Wrong HTTP URL"),
        (lone(url="http://localhost/"), "Wrong HTTP URL"),
        (lone(copy_text={"text": "x" * 257}), "BUTTON_COPY_TEXT_INVALID"),
        (lone(web_app={"url": "http://example.org"}), "Wrong HTTP URL"),
        (lone(pay=True), "BUTTON_TYPE_INVALID"),
        (lone(switch_inline_query="x" * 257), "SWITCH_INLINE_QUERY_INVALID"),
        (lone(callback_data="x", style="pink"), "BUTTON_STYLE_INVALID"),
        (lone(callback_data="x", colour="pink"), "can't parse inline keyboard button"),
        (inline(button("")), "REPLY_MARKUP_INVALID"),
        (rows(1, 0), "REPLY_MARKUP_INVALID"),
        (rows(9), "REPLY_MARKUP_TOO_LONG"),
        (rows(*[8] * 12, 5), "REPLY_MARKUP_TOO_LONG"),
        (below(), "REPLY_MARKUP_INVALID"),
        (below([]), "REPLY_MARKUP_INVALID"),
        (below([KeyboardButton(text=" ")]), "REPLY_MARKUP_INVALID"),
        (below([KeyboardButton(text="x", request_contact=True, request_location=True)]), "can't parse keyboard button"),
        (below([KeyboardButton(text="x", request_poll=KeyboardButtonPollType())]), "can't parse keyboard button"),
        (below([KeyboardButton(text="x", shape="round")]), "can't parse keyboard button"),
        (below([KeyboardButton(text="x")], input_field_placeholder="x" * 65), "REPLY_MARKUP_INVALID"),
    ],
)
async def test_a_keyboard_that_telegram_does_not_take_is_refused(
    telegram: TelegramEmulator, bot: Bot, anna: Person, markup: Markup, complaint: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=complaint):
        await bot.send_message(anna.id, "x", reply_markup=markup)
    assert len(telegram.violations) == 1
    assert anna.heard == []


@pytest.mark.parametrize(
    "markup",
    [
        rows(*[8] * 12, 4),
        rows(),
        lone(callback_data="я" * 32),
        lone(url="tg://resolve?domain=zdes_bot"),
        lone(url="https://t.me/share/url?url=https%3A%2F%2Fexample.org&text=%D0%AF"),
        lone(copy_text={"text": "x" * 256}),
        lone(switch_inline_query=""),
        lone(web_app={"url": "https://example.org"}),
        lone(callback_data="x", style="success"),
        below([KeyboardButton(text="x", request_location=True), KeyboardButton(text="y", request_contact=True)]),
        ForceReply(input_field_placeholder="Адрес"),
    ],
)
async def test_a_keyboard_within_the_rules_is_taken(
    telegram: TelegramEmulator, bot: Bot, anna: Person, markup: Markup
) -> None:
    await bot.send_message(anna.id, "x", reply_markup=markup)
    assert len(anna.heard) == 1
    assert not telegram.violations


async def test_location_buttons_are_for_private_chats(telegram: TelegramEmulator, bot: Bot) -> None:
    telegram.push({"message": {"message_id": 1, "date": 0, "chat": {"id": -5, "type": "group", "title": "Двор"}}})
    keyboard = below([KeyboardButton(text="Где?", request_location=True)])
    with pytest.raises(TelegramBadRequest, match="private chats only"):
        await bot.send_message(-5, "Где?", reply_markup=keyboard)


# Limits of files


async def test_a_caption_has_at_most_1024_characters(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    photo = BufferedInputFile(b"jpeg", "1.jpg")
    await bot.send_photo(anna.id, photo, caption="я" * 1024)
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_photo(anna.id, photo, caption="я" * 1025)
    assert len(telegram.violations) == 1


async def test_a_photo_has_at_most_10_megabytes(bot: Bot, anna: Person) -> None:
    await bot.send_photo(anna.id, BufferedInputFile(bytes(10 * MEGABYTE), "1.jpg"))
    with pytest.raises(TelegramBadRequest, match="too big for a photo"):
        await bot.send_photo(anna.id, BufferedInputFile(bytes(10 * MEGABYTE + 1), "1.jpg"))


async def test_an_upload_has_at_most_50_megabytes(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    with pytest.raises(TelegramEntityTooLarge):
        await bot.send_document(anna.id, BufferedInputFile(bytes(50 * MEGABYTE + 1), "1.zip"))
    assert len(telegram.violations) == 1


async def test_an_empty_file_is_refused(bot: Bot, anna: Person) -> None:
    with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
        await bot.send_document(anna.id, BufferedInputFile(b"", "1.txt"))


async def test_a_file_of_more_than_20_megabytes_cannot_be_fetched(
    telegram: TelegramEmulator, bot: Bot, anna: Person
) -> None:
    await anna.sends_document(b"%PDF", "plan.pdf", "application/pdf", size=21 * MEGABYTE)
    document = (await received_message(bot)).document
    assert document is not None
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(document.file_id)
    assert len(telegram.violations) == 1


async def test_only_paths_that_were_given_out_can_be_downloaded(telegram: TelegramEmulator) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{telegram.url}/file/bot{TOKEN}/photos/file_1.jpg") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("file_id", ["unknown", "https://example.org/1.jpg"])
async def test_a_photo_that_telegram_does_not_have_is_refused(bot: Bot, anna: Person, file_id: str) -> None:
    with pytest.raises(TelegramBadRequest):
        await bot.send_photo(anna.id, file_id)


async def test_a_document_cannot_be_sent_again_as_a_photo(bot: Bot, anna: Person) -> None:
    sent = await bot.send_document(anna.id, BufferedInputFile(b"%PDF", "1.pdf"))
    assert sent.document is not None
    with pytest.raises(TelegramBadRequest, match="can't use file of type Document as Photo"):
        await bot.send_photo(anna.id, sent.document.file_id)


def photos(count: int) -> list[InputMediaPhoto]:
    return [InputMediaPhoto(media=BufferedInputFile(b"jpeg", "1.jpg")) for _ in range(count)]


@pytest.mark.parametrize("count", [1, 11])
async def test_an_album_has_from_2_to_10_items(telegram: TelegramEmulator, bot: Bot, anna: Person, count: int) -> None:
    await bot.send_media_group(anna.id, [*photos(10)])
    with pytest.raises(TelegramBadRequest, match="2-10"):
        await bot.send_media_group(anna.id, [*photos(count)])
    assert len(telegram.violations) == 1


async def test_photos_and_documents_do_not_mix_in_an_album(bot: Bot, anna: Person) -> None:
    document = InputMediaDocument(media=BufferedInputFile(b"%PDF", "1.pdf"))
    with pytest.raises(TelegramBadRequest, match="can't be mixed"):
        await bot.send_media_group(anna.id, [*photos(1), document])


# Limits of everything else


@pytest.mark.parametrize(
    ("commands", "complaint"),
    [
        ([("Start", "Начать")], "BOT_COMMAND_INVALID"),
        ([("/start", "Начать")], "BOT_COMMAND_INVALID"),
        ([("x" * 33, "Начать")], "BOT_COMMAND_INVALID"),
        ([("start", "")], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([("start", "я" * 257)], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([(f"c{index}", "Ещё") for index in range(101)], "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_a_list_of_commands_that_telegram_does_not_take_is_refused(
    telegram: TelegramEmulator, bot: Bot, commands: list[tuple[str, str]], complaint: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=complaint):
        await bot.set_my_commands([BotCommand(command=name, description=words) for name, words in commands])
    assert len(telegram.violations) == 1
    assert telegram.commands == []


async def test_commands_can_be_set_read_and_deleted(telegram: TelegramEmulator, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand(command="help", description="Помощь")])
    assert telegram.commands == [{"command": "help", "description": "Помощь"}]
    assert [command.command for command in await bot.get_my_commands()] == ["help"]
    assert await bot.get_my_commands(language_code="en") == []
    await bot.delete_my_commands()
    assert telegram.commands == []


async def test_descriptions_are_kept_within_their_limits(telegram: TelegramEmulator, bot: Bot) -> None:
    await bot.set_my_description("Двор")
    await bot.set_my_short_description("Бот")
    assert (telegram.description, telegram.short_description) == ("Двор", "Бот")
    with pytest.raises(TelegramBadRequest, match="description is too long"):
        await bot.set_my_description("я" * 513)
    with pytest.raises(TelegramBadRequest, match="short_description is too long"):
        await bot.set_my_short_description("я" * 121)


async def test_a_toast_has_at_most_200_characters(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    await anna.presses_data("x")
    press = await received_press(bot)
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(press.id, "я" * 201)
    assert len(telegram.violations) == 1


async def test_a_query_that_is_unknown_or_too_old_cannot_be_answered(
    telegram: TelegramEmulator, bot: Bot, anna: Person
) -> None:
    await anna.presses_data("x")
    press = await received_press(bot)
    telegram.expire_queries()
    for query_id in ("unknown", press.id):
        with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired"):
            await bot.answer_callback_query(query_id)
    assert len(telegram.stale) == 2
    assert not telegram.violations


async def test_an_edit_that_changes_nothing_is_refused(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    keyboard = inline(button("Да"))
    sent = await bot.send_message(anna.id, "<b>Да?</b>", parse_mode="HTML", reply_markup=keyboard)
    await edit(bot, sent, "Да?", reply_markup=keyboard)
    with pytest.raises(TelegramBadRequest, match="message is not modified: specified new message content"):
        await edit(bot, sent, "Да? ", reply_markup=keyboard)
    assert len(anna.heard) == 2
    assert len(telegram.stale) == 1


async def test_a_message_that_is_not_there_cannot_be_edited(bot: Bot, anna: Person) -> None:
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("x", chat_id=anna.id, message_id=404)


async def test_a_message_of_the_person_cannot_be_edited(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    await anna.says("Ау")
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await edit(bot, await received_message(bot), "Ау!")
    assert len(telegram.violations) == 1


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "x", reply_markup=ReplyKeyboardRemove())
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await edit(bot, sent, "y")


async def test_an_edit_takes_inline_keyboards_only(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(anna.id, "x")
    keyboard = {"keyboard": [["y"]]}
    params = {"chat_id": anna.id, "message_id": sent.message_id, "text": "y", "reply_markup": keyboard}
    assert "inline keyboard expected" in (await call(telegram, "editMessageText", json=params))["description"]


async def test_a_photo_has_no_text_and_a_text_no_caption(bot: Bot, anna: Person) -> None:
    photo = await bot.send_photo(anna.id, BufferedInputFile(b"jpeg", "1.jpg"))
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await edit(bot, photo, "x")
    text = await bot.send_message(anna.id, "x")
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await bot.edit_message_caption(chat_id=anna.id, message_id=text.message_id, caption="y")


async def test_who_never_wrote_cannot_be_written_to(telegram: TelegramEmulator, bot: Bot) -> None:
    boris = telegram.user(1002, "Борис")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(boris.id, "Здравствуйте")
    await boris.says("Привет")
    await bot.send_message(boris.id, "Здравствуйте")
    assert len(boris.heard) == 1


async def test_a_reply_needs_the_message_it_replies_to(bot: Bot, anna: Person) -> None:
    await anna.says("Ау")
    message = await received_message(bot)
    await bot.send_message(anna.id, "Да", reply_parameters=ReplyParameters(message_id=message.message_id))
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(anna.id, "Да", reply_parameters=ReplyParameters(message_id=404))


async def test_only_known_chat_actions_are_taken(bot: Bot, anna: Person) -> None:
    await bot.send_chat_action(anna.id, "typing")
    with pytest.raises(TelegramBadRequest, match="wrong parameter action in request"):
        await bot.send_chat_action(anna.id, "thinking")


async def edit(bot: Bot, message: Message, text: str, reply_markup: InlineKeyboardMarkup | None = None) -> None:
    await bot.edit_message_text(text, chat_id=message.chat.id, message_id=message.message_id, reply_markup=reply_markup)


# Parameters, methods and tokens


async def call(telegram: TelegramEmulator, method: str, **options: Any) -> dict[str, Any]:
    """A call without aiogram."""
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{telegram.url}/bot{TOKEN}/{method}", **options) as answer,
    ):
        result = json.loads(await answer.read())
        assert isinstance(result, dict)
        assert result["ok"] or result["error_code"] == answer.status
        return result


async def test_get_me_tells_who_the_bot_is(bot: Bot) -> None:
    me = await bot.me()
    assert (me.id, me.is_bot, me.username) == (1000, True, "zdes_bot")


async def test_an_unknown_parameter_is_a_violation(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    with pytest.raises(TelegramBadRequest, match="unknown parameters"):
        await bot(SendMessage(chat_id=anna.id, text="x", colour="red"))
    assert telegram.violations == ["sendMessage: Bad Request: unknown parameters ['colour']"]


async def test_an_unknown_method_is_not_found(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    with pytest.raises(TelegramNotFound):
        await bot(SendDice(chat_id=anna.id))
    assert len(telegram.violations) == 1


async def test_a_wrong_token_is_unauthorized(bot: Bot) -> None:
    with pytest.raises(TelegramUnauthorizedError, match="Unauthorized"):
        await Bot("1000:wrong", session=bot.session).get_me()


async def test_a_call_without_a_chat_is_refused(telegram: TelegramEmulator) -> None:
    assert (await call(telegram, "sendMessage", json={"text": "x"}))["description"] == "Bad Request: chat_id is empty"


@pytest.mark.parametrize(
    "options",
    [
        {"json": {"chat_id": 1001, "text": "я", "reply_markup": {"remove_keyboard": True}}},
        {"data": {"chat_id": "1001", "text": "я", "reply_markup": '{"remove_keyboard": true}'}},
        {"params": {"chat_id": "1001", "text": "я", "reply_markup": '{"remove_keyboard": true}'}},
        {"data": aiohttp.FormData({"chat_id": "1001", "text": "я"}, default_to_multipart=True)},
    ],
)
async def test_bodies_of_every_kind_and_names_in_any_case_are_understood(
    telegram: TelegramEmulator, anna: Person, options: dict[str, Any]
) -> None:
    assert (await call(telegram, "SENDmessage", **options))["ok"]
    assert anna.heard[0].text == "я"
    assert telegram.calls[-1].method == "sendMessage"
    assert telegram.calls[-1].params["chat_id"] == 1001


async def test_a_get_request_is_understood(telegram: TelegramEmulator) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{telegram.url}/bot{TOKEN}/getMe") as answer:
        assert (await answer.json())["result"]["username"] == "zdes_bot"


async def test_a_body_that_cannot_be_read_is_refused(telegram: TelegramEmulator) -> None:
    answer = await call(telegram, "sendMessage", data=b"{", headers={"Content-Type": "application/json"})
    assert answer["error_code"] == 400


async def test_every_call_is_recorded(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    await bot.send_message(anna.id, "Ау")
    with pytest.raises(TelegramBadRequest):
        await bot.send_message(anna.id, "")
    assert [(one.method, one.status) for one in telegram.calls] == [("sendMessage", 200), ("sendMessage", 400)]
    assert telegram.calls[0].params == {"chat_id": 1001, "text": "Ау"}
    assert telegram.calls[0].at <= telegram.calls[1].at


async def test_a_benchmark_can_do_without_records(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    telegram.keep_calls = telegram.keep_heard = False
    sent = await bot.send_message(anna.id, "Ау")
    await edit(bot, sent, "Ау!")
    await telegram.sends(2)
    assert (telegram.sent, telegram.calls, anna.heard) == (2, [], [])


# Faults and rates


async def test_a_planned_429_says_when_to_come_back(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    telegram.fault("sendMessage", Fault.status(429, retry_after=1))
    with pytest.raises(TelegramRetryAfter) as refusal:
        await bot.send_message(anna.id, "Ау")
    assert refusal.value.retry_after == 1
    await bot.send_message(anna.id, "Ау")
    assert len(anna.heard) == 1


async def test_a_planned_500_happens_as_often_as_planned(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    telegram.fault("sendMessage", Fault.status(500), times=2)
    for _ in range(2):
        with pytest.raises(TelegramServerError):
            await bot.send_message(anna.id, "Ау")
    await bot.send_message(anna.id, "Ау")
    assert len(anna.heard) == 1
    assert not telegram.violations


async def test_a_connection_dropped_before_the_work_sends_nothing(
    telegram: TelegramEmulator, bot: Bot, anna: Person
) -> None:
    telegram.fault("sendMessage", Fault.drop_before)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(anna.id, "Ау")
    assert anna.heard == []


async def test_a_connection_dropped_after_the_work_hides_what_was_done(
    telegram: TelegramEmulator, bot: Bot, anna: Person
) -> None:
    telegram.fault("sendMessage", Fault.drop_after)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(anna.id, "Ау")
    assert len(anna.heard) == 1


async def test_a_hanging_call_is_not_answered_until_it_is_released(
    telegram: TelegramEmulator, bot: Bot, anna: Person
) -> None:
    telegram.fault("sendMessage", Fault.hang)
    hanging = asyncio.create_task(bot.send_message(anna.id, "Ау"))
    await telegram.called("sendMessage")
    await bot.get_me()
    assert not hanging.done()
    assert anna.heard == []
    telegram.release()
    await hanging
    assert len(anna.heard) == 1


async def test_who_gives_up_on_a_hanging_call_has_sent_nothing(
    telegram: TelegramEmulator, bot: Bot, anna: Person
) -> None:
    telegram.fault("sendMessage", Fault.hang)
    hanging = asyncio.create_task(bot.send_message(anna.id, "Ау"))
    await telegram.called("sendMessage")
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    await bot.get_me()
    telegram.release()
    await bot.get_me()
    assert anna.heard == []


async def test_closing_cuts_off_what_hangs(bot: Bot) -> None:
    async with TelegramEmulator(TOKEN) as telegram:
        telegram.fault("getMe", Fault.hang)
        bot.session.api = TelegramAPIServer.from_base(telegram.url)
        hanging = asyncio.create_task(bot.get_me())
        await telegram.called("getMe")
    with pytest.raises(TelegramNetworkError):
        await hanging
    assert telegram.calls[0].status == 0


async def test_a_slow_call_takes_its_time(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    telegram.fault("getUpdates", Fault.slow(0.05))
    await anna.says("Ау")
    started = asyncio.get_running_loop().time()
    assert len(await received(bot)) == 1
    assert asyncio.get_running_loop().time() - started >= 0.05


async def test_garbage_is_not_json(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    telegram.fault("sendMessage", Fault.garbage)
    with pytest.raises(ClientDecodeError):
        await bot.send_message(anna.id, "Ау")
    assert anna.heard == []


async def test_a_fault_of_any_method_leaves_the_long_poll_alone(
    telegram: TelegramEmulator, bot: Bot, anna: Person
) -> None:
    telegram.fault(None, Fault.status(502))
    await anna.says("Ау")
    assert len(await received(bot)) == 1
    with pytest.raises(TelegramServerError):
        await bot.get_me()


async def test_a_download_can_fail_too(telegram: TelegramEmulator, bot: Bot, anna: Person) -> None:
    await anna.sends_photo(b"jpeg")
    sizes = (await received_message(bot)).photo
    assert sizes is not None
    telegram.fault("file", Fault.status(502))
    with pytest.raises(aiohttp.ClientResponseError, match="502"):
        await bot.download(sizes[-1])


async def test_a_fault_of_an_unknown_method_is_a_slip_of_the_test(telegram: TelegramEmulator) -> None:
    with pytest.raises(AssertionError, match="no method"):
        telegram.fault("sendMesage", Fault.hang)


async def test_latency_delays_every_call_but_the_long_poll(telegram: TelegramEmulator, bot: Bot) -> None:
    telegram.latency = 3600.0
    waiting = asyncio.create_task(bot.get_me())
    await telegram.called("getMe")
    await bot.get_updates()
    assert not waiting.done()
    waiting.cancel()
    telegram.latency = 0.02
    started = asyncio.get_running_loop().time()
    await bot.get_me()
    assert asyncio.get_running_loop().time() - started >= 0.02


async def test_more_calls_per_second_than_allowed_are_refused(bot: Bot) -> None:
    async with TelegramEmulator(TOKEN, rate_limit=3) as telegram:
        bot.session.api = TelegramAPIServer.from_base(telegram.url)
        anna = telegram.user(1001)
        await anna.opens()
        sending = [bot.send_message(anna.id, str(index)) for index in range(5)]
        results = await asyncio.gather(*sending, return_exceptions=True)
        await bot.get_me()
    refusals = [result for result in results if isinstance(result, TelegramRetryAfter)]
    assert len(refusals) == telegram.refused == 2
    assert {refusal.retry_after for refusal in refusals} == {1}
    assert telegram.sent == len(anna.heard) == 3


def test_the_second_rolls() -> None:
    rates = Rates(total=2, per_chat=None)
    accepted = []
    for now in (0.0, 0.5, 0.75, 1.0, 1.25, 1.5):
        if rates.allows("chat", now):
            rates.count("chat", now)
            accepted.append(now)
    assert accepted == [0.0, 0.5, 1.0, 1.5]


async def test_more_calls_per_second_to_one_chat_than_allowed_are_refused(bot: Bot) -> None:
    async with TelegramEmulator(TOKEN, per_chat_limit=1) as telegram:
        bot.session.api = TelegramAPIServer.from_base(telegram.url)
        anna, boris = telegram.user(1001), telegram.user(1002)
        await anna.opens()
        await boris.opens()
        await bot.send_message(anna.id, "1")
        await bot.send_message(boris.id, "1")
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(anna.id, "2")
    assert telegram.refused == 1


async def test_the_network_can_be_lost_and_come_back_with_the_state_kept(
    telegram: TelegramEmulator, bot: Bot, anna: Person
) -> None:
    url = telegram.url
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await telegram.polled()
    await telegram.stop()
    with pytest.raises(TelegramNetworkError):
        await poll
    with pytest.raises(TelegramNetworkError):
        await bot.get_me()
    number = await anna.says("Ау")
    await telegram.start()
    assert telegram.url == url
    assert [update.update_id for update in await received(bot)] == [number]
