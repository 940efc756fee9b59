"""Contacts: each person's own and the public ones; importing them; whose number it is."""

import asyncio
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pbx.domain import contact_files, numbers
from pbx.domain.csv_lines import RowProblem
from pbx.domain.desk import Contact
from pbx.domain.records import User
from pbx.errors import BadRequest, NotFound, Refused
from pbx.services.desk_ports import ContactStore


@dataclass(frozen=True, slots=True)
class ContactWish:
    """A contact as somebody wrote it: `number` as typed, national ones in `country`."""

    name: str
    number: str
    country: str
    company: str = ""
    email: str = ""
    note: str = ""
    task: str = ""
    public: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do."""

    created: int
    updated: int
    unchanged: int
    problems: Sequence[RowProblem]


class Contacts:
    def __init__(self, store: ContactStore, home_region: str) -> None:
        self._store = store
        self._home_region = home_region

    async def find(
        self, user: User, query: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[Contact], str | None]:
        return await self._store.find(user.id, query, cursor, limit)

    async def add(self, user: User, wish: ContactWish) -> Contact:
        """Raises `Refused` (the number, see `parse_dialled`), `Conflict` (`contact-exists`)."""
        contact = _written(Contact(uuid.uuid4().hex, user.id, wish.public, "", ""), wish)
        await self._store.add(contact)
        return contact

    async def put(self, user: User, contact_id: str, wish: ContactWish) -> Contact:
        """Change a contact; who makes a public one private must have made it.

        Raises:
            NotFound: none that this user sees; Refused: `not-your-contact`, the number;
            Conflict: `contact-exists`.
        """
        before = await self.get(user, contact_id)
        if before.public and not wish.public and before.owner_id != user.id:
            raise Refused(
                "not-your-contact",
                "Nur wer diesen öffentlichen Kontakt angelegt hat, kann ihn privat machen. Bitte"
                " legen Sie sich einen eigenen privaten Kontakt an.",
                "Only who made this public contact can make it private. Please add a private"
                " contact of your own.",
            )
        contact = _written(replace(before, public=wish.public), wish)
        await self._store.put(contact)
        return contact

    async def remove(self, user: User, contact_id: str) -> None:
        """Raises `NotFound`: none that this user sees."""
        await self._store.remove((await self.get(user, contact_id)).id)

    async def get(self, user: User, contact_id: str) -> Contact:
        """Others' private contacts are as good as not there, whoever asks."""
        contact = await self._store.get(contact_id)
        if contact is None or not (contact.public or contact.owner_id == user.id):
            raise NotFound(
                "unknown-contact",
                "Diesen Kontakt gibt es nicht (mehr). Bitte die Liste neu laden.",
                "There is no such contact (any more). Please reload the list.",
            )
        return contact

    async def import_file(
        self, user: User, data: bytes, *, public: bool, dry_run: bool
    ) -> Imported:
        """Take over a CSV file or vCards: all usable entries at once, or nothing.

        Raises:
            BadRequest: the file cannot be read at all (`bad-contact-file`).
        """
        # Thousands of numbers take a second: meanwhile calls must go on.
        found = await asyncio.to_thread(contact_files.read, data, self._home_region)
        wanted = [
            Contact(
                id=uuid.uuid4().hex,
                owner_id=user.id,
                public=public,
                name=entry.name,
                number=entry.number,
                company=entry.company,
                email=entry.email,
                note=entry.note,
                task=entry.task,
            )
            for entry in found.entries
        ]
        done = await self._store.merge(user.id, public, wanted, dry_run=dry_run)
        return Imported(len(done.created), len(done.updated), done.unchanged, found.problems)

    async def known(self, user_id: str, wanted: Collection[str]) -> Mapping[str, Contact]:
        """Whom this user knows under each of these numbers (E.164), with one look-up."""
        return await self._store.by_numbers(user_id, wanted) if wanted else {}

    async def name_of(self, user_id: str, number: str) -> str | None:
        contact = (await self.known(user_id, [number])).get(number)
        return contact.name if contact else None


def _written(contact: Contact, wish: ContactWish) -> Contact:
    name = " ".join(wish.name.split())
    if not name:
        raise BadRequest("no-name", "Bitte einen Namen angeben.", "Please give the contact a name.")
    return replace(
        contact,
        name=name,
        number=numbers.parse_dialled(wish.number, wish.country).e164,
        company=wish.company.strip(),
        email=wish.email.strip(),
        note=wish.note.strip(),
        task=wish.task.strip(),
    )
