"""What is kept about a person can be seen, taken along and erased."""

import asyncio
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from dialogs.speech import Press, Said
from storage.tables import metadata
from tests.stories.beginnings import CONSENT, filed, filed_with_moderator
from tests.transcript import perform
from tests.unit.given import city
from tests.world import CAST, World, world


async def test_everything_comes_in_one_file(everywhere: World) -> None:
    known = await filed(everywhere)
    await perform(
        everywhere,
        """
        Анна: /privacy
          > Ваши данные Согласие вы дали 23 ноября 2026. Обращений, ваших и тех, к которым вы присоединились: 1. …
            [Получить мои данные] [Отозвать согласие] [Удалить мои данные]
        Анна: [Получить мои данные]
          > Здесь всё, что мы о вас храним: страница для чтения, файл для программ и фотографии.
            … (файл: …moi-dannye.zip) …
        """,
        known,
    )


async def test_withdrawing_the_consent_erases(everywhere: World) -> None:
    known = await filed_with_moderator(everywhere)
    await perform(
        everywhere,
        """
        Анна: /privacy
          > …
        Анна: [Отозвать согласие]
          > Отозвать согласие на обработку данных? … [Да] [Нет]
        Анна: [Нет]
          > Хорошо, всё осталось как было. …
        Анна: /privacy
          > …
        Анна: [Отозвать согласие]
          > Отозвать согласие на обработку данных? …
        Анна: [Да]
          > Согласие отозвано, ваши данные удалены. …
        Анна: /my
          > Обращений пока нет. …
        Анна: /privacy
          > Ваши данные Согласия на обработку данных сейчас нет … [Получить мои данные] [Удалить мои данные]
        Ольга: /queue
          > 1 обращение ждёт решения. …
          > № {number} · На проверке … Текст удалён по просьбе автора. …
        """,
        known,
    )


@pytest.mark.parametrize("place", ["telegram-sqlite", "mixed-postgres"], indirect=True)
async def test_where_the_pack_allows_days_everything_stops_at_once_and_is_erased_then(
    place: tuple[str, str], tmp_path: Path
) -> None:
    patient = replace(city(), retention=replace(city().retention, withdrawal_days=10))
    async with world(*place, tmp_path, city=patient) as made:
        known = await filed_with_moderator(made)
        await perform(
            made,
            """
            Анна: /privacy
              > …
            Анна: [Отозвать согласие]
              > Отозвать согласие на обработку данных? …
            Анна: [Да]
              > Согласие отозвано. Новостей больше не будет, черновики удалены, а обращения, которые ещё никому
                не передали, отозваны. Всё остальное, что вы рассказали, сотрём не позже 3 декабря 2026. …
                [Удалить мои данные]
            Ольга: /queue
              > Очередь пуста. …
            — 9 days
            """,
            known,
        )
        assert "баки" in await everything_kept(made)
        await made.passes(days=1, minutes=1)
        assert "баки" not in await everything_kept(made)


@pytest.mark.parametrize("place", ["telegram-sqlite", "mixed-postgres"], indirect=True)
async def test_whoever_consents_again_meanwhile_keeps_everything(place: tuple[str, str], tmp_path: Path) -> None:
    patient = replace(city(), retention=replace(city().retention, withdrawal_days=10))
    async with world(*place, tmp_path, city=patient) as made:
        await filed(made)
        await perform(
            made,
            """
            Анна: /privacy
              > …
            Анна: [Отозвать согласие]
              > …
            Анна: [Да]
              > Согласие отозвано. …
            Анна: Сообщить о проблеме
              > Согласие на обработку персональных данных …
            Анна: [Даю согласие на обработку данных]
              > Сообщать о ходе обращений? …
            Анна: [Не нужно]
              > … Что случилось? …
            Анна: /cancel
              > …
            """,
        )
        await made.passes(days=11)
        assert "баки" in await everything_kept(made)


async def everything_kept(made: World) -> str:
    """Every row of every table."""
    async with made.app.database.read() as connection:
        found = [await connection.execute(select(table)) for table in metadata.sorted_tables]
    return repr([rows.all() for rows in found])


