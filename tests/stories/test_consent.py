"""Consent comes before anything is stored; without it one can still find out whom to ask."""

from dataclasses import replace

from sqlalchemy import Table, func, select

from storage.tables import appeals, consents, conversations, media
from tests.stories.beginnings import with_consent
from tests.transcript import perform
from tests.world import World

ALONE = True  # nobody else says anything


async def counted(world: World, table: Table) -> int:
    """The rows of a table."""
    async with world.app.database.begin() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


async def test_who_refuses_can_still_find_out_whom_to_ask_and_nothing_is_stored(everywhere: World) -> None:
    await perform(
        everywhere,
        """
        Анна: Во дворе не горят фонари на Садовой
          > Согласие на обработку персональных данных … [Даю согласие на обработку данных] [Не даю согласия]
        Анна: да ладно
          > Чтобы продолжить, нужен ваш выбор кнопкой. … Согласие на обработку …
        Анна: [Не даю согласия]
          > Хорошо, ничего из рассказанного не сохранили. … [Сообщить о проблеме] … [Куда обратиться] …
        Анна: Куда обратиться
          > Что случилось? … Ответы не сохраняем; …
        Анна: Во дворе не горят фонари на Садовой
          > Какое это место? От этого зависит, кто отвечает. … [Сам дом или подъезд] …
        Анна: [Сам дом или подъезд]
          > Восстановление уличного освещения Сам дом или подъезд
            Кто отвечает: Управляющая организация дома. … Срок: … Что приготовить …
            [Составить обращение] [Если не помогут] [Подробнее о теме] [Навигатор] [Другая тема]
        Анна: [Если не помогут]
          > Восстановление уличного освещения: если не помогут 1. … [Составить обращение] …
        """,
    )
    async with everywhere.app.database.begin() as connection:
        for table in (appeals, consents, media):
            assert (await connection.execute(select(func.count()).select_from(table))).scalar() == 0
        states = (await connection.execute(select(conversations.c.state))).scalars()
        assert "Садов" not in str(list(states))


async def test_consent_is_asked_once_and_the_story_goes_on(everywhere: World) -> None:
    await perform(
        everywhere,
        """
        Анна: Куда обратиться
          > Что случилось? …
        Анна: Лифт стоит второй день
          > Запуск лифта … [Составить обращение] …
        Анна: [Составить обращение]
          > Согласие на обработку персональных данных …
        Анна: [Даю согласие на обработку данных]
          > Сообщать о ходе обращений? … [Сообщать] [Не нужно]
        Анна: [Сообщать]
          > … Где это? …
        Анна: /cancel
          > Отменили. Ничего не отправлено, черновик удалён. …
        Анна: Сообщить о проблеме
          > Шаг 1 Что случилось? …
        """,
    )


async def test_each_consent_has_a_screen_and_a_record_of_its_own_and_is_taken_back_alone(everywhere: World) -> None:
    await with_consent(everywhere)
    await perform(
        everywhere,
        """
        Анна: /privacy
          > Ваши данные … [Согласие на уведомления] [Согласие на предложения] [Согласие на публикацию] …
        Анна: [Согласие на предложения]
          > Согласие на предложения … Сейчас: согласия нет. [Даю согласие] [Мои данные]
        Анна: [Даю согласие]
          > Согласие на предложения … Сейчас: согласие дано 23 ноября 2026. [Отозвать согласие] …
        Анна: [Отозвать согласие]
          > … Сейчас: согласия нет. …
        Анна: /settings
          > … Уведомления о ходе обращений: включены. …
        Анна: [Выключить уведомления]
          > … выключены. …
        """,
    )
    async with everywhere.app.database.read() as connection:
        rows = (await connection.execute(select(consents).order_by(consents.c.id))).mappings().all()
    known = [(row["kind"], row["withdrawn_at"] is None, bool(row["channel"]), row["version"]) for row in rows]
    version = everywhere.app.house.city.consents["offers"].version
    assert known == [
        ("personal_data", True, True, version),
        ("notices", False, True, version),
        ("offers", False, True, version),
    ]


async def test_new_words_are_asked_again_and_the_old_record_stays(everywhere: World) -> None:
    await with_consent(everywhere)
    current = everywhere.app.house.current
    newer = {**current.city.consents, "personal_data": replace(current.city.consents["personal_data"], version="2")}
    current.city = replace(current.city, consents=newer)
    await perform(
        everywhere,
        """
        Анна: /cancel
          > …
        Анна: Сообщить о проблеме
          > Согласие на обработку персональных данных …
        Анна: [Даю согласие на обработку данных]
          > Сообщать о ходе обращений? …
        Анна: [Не нужно]
          > … Что случилось? …
        Анна: /settings
          > … Уведомления о ходе обращений: выключены. …
        """,
    )
    async with everywhere.app.database.read() as connection:
        about = consents.c.kind == "personal_data"
        rows = (await connection.execute(select(consents).where(about).order_by(consents.c.id))).mappings().all()
    assert [(row["version"], row["withdrawn_at"] is None) for row in rows][1:] == [("2", True)]
    assert rows[0]["withdrawn_at"] is not None


async def test_what_is_told_while_the_consent_is_asked_is_not_lost(everywhere: World) -> None:
    await perform(
        everywhere,
        """
        Анна: {photo}
          > Получили. …
          > Согласие на обработку персональных данных …
        Анна: Не вывозят мусор, баки переполнены
          > Это учтём, когда решите. До вашего выбора ничего из рассказанного не сохраняем. Согласие …
        Анна: а что это за согласие?
          > …
        """,
    )
    assert await counted(everywhere, media) == 0
    await perform(
        everywhere,
        """
        Анна: [Даю согласие на обработку данных]
          > Сообщать о ходе обращений? …
        Анна: [Сообщать]
          > … Какая тема подходит? … [Вывоз мусора с площадки] …
        """,
    )
    assert await counted(everywhere, media) == 1
