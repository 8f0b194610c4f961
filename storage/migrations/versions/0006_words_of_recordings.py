"""What is said in voice messages."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BEFORE = "Photos and documents: where they came from, and under which name of ours they are kept."
AFTER = (
    "Photos, documents and voice messages: where they came from, under which name of ours they are kept, "
    "and the words that were heard in a voice message (NULL: nobody listened yet)."
)


def describe(comment: str) -> None:
    """Put a comment on the table, where databases have comments."""
    if op.get_bind().dialect.supports_comments:
        op.create_table_comment("media", comment)


def upgrade() -> None:
    """To this version."""
    op.add_column("media", sa.Column("words", sa.Text()))
    describe(AFTER)


def downgrade() -> None:
    """Back to the version before."""
    describe(BEFORE)
    with op.batch_alter_table("media") as table:
        table.drop_column("words")
