"""Consent comes before anything is stored; without it one can still find out whom to ask."""

from sqlalchemy import func, select

from storage.tables import appeals, consents, conversations, media
from tests.transcript import perform
from tests.world import World


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
          > … Где это? …
        Анна: /cancel
          > Отменили. Ничего не отправлено, черновик удалён. …
        Анна: Сообщить о проблеме
          > Шаг 1 Что случилось? …
        """,
    )
