"""The table of letters: mails without a recording, until the mail server has taken them."""

from sqlalchemy import Column, Index, Integer, Table, text

from pbx.domain.records import OutboxState
from pbx.store.tables import metadata
from pbx.store.types import Named, Str, Strings, Utc

letters = Table(
    "letters",
    metadata,
    Column("id", Str, primary_key=True),
    Column("kind", Str, nullable=False),
    Column("recipients", Strings, nullable=False),
    Column("subject", Str, nullable=False),
    Column("text", Str, nullable=False),
    Column("reference", Str, nullable=False),
    Column("message_id", Str, nullable=False, unique=True),
    Column("state", Named(OutboxState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Utc, nullable=False),
    Column("smtp_reply", Str, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("cc", Strings),
    Index(None, "reference", "created_at"),
    Index(
        "ix_letters_waiting",
        "next_attempt_at",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)
