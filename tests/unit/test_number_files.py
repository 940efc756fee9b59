"""Numbers as a file: what is written is read back, and what is wrong is told by its line."""

import pytest

from pbx.domain import number_files
from pbx.domain.records import CoolDown, Number, NumberState
from pbx.errors import BadRequest

NUMBER = Number(
    "+4922182829983",
    "=Sommer; Praxis",
    ring_seconds=25,
    recipients=("a@example.test", "b@example.test"),
    show_as_caller_id=True,
    cc=("c@example.test",),
    state=NumberState.FORWARDING_IN,
    street='Domkloster 4, "Hof"',
    postcode="01067",
    city="Köln",
    address_country="DE",
    cool_down_days=7,
    cool_down=CoolDown.HEAD_OFFICE,
)


@pytest.mark.parametrize(("delimiter", "mark"), [(",", b""), (";", b"\xef\xbb\xbf")])
def test_what_is_written_is_read_back(delimiter: str, mark: bytes) -> None:
    text = number_files.write([(NUMBER, "Anna@example.test", ("Praxen", "Köln"))], delimiter)
    assert "'=Sommer" in text
    [row], problems = number_files.read(mark + text.encode(), "DE")
    assert problems == []
    assert row.number == NUMBER
    assert (row.row, row.assigned_to, row.groups) == (2, "anna@example.test", ("Praxen", "Köln"))
    assert "label" in row.given


def test_columns_that_are_not_there_say_nothing() -> None:
    [row], problems = number_files.read(b"Nummer;Bezeichnung\n0221 82829-983;Frei\n", "DE")
    assert (problems, row.given) == ([], {"label"})
    assert (row.number.e164, row.number.label) == ("+4922182829983", "Frei")
    assert (row.assigned_to, row.groups) == (None, None)


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ("number,ring_seconds\n+4922182829983,1000", "ring_seconds"),
        ("number,state\n+4922182829983,gone", "forwarding-in"),
        ("number,recipients\n+4922182829983,nobody", "nobody"),
        ("number,show_as_caller_id\n+4922182829983,perhaps", "yes"),
        ("number,country\n+4922182829983,XX", "XX"),
        ("number,cool_down_days\n+4922182829983,-1", "cool_down_days"),
        ("number\n12", "number"),
        ("label,number\nFrei", "type a number"),
        ("number\n+4922182829983\n0221 82829983", "line 2"),
    ],
)
def test_a_wrong_cell_is_told_by_its_line(cells: str, word: str) -> None:
    _, [problem] = number_files.read(cells.encode(), "DE")
    assert problem.row == cells.count("\n") + 1
    assert word in problem.text("en")
    assert problem.text("de") != problem.text("en")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"number,label\n",
        b"label\nFrei\n",
        b"PK\x03\x04\x00\x00",
        b'number,label\n+4922182829983,"open\n',
        b"number\n" + b"+4922182829983\n" * 5001,
        b"n" * (1024 * 1024 + 1),
    ],
    ids=["empty", "only header", "no number", "no text", "open quote", "long", "large"],
)
def test_a_broken_file_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(BadRequest) as refused:
        number_files.read(data, "DE")
    assert refused.value.error_id == "bad-number-file"
