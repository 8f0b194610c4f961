"""What an author does afterwards: look, add, take back; and what nobody else may do."""

from tests.stories.beginnings import filed, filed_with_moderator
from tests.transcript import perform
from tests.world import World


async def test_without_appeals_one_is_invited_to_write_one(everywhere: World) -> None:
    await perform(
        everywhere,
        """
        Анна: Мои обращения
          > Обращений пока нет. … [Сообщить о проблеме]
        """,
    )


async def test_words_and_photos_are_added_and_moderators_see_them(everywhere: World) -> None:
    known = await filed_with_moderator(everywhere)
    await perform(
        everywhere,
        """
        Анна: [Открыть обращение]
          > Обращение № {number} …
        Анна: [Дополнить]
          > Напишите, что добавить, пришлите фото или голосовое сообщение. … [Отменить]
        Анна: Сегодня приезжала машина и не забрала
          > Получили. Пришлите ещё или нажмите «Готово», чтобы отправить. [Готово] [Отменить]
        Анна: {photo}
          > Получили. Пришлите ещё или нажмите «Готово», чтобы отправить. [Готово] …
        Анна: [Готово]
          > Добавили к обращению № {number}. Модератор увидит это. [Открыть обращение]
          ?> (фото)
          Ольга > К обращению № {number} автор добавил: «Сегодня приезжала машина и не забрала» …
        """,
        known,
    )


async def test_a_returned_appeal_goes_back_with_what_was_missing(everywhere: World) -> None:
    known = await filed_with_moderator(everywhere)
    await perform(
        everywhere,
        """
        Ольга: /queue
          > 1 обращение ждёт решения. …
          > № {number} · На проверке …
        Ольга: [Вернуть]
          > Чего не хватает? …
        Ольга: Укажите номер площадки
          > № {number} · Нужно дополнить …
          Анна > Обращение № {number} (вывоз мусора с площадки) пока не приняли: нужно кое-что добавить.
            «Укажите номер площадки» … [Дополнить] [Открыть обращение]
        Ольга: /queue
          > Очередь пуста. …
        Анна: [Дополнить]
          > Напишите, что добавить, …
        Анна: Площадка 17
          > … [Готово] …
        Анна: [Готово]
          > Добавили к обращению № {number} и снова отправили на проверку. …
          Ольга > Автор дополнил обращение № {number} (вывоз мусора с площадки), оно снова в очереди. …
        """,
        known,
    )


async def test_an_appeal_is_taken_back_only_after_a_second_yes(everywhere: World) -> None:
    known = await filed(everywhere)
    await perform(
        everywhere,
        """
        Анна: [Открыть обращение]
          > …
        Анна: [Отозвать]
          > Отозвать обращение № {number}? … [Да] [Нет]
        Анна: [Нет]
          > Обращение № {number} Вывоз мусора с площадки На проверке …
        Анна: [Отозвать]
          > Отозвать обращение № {number}? …
        Анна: [Да]
          > Обращение № {number} Вывоз мусора с площадки Отозвано … [Поделиться] [К списку]
        """,
        known,
    )


async def test_a_long_list_is_read_page_by_page(everywhere: World) -> None:
    from storage import appeals, people
    from storage.model.appeal import NewAppeal

    await filed(everywhere)
    async with everywhere.app.database.begin() as connection:
        first = (await appeals.find(connection, 1)) or None
        assert first is not None
        assert first.author_id is not None
        anna = (await people.find(connection, [first.author_id]))[0]
        for number in range(7):
            same = ("city", "situation", "body", "land", "district", "okrug", "place", "point", "text", "moderate_by")
            copied = {name: getattr(first, name) for name in same}
            new = NewAppeal(author_id=anna.id, answers={}, share_token=f"copy{number}", **copied)
            await appeals.file(connection, new, everywhere.clock())
    await perform(
        everywhere,
        """
        Анна: /my
          > Мои обращения • № 1008-… [Дальше]
        Анна: [Дальше]
          > Мои обращения • № 1002-… • № 1001-… [Раньше]
        Анна: [Раньше]
          > Мои обращения • № 1008-…
        """,
    )
