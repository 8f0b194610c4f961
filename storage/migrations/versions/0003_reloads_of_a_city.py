"""A request to read a pack anew names the city: programs of several cities may share a database."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    with op.batch_alter_table("reloads", schema=None) as batch_op:
        batch_op.add_column(sa.Column("city", sa.String(length=64), server_default="", nullable=False))


def downgrade() -> None:
    """Back to the version before."""
    with op.batch_alter_table("reloads", schema=None) as batch_op:
        batch_op.drop_column("city")
