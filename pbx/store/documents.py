"""Final statements as the database keeps them: the whole document as JSON in its row."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from pbx.domain.charges import ChargeLine
from pbx.domain.company import Company
from pbx.domain.letterheads import Letterhead, Receiver
from pbx.domain.months import parse
from pbx.domain.records import Area
from pbx.domain.statements import Line, Statement
from pbx.services.billing_ports import Document

_OWN = ("id", "number", "corrects", "reason", "by", "at")
_LINE = tuple(f.name for f in fields(Line))


def packed(document: Document) -> dict[str, Any]:
    """The values of its row."""
    statement = document.statement
    content = {
        "rate_cents": statement.rate_cents,
        "lines": [asdict(line) for line in statement.lines],
        "charges": [{**asdict(c), "day": c.day.isoformat()} for c in statement.charges],
        "corrects_number": document.corrects_number,
        "before_cents": document.before_cents,
        "letterhead": asdict(document.letterhead) if document.letterhead else None,
    }
    return {
        **{name: getattr(document, name) for name in _OWN},
        "customer_id": statement.customer_id,
        "customer": statement.customer,
        "month": str(statement.month),
        "document": json.dumps(content, ensure_ascii=False),
    }


def document_of(row: Mapping[Any, Any]) -> Document:
    content = json.loads(row["document"])
    statement = Statement(
        customer_id=row["customer_id"],
        customer=row["customer"],
        month=parse(row["month"]),
        rate_cents=content["rate_cents"],
        lines=tuple(_line(each) for each in content["lines"]),
        # Documents from before there were charges have none.
        charges=tuple(_charge(each) for each in content.get("charges", ())),
    )
    return Document(
        statement=statement,
        corrects_number=content["corrects_number"],
        before_cents=content["before_cents"],
        # Nor did the earliest ones keep who wrote to whom.
        letterhead=_letterhead(content.get("letterhead")),
        **{name: row[name] for name in _OWN},
    )


def _letterhead(found: Mapping[str, Any] | None) -> Letterhead | None:
    if found is None:
        return None
    sender, receiver = found["sender"], found["receiver"]
    lines = {name: tuple(sender[name]) for name in ("address", "contact", "footer")}
    return Letterhead(
        Company(sender["name"], **lines),
        Receiver(tuple(receiver["address"]), receiver["language"]),
    )


def _line(found: Mapping[str, Any]) -> Line:
    values = {name: found[name] for name in _LINE}
    return Line(**{**values, "area": Area(values["area"])})


def _charge(found: Mapping[str, Any]) -> ChargeLine:
    return ChargeLine(**{**found, "day": date.fromisoformat(found["day"])})
