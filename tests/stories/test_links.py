"""Links bring neighbours in."""

from tests.stories.beginnings import filed
from tests.transcript import perform
from tests.world import World


async def test_a_link_that_leads_nowhere_is_answered_kindly(everywhere: World) -> None:
    await perform(
        everywhere,
        """
        Борис: {link adeadbeef}
          > Эта ссылка никуда не ведёт … [Сообщить о проблеме] …
        Борис: {link }
          > Здравствуйте. …
        """,
    )


async def test_a_neighbour_joins_passes_on_and_leaves(everywhere: World) -> None:
    known = await filed(everywhere)
    known = await perform(
        everywhere,
        """
        Анна: [Поделиться]
          > Позовите соседей … {token} …
        Анна: {link {token}}
          > Обращение № {number} … Соседей с вами: 0 …
        Борис: {link {token}}
          > … [Присоединиться] [Поделиться]
        Борис: [Присоединиться]
          > Согласие …
        Борис: [Даю согласие на обработку данных]
          > Сообщать о ходе обращений? … [Сообщать] [Не нужно]
        Борис: [Сообщать]
          > Вы присоединились к обращению № {number}. …
          > … [Поделиться] [Больше не следить]
          Анна > К вашему обращению № {number} присоединился сосед. Теперь с вами 1 сосед. …
        Борис: [Поделиться]
          > Позовите соседей … {token} …
        Вера: {link {token}}
          > … Соседей присоединилось: 1 …
        Борис: /my
          > Мои обращения • № {number}: вывоз мусора с площадки (вы присоединились) …
        Борис: {link {token}}
          > … Вы следите за этим обращением … [Больше не следить]
        Борис: [Больше не следить]
          > … Соседей присоединилось: 0 … [Присоединиться] …
        """,
        known,
    )
