"""What a call's ledger entries say about the call. Pure, so that it can be said again."""

from collections.abc import Iterable
from dataclasses import replace

from pbx.domain.records import CallRecord, Direction, LedgerEntry, LedgerKind

COLLEAGUE_RINGS = "colleague-rings"
"""Cause of the note that tells whom an internal call was for."""


def project(entries: Iterable[LedgerEntry]) -> CallRecord | None:
    """The call that `entries` tell of, in the order they were written.

    None without an `offered` entry that has a direction: then nothing is known yet.
    `answered` and `ended` may correct who talked, on which task and with whom; entries
    about legs say nothing about the call but the far leg's channel.
    """
    told = list(entries)
    offered = next((e for e in told if e.kind is LedgerKind.OFFERED), None)
    if offered is None or offered.direction is None:
        return None
    record = CallRecord(offered.call_id, offered.direction, offered.moment)
    for entry in (offered, *(e for e in told if e is not offered)):
        record = _told(record, entry)
    return record


def participants(entries: Iterable[LedgerEntry]) -> list[str]:
    """The users whose browser was in the call, in the order they came.

    A colleague who was called belongs to the call also where they did not take it.
    """
    told = list(entries)
    internal = any(e.direction is Direction.INTERNAL for e in told)
    joined = (
        e.user_id
        for e in told
        if e.user_id and (e.kind is LedgerKind.LEG_UP or (internal and e.cause == COLLEAGUE_RINGS))
    )
    return list(dict.fromkeys(joined))


def _told(record: CallRecord, entry: LedgerEntry) -> CallRecord:
    if entry.leg == "far" and entry.channel:
        record = replace(record, far_channel=entry.channel)
    match entry.kind:
        case LedgerKind.OFFERED:
            return replace(_facts(record, entry), key=entry.key)
        case LedgerKind.RINGING:
            return replace(record, ringing=entry.moment)
        case LedgerKind.ANSWERED:
            return replace(_facts(record, entry), answered=entry.moment)
        case LedgerKind.ENDED:
            return replace(
                _facts(record, entry),
                ended=entry.moment,
                outcome=entry.outcome,
                cause=entry.cause,
                cause_code=entry.cause_code,
                sip_status=entry.sip_status,
                talk_ms=entry.talk_ms or 0,
                platform_ms=entry.platform_ms or 0,
            )
        case _:
            return record


def _facts(record: CallRecord, entry: LedgerEntry) -> CallRecord:
    return replace(
        record,
        user_id=entry.user_id or record.user_id,
        task=entry.task or record.task,
        number=entry.number or record.number,
        did=entry.did or record.did,
        caller_id=entry.caller_id or record.caller_id,
        country=entry.country or record.country,
        number_type=entry.number_type or record.number_type,
        zone=entry.zone or record.zone,
    )
