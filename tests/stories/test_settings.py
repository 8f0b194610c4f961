"""Notices are switched off and on; at night they wait for the morning."""

from tests.stories.beginnings import filed_with_moderator
from tests.transcript import perform
from tests.world import World


async def test_who_switches_notices_off_is_not_disturbed(everywhere: World) -> None:
    known = await filed_with_moderator(everywhere)
    await perform(
        everywhere,
        """
        Анна: /settings
          > Настройки Уведомления о ходе обращений: включены. … [Выключить уведомления] [Выключить тихие часы]
        Анна: [Выключить уведомления]
          > Настройки Уведомления о ходе обращений: выключены. … [Включить уведомления] …
        Ольга: /queue
          > …
          > …
        Ольга: [Принять]
          > № {number} · Принято …
        """,
        known,
    )


async def test_at_night_news_waits_for_the_morning(everywhere: World) -> None:
    known = await filed_with_moderator(everywhere)
    await perform(
        everywhere,
        """
        — 11 hours
        Ольга: /queue
          > …
          > …
        Ольга: [Принять]
          > № {number} · Принято …
        — 8 hours
        — 1 hours
          Анна > Обращение № {number} (вывоз мусора с площадки) прошло проверку и принято. …
        """,
        known,
    )
