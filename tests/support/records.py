"""Words that the tests of the stores share: times, ledger entries, the four stores."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pbx.domain.desk import Contact
from pbx.domain.records import Direction, LedgerEntry, LedgerKind, Moment, User
from pbx.domain.rights import Role
from pbx.services.desk import DeskStores
from pbx.services.message_ports import VoicemailStore
from pbx.services.ports import CallLog, Directory
from pbx.services.push import PushStore
from pbx.services.sign_in_ports import SecondFactors, Sessions

TODAY = date(2026, 11, 21)
START = datetime(2026, 11, 21, 9, 0, 0, 123456, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """A time so many seconds after the tests' morning."""
    return START + timedelta(seconds=seconds)


def moment(seconds: float) -> Moment:
    return Moment(at(seconds), round(seconds * 1000) + 5_000_000, "boot-a")


def entry(call_id: str, kind: LedgerKind, seconds: float = 0, **values: Any) -> LedgerEntry:
    return LedgerEntry(call_id, kind, moment(seconds), **values)


def offered(call_id: str, seconds: float = 0, **values: Any) -> LedgerEntry:
    """An outbound call's first entry."""
    return entry(
        call_id,
        LedgerKind.OFFERED,
        seconds,
        **{"direction": Direction.OUTBOUND, "user_id": "anna", "task": "T1", **values},
    )


@dataclass
class Stores:
    calls: CallLog
    directory: Directory
    sessions: Sessions
    voicemails: VoicemailStore
    push: PushStore
    desk: DeskStores
    factors: SecondFactors


async def user_of(sessions: Sessions, token_hash: str, now: datetime) -> User | None:
    """Whose session that is."""
    found = await sessions.find(token_hash, now)
    return found[0] if found else None


async def token_user(sessions: Sessions, token_hash: str) -> User | None:
    """Whom that API token acts for."""
    found = await sessions.find_api_token(token_hash, at(0))
    return found[0] if found else None


async def person(stores: Stores, name: str) -> User:
    """A VPA who is known by this name."""
    return await stores.directory.add_user(f"{name}@example.test", name, Role.VPA, "de", "h")


def contact(
    contact_id: str, owner: User, name: str, number: str = "+4930123456", public: bool = False
) -> Contact:
    return Contact(contact_id, owner.id, public, name, number)
