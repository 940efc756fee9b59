"""What belongs to people and their accounts, together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pbx.services.account_links import AccountLinks
from pbx.services.partings import Partings
from pbx.services.passwords import PasswordRules, Passwords
from pbx.services.people import People
from pbx.services.people_ports import (
    AccountImportStore,
    AccountLinkStore,
    AccountStore,
    LeavingStore,
    LetterWriter,
)
from pbx.services.ports import Clock, Directory, PasswordHasher


class StaffStores(Protocol):
    """A database."""

    @property
    def accounts(self) -> AccountStore: ...

    @property
    def account_imports(self) -> AccountImportStore: ...

    @property
    def account_links(self) -> AccountLinkStore: ...

    @property
    def leaving(self) -> LeavingStore: ...

    @property
    def directory(self) -> Directory: ...


@dataclass(frozen=True, slots=True)
class Staff:
    people: People
    passwords: Passwords
    links: AccountLinks
    partings: Partings

    async def close(self) -> None:
        await self.links.close()
        await self.partings.close()


def staff_of(
    stores: StaffStores,
    *,
    post: LetterWriter,
    clock: Clock,
    hasher: PasswordHasher,
    on_call: Callable[[str], bool],
    rules: PasswordRules,
    address: str,
) -> Staff:
    """Args: `address`: of our pages; `on_call`: whether a user is in a call."""
    passwords = Passwords(
        store=stores.account_links,
        hasher=hasher,
        clock=clock,
        rules=rules,
    )
    links = AccountLinks(
        store=stores.account_links,
        directory=stores.directory,
        post=post,
        passwords=passwords,
        clock=clock,
        address=address,
    )
    people = People(
        store=stores.accounts,
        leaving=stores.leaving,
        imports=stores.account_imports,
        links=links,
        clock=clock,
    )
    return Staff(people, passwords, links, Partings(clock, on_call))
