"""Moderators: the queue, decisions with words, two who press the same button, and the figures."""

from storage.model.numbers import written
from tests.stories.beginnings import filed_with_moderator
from tests.transcript import perform
from tests.world import World


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
