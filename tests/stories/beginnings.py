"""What several stories begin with."""

from tests.transcript import perform
from tests.world import World

MODERATOR = """
Ольга: /start
  > Здравствуйте. …
"""
CONSENT = """
Анна: Сообщить о проблеме
  > Согласие на обработку персональных данных …
Анна: [Даю согласие на обработку данных]
  > Сообщать о ходе обращений? … [Сообщать] [Не нужно]
Анна: [Сообщать]
  > Шаг 1 Что случилось? …
"""
FILED = f"""
{CONSENT}
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
  > Обращение № {{number}} отправлено на проверку. …
  > Чем больше соседей …
"""
FILED_WITH_MODERATOR = f"""
{MODERATOR}
{FILED}
  Ольга > Новое обращение № {{number}}: вывоз мусора с площадки. …
"""


async def with_consent(world: World) -> dict[str, str]:
    """Анна has consented and is asked what happened."""
    return await perform(world, CONSENT)


async def filed(world: World) -> dict[str, str]:
    """Анна has filed an appeal; nobody moderates yet."""
    return await perform(world, FILED)


async def filed_with_moderator(world: World) -> dict[str, str]:
    """Анна has filed an appeal; Ольга moderates and knows of it."""
    return await perform(world, FILED_WITH_MODERATOR)


AT_PHOTOS = """
Анна: Садовая, 10
  ?> Место записали: Садовая, 10. [Сообщить о проблеме] …
  > … Как давно это так? …
Анна: [Хватит вопросов]
  > … Есть фото? …
"""


async def at_place(world: World) -> None:
    """Анна is asked where it is."""
    await with_consent(world)
    await perform(
        world,
        """
        Анна: Не вывозят мусор
          > … [Вывоз мусора с площадки] …
        Анна: [Вывоз мусора с площадки]
          > … Где это? …
        """,
    )
