"""The table of links that let somebody set a password; see `tables` for the others.

users ─< account_links       invitations and resets: only hashes of their tokens are kept
"""

from sqlalchemy import Column, ForeignKey, Index, Table

from pbx.domain.account_links import LinkKind
from pbx.store.tables import metadata
from pbx.store.types import Named, Str, Utc

account_links = Table(
    "account_links",
    metadata,
    Column("token_hash", Str, primary_key=True),
    Column("user_id", Str, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Named(LinkKind), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False, index=True),
    Index(None, "user_id", "kind"),
)
