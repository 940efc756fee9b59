"""Contact files made to do harm: they are refused or read in little time, and nothing breaks."""

import time

import pytest

from pbx.domain import contact_files, vcard
from pbx.errors import BadRequest

BUSY_SECONDS = 4.0
"""Of the processor; the worst of these took 16 before there was a limit, on the same machine."""


def card(first: str) -> str:
    return f"BEGIN:VCARD\nVERSION:2.1\n{first}\nTEL:0221 82829970\nEND:VCARD\n"


@pytest.mark.parametrize("row", [b"x\n", b"x;1\n", b";1\n"])
def test_rows_that_are_no_contacts_count_as_well(row: bytes) -> None:
    head = b"name;phone\n"
    began = time.process_time()
    with pytest.raises(BadRequest) as refused:
        contact_files.read(head + row * ((contact_files.MAX_BYTES - 20) // len(row)), "DE")
    assert refused.value.error_id == "bad-contact-file"
    assert time.process_time() - began < BUSY_SECONDS


def test_a_line_that_never_ends_is_not_gathered() -> None:
    text = "BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:=\n" + "a=\n" * 349_000
    began = time.process_time()
    longest = max(map(len, vcard.unfold(text + "\nEND:VCARD\n")))
    assert longest <= vcard.MAX_LINE
    assert time.process_time() - began < BUSY_SECONDS


def test_what_follows_such_a_line_is_read() -> None:
    long = "NOTE;ENCODING=QUOTED-PRINTABLE:=\n" + "a=\n" * (vcard.MAX_LINE + 5) + "b"
    (entry,) = contact_files.read(card(f"FN:Eva\n{long}").encode(), "DE").entries
    assert (entry.name, entry.number) == ("Eva", "+4922182829970")


@pytest.mark.parametrize("charset", ["idna", "undefined", "punycode", "rot13", "a\x00b", "utf-16"])
def test_no_codec_that_a_card_names_breaks_the_import(charset: str) -> None:
    named = card(f"FN;ENCODING=QUOTED-PRINTABLE;CHARSET={charset}:Eva=2E=2E=FF")
    (entry,) = contact_files.read(named.encode("utf-16"), "DE").entries
    assert entry.number == "+4922182829970"
