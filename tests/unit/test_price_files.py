"""Carriers' price lists: delimiters, encodings, titles, prefixes, prices, and what is wrong."""

from datetime import date

import pytest

from pbx.domain import price_files
from pbx.domain.price_files import read
from pbx.domain.tariffs import Increments, Rate
from pbx.errors import BadRequest

DAY = date(2026, 12, 1)


def rates(text: str, encoding: str = "utf-8") -> dict[str, Rate]:
    found, problems = read(text.encode(encoding), DAY, "DE", "EUR")
    assert not problems
    return {rate.destination: rate for rate in found}


def test_a_german_list_with_a_letterhead() -> None:
    text = (
        "Netz AG;;;;\r\nPreisliste ab 01.12.2026;;;;\r\n\r\n"
        "Vorwahl;Ziel;Preis/Min. (ct);Verbindungsentgelt in ct;Taktung\r\n"
        "+49 30;Deutschland Festnetz;1,25;0;1/1\r\n"
        "0049151, 49160-49163;Mobil „Ö“;9,5;2,0;60/1\r\n"
    )
    for encoding in ("utf-8-sig", "cp1252", "utf-16"):
        found = rates(text, encoding)
        assert found["+4930"] == Rate("+4930", DAY, 12_500, 0, Increments(), "Deutschland Festnetz")
        mobile = found["+49162"]
        assert (mobile.per_minute, mobile.connection) == (95_000, 20_000)
        assert (mobile.increments, mobile.label) == (Increments(60, 1), "Mobil „Ö“")
        assert set(found) == {"+4930", "+49151", *(f"+4916{n}" for n in range(4))}


def test_an_english_list_with_codes_in_two_columns() -> None:
    text = (
        "Destination\tCountry Code\tArea Code\tRate per min\tFirst Increment\tNext Increment\n"
        '"Poland, mobile"\t48\t50\t0.0123 €\t30\t6\nPoland\t48\t\t0.01\t1\t1\n'
    )
    found = rates(text)
    assert found["+4850"] == Rate("+4850", DAY, 12_300, 0, Increments(30, 6), "Poland, mobile")
    assert found["+48"].per_minute == 10_000


def test_every_wrong_row_is_named_and_a_repeated_one_is_not() -> None:
    text = (
        "prefix,price,increment,currency\n49,0.01,1/1,EUR\n49,0.01,1/1,EUR\n49,0.02,1/1,EUR\n"
        "abc,0.01,1/1,EUR\n50,free,1/1,EUR\n51,0.01,x,EUR\n52,0.01,1/1,USD\n53,,1/1,EUR\n"
        "54,0.00000001,1/1,EUR\n55,5000,1/1,EUR\n56-5,0.01,1/1,EUR\n"
    )
    found, problems = read(text.encode(), DAY, "DE", "EUR")
    assert [problem.row for problem in problems] == list(range(4, 13))
    assert "Zeile 2" in problems[0].de
    assert [rate.destination for rate in found] == ["+49"]


@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"prefix,price\n", b"\x00\x01", b'prefix,price\n"49,1\n']
)
def test_what_is_no_price_list_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(BadRequest) as refused:
        read(data, DAY, "DE", "EUR")
    assert refused.value.error_id == "bad-price-file"


def test_what_is_written_can_be_read_again() -> None:
    rates_ = [
        Rate("+4930", DAY, 12_500, 1, Increments(60, 1), "=Berlin; „x“"),
        Rate("+48", DAY, 0, 0, Increments(), ""),
    ]
    for delimiter in ",;":
        text = price_files.write([*rates_, Rate("DE", DAY, 1)], delimiter)
        assert list(rates(text).values()) == rates_
