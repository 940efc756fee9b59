"""Who takes care of a message: taken once, given back, done, reopened (N7)."""

from dataclasses import dataclass
from datetime import datetime

from pbx.domain.records import Voicemail, VoicemailState
from pbx.errors import Conflict


@dataclass(frozen=True, slots=True)
class Care:
    """Who has a message since when; the four fields of `Voicemail` that claims change."""

    claimed_by: str | None = None
    claimed_at: datetime | None = None
    done_by: str | None = None
    done_at: datetime | None = None


class Taken(Conflict):
    """Somebody else has it; `holder` is theirs to be told."""

    def __init__(self, holder: str, since: datetime) -> None:
        super().__init__(
            "voicemail-taken",
            "Jemand anderes kümmert sich schon um diese Nachricht.",
            "Somebody else takes care of this message already.",
        )
        self.holder = holder
        self.since = since


def care_of(message: Voicemail) -> Care:
    return Care(message.claimed_by, message.claimed_at, message.done_by, message.done_at)


def claim(message: Voicemail, who: str, at: datetime) -> Care:
    """The first one wins; taking what one has changes nothing.

    Raises:
        Taken: somebody else has it, or has done it; Conflict: it holds no message.
    """
    _is_message(message)
    care = care_of(message)
    _free_for(care, who)
    return care if care.claimed_by else Care(who, at)


def done(message: Voicemail, who: str, at: datetime, *, anyway: bool = False) -> Care:
    """Done by whoever took it; who does it without taking it first, takes it.

    Args:
        anyway: whoever manages may do it for another.

    Raises:
        Taken: somebody else has it; Conflict: it holds no message.
    """
    _is_message(message)
    care = care_of(message)
    if care.done_at is not None:
        return care
    if not anyway:
        _free_for(care, who)
    return Care(care.claimed_by or who, care.claimed_at or at, who, at)


def give_back(message: Voicemail, who: str, *, anyway: bool = False) -> Care:
    """Raises `Taken` where it is another's."""
    care = care_of(message)
    if not anyway:
        _free_for(care, who)
    return Care()


def reopen(message: Voicemail, who: str, *, anyway: bool = False) -> Care:
    """Not done after all; whoever took it before still has it. Raises `Taken`."""
    care = care_of(message)
    if not anyway:
        _free_for(care, who)
    if (care.done_by, care.done_at) == (care.claimed_by, care.claimed_at):
        return Care()
    return Care(care.claimed_by, care.claimed_at)


def _is_message(message: Voicemail) -> None:
    if message.state is VoicemailState.SILENT:
        raise no_message()


def _free_for(care: Care, who: str) -> None:
    if care.claimed_by is not None and care.claimed_by != who:
        assert care.claimed_at is not None
        raise Taken(care.claimed_by, care.claimed_at)


def no_message() -> Conflict:
    return Conflict(
        "no-message",
        "Diese Aufnahme enthält keine Nachricht. Bitte zuerst freigeben.",
        "This recording holds no message. Please release it first.",
    )
