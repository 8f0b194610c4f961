"""A Telegram without a network: it answers every call at once and shows each person what they are told."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    GetMe,
    SendMessage,
    SetMyCommands,
    TelegramMethod,
)
from aiogram.types import Chat, InlineKeyboardButton, InlineKeyboardMarkup, Message, ReplyKeyboardMarkup, User

TOKEN = "1000:bench"
NOW = datetime.now(UTC)
DONE = (AnswerCallbackQuery, DeleteMessage, SetMyCommands)
"""calls that are answered with «true»"""


class Screen:
    """What one person waits for: a message with a certain button, under it or below the input field."""

    def __init__(self) -> None:
        self.wanted = ""
        self.shown: asyncio.Future[tuple[Message, Any]] = asyncio.get_running_loop().create_future()

    def expect(self, label: str) -> None:
        """From now on wait for a message with this button."""
        self.wanted = label
        self.shown = asyncio.get_running_loop().create_future()

    def show(self, message: Message, markup: Any) -> None:
        """A message arrives or changes (aiogram-dialog hides data behind the labels below the input field)."""
        if any(button.text.startswith(self.wanted) for button in buttons_of(markup)) and not self.shown.done():
            self.shown.set_result((message, markup))


class Wire(BaseSession):
    """The session both bots are given in place of aiohttp's."""

    def __init__(self) -> None:
        super().__init__()
        self.screens: defaultdict[int, Screen] = defaultdict(Screen)
        self.calls: Counter[str] = Counter()
        self.silence = asyncio.Event()
        self.last_message = 0

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], *_: Any, **__: Any) -> Any:  # noqa: ARG002 - signature of the base
        """What Telegram would have answered."""
        self.calls[type(method).__name__] += 1
        if isinstance(method, SendMessage | EditMessageText):
            return self.show(method)
        if isinstance(method, DONE):
            return True
        if isinstance(method, EditMessageReplyMarkup):
            return self.message(int(method.chat_id or 0), method.message_id or 0, "")
        if isinstance(method, GetMe):
            return User(id=1000, is_bot=True, first_name="bench", username="bench_bot")
        return await self.silence.wait()  # a long poll in which nothing ever comes

    def show(self, method: SendMessage | EditMessageText) -> Message:
        """Put a message on the screen of its chat."""
        chat = int(method.chat_id or 0)
        if isinstance(method, SendMessage):
            self.last_message += 1
        number = self.last_message if isinstance(method, SendMessage) else method.message_id or 0
        message = self.message(chat, number, method.text or "")
        self.screens[chat].show(message, method.reply_markup)
        return message

    @staticmethod
    def message(chat: int, number: int, text: str) -> Message:
        """A message as Telegram describes it."""
        return Message(message_id=number, date=NOW, chat=Chat(id=chat, type="private"), text=text)

    async def close(self) -> None:
        """Nothing is held."""

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        """Nobody sends files here."""
        yield b""


def buttons_of(markup: Any) -> list[Any]:
    """All buttons of a message."""
    if isinstance(markup, InlineKeyboardMarkup):
        return [button for row in markup.inline_keyboard for button in row]
    return [button for row in markup.keyboard for button in row] if isinstance(markup, ReplyKeyboardMarkup) else []


def data_of(markup: Any, label: str) -> str:
    """The callback data of the button with this label."""
    found = (button for button in buttons_of(markup) if isinstance(button, InlineKeyboardButton))
    return next(button.callback_data or "" for button in found if button.text == label)
