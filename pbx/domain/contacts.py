"""Contacts: which are the same, and how imported ones meet those that are there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pbx.domain import searching
from pbx.domain.desk import Contact

Key = tuple[str, str]


def key_of(contact: Contact) -> Key:
    """Within one person's private contacts, or the public ones, there is one with this key."""
    return contact.number, searching.fold(contact.name)


def search_text(contact: Contact) -> str:
    return searching.search_text((contact.name, contact.company), contact.number)


@dataclass(frozen=True, slots=True)
class Merge:
    """What an import does."""

    created: Sequence[Contact]
    updated: Sequence[Contact]
    unchanged: int


def merge(known: Iterable[Contact], wanted: Iterable[Contact]) -> Merge:
    """Meet `known` contacts with `wanted` ones of the same owner or visibility.

    An imported contact changes the known one with its number and name where it says
    something else; what it leaves empty stays. So the same file again changes nothing.
    """
    there = {key_of(contact): contact for contact in known}
    said: dict[Key, Contact] = {}
    for contact in wanted:
        key = key_of(contact)
        said[key] = filled(said[key], contact) if key in said else contact
    created, updated, unchanged = [], [], 0
    for key, contact in said.items():
        before = there.get(key)
        if before is None:
            created.append(contact)
        elif (after := filled(before, contact)) != before:
            updated.append(after)
        else:
            unchanged += 1
    return Merge(created, updated, unchanged)


def filled(before: Contact, said: Contact) -> Contact:
    """`before` with what `said` says about it."""
    return replace(
        before,
        name=said.name,
        company=said.company or before.company,
        email=said.email or before.email,
        note=said.note or before.note,
        task=said.task or before.task,
    )