@pytest.mark.parametrize("place", ["telegram-sqlite", "mixed-postgres"], indirect=True)
async def test_what_is_on_its_way_to_moderators_in_the_same_moment_is_erased_too(everywhere: World) -> None:
    await filed_with_moderator(everywhere)
    anna = everywhere.people["Анна"]
    await anna.says("/human")
    await everywhere.settle()
    said = Said("telegram", str(CAST["Анна"]), "")
    at_once = (
        replace(said, update="a1", text="Меня зовут Евлампия"),
        replace(said, update="a2", press=Press("erase_me")),
        replace(said, update="a3", text="Да"),
    )
    await asyncio.gather(*map(everywhere.app.desk.take, at_once))
    await everywhere.settle()
    assert "Евлампия" not in str(everywhere.unread("Ольга"))
    kept = await everything_kept(everywhere)
    assert "Евлампия" not in kept
    assert "баки" not in kept


async def test_erased_photos_are_gone_from_the_disk_unless_somebody_else_sent_the_same(everywhere: World) -> None:
    known = await filed(everywhere)
    files = everywhere.app.settings.files
    known = await perform(
        everywhere,
        """
        Анна: [Открыть обращение]
          > …
        Анна: [Дополнить]
          > …
        Анна: {photo}
          > …
        Анна: [Готово]
          > Добавили к обращению № {number}. …
        """,
        known,
    )
    assert len(list(files.iterdir())) == 1
    await perform(
        everywhere,
        """
        Анна: /privacy
          > …
        Анна: [Удалить мои данные]
          > Удалить всё, что вы нам рассказали: …
        Анна: [Да]
          > Готово: ваши данные удалены. …
        """,
        known,
    )
    assert list(files.iterdir()) == []


PRIVATE = f"""
{CONSENT}
Анна: Мне, Петровой Анне, отказали в пособии, назначить льготу не хотят
  > … [Получение социальной поддержки] …
Анна: [Получение социальной поддержки]
  > … Где вы живёте? …
Анна: Садовая, 10, кв. 15, Петрова Анна, Адмиралтейский район
  ?> Место записали: … [Сообщить о проблеме] …
  > … О какой выплате, льготе или услуге речь? …
Анна: [Хватит вопросов]
  > … Есть фото? …
Анна: [Пропустить]
  > Проверьте обращение … Где живу: Садовая, 10, кв. 15, Петрова Анна, Адмиралтейский район …
Анна: [Отправить]
  > Обращение № {{number}} готово. …
  > Обращение № {{number}}: осталось подать …
Анна: [Открыть обращение]
  > … Место: Садовая, 10, кв. 15, Петрова Анна, Адмиралтейский район …
Анна: [Поделиться]
  > Позовите соседей По ссылке увидят тему, район и статус. Имени и слов автора там нет. … {{token}} …
"""
JOINED = """
Борис: {link {token}}
  > Обращение № {number} Получение социальной поддержки Район: Адмиралтейский Осталось подать
    Отвечает: Комитет по социальной политике Санкт-Петербурга Соседей присоединилось: 0
    Присоединяйтесь: … [Присоединиться] …
Борис: [Присоединиться]
  > Согласие …
Борис: [Даю согласие на обработку данных]
  > Сообщать о ходе обращений? … [Сообщать] [Не нужно]
Борис: [Сообщать]
  > Вы присоединились к обращению № {number}. …
  > … Район: Адмиралтейский …
  Анна > К вашему обращению № {number} присоединился сосед. …
Борис: [Поделиться]
  > Позовите соседей … {token} …
Борис: /my
  > Мои обращения • № {number}: получение социальной поддержки (вы присоединились) …
"""
OWN = ("Петров", "Анн", "Садов", "кв.", "отказали в пособии", "назначить льготу")
"""what leads to Анна in what she told"""


def told(world: World, name: str) -> str:
    """Everything somebody was told, with their buttons and the addresses behind those."""
    heard = world.people[name].heard
    return "\n".join(unquote(" ".join((item.text, *item.buttons, *item.urls.values()))) for item in heard)


async def test_of_what_is_private_neighbours_see_no_name_no_flat_and_no_house(everywhere: World) -> None:
    known = await perform(everywhere, PRIVATE)
    await perform(everywhere, JOINED, known)
    assert [words for words in OWN if words not in told(everywhere, "Анна")] == []
    assert [words for words in OWN if words in told(everywhere, "Борис")] == []


async def test_nobody_is_shown_something_private_that_somebody_else_told_of_the_same_house(everywhere: World) -> None:
    await perform(everywhere, PRIVATE)
    same = PRIVATE.split("Анна: [Хватит вопросов]")[0].replace("Анна:", "Борис:")
    await perform(
        everywhere, same
    )  # the next question is the one after that for the place, with no appeals nearby before it
