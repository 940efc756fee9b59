"""Greetings and announcements with versions."""

import sqlalchemy as sa
from alembic import op

from pbx.store.types import Str, Utc

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

IN_THE_LIBRARY = sa.text("removed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "greetings",
        *(sa.Column(name, Str, nullable=False) for name in ("id", "name", "name_key")),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("created_by", Str, nullable=False),
        sa.Column("removed_at", Utc),
        sa.PrimaryKeyConstraint("id", name="pk_greetings"),
    )
    op.create_index(
        "uq_greetings_name",
        "greetings",
        ["name_key"],
        unique=True,
        sqlite_where=IN_THE_LIBRARY,
        postgresql_where=IN_THE_LIBRARY,
    )
    op.create_table(
        "greeting_versions",
        *(sa.Column(name, Str, nullable=False) for name in ("id", "greeting_id")),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("valid_from", Utc),
        *(sa.Column(name, Str, nullable=False) for name in ("source", "origin")),
        sa.Column("duration_ms", sa.Integer, nullable=False),
        sa.Column("loudness_lufs", sa.Double, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("created_by", Str, nullable=False),
        sa.Column("removed_at", Utc),
        sa.PrimaryKeyConstraint("id", name="pk_greeting_versions"),
        sa.ForeignKeyConstraint(
            ["greeting_id"],
            ["greetings.id"],
            ondelete="CASCADE",
            name="fk_greeting_versions_greeting_id",
        ),
    )
    op.create_index(
        "ix_greeting_versions_greeting_id_number",
        "greeting_versions",
        ["greeting_id", "number"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_table("greeting_versions")
    op.drop_table("greetings")
