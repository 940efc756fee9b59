"""What the desk around the calls needs from the outside; see `ports` for the rest.

Adapters: `pbx.store`. The fakes in `tests/fakes` pass the same contract tests.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pbx.domain.contacts import Merge
from pbx.domain.desk import (
    CallNote,
    Contact,
    CountryRequest,
    Quality,
    TaskNote,
    UsersTask,
)
from pbx.domain.unlocks import Unlock


class ContactStore(Protocol):
    async def add(self, contact: Contact) -> None:
        """Raises `Conflict` (`contact-exists`) where number and name are there already."""
        ...

    async def put(self, contact: Contact) -> None:
        """Replace the one with its id; nothing where it is gone. Raises as `add`."""
        ...

    async def get(self, contact_id: str) -> Contact | None: ...

    async def remove(self, contact_id: str) -> None: ...

    async def find(
        self, user_id: str, query: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[Contact], str | None]:
        """This user's and the public ones with all parts of `query`, by name.

        Raises:
            BadRequest: the cursor is not one of ours (`bad-cursor`).
        """
        ...

    async def by_numbers(self, user_id: str, numbers: Collection[str]) -> Mapping[str, Contact]:
        """Whom this user knows under each number; their own contact comes before a public one."""
        ...

    async def merge(
        self, owner_id: str, public: bool, wanted: Sequence[Contact], *, dry_run: bool
    ) -> Merge:
        """Import all of `wanted` or, where anything fails, nothing; see `domain.contacts.merge`."""
        ...


class NoteStore(Protocol):
    """Notes of each person on calls, and shared ones on tasks; an empty one is none."""

    async def call_notes(
        self, user_id: str, call_ids: Collection[str]
    ) -> Mapping[str, CallNote]: ...

    async def put_call_note(self, user_id: str, call_id: str, note: CallNote) -> None: ...

    async def task_note(self, task: str) -> TaskNote | None: ...

    async def put_task_note(self, task: str, note: TaskNote) -> None: ...


class TaskShelf(Protocol):
    """Each person's favourites and last used tasks."""

    async def mark(self, user_id: str, task: str) -> None: ...

    async def unmark(self, user_id: str, task: str) -> None: ...

    async def tasks(
        self, user_id: str, query: str, email: str | None, limit: int = 50
    ) -> Sequence[UsersTask]:
        """As `Directory.tasks`, but favourites first, then the last used, then by title."""
        ...


class CountryRequestStore(Protocol):
    async def ask(self, request: CountryRequest) -> CountryRequest:
        """Keep it; where this user has an open one for the country, that one changes.

        Raises:
            NotFound: `unknown-country`.
        """
        ...

    async def get(self, request_id: str) -> CountryRequest | None: ...

    async def find(
        self, user_id: str | None, open_only: bool, cursor: str | None, limit: int
    ) -> tuple[Sequence[CountryRequest], str | None]:
        """Newest first, of one user or of all.

        Raises:
            BadRequest: the cursor is not one of ours (`bad-cursor`).
        """
        ...

    async def refuse(self, request_id: str, answer: str, by: str, at: datetime) -> bool:
        """False where it is decided already, or unknown."""
        ...

    async def approve(
        self, request_id: str, answer: str, by: str, at: datetime, unlock: Unlock | None = None
    ) -> Sequence[CountryRequest]:
        """Open the country and approve all requests that this answers, in one transaction.

        Without `unlock` the country is allowed to everybody, for ever.

        Those approved, this one among them; none where it is decided already, or unknown.
        """
        ...


class QualityStore(Protocol):
    async def put(self, quality: Quality) -> None:
        """The last report of a user on a call counts."""
        ...

    async def mos(self, call_ids: Collection[str]) -> Mapping[tuple[str, str], float]:
        """By call and user."""
        ...

    async def of_call(self, call_id: str) -> Sequence[Quality]:
        """What each browser in it measured."""
        ...

    async def since(self, user_id: str, at: datetime) -> Sequence[Quality]:
        """Of calls that began at `at` or later, oldest first."""
        ...
