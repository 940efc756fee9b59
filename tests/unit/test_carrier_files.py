"""Carriers' call records: columns, numbers, times, durations, and rows that cannot be read."""

from datetime import UTC, datetime

import pytest

from pbx.domain.carrier_files import Mapping, duration_ms, guess, read, sheet
from pbx.domain.reconciling import ms_of
from pbx.errors import BadRequest

PLAIN = Mapping("Ziel", "Beginn", "", "Dauer")
NOON = ms_of(datetime(2026, 11, 27, 11, 0, 5, tzinfo=UTC))


def one(ziel: str, beginn: str, dauer: str, mapping: Mapping = PLAIN) -> tuple[object, ...]:
    data = f"Ziel;Beginn;Dauer\n{ziel};{beginn};{dauer}\n".encode()
    (found,) = read(data, mapping).records
    return found.number, found.begins_ms, found.seconds_ms, found.step_ms


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("+49 (30) 1234-567", "+49301234567"),
        ("0049301234567", "+49301234567"),
        ("49301234567", "+49301234567"),
        ("030/1234567", "+49301234567"),
        ("sip:+49301234567@carrier.test", "+49301234567"),
        ("110", "110"),
    ],
)
def test_numbers_in_any_form(cell: str, number: str) -> None:
    assert one(cell, "27.11.2026 12:00:05", "61")[0] == number


def test_local_numbers_without_a_zero() -> None:
    local = Mapping("Ziel", "Beginn", "", "Dauer", bare="local", country="AT")
    assert one("15321234", "27.11.2026 12:00:05", "61", local)[0] == "+4315321234"


@pytest.mark.parametrize(
    ("cell", "zone", "dates", "step"),
    [
        ("27.11.2026 12:00:05", "Europe/Berlin", "dmy", 1000),
        ("27.11.26 12:00:05 Uhr", "Europe/Berlin", "dmy", 1000),
        ("2026-11-27T11:00:05Z", "Europe/Berlin", "dmy", 1000),
        ("2026-11-27 11:00:05.000", "UTC", "dmy", 1),
        ("2026-11-27T06:00:05-0500", "Europe/Berlin", "dmy", 1000),
        ("11/27/2026 06:00:05 AM", "America/New_York", "mdy", 1000),
        (str(NOON // 1000), "Europe/Berlin", "dmy", 1000),
    ],
)
def test_times_of_any_zone(cell: str, zone: str, dates: str, step: int) -> None:
    mapping = Mapping("Ziel", "Beginn", "", "Dauer", zone=zone, dates=dates)  # type: ignore[arg-type]
    assert one("+4930", cell, "1", mapping)[1::2] == ((NOON,), step)


def test_the_hour_that_occurs_twice_has_two_instants() -> None:
    begins = one("+4930", "25.10.2026 02:30", "1")[1]
    assert isinstance(begins, tuple)
    assert begins[1] - begins[0] == 3_600_000
    assert one("+4930", "25.10.2026 02:30", "1")[3] == 60_000


@pytest.mark.parametrize(
    ("cell", "ms"),
    [
        ("61", 61_000),
        ("61,5 s", 61_500),
        ("1:01", 61_000),
        ("00:01:01", 61_000),
        ("2:00:00", 7_200_000),
    ],
)
def test_durations(cell: str, ms: int) -> None:
    assert duration_ms(cell) == ms


def test_a_file_with_a_letterhead_is_understood_by_its_titles() -> None:
    data = (
        "Netz AG;;;;;\nEinzelverbindungsnachweis;;;;;\n"
        "Datum;Uhrzeit;Richtung;Zielrufnummer;Dauer (hh:mm:ss);Betrag (EUR)\n"
        "27.11.2026;12:00:05;ausgehend;0301234567;00:01:01;0,0123\n"
        "27.11.2026;12:00:06;eingehend;0301234567;00:00:09;0\n"
        "27.11.2026;12:00:07;ausgehend;0301234567;0;0\n"
        "Summe;;;;00:01:10;\n"
    ).encode("cp1252")
    mapping = guess(sheet(data))
    assert mapping == Mapping(
        "Zielrufnummer", "Datum", "Uhrzeit", "Dauer (hh:mm:ss)", "Richtung", "Betrag (EUR)"
    )
    found = read(data, mapping)
    (record,) = found.records
    assert (record.begins_ms, record.seconds_ms, record.micros) == ((NOON,), 61_000, 12_300)
    assert (found.inbound, found.silent, found.faulty) == (1, 1, 1)
    assert [problem.row for problem in found.problems] == [7]


@pytest.mark.parametrize(
    ("data", "mapping", "error"),
    [
        (b"", PLAIN, "bad-carrier-file"),
        (b"a;b\n1;2\n", PLAIN, "bad-mapping"),
        (b"Ziel;Beginn;Dauer\nx;y;z\n", PLAIN, "bad-carrier-file"),
        (b"Ziel;Beginn;Dauer\n1;2;3\n", Mapping("Ziel"), "bad-mapping"),
        (
            b"Ziel;Beginn;Dauer\n1;2;3\n",
            Mapping("Ziel", "Beginn", "", "Dauer", zone="x"),
            "bad-mapping",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, mapping: Mapping, error: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read(data, mapping)
    assert refused.value.error_id == error
