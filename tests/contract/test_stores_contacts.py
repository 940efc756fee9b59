"""Contacts: one suite on the fakes, on SQLite and on PostgreSQL."""

import asyncio
from dataclasses import replace

import pytest

from pbx.domain.desk import Contact
from pbx.domain.records import User
from pbx.errors import BadRequest, Conflict
from tests.support.records import Stores, contact, person

pytest_plugins = ["tests.support.stores"]


async def names(stores: Stores, reader: User, query: str = "") -> list[str]:
    found, _ = await stores.desk.contacts.find(reader.id, query, None, 50)
    return [c.name for c in found]


async def test_a_contact_comes_back_as_it_was_written(stores: Stores) -> None:
    anna = await person(stores, "anna")
    full = Contact("k1", anna.id, True, "Ünal", "+49301", "Firma", "u@x.test", "a\nb", "T-1")
    await stores.desk.contacts.add(full)
    assert await stores.desk.contacts.get("k1") == full
    changed = replace(full, name="Ünal, Ö.", public=False, note="")
    await stores.desk.contacts.put(changed)
    assert await stores.desk.contacts.get("k1") == changed
    await stores.desk.contacts.remove("k1")
    await stores.desk.contacts.remove("k1")
    await stores.desk.contacts.put(changed)
    assert await stores.desk.contacts.get("k1") is None


async def test_private_contacts_are_their_owners_and_public_ones_everybodys(
    stores: Stores,
) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    add = stores.desk.contacts.add
    await add(contact("1", anna, "Annas"))
    await add(contact("2", ben, "Bens"))
    await add(contact("3", ben, "Aller", public=True))
    assert await names(stores, anna) == ["Aller", "Annas"]
    assert await names(stores, ben) == ["Aller", "Bens"]


async def test_contacts_are_found_without_accents_capitals_and_by_any_spelling_of_a_number(
    stores: Stores,
) -> None:
    anna = await person(stores, "anna")
    muller = replace(contact("1", anna, "Jörg Müller-Weiß", "+4922182829980"), company="Café 50%")
    await stores.desk.contacts.add(muller)
    await stores.desk.contacts.add(contact("2", anna, "Zoë Łukasz", "+33142345678"))
    for query in ("müller", "MULLER", "mueller", "weiss jorg", "cafe", "50%", "café müller"):
        assert await names(stores, anna, query) == ["Jörg Müller-Weiß"], query
    for query in ("0221 828", "+49 221 8282", "0049221", "0221/82829-980", "9980", "4922182"):
        assert await names(stores, anna, query) == ["Jörg Müller-Weiß"], query
    assert await names(stores, anna, "zoe lukasz") == ["Zoë Łukasz"]
    for query in ("müller zoe", "5_%", "0221 829"):
        assert await names(stores, anna, query) == [], query


async def test_contacts_come_by_name_and_in_pages(stores: Stores) -> None:
    anna = await person(stores, "anna")
    for i, name in enumerate(["b", "Äb", "a", "ab", "B", "c"]):
        await stores.desk.contacts.add(contact(f"k{i}", anna, name, f"+4930{1000 + i}"))
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(10):
        page, cursor = await stores.desk.contacts.find(anna.id, "", cursor, 2)
        seen += [c.name for c in page]
        if cursor is None:
            break
    assert seen == ["a", "Äb", "ab", "b", "B", "c"]
    for wrong in ("", "x", "W10", "WyJhIiwgMV0", "////"):
        with pytest.raises(BadRequest) as refused:
            await stores.desk.contacts.find(anna.id, "", wrong, 2)
        assert refused.value.error_id == "bad-cursor"


