"""The tables. Times are UTC; texts of people live in as few columns as possible, so that erasing them is simple."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
    true,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)

Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only INTEGER primary keys up by itself


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in the program, UTC in the database (SQLite keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=self.zone_for(dialect))

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - signature of the base
        """Aware again."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    @staticmethod
    def zone_for(dialect: Dialect) -> Any:
        """SQLite stores text: no zone keeps it comparable."""
        return None if dialect.name == "sqlite" else UTC


def person_ref(name: str, *, nullable: bool = False, **more: Any) -> Column[int]:
    """A column that points to a person."""
    return Column(name, Id, ForeignKey("persons.id"), nullable=nullable, **more)


def appeal_ref(**more: Any) -> Column[int]:
    """A column that points to an appeal."""
    return Column("appeal_id", Id, ForeignKey("appeals.id"), nullable=False, **more)


doors = Table(
    "doors",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("cursor", String(64), nullable=False, server_default=""),
    Column("link", String(200), nullable=False, server_default=""),
    comment="One row a messenger: where its updates were read up to, and the form of links into it.",
)

updates_seen = Table(
    "updates_seen",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("update_id", String(100), primary_key=True),
    Column("seen_at", Moment, nullable=False, index=True),
    comment="Updates that had their effect: a second delivery has none.",
)

