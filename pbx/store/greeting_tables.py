"""The tables of the greetings' library.

    greetings ─< greeting_versions      the sound is a file named like the version

A number names its greeting in a text of its own (`numbers.greeting`), which may also be a file
outside of the library; so there is no foreign key between them.
"""

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, Table, text

from pbx.domain.greetings import Source
from pbx.store.tables import metadata
from pbx.store.types import Named, Str, Utc

greetings = Table(
    "greetings",
    metadata,
    Column("id", Str, primary_key=True),
    Column("name", Str, nullable=False),
    Column("name_key", Str, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("created_by", Str, nullable=False),
    Column("removed_at", Utc),
    Index(
        "uq_greetings_name",
        "name_key",
        unique=True,
        sqlite_where=text("removed_at IS NULL"),
        postgresql_where=text("removed_at IS NULL"),
    ),
)

greeting_versions = Table(
    "greeting_versions",
    metadata,
    Column("id", Str, primary_key=True),
    Column("greeting_id", Str, ForeignKey("greetings.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("valid_from", Utc),
    Column("source", Named(Source), nullable=False),
    Column("origin", Str, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("loudness_lufs", Double, nullable=False),
    Column("size", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("created_by", Str, nullable=False),
    Column("removed_at", Utc),
    Index(None, "greeting_id", "number", unique=True),
)
