"""People, tasks, numbers, countries, the ledger with its calls, voicemail and outbox."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from pbx.store.types import BigId, Str, Strings, Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Column = sa.Column[Any]

ONCE = sa.text("kind IN ('offered', 'ringing', 'answered', 'ended')")
KEYED = sa.text("kind = 'offered' AND key IS NOT NULL")
OPEN = sa.text("ended_at IS NULL")
WAITING = sa.text("state = 'waiting'")

SQLITE_APPEND_ONLY = (
    """
    CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
)

POSTGRESQL_APPEND_ONLY = (
    """
    CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$
    """,
    """
    CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON ledger
    FOR EACH ROW EXECUTE FUNCTION ledger_append_only()
    """,
    """
    CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()
    """,
)


def upgrade() -> None:
    _people()
    _tasks()
    _numbers()
    _countries()
    _ledger()
    _calls()
    _voicemail()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_APPEND_ONLY if sqlite else POSTGRESQL_APPEND_ONLY:
        op.execute(statement)


def downgrade() -> None:
    """There is nothing before the first schema, and a ledger is not thrown away."""
    raise NotImplementedError("restore a backup instead")


def _column(name: str, kind: Any = Str) -> Column:
    return sa.Column(name, kind, nullable=False)


def _moment(prefix: str, nullable: bool) -> list[Column]:
    return [
        sa.Column(f"{prefix}at", Utc, nullable=nullable),
        sa.Column(f"{prefix}mono_ms", sa.BigInteger, nullable=nullable),
        sa.Column(f"{prefix}boot_id", Str, nullable=nullable),
    ]


def _facts() -> list[Column]:
    names = (
        *("user_id", "task", "number", "did", "caller_id"),
        *("country", "number_type", "zone", "key"),
    )
    return [sa.Column(name, Str) for name in names]


def _ending() -> list[Column]:
    return [
        sa.Column("outcome", Str),
        sa.Column("cause", Str),
        sa.Column("cause_code", sa.Integer),
        sa.Column("sip_status", sa.Integer),
    ]


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


def _unique(table: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=f"uq_{table}_{column}")


def _refers(table: str, column: str, to: str, gone: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}", ondelete=gone)


def _people() -> None:
    op.create_table(
        "users",
        _column("id"),
        _column("email"),
        _column("email_key"),
        _column("name"),
        _column("role"),
        _column("language"),
        _column("active", sa.Boolean),
        _column("password_hash"),
        _key("users", "id"),
        _unique("users", "email_key"),
    )
    op.create_table(
        "sessions",
        _column("token_hash"),
        _column("user_id"),
        _column("expires_at", Utc),
        _key("sessions", "token_hash"),
        _refers("sessions", "user_id", "users.id", "CASCADE"),
    )
    _index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_table(
        "api_tokens",
        _column("token_hash"),
        _column("user_id"),
        _column("name"),
        _key("api_tokens", "token_hash"),
        _refers("api_tokens", "user_id", "users.id", "CASCADE"),
    )


def _tasks() -> None:
    op.create_table(
        "factors",
        _column("valid_from", sa.Date),
        _column("base_backoffice", sa.Integer),
        _column("base_sales", sa.Integer),
        _column("surcharge_de", sa.Integer),
        _column("surcharge_eu", sa.Integer),
        _column("pay_backoffice", sa.Integer),
        _column("pay_sales", sa.Integer),
        _key("factors", "valid_from"),
    )
    op.create_table(
        "tasks",
        _column("external_id"),
        _column("title"),
        _column("customer"),
        _column("area"),
        _column("budget_minutes", sa.Integer),
        _column("own", sa.Boolean),
        _column("search"),
        sa.Column("factors_valid_from", sa.Date),
        _key("tasks", "external_id"),
        _refers("tasks", "factors_valid_from", "factors.valid_from"),
    )
    op.create_table(
        "task_assignees",
        _column("task"),
        _column("position", sa.Integer),
        _column("email"),
        _column("email_key"),
        _key("task_assignees", "task", "position"),
        _refers("task_assignees", "task", "tasks.external_id", "CASCADE"),
    )
    _index("ix_task_assignees_email_key", "task_assignees", ["email_key"])
    op.create_table(
        "work_times",
        _column("task"),
        _column("user_id"),
        _column("day", sa.Date),
        _column("minutes", sa.Integer),
        _key("work_times", "task", "user_id", "day"),
        _refers("work_times", "task", "tasks.external_id", "CASCADE"),
        _refers("work_times", "user_id", "users.id"),
    )