async def test_the_same_name_and_number_is_kept_once_in_each_place(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    add, put = stores.desk.contacts.add, stores.desk.contacts.put
    await add(contact("1", anna, "Eva"))
    await add(contact("2", ben, "Eva"))
    await add(contact("3", ben, "Eva", public=True))
    await add(contact("4", anna, "Eva", "+4930999999"))
    for twice in (contact("5", anna, "éva"), contact("5", anna, "Eva", public=True)):
        with pytest.raises(Conflict) as refused:
            await add(twice)
        assert refused.value.error_id == "contact-exists"
        with pytest.raises(Conflict):
            await put(replace(twice, id="4"))
    await put(contact("1", anna, "EVA"))
    assert await names(stores, anna) == ["EVA", "Eva", "Eva"]


async def test_ones_own_contact_names_a_number_before_a_public_one(stores: Stores) -> None:
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    await stores.desk.contacts.add(contact("1", ben, "Amt", public=True))
    await stores.desk.contacts.add(contact("2", anna, "Zimmer 7"))
    await stores.desk.contacts.add(contact("3", ben, "Bens", "+4940"))

    async def known(reader: User, *wanted: str) -> dict[str, str]:
        found = await stores.desk.contacts.by_numbers(reader.id, wanted)
        return {number: c.name for number, c in found.items()}

    assert await known(anna, "+4930123456", "+4940", "+491") == {"+4930123456": "Zimmer 7"}
    assert await known(ben, "+4930123456", "+4940") == {"+4930123456": "Amt", "+4940": "Bens"}
    assert await known(anna) == {}


async def test_importing_twice_changes_nothing_and_a_trial_never_does(stores: Stores) -> None:
    anna = await person(stores, "anna")
    merge = stores.desk.contacts.merge
    await stores.desk.contacts.add(contact("1", anna, "Eva"))
    await stores.desk.contacts.add(contact("2", anna, "Eva", public=True))
    wanted = [
        replace(contact("n1", anna, "eva"), company="Neu"),
        contact("n2", anna, "Uwe", "+4930777777"),
    ]

    async def counts(dry_run: bool) -> tuple[int, int, int]:
        done = await merge(anna.id, False, wanted, dry_run=dry_run)
        return len(done.created), len(done.updated), done.unchanged

    assert await counts(True) == (1, 1, 0)
    assert await names(stores, anna) == ["Eva", "Eva"]
    assert await counts(False) == (1, 1, 0)
    assert await counts(False) == (0, 0, 2)
    known = await stores.desk.contacts.get("1")
    assert known == replace(contact("1", anna, "eva"), company="Neu")
    assert await stores.desk.contacts.get("2") == contact("2", anna, "Eva", public=True)


async def test_two_imports_at_once_make_each_contact_once(stores: Stores) -> None:
    anna = await person(stores, "anna")
    many = [contact(f"{n}-{i}", anna, f"N{i}", f"+49301{i:05}") for n in "ab" for i in range(700)]
    parts = many[:700], many[700:]
    await asyncio.gather(
        *(stores.desk.contacts.merge(anna.id, True, p, dry_run=False) for p in _public(parts))
    )
    found, _ = await stores.desk.contacts.find(anna.id, "", None, 2000)
    assert len(found) == 700


def _public(parts: tuple[list[Contact], ...]) -> list[list[Contact]]:
    return [[replace(c, public=True) for c in part] for part in parts]


async def test_an_import_changes_by_what_a_contact_is_found(stores: Stores) -> None:
    anna = await person(stores, "anna")
    before = [contact(f"{i}", anna, f"Amt {i}", f"+49{i}30") for i in range(1, 4)]
    await stores.desk.contacts.merge(anna.id, False, before, dry_run=False)
    after = [replace(each, id=f"new-{each.id}", company="Möbel Groß") for each in before[1:]]
    done = await stores.desk.contacts.merge(anna.id, False, after, dry_run=False)
    assert [each.id for each in done.updated] == ["2", "3"]
    found, _ = await stores.desk.contacts.find(anna.id, "gross", None, 10)
    assert [(each.id, each.company) for each in found] == [
        ("2", "Möbel Groß"),
        ("3", "Möbel Groß"),
    ]
