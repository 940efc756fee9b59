"""Customers' files, amounts, months, and the files of customers, tasks and work times."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.domain import (
    addresses,
    cents,
    csv_tables,
    customer_files,
    customers,
    months,
    task_files,
)
from pbx.domain.customers import Customer
from pbx.domain.letterheads import Receiver, receiver_of
from pbx.domain.months import Month
from pbx.domain.records import Area, PhoneSystem, Task, TaskState
from pbx.errors import BadRequest

SOMMER = Customer("c1", "Praxis Dr. Sommer")
TOLD = {"phone_system": PhoneSystem.OURS, "informed_on": date(2026, 11, 2)}


def test_the_check_is_answered_together_with_the_day_of_telling() -> None:
    answered = customers.changed(SOMMER, TOLD)
    assert (answered.phone_system, answered.informed_on) == (PhoneSystem.OURS, date(2026, 11, 2))
    assert customers.changed(answered, {"note": " neu "}).note == "neu"


@pytest.mark.parametrize(
    ("wish", "error_id"),
    [
        ({"phone_system": PhoneSystem.OURS}, "informed-on-missing"),
        ({"phone_system": PhoneSystem.OWN}, "informed-on-missing"),
        ({"name": "  "}, "bad-customer-name"),
        ({"name": "x" * 201}, "bad-customer-name"),
        ({"rate_cents": -1}, "bad-rate"),
        ({"rate_cents": 100_000_01}, "bad-rate"),
        ({"street": "x" * 61, "city": "Köln"}, "bad-address"),
        ({"postcode": "5066", "city": "Köln"}, "bad-postcode"),
        ({"postcode": "1010", "city": "Wien", "country": "Germany"}, "bad-postcode"),
        ({"postcode": "?", "city": "Wien", "country": "Österreich"}, "bad-postcode"),
        ({"street": "Weg 1"}, "city-missing"),
        ({"postcode": "50667"}, "city-missing"),
    ],
)
def test_what_cannot_be_in_a_file(wish: dict[str, Any], error_id: str) -> None:
    with pytest.raises(BadRequest) as refused:
        customers.changed(SOMMER, wish)
    assert refused.value.error_id == error_id


def test_an_address_stands_in_the_window_of_a_letter() -> None:
    home = {"street": " Weg  1", "postcode": "50667", "city": "Köln", "country": "Deutschland"}
    known = customers.changed(SOMMER, {**home, "address_extra": "c/o Ost"})
    assert addresses.lines(known) == ("c/o Ost", "Weg 1", "50667 Köln")
    abroad = customers.changed(known, {"postcode": "1010", "city": "Wien", "country": "Österreich"})
    assert addresses.lines(abroad) == ("c/o Ost", "Weg 1", "1010 Wien", "ÖSTERREICH")
    assert addresses.lines(SOMMER) == ()
    assert receiver_of(replace(abroad, language="en")) == Receiver(addresses.lines(abroad), "en")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("35,50", 3550),
        ("35.5", 3550),
        ("0", 0),
        (" 7 ", 700),
        ("0.01", 1),
        ("9999999.99", 999999999),
    ],
)
def test_amounts(text: str, amount: int) -> None:
    assert cents.parse(text) == amount
    assert cents.parse(cents.euros(amount)) == amount


@pytest.mark.parametrize("text", ["", "-1", "1,234.50", "1.234", "1e3", "١", "12345678", "3 5"])
def test_texts_that_are_no_amounts(text: str) -> None:
    assert cents.parse(text) is None


@given(st.fractions())
def test_amounts_are_rounded_by_half_a_cent_at_most(amount: Fraction) -> None:
    whole = cents.rounded(amount)
    assert abs(amount - whole) <= Fraction(1, 2)
    assert cents.rounded(-amount) == -whole
    assert [cents.rounded(Fraction(n, 2)) for n in (1, 3, -1)] == [1, 2, -1]


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_is_in_one_month(day: date) -> None:
    month = Month.of(day)
    assert month.first <= day <= month.last < month.following.first
    assert months.parse(str(month)) == month
    assert month.begins.date() == month.first
    assert month.ends == month.following.begins


@pytest.mark.parametrize("text", ["", "2026-13", "2026-1", "26-11", "2026-11-01", "١٢"])
def test_texts_that_are_no_months(text: str) -> None:
    with pytest.raises(BadRequest) as refused:
        months.parse(text)
    assert refused.value.error_id == "bad-month"


# ------------------------------------------------------------------ files

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=40)


@given(
    name=NAMES.filter(lambda name: customers.tidy(name).lstrip("'") != ""),
    rate=st.none() | st.integers(0, customers.HIGHEST_RATE),
    informed=st.none() | st.dates(date(2000, 1, 1)),
    german=st.booleans(),
)
def test_a_file_of_customers_changes_nothing(
    name: str, rate: int | None, informed: date | None, german: bool
) -> None:
    customer = customers.changed(SOMMER, {"name": name, "rate_cents": rate})
    customer = customers.changed(customer, {"informed_on": informed, "booked_area": Area.SALES})
    place = {"street": name[:9], "postcode": "01067", "city": "Dresden", "language": "en"}
    customer = customers.changed(customer, place)
    rows, problems = customer_files.read(customer_files.write([customer], german=german))
    assert not problems
    assert customers.changed(Customer("c1", rows[0].name), rows[0].wish) == customer


def test_a_file_of_customers_as_people_write_it() -> None:
    text = (
        "Kunde;Telefonanlage;Informiert am;Stundensatz;Straße;PLZ;Ort;Sprache\r\n"
        "Lindner GmbH;eigene;2.11.2026;38,50;Weg 1;01067;Dresden;Englisch\r\n"
    )
    [row], problems = customer_files.read(text.encode("cp1252"))
    assert not problems
    told = {
        "phone_system": PhoneSystem.OWN,
        "informed_on": date(2026, 11, 2),
        "rate_cents": 3850,
        "street": "Weg 1",
        "postcode": "01067",
        "city": "Dresden",
        "language": "en",
    }
    assert (row.line, row.name, row.wish) == (2, "Lindner GmbH", told)


def test_what_is_wrong_with_each_row() -> None:
    text = "name,rate,informed\nA,x,\nB,1,31.2.2026\nC,1,\n,1,\nc,2,\nD,1,,more\n"
    rows, problems = customer_files.read(text.encode())
    assert [row.name for row in rows] == ["C"]
    assert [problem.row for problem in problems] == [2, 3, 5, 6, 7]
    assert all(problem.de != problem.en for problem in problems)
    for bad in (b"", b"name\n", b"\x00\x01", b"title\nx\n", b"x" * (csv_tables.MAX_BYTES + 1)):
        with pytest.raises(BadRequest) as refused:
            customer_files.read(bad)
        assert refused.value.error_id == "bad-file"
    assert [p.row for p in customer_files.read(b'name\n"A\na"\n"B\n')[1]] == [4]
    assert [p.row for p in customer_files.read(b"note;name\nno name\n")[1]] == [2]


def test_a_file_of_tasks_changes_nothing_and_leaves_what_it_does_not_name() -> None:
    task = Task("T-1", "=Titel", "Kunde", Area.SALES_EU, 90, ("a@x.test",), state=TaskState.CLOSED)
    [row], problems = task_files.read(task_files.write([task], german=True))
    assert not problems
    assert row.applied(task) == task
    assert row.applied(None) == task
    [row], _ = task_files.read(b"Aufgabe,Titel\nT-1,Neu\n")
    assert row.applied(task).title == "Neu"
    assert row.applied(task).assignees == ("a@x.test",)
    _, problems = task_files.read(
        b"task,title,area,budget,assignees,state\nT,t,mars,,,\nU,t,,-5,,\nV,t,,,nobody,\n"
        b"W,,,,,\nX,t,,,,gone\nY,t,,,,\nY,t,,,,\n"
    )
    assert [problem.row for problem in problems] == [2, 3, 4, 5, 6, 8]


def test_a_file_of_work_times() -> None:
    [row], problems = task_files.read_work(
        b"Aufgabe;E-Mail;Tag;Minuten\nT-1;a@x.test;1.11.2026;90\n"
    )
    assert not problems
    assert (row.task, row.email, row.day, row.minutes) == ("T-1", "a@x.test", date(2026, 11, 1), 90)
    _, problems = task_files.read_work(
        b"task,user,day,minutes\nT,a@x.test,2026-11-01,5\nT,A@x.test,1.11.2026,6\n"
        b"T,a,2026-11-01,5\nT,a@x.test,1441,5\nT,a@x.test,2026-11-02,1441\n"
    )
    assert [problem.row for problem in problems] == [3, 4, 5, 6]
