"""Management of accounts: inviting, changing, leaving, coming back."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pbx.domain import people_files
from pbx.domain.account_links import LinkKind
from pbx.domain.csv_lines import RowProblem
from pbx.domain.leaving import Belongings, Left
from pbx.domain.letters import Letter
from pbx.domain.people import (
    Account,
    AccountFilter,
    AccountState,
    Wish,
    has_left,
)
from pbx.domain.records import User
from pbx.domain.rights import Role
from pbx.domain.seats import Peak, peaks
from pbx.errors import BadRequest, NotFound
from pbx.services.account_links import AccountLinks
from pbx.services.people_ports import AccountImportStore, AccountStore, LeavingStore
from pbx.services.ports import Clock

EXPORT_PAGE = 500


@dataclass(frozen=True, slots=True)
class Imported:
    created: int
    updated: int
    unchanged: int
    problems: Sequence[RowProblem]


class People:
    def __init__(
        self,
        *,
        store: AccountStore,
        leaving: LeavingStore,
        imports: AccountImportStore,
        links: AccountLinks,
        clock: Clock,
    ) -> None:
        self._store = store
        self._leaving = leaving
        self._imports = imports
        self.links = links
        self._clock = clock

    def _now(self) -> datetime:
        return self._clock.now().at

    async def seats(self) -> tuple[int, Sequence[Peak]]:
        """Accounts at present, and their highest numbers so far."""
        now, changes = await self._store.seats()
        return now, peaks(now, changes)

    async def find(
        self, which: AccountFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[Account], str | None]:
        return await self._store.find(which, cursor, limit)

    async def get(self, user_id: str) -> Account:
        """Raises `NotFound` (`unknown-user`)."""
        found = await self._store.get(user_id)
        if found is None:
            raise NotFound(
                "unknown-user",
                "Diese Person gibt es hier nicht.",
                "There is no such person here.",
            )
        return found

    async def invite(self, by: User, wish: Wish) -> Account:
        """Make an account and mail its person a link; both last when this returns.

        Raises:
            BadRequest: `bad-email`, `no-name`; Conflict: `email-taken`; Refused: see
            `domain.people.check_change`.
        """
        checked = checked_wish(wish)
        now = self._now()
        blank = Account(User(uuid.uuid4().hex, "", "", Role.VPA), invited_at=now)
        account = checked.applied(blank)
        if not account.user.email:
            raise _bad_email("")
        if not account.user.name:
            raise _no_name()
        new = self.links.new_token(LinkKind.INVITATION)
        made = await self._store.invite(account, new.token_hash, new.until, by.id, now)
        await self.links.send(LinkKind.INVITATION, made.user, new.token, by.name)
        return made

    async def invite_again(self, by: User, user_id: str) -> Account:
        """A new mail with a new link; the link of the one before is over."""
        new = self.links.new_token(LinkKind.INVITATION)
        account = await self._store.invited_again(
            user_id, new.token_hash, new.until, by.id, self._now()
        )
        await self.links.send(LinkKind.INVITATION, account.user, new.token, by.name)
        return account

    async def mail_of(self, account: Account) -> Letter | None:
        return await self.links.mail_of(account)

    async def change(self, by: User, user_id: str, wish: Wish) -> tuple[Account, Account]:
        """The account before and after.

        Raises:
            NotFound, BadRequest, Conflict, Refused: as `invite`; Conflict: `last-superadmin`.
        """
        before = await self.get(user_id)
        after = await self._store.change(user_id, checked_wish(wish), by.id, self._now())
        return before, after

    async def reset(self, by: User, user_id: str) -> Account:
        """Mail this person a link for a new password; the one they have goes on until then.

        Raises:
            NotFound, Refused; Conflict: `has-left`.
        """
        account = await self._store.may_reset(user_id, by.id)
        if account.state is AccountState.LEFT:
            raise has_left()
        if account.state is AccountState.INVITED:
            return await self.invite_again(by, user_id)
        await self.links.reset(account.user)
        return account

    async def belongings(self, user_id: str) -> Belongings:
        """What depends on this person. Raises `NotFound` (`unknown-user`)."""
        return await self._leaving.belongings(user_id, self._now())

    async def leave(self, by: User, user_id: str, successor_id: str | None) -> Left:
        return await self._leaving.leave(user_id, successor_id, by.id, self._now())

    async def come_back(self, by: User, user_id: str) -> Account:
        return await self._leaving.come_back(user_id, by.id, self._now())

    # -------------------------------------------------------------- files

    async def import_file(self, by: User, data: bytes, *, dry_run: bool, invite: bool) -> Imported:
        """Take over a CSV file: all of it, or nothing where one row is wrong.

        Raises:
            BadRequest: the file cannot be read at all (`bad-people-file`).
        """
        rows, problems = await asyncio.to_thread(people_files.read, data)
        if problems:
            return Imported(0, 0, 0, problems)
        created, updated, unchanged, wrong = await self._imports.merge(
            rows, by.id, self._now(), dry_run=dry_run
        )
        if wrong:
            return Imported(0, 0, 0, wrong)
        if invite and not dry_run:
            for account in created:
                await self.invite_again(by, account.user.id)
        return Imported(len(created), len(updated), unchanged, ())

    async def export(self) -> Sequence[Account]:
        """Everybody, by name."""
        found: list[Account] = []
        cursor: str | None = None
        while True:
            page, cursor = await self._store.find(AccountFilter(), cursor, EXPORT_PAGE)
            found += page
            if cursor is None:
                return found


def checked_wish(wish: Wish) -> Wish:
    """Tidied; raises `BadRequest` (`bad-email`, `no-name`)."""
    email = None if wish.email is None else wish.email.strip()
    if email is not None and not people_files.is_address(email):
        raise _bad_email(email)
    name = None if wish.name is None else people_files.in_order(wish.name)
    if name == "":
        raise _no_name()
    return Wish(
        email=email,
        name=name,
        role=wish.role,
        language=wish.language,
        position=_line(wish.position),
        responsibility=_line(wish.responsibility),
        granted=wish.granted,
        denied=wish.denied,
    )


def _line(text: str | None) -> str | None:
    return None if text is None else " ".join(text.split())


def _bad_email(email: str) -> BadRequest:
    return BadRequest(
        "bad-email",
        f"„{email[:80]}“ ist keine Mailadresse. Bitte als name@firma.de angeben.",
        f'"{email[:80]}" is no mail address. Please give it as name@company.com.',
    )


def _no_name() -> BadRequest:
    return BadRequest("no-name", "Bitte einen Namen angeben.", "Please give a name.")
