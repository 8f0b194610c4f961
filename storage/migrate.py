"""Brings the schema of a database to the version this program needs."""

from pathlib import Path

from sqlalchemy import Connection, text

from storage.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x5A445A  # any number of our own: PostgreSQL's advisory locks are numbered by their users


def head() -> str:
    """The newest revision; read from file names, so that a start with nothing to do does not import Alembic."""
    return max(file.name.split("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


async def migrate(database: Database) -> bool:
    """Upgrade the schema to `head`; False if there was nothing to do. Raises Unavailable."""
    if await database.version() == head():
        return False
    async with database.begin() as connection:
        await connection.run_sync(upgrade)
    return True


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations inside the transaction of `connection`; several programs may start at once."""
    from alembic import command

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    command.upgrade(configuration(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Take migrations back, down to `revision`."""
    from alembic import command

    command.downgrade(configuration(connection), revision)


def configuration(connection: Connection):  # type: ignore[no-untyped-def]
    """Alembic's settings for this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
