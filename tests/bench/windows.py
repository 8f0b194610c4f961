"""The windows of the same conversation on aiogram-dialog, in spoken order."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
)
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import TextInput
from aiogram_dialog.widgets.kbd import Back, Button, Cancel, Column, Next, RequestLocation, Row, Select
from aiogram_dialog.widgets.markup.reply_keyboard import ReplyKeyboardFactory
from aiogram_dialog.widgets.text import Const, Format

from dialogs.compose import compose, facts_of
from dialogs.menu import MENU
from dialogs.texts.words import Texts
from storage.model.city import City
from storage.model.numbers import written
from tests.bench.talk import asked


class Filing(StatesGroup):
    """The steps of an appeal, in spoken order."""

    situation = State()
    land = State()
    place = State()
    first = State()
    second = State()
    third = State()
    fourth = State()
    photos = State()
    preview = State()


QUESTIONS = (Filing.first, Filing.second, Filing.third, Filing.fourth)
PARTS = ("story", "situation", "place", "details", "photos")
"""what can be changed in the end"""


class Windows:
    """The windows of the dialog with our city's data and our words, and what pressing their buttons does."""

    def __init__(self, city: City, texts: Texts) -> None:
        self.city, self.texts = city, texts
        self.filed = 0
        self.controls = Row(Back(Const(texts.label("back"))), Cancel(Const(texts.label("cancel"))))

    def dialog(self) -> Dialog:
        """All windows in spoken order."""
        questions = [self.question(number, state) for number, state in enumerate(QUESTIONS)]
        return Dialog(self.situation(), self.land(), self.place(), *questions, self.photos(), self.preview())

    def situation(self) -> Window:
        """Which situation it is, of those that were found for the story."""
        hints = "• {item[title]}: {item[hint]}"

        async def found(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
            likely = [self.city.situation(id) for id in dialog_manager.start_data["found"]]  # type: ignore[index,call-overload]
            known = [{"id": one.id, "title": one.title, "hint": one.hint} for one in likely]
            return {"found": known, "hints": "\n".join(hints.format(item=one) for one in known)}

        return Window(
            Format("<i>Шаг 2</i>\n\n<b>На что это больше всего похоже?</b>\n{hints}"),
            Column(self.select("situation", "found", remember("situation"))),
            Button(Const(self.texts.label("other")), id="other", on_click=nowhere),
            Row(
                Button(Const(self.texts.label("back")), id="back", on_click=nowhere),
                Cancel(Const(self.texts.label("cancel"))),
            ),
            state=Filing.situation,
            getter=found,
        )

    def land(self) -> Window:
        """Whose land it is."""

        async def known(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
            situation = self.city.situation(dialog_manager.dialog_data["situation"])
            lands = [self.city.lands[id] for id in situation.lands]
            listed = [{"id": land.id, "title": land.label} for land in lands]
            hints = "\n".join(f"• {land.label}: {land.example}" for land in lands)
            return {"lands": listed, "hints": hints}

        return Window(
            Format("<i>Шаг 3 из 9</i>\n\n<b>Какое это место?</b> От этого зависит, кто отвечает.\n{hints}"),
            Column(self.select("land", "lands", remember("land"))),
            self.controls,
            state=Filing.land,
            getter=known,
        )

    def place(self) -> Window:
        """Where it is; the button for the location stands below the input field."""

        async def typed(_message: Message, _widget: Any, manager: DialogManager, text: str) -> None:
            manager.dialog_data["place"] = {"words": " ".join(text.split()), "lat": None, "lon": None}
            await manager.next()

        asked = self.texts.say("where.place", question=None, example=self.city.example_address)
        return Window(
            Const(f"<i>Шаг 4 из 9</i>\n\n{asked}"),
            RequestLocation(Const(self.texts.label("location"))),
            Next(Const(self.texts.label("district")), id="district"),
            self.controls,
            TextInput(id="place", on_success=typed),
            markup_factory=ReplyKeyboardFactory(resize_keyboard=True),
            state=Filing.place,
        )

    def question(self, number: int, state: State) -> Window:
        """One question of the situation."""
        name = f"question{number}"

        async def asking(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
            question = asked(self.city.situation(dialog_manager.dialog_data["situation"]), self.city)[number]
            offered = [{"id": str(place), "title": label} for place, label in enumerate(question.choices)]
            return {"question": question.text, "offered": offered}

        async def chosen(_query: CallbackQuery, _widget: Any, manager: DialogManager, value: str) -> None:
            question = asked(self.city.situation(manager.dialog_data["situation"]), self.city)[number]
            manager.dialog_data[f"details.{question.id}"] = question.choices[int(value)]
            await manager.next()

        async def typed(_message: Message, _widget: Any, manager: DialogManager, text: str) -> None:
            question = asked(self.city.situation(manager.dialog_data["situation"]), self.city)[number]
            manager.dialog_data[f"details.{question.id}"] = text
            await manager.next()

        return Window(
            Format(f"<i>Шаг {number + 5} из 9</i>\n\n<b>{{question}}</b>"),
            Column(self.select(name, "offered", chosen)),
            Next(Const(self.texts.label("skip")), id="skip"),
            self.controls,
            TextInput(id=f"{name}_words", on_success=typed),
            state=state,
            getter=asking,
        )

    def photos(self) -> Window:
        """Photos, which everybody skips here."""

        async def advice(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
            situation = self.city.situation(dialog_manager.dialog_data["situation"])
            return {"evidence": "\n".join(f"• {line}" for line in situation.evidence)}

        return Window(
            Format("<i>Шаг 9 из 9</i>\n\n<b>Есть фото?</b> С ними отвечают быстрее.\n{evidence}"),
            Next(Const(self.texts.label("skip")), id="skip"),
            self.controls,
            state=Filing.photos,
            getter=advice,
        )

    def preview(self) -> Window:
        """The last look at the composed text."""

        async def composed(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
            return self.composed(dialog_manager)

        return Window(
            Format("<b>Проверьте обращение</b>\n\n{text}\n\n<b>Почему сюда:</b> {why}"),
            Button(Const(self.texts.label("send")), id="send", on_click=self.send),
            Column(*(Button(Const(self.texts.label(f"edit_{part}")), id=part, on_click=nowhere) for part in PARTS)),
            Cancel(Const(self.texts.label("cancel"))),
            state=Filing.preview,
            getter=composed,
        )

    def composed(self, manager: DialogManager) -> dict[str, Any]:
        """The text of the appeal and who answers for it."""
        answers: Mapping[str, Any] = {"story": manager.start_data["story"], **manager.dialog_data}  # type: ignore[index,call-overload]
        facts = facts_of(answers, self.city.situation(answers["situation"]), self.city)
        return {"text": compose(facts, self.texts), "why": facts.why, "body": facts.body, "facts": facts}

    async def send(self, query: CallbackQuery, _button: Any, manager: DialogManager) -> None:
        """The appeal is complete: its number, and what can be done now."""
        self.filed += 1
        number = written(self.filed)
        facts = self.composed(manager)
        term = facts["facts"].situation.term
        assert isinstance(query.message, Message)
        await query.message.answer(
            f"<b>Обращение № {number} принято.</b>\nМодератор проверит его и передаст в {facts['body'].accusative}.\n"
            f"Срок по такой проблеме: {term.words if term else 'его назовут'}.\nО каждом шаге напишем сюда.",
            reply_markup=self.menu(),
        )
        await query.message.answer(
            f"Чем больше соседей присоединится, тем заметнее обращение № {number}.", reply_markup=self.after(number)
        )
        await manager.done()

    def menu(self) -> ReplyKeyboardMarkup:
        """The menu below the input field."""
        keys = [[KeyboardButton(text=self.texts.label(name))] for name in MENU]
        return ReplyKeyboardMarkup(keyboard=keys, resize_keyboard=True)

    def after(self, number: str) -> InlineKeyboardMarkup:
        """«Поделиться» and «Открыть обращение»."""
        labels = {name: self.texts.label(name) for name in ("share", "card")}
        keys = [InlineKeyboardButton(text=label, callback_data=f"{name}:{number}") for name, label in labels.items()]
        return InlineKeyboardMarkup(inline_keyboard=[keys])

    def select(self, name: str, items: str, chosen: Callable[..., Any]) -> Select[str]:
        """A button for each of the items."""
        return Select(Format("{item[title]}"), name, itemgetter("id"), items, on_click=chosen)


async def nowhere(*_: Any) -> None:
    """A button that nobody presses here."""


def remember(name: str) -> Callable[..., Any]:
    """Keep what was chosen and go on."""

    async def chosen(_query: CallbackQuery, _widget: Any, manager: DialogManager, value: str) -> None:
        manager.dialog_data[name] = value
        await manager.next()

    return chosen
