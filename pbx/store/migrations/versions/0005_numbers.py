"""Life of our numbers: state, groups, planned reassignments."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from pbx.domain import searching
from pbx.store.types import Str, Strings, Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")
PLANNED = sa.text("state = 'planned'")
TEXTS = ("street", "postcode", "city", "address_country", "trunk", "search")


def upgrade() -> None:
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("at_head_office", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("cc", Strings, nullable=False, server_default="[]"),
        sa.Column("state", Str, nullable=False, server_default="ours"),
        *(sa.Column(name, Str, nullable=False, server_default="") for name in TEXTS),
        sa.Column("cool_down_days", sa.Integer, nullable=False, server_default="0"),
        sa.Column("cool_down", Str, nullable=False, server_default="ring"),
        sa.Column("cool_until", Utc),
    )
    for column in columns:
        op.add_column("numbers", column)
    op.add_column(
        "number_assignments",
        sa.Column("at_head_office", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    _groups()
    _planned()
    _requests()
    _fold_numbers()


def _fold_numbers() -> None:
    connection = op.get_bind()
    for e164, label in connection.execute(sa.text("SELECT e164, label FROM numbers")).all():
        connection.execute(
            sa.text("UPDATE numbers SET search = :search WHERE e164 = :e164"),
            {"search": searching.search_text((label,), e164), "e164": e164},
        )


def _groups() -> None:
    op.create_table(
        "number_groups",
        *(sa.Column(name, Str, nullable=False) for name in ("id", "name", "name_key")),
        sa.PrimaryKeyConstraint("id", name="pk_number_groups"),
        sa.UniqueConstraint("name_key", name="uq_number_groups_name_key"),
    )
    op.create_table(
        "number_group_members",
        *(sa.Column(name, Str, nullable=False) for name in ("group_id", "e164")),
        sa.PrimaryKeyConstraint("group_id", "e164", name="pk_number_group_members"),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["number_groups.id"],
            name="fk_number_group_members_group_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["e164"], ["numbers.e164"], name="fk_number_group_members_e164"),
    )
    op.create_index("ix_number_group_members_e164", "number_group_members", ["e164"])


def _planned() -> None:
    op.create_table(
        "planned_changes",
        sa.Column("id", Str, nullable=False),
        sa.Column("e164", Str, nullable=False),
        sa.Column("user_id", Str),
        sa.Column("head_office", sa.Boolean, nullable=False),
        sa.Column("due_at", Utc, nullable=False),
        sa.Column("by", Str, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("state", Str, nullable=False),
        sa.Column("settled_at", Utc),
        sa.PrimaryKeyConstraint("id", name="pk_planned_changes"),
        sa.ForeignKeyConstraint(["e164"], ["numbers.e164"], name="fk_planned_changes_e164"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_planned_changes_user_id"),
    )
    op.create_index("ix_planned_changes_e164", "planned_changes", ["e164"])
    op.create_index(
        "ix_planned_changes_waiting",
        "planned_changes",
        ["due_at", "id"],
        sqlite_where=PLANNED,
        postgresql_where=PLANNED,
    )


def _requests() -> None:
    op.create_table(
        "number_requests",
        *(sa.Column(name, Str, nullable=False) for name in ("id", "user_id", "reason")),
        sa.Column("created_at", Utc, nullable=False),
        *(sa.Column(name, Str, nullable=False) for name in ("state", "answer")),
        sa.Column("e164", Str),
        sa.Column("decided_at", Utc),
        sa.Column("decided_by", Str),
        sa.PrimaryKeyConstraint("id", name="pk_number_requests"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_number_requests_user_id"),
    )
    op.create_index("ix_number_requests_created_at_id", "number_requests", ["created_at", "id"])
    op.create_index(
        "uq_number_requests_open",
        "number_requests",
        ["user_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    for table in ("number_requests", "planned_changes", "number_group_members", "number_groups"):
        op.drop_table(table)
    op.drop_column("number_assignments", "at_head_office")
    names = ("at_head_office", "cc", "state", "cool_down_days", "cool_down", "cool_until", *TEXTS)
    for name in names:
        op.drop_column("numbers", name)
