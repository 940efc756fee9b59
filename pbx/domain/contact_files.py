"""Contacts from files: CSV of Outlook, Google and spreadsheets, vCards of telephones.

    bytes ── csv_lines ──> text ── CSV or vCards ──> Raw ── entries_of ──> Entry | RowProblem

A row with several telephones becomes several entries, the further ones with what the
telephone is (`Anna Beck (mobil)`): a contact has one number.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pbx.domain import numbers, vcard
from pbx.domain.contact_columns import COLUMNS, PHONE_COLUMN, Kind, kind_of_words
from pbx.domain.csv_lines import Form, RowProblem, folded, lines_of, text_of
from pbx.domain.csv_tables import under_header
from pbx.errors import PbxError

MAX_BYTES = 1024 * 1024
MAX_ENTRIES = 5000
FORM = Form(
    "bad-contact-file",
    MAX_BYTES,
    MAX_ENTRIES,
    large=(
        "Die Datei ist zu groß (mehr als 1 MB). Bitte Bilder weglassen oder auf mehrere Dateien"
        " verteilen.",
        "The file is too large (more than 1 MB). Please leave out pictures or split it.",
    ),
    many=(
        f"Die Datei hat mehr als {MAX_ENTRIES} Kontakte. Bitte auf mehrere verteilen.",
        f"The file has more than {MAX_ENTRIES} contacts. Please split it.",
    ),
    empty=(
        "In der Datei steht kein Kontakt. Bitte eine CSV-Datei mit Kopfzeile oder vCards"
        " auswählen.",
        "There is no contact in the file. Please choose a CSV file with a header line, or vCards.",
    ),
    no_text=(
        "Das ist keine Textdatei. Bitte als CSV oder vCard speichern und noch einmal importieren.",
        "This is no text file. Please save it as CSV or vCard and import it again.",
    ),
)
MAX_NUMBERS = 5
"""Telephones of one row or card; the others are left out."""
LONGEST = {"name": 200, "company": 200, "email": 254, "note": 4000, "task": 100}
"""Characters that a contact may have; the rest is cut off."""
SUFFIXES = {Kind.MOBILE: "mobil", Kind.WORK: "geschäftlich", Kind.HOME: "privat"}
"""German whatever the reader's language: the same file must give the same contacts."""


@dataclass(frozen=True, slots=True)
class Entry:
    row: int
    name: str
    number: str
    """E.164."""
    company: str = ""
    email: str = ""
    note: str = ""
    task: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    entries: Sequence[Entry]
    problems: Sequence[RowProblem]


@dataclass(slots=True)
class Raw:
    """A row or card before its numbers are understood."""

    row: int
    texts: dict[str, str] = field(default_factory=dict)
    telephones: list[tuple[Kind, str]] = field(default_factory=list)
    country: str = ""


def read(data: bytes, country: str) -> Found:
    """The contacts of a file; `country`: whose national numbers may be in it.

    Raises:
        BadRequest: `bad-contact-file`, where nothing of it can be used.
    """
    text = text_of(data, FORM)
    is_cards = text.lstrip().casefold().startswith("begin:vcard")
    entries: list[Entry] = []
    problems: list[RowProblem] = []
    for rows, raw in enumerate(_cards(text, problems) if is_cards else _rows(text), 1):
        if max(rows, len(entries)) > MAX_ENTRIES:
            raise FORM.too_many()
        more, wrong = entries_of(raw, country)
        entries += more
        problems += wrong
    if not entries and not problems:
        raise FORM.nothing()
    return Found(entries, sorted(problems, key=lambda p: p.row))


# ------------------------------------------------------------------ one row or card


def entries_of(raw: Raw, country: str) -> tuple[list[Entry], list[RowProblem]]:
    """A contact for each different number of `raw`, and what is wrong with it."""
    texts = {key: _cut(key, text) for key, text in raw.texts.items()}
    name = texts.get("name") or _full_name(texts) or texts.get("company", "")
    problems: list[RowProblem] = []
    if not name:
        problems.append(RowProblem(raw.row, "Der Name fehlt.", "The name is missing."))
    if not raw.telephones:
        problems.append(
            RowProblem(raw.row, "Es steht keine Telefonnummer da.", "There is no telephone number.")
        )
    entries: list[Entry] = []
    for kind, typed in raw.telephones[:MAX_NUMBERS]:
        try:
            number = numbers.parse_dialled(_tidied(typed), raw.country or country).e164
        except PbxError as e:
            problems.append(
                RowProblem(raw.row, f"„{typed[:40]}“: {e.de}", f'"{typed[:40]}": {e.en}')
            )
            continue
        if name and number not in {entry.number for entry in entries}:
            suffix = SUFFIXES.get(kind, "weitere Nummer") if entries else ""
            entries.append(
                Entry(
                    row=raw.row,
                    name=_named(name, suffix, {entry.name for entry in entries}),
                    number=number,
                    **{key: texts.get(key, "") for key in ("company", "email", "note", "task")},
                )
            )
    return entries, problems


