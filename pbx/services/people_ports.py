"""What the services around people need from the outside; see `ports` for the others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pbx.domain.account_links import AccountLink, LinkKind
from pbx.domain.csv_lines import RowProblem
from pbx.domain.leaving import Belongings, Left
from pbx.domain.letters import Letter
from pbx.domain.people import Account, AccountFilter, Wish
from pbx.domain.people_files import Row
from pbx.domain.records import User


class AccountStore(Protocol):
    """Accounts for management. `by`: a user's id, or `audit.SYSTEM`; whoever may not is refused
    in the transaction that would have changed something."""

    async def find(
        self, which: AccountFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[Account], str | None]:
        """By name; the second value is the next page's cursor or None."""
        ...

    async def get(self, user_id: str) -> Account | None: ...

    async def seats(self) -> tuple[int, Sequence[tuple[datetime, int]]]:
        """How many accounts have not left, and by how many they became more or fewer when."""
        ...

    async def invite(
        self, account: Account, token_hash: str, until: datetime, by: str, at: datetime
    ) -> Account: ...

    async def change(self, user_id: str, wish: Wish, by: str, at: datetime) -> Account: ...

    async def invited_again(
        self, user_id: str, token_hash: str, until: datetime, by: str, at: datetime
    ) -> Account: ...

    async def may_reset(self, user_id: str, by: str) -> Account: ...


class LeavingStore(Protocol):
    async def belongings(self, user_id: str, at: datetime) -> Belongings:
        """Raises `NotFound` (`unknown-user`)."""
        ...

    async def leave(
        self, user_id: str, successor_id: str | None, by: str, at: datetime
    ) -> Left: ...

    async def come_back(self, user_id: str, by: str, at: datetime) -> Account: ...


class AccountImportStore(Protocol):
    async def merge(
        self, rows: Sequence[Row], by: str, at: datetime, *, dry_run: bool
    ) -> tuple[Sequence[Account], Sequence[Account], int, Sequence[RowProblem]]:
        """New ones, changed ones, how many stay as they are, and why nothing was done at all:
        with one problem nothing is."""
        ...


class AccountLinkStore(Protocol):
    async def renew(
        self, user_id: str, kind: LinkKind, token_hash: str, at: datetime, until: datetime
    ) -> None: ...

    async def find(self, token_hash: str, now: datetime) -> AccountLink | None: ...

    async def use(
        self, token_hash: str, password_hash: str, at: datetime
    ) -> tuple[AccountLink, Sequence[str]]:
        """Also the hashes of the sessions that ended.

        Raises:
            NotFound: `link-over`.
        """
        ...

    async def change(
        self, user: User, password_hash: str, kept: str, at: datetime
    ) -> Sequence[str]:
        """A new password for a user; every session ends but the one with the hash `kept`.
        The hashes of those that ended."""
        ...


class LetterWriter(Protocol):
    async def write(
        self, kind: str, to: Sequence[str], subject: str, text: str, *, reference: str = ""
    ) -> Letter: ...

    async def about(self, reference: str) -> Sequence[Letter]: ...
