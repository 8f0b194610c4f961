"""The stone everything stands on: one appeal from the first word to the verdict."""

from tests.transcript import perform
from tests.world import World


async def test_one_appeal_from_the_first_word_to_the_verdict(everywhere: World) -> None:
    await perform(
        everywhere,
        """
        Ольга: /start
          > Здравствуйте. Это «Я здесь живу»: … или выберите: …
        Анна: Рядом с домом провалился асфальт
          > Это может быть опасно. … 112 — … 004 — …
          > Согласие на обработку персональных данных … [Согласен на обработку данных] [Не согласен]
        Анна: [Согласен на обработку данных]
          > Шаг 2 … На что это больше всего похоже? …
            [Устранение провала грунта] [Другое] [Назад] [Отменить]
        Анна: [Устранение провала грунта]
          > …
        """,
    )