def _numbers() -> None:
    op.create_table(
        "numbers",
        _column("e164"),
        _column("label"),
        sa.Column("user_id", Str),
        _column("ring_seconds", sa.Integer),
        _column("language"),
        sa.Column("greeting", Str),
        _column("recipients", Strings),
        _column("show_as_caller_id", sa.Boolean),
        _column("head_office", sa.Boolean),
        _key("numbers", "e164"),
        _refers("numbers", "user_id", "users.id"),
    )
    op.create_table(
        "number_assignments",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        _column("e164"),
        sa.Column("user_id", Str),
        _column("by"),
        _column("at", Utc),
        _key("number_assignments", "id"),
        _refers("number_assignments", "e164", "numbers.e164"),
    )
    _index("ix_number_assignments_e164_at", "number_assignments", ["e164", "at"])


def _countries() -> None:
    op.create_table(
        "countries",
        _column("code"),
        _column("zone"),
        _column("allowed", sa.Boolean),
        _key("countries", "code"),
    )
    op.create_table(
        "country_changes",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        _column("code"),
        _column("zone"),
        _column("allowed", sa.Boolean),
        _column("by"),
        _column("at", Utc),
        _key("country_changes", "id"),
        _refers("country_changes", "code", "countries.code"),
    )
    _index("ix_country_changes_code_at", "country_changes", ["code", "at"])


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        _column("call_id"),
        _column("kind"),
        *_moment("", False),
        sa.Column("direction", Str),
        *_facts(),
        sa.Column("leg", Str),
        sa.Column("channel", Str),
        *_ending(),
        sa.Column("talk_ms", sa.BigInteger),
        sa.Column("platform_ms", sa.BigInteger),
        _key("ledger", "id"),
    )
    _index("ix_ledger_call_id_id", "ledger", ["call_id", "id"])
    _index("uq_ledger_once", "ledger", ["call_id", "kind"], ONCE)
    _index("uq_ledger_key", "ledger", ["user_id", "key"], KEYED)


def _calls() -> None:
    op.create_table(
        "calls",
        _column("id"),
        _column("direction"),
        *_moment("offered_", False),
        *_facts(),
        sa.Column("far_channel", Str),
        *_moment("ringing_", True),
        *_moment("answered_", True),
        *_moment("ended_", True),
        *_ending(),
        _column("talk_ms", sa.BigInteger),
        _column("platform_ms", sa.BigInteger),
        _key("calls", "id"),
    )
    _index("ix_calls_offered_at_id", "calls", ["offered_at", "id"])
    _index("ix_calls_user_id_offered_at", "calls", ["user_id", "offered_at"])
    _index("ix_calls_task_offered_at", "calls", ["task", "offered_at"])
    _index("ix_calls_number_offered_at", "calls", ["number", "offered_at"])
    _index("ix_calls_open", "calls", ["offered_at"], OPEN)
    op.create_table(
        "call_beats", _column("call_id"), *_moment("", False), _key("call_beats", "call_id")
    )


def _voicemail() -> None:
    op.create_table(
        "voicemails",
        _column("id"),
        _column("call_id"),
        _column("did"),
        _column("label"),
        sa.Column("caller", Str),
        _column("recorded_at", Utc),
        _column("duration_ms", sa.Integer),
        _column("speech_ms", sa.Integer),
        _column("state"),
        _column("reason"),
        _column("wav"),
        sa.Column("mp3", Str),
        sa.Column("user_id", Str),
        _key("voicemails", "id"),
        _unique("voicemails", "call_id"),
        _refers("voicemails", "user_id", "users.id"),
    )
    _index("ix_voicemails_recorded_at_id", "voicemails", ["recorded_at", "id"])
    _index("ix_voicemails_state_recorded_at", "voicemails", ["state", "recorded_at"])
    op.create_table(
        "outbox",
        _column("id"),
        _column("voicemail_id"),
        _column("message_id"),
        _column("recipients", Strings),
        sa.Column("forwarded_by", Str),
        _column("note"),
        _column("state"),
        _column("attempts", sa.Integer),
        _column("next_attempt_at", Utc),
        _column("smtp_reply"),
        _column("created_at", Utc),
        _key("outbox", "id"),
        _unique("outbox", "message_id"),
        _refers("outbox", "voicemail_id", "voicemails.id", "CASCADE"),
    )
    _index("ix_outbox_voicemail_id_created_at", "outbox", ["voicemail_id", "created_at"])
    _index("ix_outbox_waiting", "outbox", ["next_attempt_at"], WAITING)
