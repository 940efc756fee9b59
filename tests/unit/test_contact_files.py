"""Contact files: what Outlook, Google, spreadsheets and telephones write."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbx.domain import contact_files, contacts
from pbx.domain.contact_files import Entry, Found
from pbx.domain.desk import Contact
from pbx.errors import BadRequest


def read(text: str | bytes) -> Found:
    return contact_files.read(text if isinstance(text, bytes) else text.encode(), "DE")


def pairs(text: str | bytes) -> list[tuple[str, str]]:
    found = read(text)
    assert found.problems == [], found.problems
    return [(entry.name, entry.number) for entry in found.entries]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_in_every_usual_form(encoding: str, delimiter: str, end: str) -> None:
    rows = [["Name", "Telefon", "Firma"], ["Jörg Groß", "0221 82829970", "Café"]]
    text = end.join(delimiter.join(row) for row in rows) + end
    (entry,) = read(text.encode(encoding)).entries
    assert entry == Entry(2, "Jörg Groß", "+4922182829970", company="Café")


def test_what_outlook_writes() -> None:
    english = (
        '"First Name","Middle Name","Last Name","Company","Business Fax","Business Phone",'
        '"Home Phone","Mobile Phone","E-mail Address","Notes","Business Country/Region"\r\n'
        '"Anna","","Beck","Möbel Beck","+49 221 999","+49 221 82829970","","0171 1234567",'
        '"a@b.test","erste Zeile\r\nzweite","Germany"\r\n'
        '"","","","Nur Firma","","0221/82829980","","","","",""\r\n'
    )
    found = read(english)
    assert found.problems == []
    assert [(e.row, e.name, e.number) for e in found.entries] == [
        (2, "Anna Beck", "+4922182829970"),
        (2, "Anna Beck (mobil)", "+491711234567"),
        (4, "Nur Firma", "+4922182829980"),
    ]
    first = found.entries[0]
    assert (first.company, first.email, first.note) == (
        "Möbel Beck",
        "a@b.test",
        "erste Zeile\r\nzweite",
    )
    german = (
        "Vorname;Nachname;Firma;Telefon (geschäftlich);Telefon (privat);Mobiltelefon;Fax;"
        "E-Mail-Adresse;Notizen\r\n"
        "Jörg;Groß;;0221 82829970;030 1234567;;0221 1;j@g.test;x\r\n"
    )
    assert pairs(german.encode("cp1252")) == [
        ("Jörg Groß", "+4922182829970"),
        ("Jörg Groß (privat)", "+49301234567"),
    ]


def test_what_google_writes() -> None:
    text = (
        "First Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value,"
        "Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n"
        "Eva,Kern,Amt,* Work,e@k.test,Work,+49 221 82829970,Mobile,"
        "+49 171 1234567 ::: +49 172 7654321\n"
        "Uwe,,,,,Home Fax,+49 30 1234567,,+43 1 5123456\n"
    )
    found = read(text)
    assert found.problems == []
    assert [(e.name, e.number, e.email) for e in found.entries] == [
        ("Eva Kern", "+4922182829970", "e@k.test"),
        ("Eva Kern (mobil)", "+491711234567", "e@k.test"),
        ("Eva Kern (mobil 2)", "+491727654321", "e@k.test"),
        ("Uwe", "+4315123456", ""),
    ]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0221/828 299-70", "+4922182829970"),
        ("+49 (0)221 82829970", "+4922182829970"),
        ("0049 (0) 221 82829970", "+4922182829970"),
        ("0221.82829970", "+4922182829970"),
        ("'0221 82829970", "+4922182829970"),
        ("+49\u00a0221\u201182829970", "+4922182829970"),
        ("\u202a+49 221 82829970\u202c", "+4922182829970"),
        ("tel:+49-221-82829970", "+4922182829970"),
    ],
)
def test_numbers_as_files_have_them(typed: str, number: str) -> None:
    assert pairs(f"Name;Telefon\nEva;{typed}\n") == [("Eva", number)]


def test_national_numbers_of_a_named_country() -> None:
    text = "Name;Telefon;Land\nEva;01 5123456;AT\nUwe;030 1234567;\nIda;030 1234567;Germany\n"
    assert [number for _, number in pairs(text)] == ["+4315123456", "+49301234567", "+49301234567"]


def test_rows_that_cannot_be_used_are_named() -> None:
    text = (
        'Name;Telefon;Notiz\r\nEva;0221 82829970;"zwei\r\nZeilen"\r\n\r\n;0221 82829971;\r\n'
        "Uwe;;\r\nIda;0221 x;\r\nKai;12;\r\n"
    )
    found = read(text)
    assert [entry.name for entry in found.entries] == ["Eva"]
    assert [problem.row for problem in found.problems] == [5, 6, 7, 8]
    for problem in found.problems:
        assert problem.text("de") == problem.de
        assert problem.text("en") == problem.en
        assert problem.de != problem.en


def test_a_usable_telephone_is_taken_and_the_other_one_named() -> None:
    found = read("Name;Telefon;Mobil\nEva;12;0171 1234567\n")
    assert [(e.name, e.number) for e in found.entries] == [("Eva", "+491711234567")]
    assert [p.row for p in found.problems] == [2]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \r\n",
        b"\x00\x01\x02",
        b"\x89PNG\r\n\x1a\n",
        b"Name;Ort\r\nEva;Bonn\r\n",
        b"Name;Telefon\r\n",
        b"Name;Telefax;Fax\r\nEva;0221 82829970;1\r\n",
        b'Name,Phone\r\n"' + b"x" * 200_000,
        b"x" * (contact_files.MAX_BYTES + 1),
    ],
)
def test_a_file_without_contacts_is_refused_with_the_next_step(data: bytes) -> None:
    with pytest.raises(BadRequest) as refused:
        read(data)
    assert refused.value.error_id == "bad-contact-file"
    assert "Bitte" in refused.value.de or "Zeile" in refused.value.de


def test_too_many_contacts_are_refused() -> None:
    rows = "".join(f"N{i};0221 {82820000 + i}\n" for i in range(contact_files.MAX_ENTRIES + 2))
    with pytest.raises(BadRequest):
        read("Name;Telefon\n" + rows)


# ------------------------------------------------------------------ vCards

V3 = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Groß;Jörg;Karl;Dr.;\r\nFN:Dr. Jörg\r\n  Groß\r\n"
    "ORG:Möbel\\; Groß;Verkauf\r\nitem1.TEL;type=CELL;type=VOICE;type=pref:0171 1234567\r\n"
    "TEL;TYPE=WORK,VOICE:+49 221 82829970\r\nTEL;TYPE=FAX:+49 221 1\r\nPHOTO;ENCODING=b:AAAA\r\n"
    " BBBB=\r\nEMAIL;TYPE=INTERNET:j@g.test\r\nNOTE:eins\\nzwei\\, drei\r\nEND:VCARD\r\n"
)


def test_version_3_with_folded_lines_and_several_telephones() -> None:
    found = read(V3)
    assert found.problems == []
    assert [(e.name, e.number) for e in found.entries] == [
        ("Dr. Jörg Groß", "+491711234567"),
        ("Dr. Jörg Groß (geschäftlich)", "+4922182829970"),
    ]
    first = found.entries[0]
    assert (first.company, first.email, first.note) == (
        "Möbel; Groß",
        "j@g.test",
        "eins\nzwei, drei",
    )


def test_version_4_with_preferences_and_addresses_as_numbers() -> None:
    text = (
        "BEGIN:VCARD\nVERSION:4.0\nFN;PREF=2:Zweiter\nFN;PREF=1:Eva Kern\n"
        'TEL;VALUE=uri;PREF=5;TYPE="voice,home":tel:+49-30-1234567;ext=12\n'
        'TEL;VALUE=uri;PREF=1;TYPE="cell":tel:+49-171-1234567\nEND:VCARD\n'
    )
    assert pairs(text) == [("Eva Kern", "+491711234567"), ("Eva Kern (privat)", "+49301234567")]


@pytest.mark.parametrize(
    ("charset", "name"),
    [("UTF-8", "J=C3=B6rg Gro=C3=\r\n=9F"), ("ISO-8859-1", "J=F6rg Gro=\r\n=DF")],
)
def test_version_2_1_of_old_telephones(charset: str, name: str) -> None:
    text = (
        f"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET={charset};ENCODING=QUOTED-PRINTABLE:{name}\r\n"
        f"N;CHARSET={charset};QUOTED-PRINTABLE:x\r\nTEL;CELL;PREF:01711234567\r\nEND:VCARD\r\n"
    )
    assert pairs(text) == [("Jörg Groß", "+491711234567")]


def test_a_name_is_found_where_there_is_one() -> None:
    card = "BEGIN:VCARD\nVERSION:3.0\n{}\nTEL:022182829970\nEND:VCARD\n"
    for lines, name in (
        ("N:Beck;Anna;;;", "Anna Beck"),
        ("NICKNAME:Anni", "Anni"),
        ("ORG:Amt;Abteilung", "Amt"),
    ):
        assert pairs(card.format(lines)) == [(name, "+4922182829970")]
    assert [p.row for p in read(card.format("NOTE:x")).problems] == [1]


def test_cards_within_cards_and_cut_ones() -> None:
    text = (
        "BEGIN:VCARD\nFN:Chefin\nAGENT:\nBEGIN:VCARD\nFN:Vertretung\nTEL:030 7654321\nEND:VCARD\n"
        "TEL:030 1234567\nEND:VCARD\nBEGIN:VCARD\nFN:Abgeschnitten\nTEL:030 1"
    )
    found = read(text)
    assert [(e.name, e.number) for e in found.entries] == [("Chefin", "+49301234567")]
    assert [p.row for p in found.problems] == [2]


# ------------------------------------------------------------------ whatever comes

line = st.text(alphabet=string.printable + "äß€\u2028", max_size=40)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.lists(line, max_size=8).map("\n".join)))
def test_no_file_breaks_the_reader(data: bytes | str) -> None:
    heads = ("", "Name;Telefon;Notiz\n", "BEGIN:VCARD\nFN:x\n")
    for head in heads:
        raw = head.encode() + (data if isinstance(data, bytes) else data.encode())
        try:
            found = read(raw)
        except BadRequest:
            continue
        for entry in found.entries:
            assert entry.name
            assert entry.name == " ".join(entry.name.split())
            assert len(entry.name) <= 200
            assert entry.number.startswith("+")
        assert all(problem.row >= 1 for problem in found.problems)


word = st.text(alphabet="aäAbß ", min_size=1, max_size=4).filter(str.strip)
rows = st.lists(
    st.builds(
        Contact,
        id=st.uuids().map(str),
        owner_id=st.just("anna"),
        public=st.just(False),
        name=word,
        number=st.sampled_from(["+4930111111", "+4930222222"]),
        company=st.sampled_from(["", "x", "y"]),
        note=st.sampled_from(["", "n"]),
    ),
    max_size=8,
)


@given(rows, rows)
def test_merging_again_changes_nothing(known: list[Contact], wanted: list[Contact]) -> None:
    there = {contacts.key_of(c): c for c in known}
    first = contacts.merge(there.values(), wanted)
    after = {c.id: c for c in (*there.values(), *first.created, *first.updated)}
    assert len({contacts.key_of(c) for c in after.values()}) == len(after)
    again = contacts.merge(after.values(), wanted)
    assert (again.created, again.updated) == ([], [])
    assert again.unchanged == len({contacts.key_of(c) for c in wanted})
    for contact in there.values():
        kept = after[contact.id]
        assert (kept.number, kept.owner_id) == (contact.number, contact.owner_id)
        assert not contact.note or kept.note
