"""Price lists by prefix and validity, in place of prices by country and type; carriers' records
against our calls."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from alembic import op

from pbx.store.types import Str, Utc

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEPT = "prices-by-country"
"""The list of what people entered before."""
MICROS = 1_000_000


def upgrade() -> None:
    _tariffs()
    _reconciliations()


def _reconciliations() -> None:
    op.create_table(
        "carriers",
        *(sa.Column(n, Str, nullable=False) for n in ("id", "name", "trunk", "mapping")),
        sa.Column("removed_at", Utc),
        sa.PrimaryKeyConstraint("id", name="pk_carriers"),
    )
    op.create_table(
        "reconciliations",
        *(sa.Column(n, Str, nullable=False) for n in ("id", "carrier_id", "file")),
        *(sa.Column(n, sa.Date, nullable=False) for n in ("since", "until")),
        sa.Column("at", Utc, nullable=False),
        *(sa.Column(n, Str, nullable=False) for n in ("by", "summary")),
        sa.Column("removed_at", Utc),
        sa.PrimaryKeyConstraint("id", name="pk_reconciliations"),
        sa.ForeignKeyConstraint(
            ["carrier_id"], ["carriers.id"], name="fk_reconciliations_carrier_id"
        ),
    )
    for name in ("carrier_id", "at"):
        op.create_index(f"ix_reconciliations_{name}", "reconciliations", [name])
    op.create_table(
        "reconciliation_findings",
        sa.Column("reconciliation_id", Str, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", Str, nullable=False),
        sa.Column("call_id", Str),
        sa.Column("task", Str),
        *(column for side in ("our", "their") for column in _side(side)),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("reconciliation_id", "position", name="pk_reconciliation_findings"),
        sa.ForeignKeyConstraint(
            ["reconciliation_id"],
            ["reconciliations.id"],
            name="fk_reconciliation_findings_reconciliation_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "ix_reconciliation_findings_reconciliation_id_kind_position",
        "reconciliation_findings",
        ["reconciliation_id", "kind", "position"],
    )


def _side(side: str) -> list[sa.Column[object]]:
    row: list[sa.Column[object]] = [sa.Column("row", sa.Integer)] if side == "their" else []
    return [
        *row,
        sa.Column(f"{side}_number", Str),
        sa.Column(f"{side}_begin", Utc),
        sa.Column(f"{side}_ms", sa.BigInteger),
        sa.Column(f"{side}_micros", sa.BigInteger),
    ]


def _tariffs() -> None:
    lists = op.create_table(
        "price_lists",
        sa.Column("id", Str, nullable=False),
        sa.Column("name", Str, nullable=False),
        sa.Column("trunk", Str, nullable=False),
        sa.Column("currency", Str, nullable=False),
        sa.Column("euro", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("removed_at", Utc),
        sa.PrimaryKeyConstraint("id", name="pk_price_lists"),
    )
    rates = op.create_table(
        "rates",
        sa.Column("list_id", Str, nullable=False),
        sa.Column("destination", Str, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("per_minute", sa.BigInteger),
        sa.Column("connection", sa.BigInteger, nullable=False),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("following", sa.Integer, nullable=False),
        sa.Column("label", Str, nullable=False),
        sa.Column("search", Str, nullable=False),
        sa.PrimaryKeyConstraint("list_id", "destination", "valid_from", name="pk_rates"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["price_lists.id"], name="fk_rates_list_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_rates_list_id_search", "rates", ["list_id", "search"])
    old = op.get_bind().execute(sa.text("SELECT country, type, per_minute FROM prices")).all()
    op.bulk_insert(
        lists,
        [
            {
                "id": KEPT,
                "name": "Preise je Land",
                "trunk": "",
                "currency": "EUR",
                "euro": MICROS,
                "revision": 1,
            }
        ],
    )
    destinations = [(c + f":{t}" if t else c, p) for c, t, p in old]
    op.bulk_insert(
        rates,
        [
            {
                "list_id": KEPT,
                "destination": destination,
                "valid_from": date(2000, 1, 1),
                "per_minute": int((Decimal(price) * MICROS).to_integral_value()),
                "connection": 0,
                "first": 1,
                "following": 1,
                "label": "",
                "search": destination.casefold(),
            }
            for destination, price in destinations
        ],
    )
    op.drop_table("prices")


def downgrade() -> None:
    for name in ("reconciliation_findings", "reconciliations", "carriers"):
        op.drop_table(name)
    prices = op.create_table(
        "prices",
        sa.Column("country", Str, nullable=False),
        sa.Column("type", Str, nullable=False),
        sa.Column("per_minute", Str, nullable=False),
        sa.PrimaryKeyConstraint("country", "type", name="pk_prices"),
    )
    query = sa.text(
        "SELECT destination, per_minute FROM rates WHERE list_id = :kept"
        " AND destination NOT LIKE '+%' ORDER BY valid_from"
    ).bindparams(kept=KEPT)
    newest = {row.destination: row.per_minute for row in op.get_bind().execute(query)}
    rows = [
        {
            "country": name.partition(":")[0],
            "type": name.partition(":")[2],
            "per_minute": f"{Decimal(price) / MICROS:f}",
        }
        for name, price in newest.items()
        if price is not None
    ]
    op.bulk_insert(prices, rows)
    op.drop_table("rates")
    op.drop_table("price_lists")
