"""The desk around the calls: contacts, notes, favourites, countries asked for, quality; who
took part in a call, and who may hear a message."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from pbx.domain import searching
from pbx.store.types import Str, Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PRIVATE = sa.text("NOT public")
PUBLIC = sa.text("public")
OPEN = sa.text("state = 'open'")

FILL = (
    """
    INSERT INTO call_participants (call_id, user_id)
    SELECT DISTINCT l.call_id, l.user_id FROM ledger l JOIN calls c ON c.id = l.call_id
    WHERE l.kind = 'leg_up' AND l.user_id IS NOT NULL
    """,
    # Whose number it was when the call came stands with the call; to whom a message was
    # forwarded last, with the message.
    """
    INSERT INTO voicemail_readers (voicemail_id, user_id)
    SELECT v.id, u.id FROM voicemails v JOIN users u ON u.id = v.user_id
    UNION
    SELECT v.id, u.id FROM voicemails v JOIN calls c ON c.id = v.call_id
    JOIN users u ON u.id = c.user_id
    """,
)
"""What follows from rows that were there before."""


def upgrade() -> None:
    _contacts()
    _notes()
    _country_requests()
    _quality()
    _readers()
    for statement in FILL:
        op.execute(statement)
    _fold_tasks()


def _fold_tasks() -> None:
    """Tasks are found without their accents from now on."""
    connection = op.get_bind()
    found = connection.execute(sa.text("SELECT external_id, title, customer FROM tasks")).all()
    for task in found:
        connection.execute(
            sa.text("UPDATE tasks SET search = :search WHERE external_id = :id"),
            {"search": searching.search_text(task), "id": task.external_id},
        )


def downgrade() -> None:
    for table in (
        *("voicemail_readers", "call_participants", "call_quality", "country_requests"),
        *("task_favourites", "task_notes", "call_notes", "contacts"),
    ):
        op.drop_table(table)


def _column(name: str, kind: Any = Str) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _index(name: str, table: str, columns: list[str], where: sa.TextClause | None = None) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=name.startswith("uq_"),
        sqlite_where=where,
        postgresql_where=where,
    )


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}", ondelete="CASCADE")


def _contacts() -> None:
    op.create_table(
        "contacts",
        _column("id"),
        _column("owner_id"),
        _column("public", sa.Boolean),
        _column("name"),
        _column("number"),
        _column("company"),
        _column("email"),
        _column("note"),
        _column("task"),
        _column("name_key"),
        _column("search"),
        _key("contacts", "id"),
        _refers("contacts", "owner_id", "users.id"),
    )
    _index("uq_contacts_private", "contacts", ["owner_id", "number", "name_key"], PRIVATE)
    _index("uq_contacts_public", "contacts", ["number", "name_key"], PUBLIC)
    _index("ix_contacts_name_key_id", "contacts", ["name_key", "id"])


def _notes() -> None:
    op.create_table(
        "call_notes",
        _column("user_id"),
        _column("call_id"),
        _column("text"),
        _column("at", Utc),
        _column("search"),
        _key("call_notes", "user_id", "call_id"),
        _refers("call_notes", "user_id", "users.id"),
    )
    op.create_table(
        "task_notes",
        _column("task"),
        _column("text"),
        _column("by"),
        _column("at", Utc),
        _key("task_notes", "task"),
        _refers("task_notes", "task", "tasks.external_id"),
        _refers("task_notes", "by", "users.id"),
    )
    op.create_table(
        "task_favourites",
        _column("user_id"),
        _column("task"),
        _key("task_favourites", "user_id", "task"),
        _refers("task_favourites", "user_id", "users.id"),
        _refers("task_favourites", "task", "tasks.external_id"),
    )


def _country_requests() -> None:
    op.create_table(
        "country_requests",
        _column("id"),
        _column("country"),
        _column("task"),
        _column("reason"),
        _column("state"),
        _column("answer"),
        _column("user_id"),
        _column("created_at", Utc),
        sa.Column("decided_at", Utc),
        sa.Column("decided_by", Str),
        _key("country_requests", "id"),
        _refers("country_requests", "country", "countries.code"),
        _refers("country_requests", "user_id", "users.id"),
    )
    _index("uq_country_requests_open", "country_requests", ["user_id", "country"], OPEN)
    _index("ix_country_requests_created_at_id", "country_requests", ["created_at", "id"])


def _quality() -> None:
    op.create_table(
        "call_quality",
        _column("call_id"),
        _column("user_id"),
        _column("at", Utc),
        _column("seconds", sa.Double),
        _column("mos", sa.Double),
        _column("worst_mos", sa.Double),
        _column("jitter_ms", sa.Double),
        sa.Column("rtt_ms", sa.Double),
        _column("loss_percent", sa.Double),
        _column("relay", sa.Boolean),
        _column("network"),
        _column("microphone"),
        _column("silent_seconds", sa.Double),
        _column("rejoins", sa.Integer),
        _key("call_quality", "call_id", "user_id"),
        _refers("call_quality", "user_id", "users.id"),
    )
    _index("ix_call_quality_user_id_at", "call_quality", ["user_id", "at"])


def _readers() -> None:
    op.create_table(
        "call_participants",
        _column("call_id"),
        _column("user_id"),
        _key("call_participants", "call_id", "user_id"),
    )
    _index("ix_call_participants_user_id", "call_participants", ["user_id"])
    op.create_table(
        "voicemail_readers",
        _column("voicemail_id"),
        _column("user_id"),
        _key("voicemail_readers", "voicemail_id", "user_id"),
        _refers("voicemail_readers", "voicemail_id", "voicemails.id"),
        _refers("voicemail_readers", "user_id", "users.id"),
    )
    _index("ix_voicemail_readers_user_id", "voicemail_readers", ["user_id"])
