"""Appeals that are handed over by Open311."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def words(name: str, length: int) -> sa.Column[str]:
    """A column of words, empty at first."""
    return sa.Column(name, sa.String(length=length), server_default="", nullable=False)


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "handovers",
        sa.Column("appeal_id", Id, autoincrement=False, nullable=False),
        words("service", 100),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tried_since", Moment),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("retry_at", Moment, nullable=False),
        words("token", 100),
        words("request", 100),
        words("status", 16),
        sa.Column("notes", sa.Text(), server_default="", nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeals.id"], name=op.f("fk_handovers_appeal_id_appeals")),
        sa.PrimaryKeyConstraint("appeal_id", name=op.f("pk_handovers")),
        comment="Appeals on their way to the Open311 server of a body: what was tried, their number there, "
        "what it says.",
    )
    op.create_index("ix_handovers_state_retry_at", "handovers", ["state", "retry_at"])


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("ix_handovers_state_retry_at", table_name="handovers")
    op.drop_table("handovers")
