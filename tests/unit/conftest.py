"""Hypothesis without a stopwatch, and databases for queries."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import settings

from storage.database import Database

settings.register_profile("unit", max_examples=100, deadline=None, database=None)
settings.load_profile("unit")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated database of each kind."""
    opened = Database(database_url)
    yield opened
    await opened.close()
