"""Names for papers, reminders of drafts, places of appeals and of photos, the channel of a consent."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)
SOME = {
    ("conversations", "remind_at"): "remind_at IS NOT NULL",
    ("conversations", "forget_at"): "forget_at IS NOT NULL",
    ("appeals", "situation", "lat"): "lat IS NOT NULL",
    ("appeals", "situation", "address"): "address <> ''",
}
"""partial indexes: table and columns, and the rows they hold"""


def words(name: str, length: int) -> sa.Column[str]:
    """A column of words, empty at first."""
    return sa.Column(name, sa.String(length=length), server_default="", nullable=False)


def added() -> dict[str, list[sa.Column[Any]]]:
    """New columns by table."""
    return {
        "persons": [sa.Column("reminders", sa.Boolean(), server_default=sa.true(), nullable=False)],
        "consents": [words("channel", 16)],
        "conversations": [sa.Column("remind_at", Moment), sa.Column("forget_at", Moment)],
        "appeals": [words("address", 200)],
        "supporters": [words("name", 150)],
        "media": [
            words("caption", 200),
            sa.Column("lat", sa.Float()),
            sa.Column("lon", sa.Float()),
            words("problem", 32),
        ],
    }


def upgrade() -> None:
    """To this version."""
    for table, columns in added().items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.add_column(column)
    for (table, *names), rows in SOME.items():
        name = f"ix_{table}_{'_'.join(names)}"
        op.create_index(name, table, names, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))
    op.create_table(
        "profiles",
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        words("name", 150),
        words("reply_to", 300),
        sa.Column("changed_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_profiles_person_id_persons")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_profiles")),
        comment="What people put at the head of their papers, if they want it kept.",
    )
    if op.get_bind().dialect.supports_comments:
        for table, comment in COMMENTS.items():
            op.create_table_comment(table, comment, existing_comment=None)


COMMENTS = {
    "conversations": "Where people stand; the times are those of the oldest draft that waits.",
    "supporters": "Who joined; with a name only those who want to be named on paper.",
}


def downgrade() -> None:
    """Back to the version before."""
    if op.get_bind().dialect.supports_comments:
        for table, comment in COMMENTS.items():
            op.drop_table_comment(table, existing_comment=comment)
    op.drop_table("profiles")
    for table, *names in SOME:
        op.drop_index(f"ix_{table}_{'_'.join(names)}", table_name=table)
    for table, columns in added().items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column.name)
