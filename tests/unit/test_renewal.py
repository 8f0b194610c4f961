"""What is learnt counts from the next start of the index on; a broken pack changes nothing."""

from dataclasses import replace

from bot.renewal import Renewal
from dialogs.understanding.index import suggest
from storage import knowledge
from storage.database import Database
from storage.model.city import City
from storage.pack.current import Current
from storage.pack.table import BrokenPack
from tests.unit.given import MONDAY, city

STRANGE = "кракозябра на пятой линии"


def renewal(database: Database, current: Current) -> Renewal:
    """With a pack that reads as it is."""
    return Renewal(current, database, city, lambda: MONDAY)


async def teach(database: Database, count: int = 2) -> None:
    """A correction, several times in other words."""
    async with database.begin() as connection:
        for number in range(count):
            words = f"{STRANGE} {'и вот ' * number}"
            await knowledge.learn(connection, city().id, "manhole", words, MONDAY, person=None, most=500)


async def test_a_correction_is_used_from_the_next_start_of_the_index_on(database: Database) -> None:
    current = Current(city())
    before = [item.situation.id for item in suggest(STRANGE, current.city)]
    await teach(database)
    assert [item.situation.id for item in suggest(STRANGE, current.city)] == before
    await renewal(database, current).begin()
    assert suggest(STRANGE, current.city)[0].situation.id == "manhole"


async def test_without_corrections_the_city_stays_the_very_same(database: Database) -> None:
    current = Current(city())
    await renewal(database, current).begin()
    assert current.city is city()


async def test_a_city_that_does_not_learn_uses_no_corrections(database: Database) -> None:
    await teach(database)
    current = Current(replace(city(), learns=False))
    await renewal(database, current).begin()
    assert current.city.learnt == ()


async def test_the_latest_corrections_count_up_to_the_cap(database: Database) -> None:
    await teach(database, 3)
    current = Current(replace(city(), learns_most=2))
    await renewal(database, current).begin()
    assert len(current.city.learnt) == 2


async def test_a_broken_pack_leaves_the_one_that_is_served(database: Database) -> None:
    def broken() -> City:
        raise BrokenPack(["bodies.toml: не читается", "city.toml: нет имени"])

    current = Current(city())
    outcome = await Renewal(current, database, broken, lambda: MONDAY).renew()
    assert outcome == "bodies.toml: не читается\ncity.toml: нет имени"
    assert current.city is city()
