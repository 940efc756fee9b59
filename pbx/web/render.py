"""From records to the API's JSON, in the reader's language."""

from collections.abc import Collection, Sequence
from typing import cast, get_args

from pbx.domain import metering, numbers, texts
from pbx.domain.desk import Quality
from pbx.domain.factor_guard import unfit
from pbx.domain.messages import LinkedAs
from pbx.domain.records import (
    Direction,
    LedgerEntry,
    LedgerKind,
    Task,
    User,
)
from pbx.domain.rights import Right, rights_of
from pbx.services.ports import CallView
from pbx.services.voice import Account
from pbx.web import schemas as s

VOICE_PATH = "/api/v1/voice"
CONVERSATION = frozenset({"answering", "talking", "detached", "held"})
WITH_BROWSER = CONVERSATION | {"waiting", "dialling", "ringing", "joined", "transferring"}
"""States in which a browser's leg belongs into the call, be it parked."""


def me(user: User, *, factor_due: bool = False, password_days_left: int | None = None) -> s.Me:
    return s.Me(
        user.id,
        user.email,
        user.name,
        user.role.value,
        _language(user.language),
        user.status.value,
        rights(rights_of(user)),
        factor_due,
        password_days_left,
    )


def rights(some: Collection[Right]) -> list[s.RightName]:
    return sorted(right.value for right in some)


def presence(name: str) -> s.PresenceName:
    """Raises `ValueError` for a word that the API does not know."""
    for known in get_args(s.PresenceName):
        if name == known:
            return cast(s.PresenceName, known)
    raise ValueError(name)


def task(record: Task) -> s.TaskView:
    return s.TaskView(
        external_id=record.external_id,
        title=record.title,
        customer=record.customer,
        area=record.area.value,
        budget_minutes=record.budget_minutes,
        assignees=list(record.assignees),
        own=record.own,
        state=record.state.value,
    )


def phone_share(figures: metering.PhoneShareFigures) -> s.PhoneShare:
    wrong = unfit(figures)
    return s.PhoneShare(
        phone_seconds=figures.phone_ms / 1000,
        work_seconds=figures.work_seconds,
        included_seconds=figures.included_ms / 1000,
        over=figures.over,
        suggested_area=figures.suggested_area.value,
        booked_area=figures.booked_area.value,
        mismatch=wrong[0].value if wrong else None,
        right_area=wrong[1].value if wrong else None,
    )


def voice(call_id: str, account: Account) -> s.Voice:
    return s.Voice(VOICE_PATH, f"sip:{call_id}@pbx.invalid", account.username, account.password)


def call(
    view: CallView,
    language: str,
    *,
    talk_ms: int,
    user: User | None,
    caller_id_printed: str | None,
    account: Account | None = None,
    colleague: User | None = None,
) -> s.Call:
    """`talk_ms`: billable so far; `account`: only for those whose leg belongs into the call now."""
    record = view.record
    cause = record.cause or view.notice
    rendered = s.Call(
        id=record.id,
        direction=record.direction.value,
        state=view.state,  # type: ignore[arg-type]  # CallState's values are the names
        number=record.number,
        national=numbers.show(record.number, "DE") if record.number else None,
        did=record.did,
        label=view.label,
        country=record.country,
        type=record.number_type.value if record.number_type else None,
        zone=record.zone.value if record.zone else None,
        caller_id=record.caller_id,
        caller_id_printed=caller_id_printed,
        user=user.email if user else None,
        task=record.task,
        task_title=view.task_title,
        offered_at=record.offered.at,
        ringing_at=record.ringing.at if record.ringing else None,
        answered_at=record.answered.at if record.answered else None,
        ended_at=record.ended.at if record.ended else None,
        outcome=record.outcome.value if record.outcome else None,
        cause=cause,
        detail=texts.cause_text(cause, language) if record.ended or view.notice else None,
        talk_seconds=talk_ms / 1000,
        platform_seconds=record.platform_ms / 1000,
        revision=view.revision,
        e164=record.number,
        user_name=user.name if user else None,
        colleague=colleague.email if colleague else None,
        colleague_name=colleague.name if colleague else None,
        linked=view.linked,
        linked_as=view.linked_as.value if view.linked and view.linked_as else None,
    )
    if account is not None:
        rendered.voice = voice(record.id, account)
    return rendered


def takes_part(view: CallView, user_id: str) -> bool:
    """Whether this user's browser belongs into the call now.

    The far party of a transfer is dialled without any browser; a colleague belongs into an
    internal call once they have answered it.
    """
    dialled_for_transfer = view.linked_as is LinkedAs.TRANSFER and view.state != "transferring"
    if view.state not in WITH_BROWSER or dialled_for_transfer:
        return False
    internal = view.record.direction is Direction.INTERNAL
    called = internal and view.colleague_id == user_id and view.state in CONVERSATION
    return called or view.record.user_id == user_id


def timeline(
    entries: Sequence[LedgerEntry], people: dict[str, User], language: str
) -> list[s.TimelineEntry]:
    """Why the call went as it went, in plain words (N11)."""
    return [
        s.TimelineEntry(
            at=entry.moment.at,
            kind=entry.kind.value,
            text=_entry_text(entry, people, language),
            cause=entry.cause,
            leg=entry.leg,
        )
        for entry in entries
    ]


def call_quality(measured: Quality, people: dict[str, User]) -> s.CallQuality:
    user = people.get(measured.user_id)
    return s.CallQuality(
        user_name=user.name if user else None,
        mos=measured.mos,
        worst_mos=measured.worst_mos,
        loss_percent=measured.loss_percent,
        jitter_ms=measured.jitter_ms,
        rtt_ms=measured.rtt_ms,
        relay=measured.relay,
        network=measured.network,
        rejoins=measured.rejoins,
    )


def _entry_text(entry: LedgerEntry, people: dict[str, User], language: str) -> str:
    text = texts.timeline_text(
        entry.kind,
        language,
        direction=entry.direction,
        leg=entry.leg,
        cause=entry.cause,
        digits=entry.digits,
    )
    person = people.get(entry.user_id or "") if entry.kind is LedgerKind.NOTE else None
    return f"{person.name}: {text}" if person else text


def _language(language: str) -> s.Language:
    return "de" if language == "de" else "en"
