"""Similar appeals nearby: joining one instead of writing the same again."""

from tests.stories.beginnings import filed
from tests.transcript import perform
from tests.world import World

SECOND = """
Борис: Не вывозят мусор, баки переполнены
  > Согласие на обработку персональных данных …
Борис: [Даю согласие на обработку данных]
  > Сообщать о ходе обращений? … [Сообщать] [Не нужно]
Борис: [Сообщать]
  > … [Вывоз мусора с площадки] …
Борис: [Вывоз мусора с площадки]
  > … Где это? …
Борис: ул. Садовая д. 10
  ?> Место записали: … [Сообщить о проблеме] …
"""
FOUND = """\
  > … Об этом рядом уже пишут • № {number}: тот же адрес, на проверке, с 23 ноября 2026 Если это ваша проблема, …
    [Присоединиться: № {number}] [У меня другое] [Назад] [Отменить]
"""


async def test_who_finds_their_problem_nearby_joins_and_keeps_what_they_wrote(everywhere: World) -> None:
    known = await perform(everywhere, SECOND + FOUND, await filed(everywhere))
    await perform(
        everywhere,
        """
        Борис: [Присоединиться: № {number}]
          > Вы присоединились к обращению № {number}. …
          > Обращение № {number} … Соседей присоединилось: 1 …
          > То, что вы написали, не отправили: черновик остался в «Моих обращениях» …
          Анна > К вашему обращению № {number} присоединился сосед. …
        Борис: /my
          > Мои обращения • № {number}: вывоз мусора с площадки (вы присоединились)
            Есть 1 черновик: … [Черновик: Не вывозят мусор,…] …
        """,
        known,
    )


async def test_who_has_another_problem_goes_on(everywhere: World) -> None:
    known = await perform(everywhere, SECOND + FOUND, await filed(everywhere))
    await perform(
        everywhere,
        """
        Борис: [У меня другое]
          > … Как давно это так? …
        Борис: [Хватит вопросов]
          > … Есть фото? …
        Борис: [Пропустить]
          > Проверьте обращение …
        Борис: [Изменить место]
          > … Где это? …
        Борис: Дыбенко, 8
          ?> Место записали: Дыбенко, 8. [Сообщить о проблеме] …
          > … Проверьте обращение … Место: Дыбенко, 8 …
        Борис: [Изменить место]
          > … Где это? …
        Борис: Садовая, 10
          ?> Место записали: Садовая, 10. [Сообщить о проблеме] …
          > … Об этом рядом уже пишут …
        """,
        known,
    )


async def test_who_wrote_the_same_before_is_told_so(everywhere: World) -> None:
    known = await filed(everywhere)
    await perform(
        everywhere,
        """
        Анна: Не вывозят мусор, баки переполнены
          > … [Вывоз мусора с площадки] …
        Анна: [Вывоз мусора с площадки]
          > … Где это? …
        Анна: Садовая, 10
          ?> Место записали: … [Сообщить о проблеме] …
          > … Об этом рядом уже пишут • № {number} (ваше): тот же адрес, … [Открыть: № {number}] [У меня другое] …
        Анна: [Открыть: № {number}]
          > Обращение № {number} Вывоз мусора с площадки На проверке …
          > То, что вы написали, не отправили: …
        """,
        known,
    )
