"""What the events of webhooks say: the `data` of each kind, as plain JSON.

Names and units are those of the API: numbers in E.164, times in UTC, durations in seconds,
money and factors as decimal strings.
"""

from collections.abc import Mapping
from typing import Any

from pbx.domain import cents, metering
from pbx.domain.hooks import time_text
from pbx.domain.metering import PhoneShareFigures
from pbx.domain.records import Area, CallRecord, FactorRow, Moment, Task
from pbx.domain.statements import Statement

Data = Mapping[str, Any]


def call_ended(record: CallRecord, email: str | None) -> Data:
    """Args: `email`: of who talked, or would have."""
    return {
        "id": record.id,
        "direction": record.direction.value,
        "task": record.task,
        "user": email,
        "number": record.number,
        "did": record.did,
        "caller_id": record.caller_id,
        "country": record.country,
        "zone": record.zone.value if record.zone else None,
        "offered_at": _time(record.offered),
        "answered_at": _time(record.answered),
        "ended_at": _time(record.ended),
        "outcome": record.outcome.value if record.outcome else None,
        "cause": record.cause,
        "talk_seconds": record.talk_ms / 1000,
        "platform_seconds": record.platform_ms / 1000,
    }


def share_over_limit(task: Task, share: PhoneShareFigures) -> Data:
    return {
        **_named(task),
        "phone_seconds": share.phone_ms / 1000,
        "work_seconds": share.work_seconds,
        "included_seconds": share.included_ms / 1000,
        "booked_area": share.booked_area.value,
        "suggested_area": share.suggested_area.value,
    }


def factor_changed(before: Task, after: Task, was: FactorRow | None, now: FactorRow | None) -> Data:
    """Args: `was`, `now`: the factors frozen on the task; None: none are known."""
    return {
        **_named(after),
        "area_before": before.area.value,
        "area": after.area.value,
        "factor_before": _factor(before.area, was),
        "factor": _factor(after.area, now),
    }


def statement_ready(
    document_id: str, number: str, statement: Statement, corrects: str | None
) -> Data:
    """Args: `corrects`: number of the document whose place it takes."""
    amount = statement.totals.amount_cents
    return {
        "id": document_id,
        "number": number,
        "customer_id": statement.customer_id,
        "customer": statement.customer,
        "month": str(statement.month),
        "amount": None if amount is None else cents.euros(amount),
        "corrects": corrects,
    }


def customer_informed(
    task: Task, *, template: str, language: str, text: str, by: str | None
) -> Data:
    """Args: `text`: what the task app is to show to the customer; `by`: who sent it."""
    return {
        **_named(task),
        "area": task.area.value,
        "template": template,
        "language": language,
        "text": text,
        "by": by,
    }


def _named(task: Task) -> dict[str, Any]:
    return {"task": task.external_id, "title": task.title, "customer": task.customer}


def _factor(area: Area, row: FactorRow | None) -> str | None:
    return metering.factor_text(metering.factors(area, row).customer) if row else None


def _time(moment: Moment | None) -> str | None:
    return time_text(moment.at) if moment else None
