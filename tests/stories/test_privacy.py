"""What is kept about a person can be seen, taken along and erased."""

from tests.stories.beginnings import filed, filed_with_moderator
from tests.transcript import perform
from tests.world import World


async def test_everything_comes_in_one_file(everywhere: World) -> None:
    known = await filed(everywhere)
    await perform(
        everywhere,
        """
        Анна: /privacy
          > Ваши данные Согласие вы дали 23 ноября 2026. Обращений, ваших и тех, к которым вы присоединились: 1. …
            [Получить мои данные] [Отозвать согласие] [Удалить мои данные]
        Анна: [Получить мои данные]
          > Здесь всё, что мы о вас храним: страница для чтения, файл для программ и фотографии.
            … (файл: …moi-dannye.zip) …
        """,
        known,
    )


async def test_withdrawing_the_consent_erases(everywhere: World) -> None:
    known = await filed_with_moderator(everywhere)
    await perform(
        everywhere,
        """
        Анна: /privacy
          > …
        Анна: [Отозвать согласие]
          > Отозвать согласие на обработку данных? … [Да] [Нет]
        Анна: [Нет]
          > Хорошо, всё осталось как было. …
        Анна: /privacy
          > …
        Анна: [Отозвать согласие]
          > Отозвать согласие на обработку данных? …
        Анна: [Да]
          > Согласие отозвано, ваши данные удалены. …
        Анна: /my
          > Обращений пока нет. …
        Анна: /privacy
          > Ваши данные Согласия на обработку данных сейчас нет … [Получить мои данные] [Удалить мои данные]
        Ольга: /queue
          > 1 обращение ждёт решения. …
          > № {number} · На проверке … Текст удалён по просьбе автора. …
        """,
        known,
    )


async def test_erased_photos_are_gone_from_the_disk_unless_somebody_else_sent_the_same(everywhere: World) -> None:
    known = await filed(everywhere)
    files = everywhere.app.settings.files
    known = await perform(
        everywhere,
        """
        Анна: [Открыть обращение]
          > …
        Анна: [Дополнить]
          > …
        Анна: {photo}
          > …
        Анна: [Готово]
          > Добавили к обращению № {number}. …
        """,
        known,
    )
    assert len(list(files.iterdir())) == 1
    await perform(
        everywhere,
        """
        Анна: /privacy
          > …
        Анна: [Удалить мои данные]
          > Удалить всё, что вы нам рассказали: …
        Анна: [Да]
          > Готово: ваши данные удалены. …
        """,
        known,
    )
    assert list(files.iterdir()) == []
