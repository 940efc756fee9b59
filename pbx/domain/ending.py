"""From the network's causes to ours: Q.850 (ITU-T) and SIP status (RFC 3398 §8)."""

from pbx.domain.records import Outcome

_BY_SIP: dict[int, tuple[Outcome, str]] = {
    404: (Outcome.FAILED, "unreachable-number"),
    408: (Outcome.NO_ANSWER, "no-answer"),
    410: (Outcome.FAILED, "unreachable-number"),
    480: (Outcome.NO_ANSWER, "no-answer"),
    484: (Outcome.FAILED, "unreachable-number"),
    486: (Outcome.BUSY, "busy"),
    487: (Outcome.NO_ANSWER, "no-answer"),
    600: (Outcome.BUSY, "busy"),
    603: (Outcome.REJECTED, "rejected"),
    604: (Outcome.FAILED, "unreachable-number"),
}
_BY_Q850: dict[int, tuple[Outcome, str]] = {
    1: (Outcome.FAILED, "unreachable-number"),
    17: (Outcome.BUSY, "busy"),
    18: (Outcome.NO_ANSWER, "no-answer"),
    19: (Outcome.NO_ANSWER, "no-answer"),
    21: (Outcome.REJECTED, "rejected"),
    22: (Outcome.FAILED, "unreachable-number"),
    28: (Outcome.FAILED, "unreachable-number"),
    34: (Outcome.FAILED, "network-congestion"),
    38: (Outcome.FAILED, "network-error"),
    41: (Outcome.FAILED, "network-error"),
    42: (Outcome.FAILED, "network-congestion"),
}
CAUSE_REPLACED = 26
"""Q.850 "non-selected user clearing": another leg of the same browser's user took its place."""
_TOWARDS_CALLER = {"no-one-reachable": 19, "network-error": 41, "declined": 21}
_TOWARDS_CALLER |= dict.fromkeys(("blocked-caller", "route-rejected"), 21)


def of_failed_dial(cause: int, sip_status: int | None) -> tuple[Outcome, str]:
    """Outcome and cause of a far leg that went away before it answered.

    The SIP status is the network's own word and wins over Asterisk's Q.850 mapping of it.
    """
    if sip_status in _BY_SIP:
        return _BY_SIP[sip_status]
    if cause in _BY_Q850:
        return _BY_Q850[cause]
    return Outcome.FAILED, "network-error"


def cause_towards_caller(cause: str) -> int:
    """Q.850 cause for a caller whose call we end before it was answered."""
    return _TOWARDS_CALLER.get(cause, 16)
