"""Voice messages: kept as recordings, and their words offered where somebody can listen."""

from pathlib import Path
from typing import Any

import pytest

from tests.stories.beginnings import CONSENT, MODERATOR, at_place, filed_with_moderator
from tests.stories.conftest import PLACES
from tests.transcript import perform
from tests.world import World, world

ALONE = True

SPEECH = b"OggS" + bytes(60)
HEARD = "во дворе не вывозят мусор, баки переполнены"


def listens(content: bytes) -> str:
    """Somebody who understands one recording only."""
    return HEARD if content == SPEECH else ""


@pytest.fixture
def hears(place: tuple[str, str], tmp_path: Path) -> Any:
    """The program where a recogniser is configured."""
    return world(*place, tmp_path, hear=listens)


async def test_a_voice_message_is_kept_with_the_appeal_and_moderators_hear_it(everywhere: World) -> None:
    await perform(everywhere, MODERATOR + CONSENT)
    await everywhere.people["Анна"].sends_voice(SPEECH)
    await everywhere.settle()
    (asked,) = everywhere.unread("Анна")
    assert asked.text.startswith("Запись сохраним вместе с обращением. В текст она не попадёт")
    assert "Что случилось?" in asked.text
    await perform(
        everywhere,
        """
        Анна: Не вывозят мусор, баки переполнены
          > … [Вывоз мусора с площадки] …
        Анна: [Вывоз мусора с площадки]
          > … Где это? …
        Анна: Садовая, 10
          ?> Место записали: Садовая, 10. [Сообщить о проблеме] …
          > … Как давно это так? …
        Анна: [Хватит вопросов]
          > … Есть фото? …
        Анна: [Пропустить]
          > Проверьте обращение …
        Анна: [Отправить]
          > Обращение № {number} отправлено на проверку. …
          > Чем больше соседей …
          Ольга > Новое обращение № {number}: вывоз мусора с площадки. …
        """,
    )
    await everywhere.people["Ольга"].presses("Открыть обращение")
    await everywhere.settle()
    heard = everywhere.unread("Ольга")
    assert [content for item in heard for _, content in item.documents] == [SPEECH]


async def test_what_is_heard_is_offered_as_words_and_answers_the_question(hears: Any) -> None:
    async with hears as made:
        await perform(made, CONSENT)
        await made.people["Анна"].sends_voice(SPEECH)
        await made.settle()
        told = [item.text for item in made.unread("Анна")]
        assert "Сейчас послушаем её и пришлём, что расслышали." in told[0]
        assert "«Во дворе не вывозят мусор, баки переполнены»" in told[1]
        await perform(
            made,
            """
            Анна: [Взять эти слова]
              > … Какая тема подходит? … [Вывоз мусора с площадки] …
            """,
        )


async def test_a_danger_in_what_is_heard_is_told_first(place: tuple[str, str], tmp_path: Path) -> None:
    async with world(*place, tmp_path, hear=lambda _: "в подъезде пахнет газом") as made:
        await perform(made, CONSENT)
        await made.people["Анна"].sends_voice(SPEECH)
        await made.settle()
        _, danger, heard = [item.text for item in made.unread("Анна")]
        assert "104" in danger
        assert "«В подъезде пахнет газом»" in heard


async def test_a_voice_message_is_added_to_an_appeal_and_moderators_hear_it(everywhere: World) -> None:
    known = await filed_with_moderator(everywhere)
    await perform(
        everywhere,
        """
        Анна: [Открыть обращение]
          > … На проверке …
        Анна: [Дополнить]
          > Напишите, что добавить, пришлите фото или голосовое сообщение. …
        """,
        known,
    )
    await everywhere.people["Анна"].sends_voice(SPEECH)
    await everywhere.settle()
    (asked,) = everywhere.unread("Анна")
    assert asked.text.startswith("Получили.")
    await perform(
        everywhere,
        """
        Анна: [Готово]
          > Добавили к обращению № {number}. Модератор увидит это. [Открыть обращение]
          Ольга > К обращению № {number} автор добавил файлы. [Открыть обращение]
          Ольга ?> (файл: Запись 1.ogg)
        """,
        known,
    )
    assert [content for item in everywhere.people["Ольга"].heard for _, content in item.documents] == [SPEECH]


async def test_a_voice_message_out_of_the_blue_begins_an_appeal(everywhere: World) -> None:
    await everywhere.people["Анна"].sends_voice(SPEECH)
    await everywhere.settle()
    await perform(
        everywhere,
        """
        Анна: [Даю согласие на обработку данных]
          > Запись получили и сохраним её вместе с обращением. …
          > Согласие на обработку персональных данных …
          > Сообщать о ходе обращений? …
        Анна: [Сообщать]
          > … Что случилось? …
        """,
    )


async def test_what_is_no_sound_is_told_and_nothing_is_lost(everywhere: World) -> None:
    await at_place(everywhere)
    await everywhere.people["Анна"].sends_voice(b"no sound at all")
    await everywhere.settle()
    told = [item.text for item in everywhere.unread("Анна")]
    assert "Где это?" in told[0]
    assert told[1].startswith("Голосовое сообщение не открылось: файл повреждён.")
    await perform(
        everywhere,
        """
        Анна: Садовая, 10
          ?> Место записали: Садовая, 10. [Сообщить о проблеме] …
          > … Как давно это так? …
        """,
    )


async def test_a_sixth_recording_is_not_taken(everywhere: World) -> None:
    await at_place(everywhere)
    for _ in range(6):
        await everywhere.people["Анна"].sends_voice(SPEECH)
        await everywhere.settle()
    assert "не больше 5 записей: прежние на месте" in everywhere.unread("Анна")[-1].text


@pytest.mark.parametrize("place", [place for place in PLACES if "terminal" not in place], indirect=True)
async def test_words_that_were_heard_belong_to_the_open_draft_only(hears: Any) -> None:
    async with hears as made:
        await perform(made, CONSENT)
        await made.people["Анна"].sends_voice(SPEECH)
        await made.settle()
        made.unread("Анна")
        await perform(
            made,
            """
            Анна: /cancel
              > Отменили. …
            Анна: [Взять эти слова]
              > Этой записи мы уже не помним. …
            """,
        )
