"""Drafts: saved at every step, reminded of once, forgotten in the end."""

from tests.stories.beginnings import with_consent
from tests.transcript import perform
from tests.world import World

ALONE = True  # nobody else says anything

BEGUN = """
Анна: Лифт не работает
  > … [Запуск лифта] …
Анна: {photo}
  > 1 снимок приложим к обращению. …
"""


async def test_a_draft_is_reminded_of_once_and_forgotten_after_thirty_days(everywhere: World) -> None:
    await with_consent(everywhere)
    await perform(everywhere, BEGUN)
    await perform(
        everywhere,
        """
        — 2 days
        — 25 hours
          Анна > Ваш черновик ждёт: «Лифт не работает». Продолжить можно с того же места. Его мы храним ещё 27 дней;
            больше не напомним. [Продолжить черновик] [Настройки]
        — 5 days
        Анна: [Продолжить черновик]
          > … Какая тема подходит? … [Запуск лифта] …
        Анна: [Запуск лифта]
          > … Где это? …
        — 4 days
          Анна > Ваш черновик ждёт: «Лифт не работает». …
        — 28 days
        Анна: /my
          > Обращений пока нет. …
        """,
    )
    folder = everywhere.app.settings.files
    assert list(folder.iterdir()) == []


async def test_who_wants_no_reminder_gets_none(everywhere: World) -> None:
    await with_consent(everywhere)
    await perform(
        everywhere,
        """
        Анна: /settings
          > … Напоминание о черновике: включено, одно через три дня. … [Не напоминать о черновиках]
        Анна: [Не напоминать о черновиках]
          > … Напоминание о черновике: выключено. … [Напоминать о черновиках]
        """,
    )
    await perform(everywhere, BEGUN)
    await perform(
        everywhere,
        """
        — 5 days
        Анна: /my
          > Мои обращения Есть 1 черновик: … [Черновик: Лифт не работает]
        """,
    )
