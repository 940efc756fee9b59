"""The tables of add-ons and hand-overs; see `tables` for the others.

addon_prices                             catalogues by their first day
addon_links ─< addon_uploads             a customer's links to the form, and recordings sent there
addon_orders ─< addon_steps              a card and its steps
             ─< addon_comments, test_calls (see `going_live_tables`)
task_handovers                           by `task`; who receives it confirms
"""

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, UniqueConstraint, text

from pbx.domain.addon_orders import Kind, State, Step, StepState
from pbx.domain.addons import PRICES, GreetingKind, Option
from pbx.store.tables import metadata
from pbx.store.types import BigId, Named, Str, Utc

addon_prices = Table(
    "addon_prices",
    metadata,
    Column("valid_from", Date, primary_key=True),
    *(Column(name, Integer, nullable=False) for name in PRICES),
)

addon_links = Table(
    "addon_links",
    metadata,
    Column("id", Str, primary_key=True),
    Column("customer_id", Str, nullable=False),
    Column("email", Str, nullable=False),
    Column("language", Str, nullable=False),
    Column("created_by", Str, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("revoked_at", Utc),
    Index(None, "customer_id", "created_at"),
)

addon_uploads = Table(
    "addon_uploads",
    metadata,
    Column("id", Str, primary_key=True),
    Column("customer_id", Str, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Column("order_id", Str),
    Index(None, "customer_id", "at"),
)

addon_orders = Table(
    "addon_orders",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=True),
    Column("id", Str, nullable=False, unique=True),
    Column("kind", Named(Kind), nullable=False),
    Column("state", Named(State), nullable=False),
    Column("customer_id", Str, nullable=False),
    Column("customer", Str, nullable=False),
    Column("option", Named(Option), nullable=False),
    Column("greeting", Named(GreetingKind), nullable=False),
    Column("items", Str, nullable=False),
    Column("prices_from", Date),
    Column("key", Str, nullable=False),
    Column("booked_at", Utc, nullable=False),
    Column("booked_by", Str, nullable=False),
    *(Column(n, Str, nullable=False) for n in ("contact", "email", "language")),
    Column("greeting_text", Str, nullable=False),
    *(Column(n, Str) for n in ("upload_id", "own_number", "country")),
    Column("wished_on", Date),
    Column("note", Str, nullable=False),
    *(Column(n, Str) for n in ("task", "user_id", "did", "greeting_id", "owner_id")),
    Column("due_on", Date),
    Column("activate_at", Utc),
    Column("activate_by", Str, nullable=False),
    *(Column(n, Utc) for n in ("activated_at", "answered_at", "reminded_at", "escalated_at")),
    Column("closed_at", Utc),
    Column("reason", Str, nullable=False),
    Column("next_step", Named(Step)),
    Column("search", Str, nullable=False),
    UniqueConstraint("customer_id", "key", name="uq_addon_orders_customer_id_key"),
    Index(None, "booked_at", "id"),
    Index(
        "ix_addon_orders_open",
        "booked_at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)

addon_steps = Table(
    "addon_steps",
    metadata,
    Column("order_id", Str, primary_key=True),
    Column("step", Named(Step), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("state", Named(StepState), nullable=False),
    Column("owner_id", Str),
    Column("due_on", Date),
    Column("by", Str, nullable=False),
    Column("at", Utc),
    Column("reason", Str, nullable=False),
)

addon_comments = Table(
    "addon_comments",
    metadata,
    Column("id", Str, primary_key=True),
    Column("order_id", Str, nullable=False),
    Column("by", Str, nullable=False),
    Column("at", Utc, nullable=False),
    Column("text", Str, nullable=False),
    Index(None, "order_id", "at"),
)

task_handovers = Table(
    "task_handovers",
    metadata,
    Column("id", Str, primary_key=True),
    Column("task", Str, nullable=False),
    Column("email", Str, nullable=False),
    Column("email_key", Str, nullable=False),
    Column("by", Str, nullable=False),
    Column("at", Utc, nullable=False),
    Column("confirmed_by", Str),
    Column("confirmed_at", Utc),
    *(Column(n, Boolean, nullable=False) for n in ("right_factor", "informed", "specialist")),
    Column("facts", Str, nullable=False),
    Index(None, "task", "email_key"),
    Index(
        "ix_task_handovers_open",
        "at",
        sqlite_where=text("confirmed_at IS NULL"),
        postgresql_where=text("confirmed_at IS NULL"),
    ),
)
