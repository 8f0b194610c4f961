"""What residents teach: unanswered words, examples, proposed situations; reloads of the pack; the municipality."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this version."""
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("okrug", sa.String(length=64), nullable=True))
    op.create_table(
        "unanswered",
        sa.Column("id", Id, nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("count", sa.Integer(), server_default="1", nullable=False),
        sa.Column("first_at", Moment, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unanswered")),
        sa.UniqueConstraint("city", "words", name=op.f("uq_unanswered_city_words")),
        comment="Words that no situation was found for, without who said them.",
    )
    op.create_table(
        "examples",
        sa.Column("id", Id, nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("situation", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("created_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_examples_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_examples")),
        sa.UniqueConstraint("city", "words", name=op.f("uq_examples_city_words")),
        comment="Words that mean a situation, learnt from corrections; `person_id` is who said them.",
    )
    op.create_table(
        "proposals",
        sa.Column("id", Id, nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("created_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_proposals_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        comment="Situations that administrators propose for the pack, each with the words that led to it.",
    )
    op.create_table(
        "reloads",
        sa.Column("id", Id, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("done_at", Moment, nullable=True),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reloads")),
        comment="Requests to read the city pack anew: `outcome` is empty, or what is wrong with the new pack.",
    )
    for table in ("examples", "proposals"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    """To the version before."""
    for table in ("reloads", "proposals", "examples", "unanswered"):
        op.drop_table(table)
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.drop_column("okrug")
