"""Slips: the name of a button typed out of the blue, an answer in anger, what was said already."""

from tests.stories.beginnings import with_consent
from tests.transcript import perform
from tests.world import World

ALONE = True


async def test_the_name_of_a_button_begins_no_appeal(everywhere: World) -> None:
    await perform(
        everywhere,
        """
        Анна: Я подал
          > Это название кнопки: нажмите её под тем сообщением, где она есть. … [Мои обращения] …
        Анна: Отправить
          > Это название кнопки: … [Мои обращения] …
        """,
    )


async def test_a_district_in_the_story_is_not_asked_and_an_angry_answer_is_one(everywhere: World) -> None:
    await with_consent(everywhere)
    await perform(
        everywhere,
        """
        Анна: В Приморском районе не горят фонари на улице
          > … [Восстановление уличного освещения] …
        Анна: [Восстановление уличного освещения]
          > … Какое это место? …
        Анна: [Улица или тротуар вдоль улицы]
          > … Где это? …
        Анна: [Указать только район]
          ?> Хорошо, обойдёмся без адреса. [Сообщить о проблеме] …
          > … Район: Приморский. Если не так, нажмите «Назад». …
        """,
    )
    heard = everywhere.people["Анна"].heard[-1].text
    assert "Какой это район?" not in heard
    await perform(
        everywhere,
        """
        Анна: верни как было
          > Поправить сказанное можно в конце: … Сейчас ответьте на вопрос или нажмите «Назад». …
        Анна: с прошлой осени, сволочи, ни одна лампа не светит
          > …
        Анна: [Хватит вопросов]
          > … Есть фото? …
        Анна: [Пропустить]
          > Проверьте обращение … сволочи … • Грубые слова дают повод не отвечать по существу. …
            [Убрать грубые слова] …
        Анна: [Убрать грубые слова]
          > Проверьте обращение … Как давно: с осени 2025 года, ни одна лампа не светит … [Вернуть как было] …
        """,
    )
