"""The same conversation on aiogram-dialog with state in memory, as its documentation recommends to set it up."""

import contextlib
from collections.abc import AsyncIterator, Sequence

from aiogram import Bot, Dispatcher, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import Message
from aiogram_dialog import DialogManager, StartMode, setup_dialogs

from dialogs.texts.words import Texts
from dialogs.understanding.dangers import dangers_in
from dialogs.understanding.index import suggest
from storage.model.city import City
from tests.bench.talk import Feed
from tests.bench.windows import Filing, Windows
from tests.bench.wire import TOKEN, Wire


@contextlib.asynccontextmanager
async def their_bot(city: City, texts: Texts, wire: Wire, numbers: Sequence[int]) -> AsyncIterator[Feed]:
    """The bot on aiogram-dialog; checks at the end that everybody has filed an appeal."""
    bot = Bot(TOKEN, session=wire, default=DefaultBotProperties(parse_mode="HTML"))
    dispatcher = Dispatcher(storage=MemoryStorage())
    windows = Windows(city, texts)
    stories = Router()

    @stories.message()
    async def begin(message: Message, dialog_manager: DialogManager) -> None:
        story = message.text or ""
        if dangers_in(story, city):
            await message.answer(texts.say("emergency.danger", danger=dangers_in(story, city)[0]))
        found = [item.situation.id for item in suggest(story, city)]
        await dialog_manager.start(Filing.situation, {"story": story, "found": found}, mode=StartMode.RESET_STACK)

    dispatcher.include_routers(windows.dialog(), stories)
    setup_dialogs(dispatcher)
    await dispatcher.emit_startup(bot=bot)
    yield lambda raw: dispatcher.feed_raw_update(bot, raw)
    assert windows.filed == len(numbers), "an appeal is missing"
