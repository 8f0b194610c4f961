"""Moderators: the queue, decisions with words, two who press the same button, and the figures."""

from sqlalchemy import update

from handlers.moderators import PAGE
from storage import appeals
from storage.model.appeal import Actor, Change, Kind, Status
from storage.model.numbers import written
from storage.tables import events
from tests.stories.beginnings import filed_with_moderator
from tests.transcript import perform
from tests.unit.rows import filed as row_of_appeal
from tests.unit.rows import resident
from tests.world import MONDAY, World


async def test_an_appeal_is_rejected_with_the_reason(everywhere: World) -> None:
    known = await filed_with_moderator(everywhere)
    await perform(
        everywhere,
        """
        Ольга: /queue
          > 1 обращение ждёт решения. Самое давнее:
          > …
        Ольга: [Отклонить]
          > Почему отклоняем? … [Отменить]
        Ольга: /queue
          > 1 обращение ждёт решения. …
          > …
        Ольга: это не причина
          > Согласие на обработку персональных данных … [Даю согласие на обработку данных] …
        Ольга: /appeal {number}
          > № {number} · На проверке …
        Ольга: [Отклонить]
          > Почему отклоняем? … [Отменить]
        Ольга: 👎
          > Здесь нужны слова. Напишите хотя бы коротко. … Почему отклоняем? …
        Ольга: Это не в нашем городе
          > № {number} · Отклонено …
          Анна > Обращение № {number} (вывоз мусора с площадки) не приняли. Причина: Это не в нашем городе …
        Анна: [Открыть обращение]
          > Обращение № {number} … Отклонено … отклонено: «Это не в нашем городе …
        """,
        known,
    )


async def test_the_second_moderator_is_told_who_was_first(everywhere: World) -> None:
    known = await filed_with_moderator(everywhere)
    await perform(
        everywhere,
        """
        Павел: /queue
          > 1 обращение ждёт решения. …
          > № {number} · На проверке …
        Ольга: /queue
          > 1 обращение ждёт решения. …
          > № {number} · На проверке …
        Ольга: [Принять]
          > № {number} · Принято …
          Анна > …
        Павел: [Принять]
          > Ольга … уже занимается этим обращением: с 23 ноября, 12:00 у № {number} статус «Принято». …
        Ольга: [Следующее]
          > Очередь пуста. …
        """,
        known,
    )


async def test_an_appeal_is_found_by_its_number_even_mistyped(everywhere: World) -> None:
    known = await filed_with_moderator(everywhere)
    mistyped = known["number"][:-1] + str((int(known["number"][-1]) + 1) % 10)
    await perform(
        everywhere,
        f"""
        Ольга: /appeal {known["number"]}
          > № {{number}} · На проверке …
        Ольга: /appeal № {known["number"].replace("-", "")}
          > № {{number}} · На проверке …
        Ольга: /appeal {mistyped}
          > «{mistyped}» — не номер обращения: проверьте цифры. …
        Ольга: /appeal
          > Напишите номер обращения, например 1001-9. …
        Ольга: {known["number"]}
          > № {{number}} · На проверке …
        Ольга: /appeal {written(8000)}
          > Обращения «{written(8000)}» нет.
        Анна: /appeal {known["number"]}
          > Такой команды нет. …
        """,
        known,
    )


async def test_figures_are_counted_by_status_situation_and_body(everywhere: World) -> None:
    known = await filed_with_moderator(everywhere)
    await perform(
        everywhere,
        """
        Ольга: /stats
          > Всего обращений: 1 На проверке: 1 По темам Вывоз мусора с площадки: 1
            По ответственным … : 1
        """,
        known,
    )


async def test_a_due_date_is_typed_or_refused_with_the_reason(everywhere: World) -> None:
    known = await filed_with_moderator(everywhere)
    await perform(
        everywhere,
        """
        Ольга: /queue
          > …
          > …
        Ольга: [Принять]
          > …
          Анна > …
        Ольга: [Передано в орган]
          > Под каким номером …
        Ольга: без номера
          > Это не похоже на номер: … День спросим потом; … «Пропустить». … Под каким номером …
        Ольга: [Пропустить]
          > До какого дня должны ответить? …
        Ольга: 31.02
          > Такого дня нет в календаре. …
        Ольга: 1.11.2026
          > Этот день уже прошёл. …
        Ольга: 5.12
          > № {number} · Передано … Ответить должны до 5 декабря 2026 …
          Анна > Обращение № {number} (… передано в … Ответ ждём до 5 декабря 2026. …

        — 13 days
          Анна > Срок по обращению № {number} (… прошёл 5 декабря 2026, ответа нет. … Модераторам напомнили. …
          Ольга > Срок по обращению № {number} … прошёл 5 декабря 2026, ответа нет. Напомните: …
        — 1 days
        """,
        known,
    )


async def test_what_was_accepted_stays_in_sight_until_it_is_answered(everywhere: World) -> None:
    known = await filed_with_moderator(everywhere)
    await perform(
        everywhere,
        """
        Анна: /control
          > Такой команды нет. …
        Ольга: /control
          > На контроле ничего нет: на всё принятое есть ответ. …
        Ольга: /queue
          > …
          > …
        Ольга: [Принять]
          > …
          Анна > …
        Ольга: на контроле
          > На контроле: 1 обращение № {number}: вывоз мусора с площадки — принято [№ {number}]
        Ольга: [№ {number}]
          > № {number} · Принято … [Передано в орган] …
        Ольга: [Передано в орган]
          > …
        Ольга: [Пропустить]
          > …
        Ольга: 5.12
          > …
          Анна > …
        Ольга: /control
          > … № {number}: вывоз мусора с площадки — передано, до 5 декабря 2026 …

        — 13 days
          Анна > …
          Ольга > …
        Ольга: /control
          > … № {number}: вывоз мусора с площадки — передано, срок прошёл 5 декабря 2026 …
        Ольга: [№ {number}]
          > …
        Ольга: [Есть ответ]
          > …
        Ольга: Мусор вывезли
          > …
        Ольга: [Пропустить]
          > … Есть ответ …
          Анна > … «Мусор вывезли» …
        Ольга: /control
          > На контроле ничего нет: …
        Анна: [Нет, не решено]
          > …
          > …
          Ольга > …
        Анна: [2]
          > …
        Анна: Вывезли только один бак
          > …
        Ольга: [Открыть обращение]
          > … Ответили «решено»: 0, «не решено»: 1 Автор: не решено, оценка 2 из 5: «Вывезли только один бак» …
        """,
        known,
    )


async def test_a_page_of_what_is_under_control_holds_eight(everywhere: World) -> None:
    await perform(everywhere, "Ольга: /start\n  > Здравствуйте. …")
    async with everywhere.app.database.begin() as connection:
        anna = await resident(connection)
        for _ in range(PAGE + 1):
            appeal = await row_of_appeal(connection, anna.id)
            accepted = Change(Kind.MOVED, Actor.SYSTEM, None, after=Status.ACCEPTED)
            await appeals.apply(connection, appeal, accepted, MONDAY)
        await connection.execute(update(events).values(noticed=True))
    last = written(PAGE + 1)
    await perform(
        everywhere,
        f"""
        Ольга: /control
          > На контроле: 9 обращений № {written(1)}: устранение провала грунта — принято … [№ {written(1)}] … [Дальше]
        Ольга: [Дальше]
          > На контроле: 9 обращений № {last}: … [№ {last}] [Раньше]
        Ольга: [Раньше]
          > … № {written(1)}: …
        """,
    )
