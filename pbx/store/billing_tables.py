"""The tables of billing; see `tables` for the others.

customers ─< tasks                       by `tasks.customer_id`; a name makes its customer
customers ─< customer_aliases            names that they had before: the task app may still use them
guard_closings                           what was said to a wrong factor; append-only
statements                               final ones, whole documents; append-only
"""

from sqlalchemy import Column, Date, Index, Integer, Table, text

from pbx.domain import addresses
from pbx.domain.factor_guard import Closing
from pbx.domain.records import Area, PhoneSystem
from pbx.store.tables import metadata
from pbx.store.types import BigId, Named, Str, Utc

customers = Table(
    "customers",
    metadata,
    Column("id", Str, primary_key=True),
    Column("name", Str, nullable=False),
    Column("name_key", Str, nullable=False, unique=True),
    Column("search", Str, nullable=False),
    Column("phone_system", Named(PhoneSystem), nullable=False),
    Column("informed_on", Date),
    Column("booked_area", Named(Area)),
    Column("rate_cents", Integer),
    Column("note", Str, nullable=False),
    Column("language", Str),
    *(Column(name, Str, nullable=False, server_default="") for name in addresses.FIELDS),
)

customer_aliases = Table(
    "customer_aliases",
    metadata,
    Column("name_key", Str, primary_key=True),
    Column("customer_id", Str, nullable=False),
)

guard_closings = Table(
    "guard_closings",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("task", Str, nullable=False),
    Column("month", Str, nullable=False),
    Column("right_area", Named(Area), nullable=False),
    Column("how", Named(Closing), nullable=False),
    Column("reason", Str, nullable=False),
    Column("risk_cents", Integer),
    Column("by", Str, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "month", "task"),
)

statements = Table(
    "statements",
    metadata,
    Column("id", Str, primary_key=True),
    Column("number", Str, nullable=False, unique=True),
    Column("year", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("customer_id", Str, nullable=False),
    Column("customer", Str, nullable=False),
    Column("month", Str, nullable=False),
    Column("corrects", Str, unique=True),
    Column("reason", Str, nullable=False),
    Column("document", Str, nullable=False),
    Column("by", Str, nullable=False),
    Column("at", Utc, nullable=False),
    Index("uq_statements_year_sequence", "year", "sequence", unique=True),
    Index(
        "uq_statements_first",
        "customer_id",
        "month",
        unique=True,
        sqlite_where=text("corrects IS NULL"),
        postgresql_where=text("corrects IS NULL"),
    ),
    Index(None, "month", "customer_id"),
)
