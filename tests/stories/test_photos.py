"""Photos of a draft: kept whenever they come, and taken out again."""

from sqlalchemy import select

from storage.tables import conversations
from tests.emulators.terminal import TerminalPerson
from tests.stories.beginnings import AT_PHOTOS, at_place
from tests.transcript import perform
from tests.world import PHOTO, World

ALONE = True  # nobody else says anything


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


async def test_a_photo_that_did_not_open_is_not_counted(everywhere: World) -> None:
    await at_place(everywhere)
    await perform(everywhere, AT_PHOTOS)
    for content in (PHOTO, b"this is no picture"):
        await everywhere.people["Анна"].sends_photo(content)
        await everywhere.settle()
    told = [heard.text for heard in everywhere.unread("Анна")]
    assert any(text.startswith("Одно фото не открылось") for text in told), told
    await perform(everywhere, "Анна: [Готово]\n  > Проверьте обращение … Приложение: 1 фотография. …")


async def test_any_photo_is_removed_or_moved_by_its_number(everywhere: World) -> None:
    await at_place(everywhere)
    anna = everywhere.people["Анна"]
    await perform(everywhere, AT_PHOTOS)
    for caption in ("первое", "второе", "третье"):
        await anna.sends_photo(PHOTO, caption)
        await everywhere.settle()
    assert "Порядок меняют слова «3 первым», лишнее убирает «убери 2»." in everywhere.unread("Анна")[-1].text
    await perform(
        everywhere,
        """
        Анна: убери 7
          > Под таким номером ничего нет: всего прислано 3. …
        Анна: Убери фото 2
          > Убрали. … 2 фото добавлены. …
        Анна: 2 первым
          > Переставили. … 2 фото добавлены. …
        Анна: [Готово]
          > Проверьте обращение … Приложение: 2 фотографии. …
        """,
    )
    async with everywhere.app.database.read() as connection:
        states = [state for state in (await connection.execute(select(conversations.c.state))).scalars() if state]
    (kept,) = [state["active"]["answers"]["photos"] for state in states if state.get("active")]
    if not isinstance(anna, TerminalPerson):  # whose pictures have no captions
        assert [item["caption"] for item in kept] == ["третье", "первое"]
