"""The tables of second factors and of the company's own sign-in."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Table

from pbx.store.tables import metadata
from pbx.store.types import Str, Utc

second_factors = Table(
    "second_factors",
    metadata,
    Column("user_id", Str, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("since", Utc),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", Str, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("code_hash", Str, primary_key=True),
)

single_sign_ons = Table(
    "single_sign_ons",
    metadata,
    Column("issuer", Str, primary_key=True),
    Column("subject", Str, primary_key=True),
    Column("user_id", Str, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("linked_at", Utc, nullable=False),
    Index(None, "user_id"),
)