persons = Table(
    "persons",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("address", String(64), nullable=False),
    Column("role", String(16), nullable=False, index=True),
    Column("name", String(64), nullable=False, server_default=""),
    Column("reachable", Boolean, nullable=False),
    Column("notices", Boolean, nullable=False),
    Column("quiet", Boolean, nullable=False),
    Column("reminders", Boolean, nullable=False, server_default=true()),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("channel", "address"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Id, primary_key=True),
    person_ref("person_id", index=True),
    Column("kind", String(32), nullable=False),
    Column("version", String(32), nullable=False),
    Column("channel", String(16), nullable=False, server_default=""),
    Column("given_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    comment="Consents are records of their own (152-ФЗ, ст. 9): they are withdrawn, never deleted.",
)

conversations = Table(
    "conversations",
    metadata,
    person_ref("person_id", primary_key=True, autoincrement=False),
    Column("state", JSON, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("remind_at", Moment),
    Column("forget_at", Moment),
    Index(
        "ix_conversations_remind_at",
        "remind_at",
        sqlite_where=text("remind_at IS NOT NULL"),
        postgresql_where=text("remind_at IS NOT NULL"),
    ),
    Index(
        "ix_conversations_forget_at",
        "forget_at",
        sqlite_where=text("forget_at IS NOT NULL"),
        postgresql_where=text("forget_at IS NOT NULL"),
    ),
    comment="Where people stand; the times are those of the oldest draft that waits.",
)

profiles = Table(
    "profiles",
    metadata,
    person_ref("person_id", primary_key=True, autoincrement=False),
    Column("name", String(150), nullable=False, server_default=""),
    Column("reply_to", String(300), nullable=False, server_default=""),
    Column("changed_at", Moment, nullable=False),
    comment="What people put at the head of their papers, if they want it kept.",
)

appeals = Table(
    "appeals",
    metadata,
    Column("id", Id, primary_key=True),
    person_ref("author_id", nullable=True, index=True),
    Column("city", String(64), nullable=False),
    Column("situation", String(64), nullable=False),
    Column("body", String(64), nullable=False),
    Column("land", String(32)),
    Column("district", String(64)),
    Column("okrug", String(64)),
    Column("place", String(300), nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    Column("address", String(200), nullable=False, server_default=""),
    Column("text", Text, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("moderate_by", Date, nullable=False),
    Column("due_on", Date),
    Column("overdue_told", Boolean, nullable=False, server_default=false()),
    Column("official_number", String(64), nullable=False, server_default=""),
    Column("share_token", String(24), nullable=False, unique=True),
    Index("ix_appeals_status_changed_at", "status", "changed_at"),
    Index(
        "ix_appeals_situation_lat",
        "situation",
        "lat",
        sqlite_where=text("lat IS NOT NULL"),
        postgresql_where=text("lat IS NOT NULL"),
    ),
    Index(
        "ix_appeals_situation_address",
        "situation",
        "address",
        sqlite_where=text("address <> ''"),
        postgresql_where=text("address <> ''"),
    ),
    Index(
        "ix_appeals_due",
        "status",
        "due_on",
        sqlite_where=text("due_on IS NOT NULL"),
        postgresql_where=text("due_on IS NOT NULL"),
    ),
    sqlite_autoincrement=True,  # a number is never given twice, not even after the last appeal was erased
)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    appeal_ref(index=True),
    Column("at", Moment, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("actor", String(16), nullable=False),
    person_ref("actor_id", nullable=True),
    Column("before", String(16)),
    Column("after", String(16)),
    Column("words", Text, nullable=False, server_default=""),
    Column("media", JSON, nullable=False),
    Column("noticed", Boolean, nullable=False, server_default=false()),
    Index("ix_events_unnoticed", "id", sqlite_where=text("noticed = 0"), postgresql_where=text("NOT noticed")),
    sqlite_autoincrement=True,
    comment="What happened to appeals, append-only; a row is `noticed` once its notices are on their way.",
)

supporters = Table(
    "supporters",
    metadata,
    appeal_ref(primary_key=True, autoincrement=False),
    person_ref("person_id", primary_key=True, autoincrement=False, index=True),
    Column("joined_at", Moment, nullable=False),
    Column("name", String(150), nullable=False, server_default=""),
    comment="Who joined; with a name only those who want to be named on paper.",
)

verdicts = Table(
    "verdicts",
    metadata,
    appeal_ref(primary_key=True, autoincrement=False),
    person_ref("person_id", primary_key=True, autoincrement=False),
    Column("round", Id, primary_key=True, autoincrement=False),
    Column("solved", Boolean, nullable=False),
    Column("score", SmallInteger),
    Column("comment", Text, nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
    comment="Who says whether it is solved; `round` is the event with the answer they speak of.",
)

media = Table(
    "media",
    metadata,
    Column("id", Id, primary_key=True),
    person_ref("person_id", nullable=True, index=True),
    Column("appeal_id", Id, ForeignKey("appeals.id"), index=True),
    Column("channel", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("ref", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("retry_at", Moment, nullable=False),
    Column("file", String(80), nullable=False, server_default=""),
    Column("size", Integer),
    Column("caption", String(200), nullable=False, server_default=""),
    Column("words", Text),
    Column("lat", Float),
    Column("lon", Float),
    Column("problem", String(32), nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Index(
        "ix_media_waiting",
        "channel",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    comment="Photos, documents and voice messages: where they came from, under which name of ours they are kept, "
    "and the words that were heard in a voice message (NULL: nobody listened yet).",
)

calls = Table(
    "calls",
    metadata,
    Column("id", Id, primary_key=True),
    person_ref("person_id", index=True),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("answered_at", Moment),
    comment="Conversations in which a resident asked for a human.",
)

call_words = Table(
    "call_words",
    metadata,
    Column("id", Id, primary_key=True),
    Column("call_id", Id, ForeignKey("calls.id"), nullable=False, index=True),
    person_ref("person_id"),
    Column("words", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

outgoing = Table(
    "outgoing",
    metadata,
    Column("id", Id, primary_key=True),
    person_ref("person_id", index=True),
    Column("channel", String(16), nullable=False),
    Column("address", String(64), nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("body", JSON, nullable=False),
    Column("random_id", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("due_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("problem", String(64), nullable=False, server_default=""),
    Index(
        "ix_outgoing_finished",
        "finished_at",
        sqlite_where=text("finished_at IS NOT NULL"),
        postgresql_where=text("finished_at IS NOT NULL"),
    ),
    Index(
        "ix_outgoing_waiting",
        "channel",
        "lane",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("ix_outgoing_failed", "id", sqlite_where=text("state = 'failed'"), postgresql_where=text("state = 'failed'")),
    sqlite_autoincrement=True,
    comment="What the bot says: a row is made in the turn's transaction and marked when the messenger has it.",
)

unanswered = Table(
    "unanswered",
    metadata,
    Column("id", Id, primary_key=True),
    Column("city", String(64), nullable=False),
    Column("words", String(300), nullable=False),
    Column("count", Integer, nullable=False, server_default="1"),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    UniqueConstraint("city", "words"),
    comment="Words that no situation was found for, without who said them.",
)

examples = Table(
    "examples",
    metadata,
    Column("id", Id, primary_key=True),
    Column("city", String(64), nullable=False),
    Column("situation", String(64), nullable=False),
    Column("words", String(300), nullable=False),
    person_ref("person_id", nullable=True, index=True),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("city", "words"),
    comment="Words that mean a situation, learnt from corrections; `person_id` is who said them.",
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("city", String(64), nullable=False),
    Column("title", String(100), nullable=False),
    Column("words", String(300), nullable=False),
    person_ref("person_id", nullable=True, index=True),
    Column("created_at", Moment, nullable=False),
    comment="Situations that administrators propose for the pack, each with the words that led to it.",
)

reloads = Table(
    "reloads",
    metadata,
    Column("id", Id, primary_key=True),
    Column("city", String(64), nullable=False, server_default=""),
    Column("asked_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("outcome", Text, nullable=False, server_default=""),
    comment="Requests to read the city pack anew: `outcome` is empty, or what is wrong with the new pack.",
)

handovers = Table(
    "handovers",
    metadata,
    appeal_ref(primary_key=True, autoincrement=False),
    Column("service", String(100), nullable=False, server_default=""),
    Column("state", String(16), nullable=False),
    Column("tried_since", Moment),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("retry_at", Moment, nullable=False),
    Column("token", String(100), nullable=False, server_default=""),
    Column("request", String(100), nullable=False, server_default=""),
    Column("status", String(16), nullable=False, server_default=""),
    Column("notes", Text, nullable=False, server_default=""),
    Column("updated_at", Moment, nullable=False),
    Index("ix_handovers_state_retry_at", "state", "retry_at"),
    comment="Appeals on their way to the Open311 server of a body: what was tried, their number there, what it says.",
)
