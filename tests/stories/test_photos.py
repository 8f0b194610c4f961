"""Photos of a draft: kept whenever they come, and taken out again."""

from tests.stories.beginnings import at_place
from tests.transcript import perform
from tests.world import World


async def test_a_photo_in_the_place_of_an_address_is_kept_and_the_question_stands(everywhere: World) -> None:
    await at_place(everywhere)
    await perform(
        everywhere,
        """
        Анна: {photo}
          > 1 снимок приложим к обращению. … Где это? …
        Анна: Садовая, 10
          ?> Место записали: Садовая, 10. [Сообщить о проблеме] …
          > … Как давно это так? …
        Анна: {photo}
          > 2 снимка приложим к обращению. … Как давно это так? …
        Анна: [Хватит вопросов]
          > Проверьте обращение … Приложение: 2 фотографии. …
        Анна: [Изменить фото]
          > … 2 фото добавлены. … [Готово] [Убрать последнее] [Назад] [Отменить]
        Анна: [Убрать последнее]
          > … 1 фото добавлено. …
        Анна: [Убрать последнее]
          > … Есть фото? …
        Анна: {photo}
          > … 1 фото добавлено. …
        Анна: [Готово]
          > Проверьте обращение … Приложение: 1 фотография. …
        """,
    )
