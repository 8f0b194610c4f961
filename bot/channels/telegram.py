"""Telegram, through aiogram: our own update loop, because a batch may be confirmed only after it is saved."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Any

import bot.channels.lazy_aiogram  # noqa: F401 - it has to come before aiogram

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    FSInputFile,
    InputMediaPhoto,
    ReplyKeyboardMarkup,
    Update,
)
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientError
from pydantic import ValidationError

from bot.channels import CHANNELS, BadToken, Take
from bot.channels.telegram_words import markup_of, picture, said_in, without_keyboard
from dialogs.layout import parts
from notifier.delivery import Parcel, Rejected, RetryAfter, TooBig, Transient, Unreachable

log = logging.getLogger(__name__)

UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
POLL_SECONDS = 25
CALL_SECONDS = 20
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""seconds between polls that fail; the last one repeats"""
CAPTION = 1000
GONE = ("chat not found", "user is deactivated", "bot was blocked", "peer_id_invalid")
NOT_EDITABLE = ("message to edit not found", "message can't be edited", "no text in the message")


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates, unparsed: one update that aiogram cannot read must not hold up the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class Telegram:
    """The door to Telegram. Raises BadToken."""

    name = "telegram"
    limits = CHANNELS["telegram"].limits
    resends = frozenset({"photo"})

    def __init__(self, token: str, base: str, commands: Sequence[tuple[str, str]]) -> None:
        session = AiohttpSession(api=TelegramAPIServer.from_base(base), timeout=CALL_SECONDS)
        try:
            self.bot = Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
        except TokenValidationError as error:
            raise BadToken("telegram") from error
        self.commands = [BotCommand(command=name, description=words) for name, words in commands]
        self.link = ""
        self.answering: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Learn our name and offer the commands. Raises Transient, Rejected."""
        with translated():
            me = await self.bot.get_me()
            self.link = f"https://t.me/{me.username}?start={{}}"
            await self.bot.set_my_commands(self.commands)

    async def close(self) -> None:
        """Close connections."""
        for task in self.answering:
            task.cancel()
        await self.bot.session.close()

    async def listen(self, take: Take) -> None:
        """Poll; a batch is confirmed by the next poll, which starts when all its turns are saved."""
        offset: int | None = None
        failures = 0
        while True:
            try:
                poll = RawUpdates(offset=offset, timeout=POLL_SECONDS, allowed_updates=UPDATES)
                updates = await self.bot(poll, request_timeout=POLL_SECONDS + 10)
            except (AiogramError, TelegramAPIError) as error:
                await self.wait_after(error, failures)
                failures += 1
                continue
            failures = 0
            await asyncio.gather(*(self.update(raw, take) for raw in updates))
            offset = max((raw["update_id"] + 1 for raw in updates), default=offset)

    async def wait_after(self, error: Exception, failures: int) -> None:
        """A poll failed: say so and pause, longer each time."""
        pause = PAUSES[min(failures, len(PAUSES) - 1)]
        if isinstance(error, TelegramRetryAfter):
            pause = float(error.retry_after)
        serious = isinstance(error, TelegramConflictError | TelegramUnauthorizedError | TelegramNotFound)
        level = logging.ERROR if serious else logging.WARNING
        log.log(level, "poll failed", extra={"channel": self.name, "fault": type(error).__name__, "retry_in": pause})
        await asyncio.sleep(pause)

    async def update(self, raw: dict[str, Any], take: Take) -> None:
        """One update, whatever it holds."""
        try:
            update = Update.model_validate(without_keyboard(raw), context={"bot": self.bot})
        except ValidationError:
            log.warning("unreadable update", extra={"channel": self.name, "update": raw.get("update_id")})
            return
        said = said_in(update)
        if said is None:
            return
        done = await take(said)
        if update.callback_query:
            task = asyncio.create_task(self.answer(update.callback_query, done.toast))
            self.answering.add(task)
            task.add_done_callback(self.answering.discard)

    async def answer(self, query: CallbackQuery, toast: str) -> None:
        """Stop the button's waiting sign; too late or not at all does no harm."""
        with contextlib.suppress(AiogramError, TelegramAPIError):
            await self.bot.answer_callback_query(query.id, text=toast[:200] or None)

    async def deliver(self, parcel: Parcel) -> None:
        """Send one message, as several if it is long. Raises Unreachable, RetryAfter, Transient, Rejected."""
        with translated():
            reply = parcel.reply
            if reply.replaces and not parcel.photos and await self.edit(parcel):
                return
            *first, last = parts(reply.text, CHANNELS[self.name].capabilities.text)
            for text in first:
                await self.bot.send_message(parcel.address, text)
            await self.send(parcel, last)

    async def edit(self, parcel: Parcel) -> bool:
        """Put the message in the place of an earlier one; False if that is not possible any more."""
        markup = markup_of(parcel.reply)
        if isinstance(markup, ReplyKeyboardMarkup):
            return False
        try:
            await self.bot.edit_message_text(
                parcel.reply.text,
                chat_id=parcel.address,
                message_id=int(parcel.reply.replaces),
                reply_markup=markup,
            )
        except TelegramBadRequest as error:
            words = error.message.lower()
            if "not modified" in words:
                return True
            if any(reason in words for reason in NOT_EDITABLE):
                return False
            raise
        return True

    async def send(self, parcel: Parcel, text: str) -> None:
        """The message with its photos or its document."""
        chat, markup = parcel.address, markup_of(parcel.reply)
        photos = [photo for photo in map(picture, parcel.photos) if photo is not None]
        if parcel.document:
            file = BufferedInputFile(parcel.document.content, parcel.document.name)
            await self.bot.send_document(chat, file, caption=text, reply_markup=markup)
        elif len(photos) == 1 and len(text) <= CAPTION:
            await self.bot.send_photo(chat, photos[0], caption=text, reply_markup=markup)
        else:
            await self.bot.send_message(chat, text, reply_markup=markup)
            await self.album(chat, photos)
        for recording in parcel.recordings:
            await self.bot.send_document(chat, BufferedInputFile(recording.content, recording.name))

    async def album(self, chat: str, photos: Sequence[str | FSInputFile]) -> None:
        """Several photos as one album, a single one by itself."""
        if len(photos) == 1:
            await self.bot.send_photo(chat, photos[0])
        elif photos:
            await self.bot.send_media_group(chat, [InputMediaPhoto(media=photo) for photo in photos[:10]])

    async def fetch(self, ref: str) -> bytes:
        """The content of a file. Raises Transient, Rejected, TooBig."""
        with translated():
            try:
                file = await self.bot.get_file(ref)
            except TelegramBadRequest as error:
                raise TooBig if "too big" in error.message else Rejected("no_file") from error
            content = await self.bot.download_file(file.file_path or "", timeout=CALL_SECONDS)
            return content.read() if content else b""


@contextlib.contextmanager
def translated() -> Any:
    """Telegram's errors in the relay's terms."""
    try:
        yield
    except TelegramRetryAfter as error:
        raise RetryAfter(error.retry_after) from error
    except TelegramForbiddenError as error:
        raise Unreachable from error
    except TelegramUnauthorizedError as error:
        log.error("token refused", extra={"channel": "telegram"})
        raise Transient("unauthorized") from error
    except TelegramBadRequest as error:
        if any(word in error.message.lower() for word in GONE):
            raise Unreachable from error
        raise Rejected(reason(error)) from error
    except (TelegramNetworkError, TelegramServerError, ClientDecodeError, ClientError, OSError, TimeoutError) as error:
        raise Transient(type(error).__name__) from error
    except TelegramAPIError as error:
        raise Rejected(reason(error)) from error


def reason(error: TelegramAPIError) -> str:
    """Telegram's own words up to the part that may quote the message."""
    return ":".join(error.message.split(":")[:2])[:60]
