"""Rights of single people, the audit log, and letters: mails without a recording."""

import sqlalchemy as sa
from alembic import op

from pbx.store.migrations import append_only
from pbx.store.types import BigId, Str, Strings, Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("granted", "denied"):
        op.add_column("users", sa.Column(name, Strings, nullable=False, server_default="[]"))
    op.create_table(
        "audit",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("at", Utc, nullable=False),
        *(sa.Column(n, Str, nullable=False) for n in ("by", "kind", "action", "subject")),
        sa.Column("before", Str),
        sa.Column("after", Str),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at_id", "audit", ["at", "id"])
    op.create_index("ix_audit_kind_subject_at", "audit", ["kind", "subject", "at"])
    _letters()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in append_only.statements("audit", sqlite=sqlite):
        op.execute(statement)


def _letters() -> None:
    texts = ("kind", "recipients", "subject", "text", "reference", "message_id", "state")
    op.create_table(
        "letters",
        sa.Column("id", Str, nullable=False),
        *(sa.Column(name, Str, nullable=False) for name in texts),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", Utc, nullable=False),
        sa.Column("smtp_reply", Str, nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
        sa.UniqueConstraint("message_id", name="uq_letters_message_id"),
    )
    op.create_index("ix_letters_reference_created_at", "letters", ["reference", "created_at"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_letters_waiting",
        "letters",
        ["next_attempt_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    op.drop_table("letters")
    op.drop_table("audit")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_append_only")
    for name in ("granted", "denied"):
        op.drop_column("users", name)
