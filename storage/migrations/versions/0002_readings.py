"""A reader before anyone else. Stories that were masked before this wait for a reader from now on."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "readings",
        sa.Column("story_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("waits_since", sa.Date(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_readings_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_readings")),
    )
    op.create_index(op.f("ix_readings_state"), "readings", ["state"])
    op.create_index(op.f("ix_readings_claimed_by"), "readings", ["claimed_by"])
    op.create_table(
        "reading_passes",
        sa.Column("story_id", sa.String(length=40), nullable=False),
        sa.Column("reader", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_reading_passes_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "reader", name=op.f("pk_reading_passes")),
    )
    op.create_table(
        "reading_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.String(length=40), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_reading_decisions_story_id_stories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_decisions")),
    )
    op.create_index(op.f("ix_reading_decisions_story_id"), "reading_decisions", ["story_id"])
    op.add_column("masked_stories", sa.Column("doubts", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    op.add_column("masked_stories", sa.Column("edition", sa.Integer(), nullable=False, server_default=sa.text("1")))
    _ask_for_a_run_wherever_stories_are()


def _ask_for_a_run_wherever_stories_are() -> None:
    """A run puts the stories that are there already in the queue."""
    stories = sa.table("stories", sa.column("collection_id", sa.Integer))
    runs = sa.table(
        "runs",
        *(sa.column(name, sa.String) for name in ("kind", "state", "requested_by", "step")),
        *(sa.column(name, sa.Integer) for name in ("collection_id", "done", "total")),
        *(sa.column(name, sa.JSON) for name in ("parameters", "versions", "result")),
        sa.column("requested_at", sa.DateTime(timezone=True)),
    )
    connection = op.get_bind()
    for collection_id in connection.scalars(sa.select(stories.c.collection_id).distinct()).all():
        connection.execute(
            runs.insert().values(
                kind="process",
                state="requested",
                requested_by="migratie",
                requested_at=datetime.now(UTC),
                collection_id=collection_id,
                step="",
                done=0,
                total=0,
                parameters={},
                versions={},
                result={},
            )
        )


def downgrade() -> None:
    op.drop_column("masked_stories", "edition")
    op.drop_column("masked_stories", "doubts")
    op.drop_table("reading_decisions")
    op.drop_table("reading_passes")
    op.drop_table("readings")
