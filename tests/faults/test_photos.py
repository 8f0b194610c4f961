"""Photos of a draft as files: cleaned, the place in them offered, broken and foreign ones told of."""

import asyncio
import io
from datetime import timedelta
from typing import Any

from PIL import Image

from tests.stories.beginnings import AT_PHOTOS, at_place
from tests.transcript import perform
from tests.world import PHOTO, World

GPS, LAT_REF, LAT, LON_REF, LON = 0x8825, 1, 2, 3, 4


def taken_at(lat: tuple[float, float, float], lon: tuple[float, float, float]) -> bytes:
    """A photo that says in degrees, minutes and seconds where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(GPS).update({LAT_REF: "N", LAT: lat, LON_REF: "E", LON: lon})
    held = io.BytesIO()
    Image.new("RGB", (64, 48), "gray").save(held, "JPEG", exif=exif)
    return held.getvalue()


async def sends_file(world: World, name: str, data: bytes, file: str = "yama.jpg", mime: str = "image/jpeg") -> None:
    """Somebody sends a photo as a file."""
    person: Any = world.people[name]
    await person.sends_document(data, file, mime)


def files_of(world: World) -> list[bytes]:
    """What is stored."""
    folder = world.app.settings.files
    return [path.read_bytes() for path in folder.iterdir()] if folder.exists() else []


async def test_the_place_in_a_photo_is_offered_and_nothing_of_it_is_kept_in_the_file(messenger: World) -> None:
    await at_place(messenger)
    photo = taken_at((59.0, 55.0, 48.0), (30.0, 21.0, 36.0))
    assert b"Exif" in photo
    await sends_file(messenger, "Анна", photo)
    await messenger.settle()
    assert [b"Exif" in stored for stored in files_of(messenger)] == [False]
    heard = [item.text for item in messenger.unread("Анна")]
    assert any("В снимке записано, где его сделали" in text and "59.93000, 30.36000" in text for text in heard), heard
    await messenger.people["Анна"].presses("Взять это место")
    await messenger.settle()
    asked = messenger.unread("Анна")[-1].text
    assert asked.startswith("Место со снимка записали.")
    assert "Как давно" in asked
    await perform(
        messenger,
        """
        Анна: [Хватит вопросов]
          > Проверьте обращение … Место: точка на карте 59.93000, 30.36000 …
        Анна: [Отправить]
          > Обращение № {number} отправлено …
          > …
        """,
    )


async def test_the_photos_of_a_draft_that_is_given_up_leave_the_disk(messenger: World) -> None:
    await at_place(messenger)
    await perform(messenger, "Анна: {photo}\n  > 1 снимок приложим к обращению. …")
    assert len(files_of(messenger)) == 1
    await perform(messenger, "Анна: отменить\n  > Отменили. …")
    assert files_of(messenger) == []


async def test_a_broken_photo_is_told_of_and_the_appeal_is_not_held_up(messenger: World) -> None:
    await at_place(messenger)
    await sends_file(messenger, "Анна", PHOTO[: len(PHOTO) // 2], "../../x.jpg")
    await messenger.settle()
    heard = [item.text for item in messenger.unread("Анна")]
    assert any(text.startswith("Одно фото не открылось: файл повреждён или это не снимок.") for text in heard), heard
    assert files_of(messenger) == []


async def test_a_file_that_is_no_photo_is_refused_at_once(messenger: World) -> None:
    await at_place(messenger)
    await perform(messenger, AT_PHOTOS)
    for name, mime in (("IMG_1.HEIC", "image/heic"), ("../../x.pdf", "application/pdf")):
        await sends_file(messenger, "Анна", b"x", name, mime)
        await messenger.settle()
        assert messenger.unread("Анна")[-1].text.startswith("Такой файл не примем: нужны снимки JPG, PNG или WebP.")


async def test_of_thirty_photos_at_once_ten_are_kept_and_it_is_said_once(messenger: World) -> None:
    await at_place(messenger)
    await perform(messenger, AT_PHOTOS)
    person: Any = messenger.people["Анна"]
    for number in range(30):
        await person.sends_photo(taken_at((59.0, 55.0, number), (30.0, 21.0, 36.0)), group=f"album{number // 10}")
    await messenger.settle()
    await messenger.settle()
    told = [item.text for item in messenger.unread("Анна")]
    assert any("Больше 10 приложить нельзя. Первые 10 сохранены." in text for text in told)
    messenger.clock.now += timedelta(seconds=5)
    await perform(
        messenger,
        """
        Анна: [Готово]
          > Проверьте обращение … Приложение: 10 фотографий. …
        """,
    )


async def test_an_album_as_the_very_first_message_waits_whole_for_the_consent(messenger: World) -> None:
    person: Any = messenger.people["Анна"]
    for number in range(3):
        await person.sends_photo(PHOTO, "Не вывозят мусор, баки переполнены" if number == 0 else "", group="album")
    await asyncio.sleep(0)  # VK gets an album whole
    await messenger.settle()
    told = [item.text for item in messenger.unread("Анна")]
    assert "Согласие на обработку персональных данных" in told[-1]
    assert len(told) <= 3
    assert not any("нужен ваш выбор кнопкой" in text for text in told)
    await perform(
        messenger,
        """
        Анна: [Даю согласие на обработку данных]
          > Сообщать о ходе обращений? …
        Анна: [Сообщать]
          > … Какая тема подходит? … [Вывоз мусора с площадки] …
        Анна: [Вывоз мусора с площадки]
          > … Где это? …
        Анна: Садовая, 10
          ?> Место записали: Садовая, 10. [Сообщить о проблеме] …
          > … Как давно это так? …
        Анна: [Хватит вопросов]
          > Проверьте обращение … Приложение: 3 фотографии. …
        """,
    )