def _named(name: str, suffix: str, taken: set[str]) -> str:
    """Two mobiles of one person are told apart by a number."""
    full, count = f"{name} ({suffix})" if suffix else name, 1
    while full in taken:
        count += 1
        full = f"{name} ({suffix} {count})"
    return full


def _full_name(texts: dict[str, str]) -> str:
    parts = (texts.get(key, "") for key in ("first", "middle", "last"))
    return _cut("name", " ".join(part for part in parts if part))


def _cut(key: str, text: str) -> str:
    text = text.strip() if key == "note" else " ".join(text.split())
    # Some characters are left for the suffix of a further number.
    return text[: LONGEST.get(key, 200) - (30 if key == "name" else 0)].strip()


def _tidied(typed: str) -> str:
    """A number as files have it: `tel:+49-221-1;ext=2`, `'0221.1`, with hard spaces and dashes."""
    text = re.sub(r"^tel:", "", typed.strip().strip("'\""), flags=re.IGNORECASE)
    text = text.split(";")[0]
    text = re.sub(r"[\u00a0\u2007\u202f\u2009.]", " ", text)
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    # The 0 in brackets is dialled at home only.
    text = re.sub(r"^(\s*(?:\+|00)[0-9 ]+)\(0\)", r"\1", text)
    return re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", "", text).strip()


# ------------------------------------------------------------------ CSV


def _rows(text: str) -> Iterator[Raw]:
    """Raises `BadRequest` (`bad-contact-file`) where the header names no number."""
    lines = lines_of(text, FORM, strict=False)
    for header, line in under_header(lines, _header):
        yield _row(line.number, header, line.cells)


def _header(cells: Sequence[str]) -> Sequence[str]:
    header = [folded(cell) for cell in cells]
    if not any(PHONE_COLUMN.match(column) for column in header):
        raise FORM.unusable(
            "In der Kopfzeile steht keine Spalte für Telefonnummern. Bitte eine Spalte"
            " „Telefon“ oder „Mobiltelefon“ nennen.",
            'The header line names no column of telephone numbers. Please name a column "Phone"'
            ' or "Mobile Phone".',
        )
    return header


def _row(line: int, header: Sequence[str], cells: Sequence[str]) -> Raw:
    raw = Raw(line)
    labels = dict(zip(header, cells, strict=False))
    for column, cell in zip(header, cells, strict=False):
        if not cell.strip():
            continue
        if found := PHONE_COLUMN.match(column):
            words = found.group(0) + " " + _label(column, labels)
            if "fax" not in words:
                for part in cell.split(":::"):  # Google's separator of several values
                    raw.telephones.append((kind_of_words(words), part.strip()))
        elif (key := COLUMNS.get(column)) == "country":
            code = cell.strip().upper()
            raw.country = code if numbers.calling_code(code) else ""
        elif key and not raw.texts.get(key):
            raw.texts[key] = cell
    return raw


def _label(column: str, labels: dict[str, str]) -> str:
    """What Google writes beside a number: `Phone 1 - Label` of `Phone 1 - Value`."""
    base = column.removesuffix("value")
    return folded(labels.get(base + "label", "") or labels.get(base + "type", ""))


# ------------------------------------------------------------------ vCards


def _cards(text: str, problems: list[RowProblem]) -> Iterator[Raw]:
    for row, card in enumerate(vcard.cards(text), 1):
        if not card.ended:
            problems.append(
                RowProblem(
                    row,
                    "Diese vCard hat kein Ende (END:VCARD) und wird ausgelassen.",
                    "This vCard has no end (END:VCARD) and is left out.",
                )
            )
            continue
        family, given, middle = (*card.parts("N"), "", "", "")[:3]
        full = card.text("FN") or " ".join(part for part in (given, middle, family) if part)
        yield Raw(
            row,
            {
                "name": full or card.text("NICKNAME"),
                "company": card.parts("ORG")[0],
                "email": card.text("EMAIL").removeprefix("mailto:"),
                "note": card.text("NOTE"),
            },
            [
                (kind_of_words(" ".join(sorted(tel.types))), vcard.unescape(tel.value))
                for tel in card.telephones()
                if tel.value.strip()
            ],
        )
