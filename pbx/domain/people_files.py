"""People from and to CSV files (F70): the mail address is the key, names as `First Last` or
`Last, First`.

    bytes ── decode ──> text ── CSV ──> Row | RowProblem

The same file again changes nothing; columns that are missing leave things as they are.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pbx.domain import searching
from pbx.domain.contact_files import MAX_BYTES, decode
from pbx.domain.people import LONGEST_NAME, Account, Wish
from pbx.domain.rights import Role
from pbx.errors import BadRequest

MAX_ROWS = 5000
LONGEST_TEXT = 200
_ATOM = r"[^@\s<>,;:\"()\[\]\\]"
ADDRESS = re.compile(rf"{_ATOM}{{1,64}}@{_ATOM}+\.[a-zA-Z0-9-]{{2,}}")
HEADER = ("email", "name", "role", "language", "position", "responsibility", "state", "numbers")
COLUMNS: Mapping[str, str] = {
    column: key
    for key, columns in {
        "email": "email emailadresse mailadresse mail emailaddress",
        "name": "name vollername fullname mitarbeiter employee",
        "first": "vorname firstname givenname",
        "last": "nachname lastname familyname surname familienname",
        "role": "rolle role",
        "language": "sprache language",
        "position": "position funktion jobtitle title",
        "responsibility": "zustandigkeit zustaendigkeit responsibility aufgaben",
    }.items()
    for column in columns.split()
}
ROLES: Mapping[str, Role] = {
    **{role.value: role for role in Role},
    "management": Role.MANAGER,
    "administrator": Role.ADMIN,
}
LANGUAGES: Mapping[str, str] = {
    **dict.fromkeys(("de", "deutsch", "german"), "de"),
    **dict.fromkeys(("en", "englisch", "english"), "en"),
}


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    email: str
    wish: Wish


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row cannot be taken over."""

    row: int
    """Line of the file, from 1."""
    de: str
    en: str

    def text(self, language: str) -> str:
        return self.de if language.startswith("de") else self.en


def is_address(email: str) -> bool:
    return len(email) <= 254 and email.isascii() and ADDRESS.fullmatch(email) is not None


def read(data: bytes) -> tuple[Sequence[Row], Sequence[RowProblem]]:
    """The rows of a file, and what is wrong with it.

    Raises:
        BadRequest: `bad-people-file`, where there is no such table in it.
    """
    if len(data) > MAX_BYTES:
        raise too_large()
    try:
        text = decode(data)
    except BadRequest as e:
        raise _unusable(e.de, e.en) from e
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=lambda d: re.sub(r'"[^"]*"', "", first).count(d))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    problems: list[RowProblem] = []
    seen: dict[str, int] = {}
    header: list[str] = []
    line = 1
    try:
        for cells in reader:
            begin, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = _header(cells)
                continue
            found = _row(begin, header, cells, seen)
            if isinstance(found, Row):
                rows.append(found)
            else:
                problems.append(found)
            if len(rows) > MAX_ROWS:
                raise _unusable(
                    f"Die Datei hat mehr als {MAX_ROWS} Zeilen. Bitte aufteilen.",
                    f"The file has more than {MAX_ROWS} rows. Please split it.",
                )
    except csv.Error:
        problems.append(
            RowProblem(
                line,
                "Diese Zeile ist nicht lesbar: Die Anführungszeichen passen nicht.",
                "This row cannot be read: its quotation marks do not match.",
            )
        )
    if not rows and not problems:
        raise _unusable(
            "In der Datei steht niemand. Bitte eine CSV-Datei mit Kopfzeile auswählen.",
            "There is nobody in the file. Please choose a CSV file with a header line.",
        )
    return rows, problems


def _header(cells: Sequence[str]) -> list[str]:
    header = [COLUMNS.get(re.sub(r"[^a-z]", "", searching.fold(cell)), "") for cell in cells]
    if "email" not in header or not {"name", "first", "last"} & set(header):
        raise _unusable(
            "In der Kopfzeile fehlt eine Spalte. Nötig sind „E-Mail“ und „Name“ (oder „Vorname“"
            " und „Nachname“); möglich sind Rolle, Sprache, Position, Zuständigkeit.",
            'The header line lacks a column. "E-mail" and "Name" (or "First name" and "Last name")'
            " are needed; role, language, position and responsibility are possible.",
        )
    return header


def _row(
    line: int, header: Sequence[str], cells: Sequence[str], seen: dict[str, int]
) -> Row | RowProblem:
    texts = {key: _plain(cell) for key, cell in zip(header, cells, strict=False) if key}
    email = texts.get("email", "")
    wrong = _complaint(header, cells, texts)
    if wrong is None and (before := seen.setdefault(email.casefold(), line)) != line:
        wrong = (
            f"Diese Mailadresse steht schon in Zeile {before}.",
            f"This mail address is in line {before} already.",
        )
    if wrong is not None:
        return RowProblem(line, *wrong)
    role, language = texts.get("role"), texts.get("language")
    return Row(
        line,
        email,
        Wish(
            name=_name(texts),
            role=ROLES[role.casefold()] if role else None,
            language=LANGUAGES[language.casefold()] if language else None,
            position=texts.get("position"),
            responsibility=texts.get("responsibility"),
        ),
    )


def _complaint(
    header: Sequence[str], cells: Sequence[str], texts: Mapping[str, str]
) -> tuple[str, str] | None:
    """What is wrong with a row, in German and English."""
    email, role, language = (texts.get(key, "") for key in ("email", "role", "language"))
    if any(cell.strip() for cell in cells[len(header) :]):
        return (
            f"Die Zeile hat {len(cells)} Felder, die Kopfzeile nur {len(header)}.",
            f"The row has {len(cells)} fields, the header line only {len(header)}.",
        )
    if not is_address(email):
        return f"„{email[:80]}“ ist keine Mailadresse.", f'"{email[:80]}" is no mail address.'
    if not 0 < len(_name(texts)) <= LONGEST_NAME:
        return (
            f"Der Name fehlt oder ist länger als {LONGEST_NAME} Zeichen.",
            f"The name is missing or longer than {LONGEST_NAME} characters.",
        )
    if role and role.casefold() not in ROLES:
        known = ", ".join(each.value for each in Role)
        return (
            f"„{role[:40]}“ ist keine Rolle. Möglich: {known}.",
            f'"{role[:40]}" is no role. Possible: {known}.',
        )
    if language and language.casefold() not in LANGUAGES:
        return (
            f"„{language[:40]}“ ist keine Sprache. Möglich: de, en.",
            f'"{language[:40]}" is no language. Possible: de, en.',
        )
    for key in ("position", "responsibility"):
        if len(texts.get(key, "")) > LONGEST_TEXT:
            return (
                f"Mehr als {LONGEST_TEXT} Zeichen: {key}.",
                f"More than {LONGEST_TEXT} characters: {key}.",
            )
    return None


def _name(texts: Mapping[str, str]) -> str:
    parts = (texts.get("first"), texts.get("last"))
    return in_order(texts.get("name") or " ".join(part for part in parts if part))


def in_order(name: str) -> str:
    """`Adler, Anna` is `Anna Adler`."""
    printable = "".join(c if c.isprintable() else " " for c in name)
    last, _, first = printable.partition(",")
    return " ".join(f"{first} {last}".replace(",", " ").split())


def _plain(cell: str) -> str:
    """Without what `_harmless` put before it."""
    text = " ".join(cell.split())
    return text[1:] if re.match(r"'+[=@+-]", text) else text


def write(accounts: Sequence[Account], *, last_first: bool = False, german: bool = False) -> bytes:
    """The file that `read` understands; `german`: as a German Excel opens it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if german else ",", lineterminator="\r\n")
    writer.writerow(HEADER)
    for account in accounts:
        user = account.user
        name = user.name
        if last_first and " " in name:
            first, _, last = name.rpartition(" ")
            name = f"{last}, {first}"
        about = (user.role.value, user.language, account.position, account.responsibility)
        cells = (user.email, name, *about, account.state.value, " ".join(account.numbers))
        writer.writerow(_harmless(cell) for cell in cells)
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """A spreadsheet must not take what somebody wrote for a formula; numbers stay numbers."""
    formula = re.match(r"'*[=@]|'+[+-]|[+-](?![0-9 ]+$)", cell)
    return f"'{cell}" if formula else cell


def too_large() -> BadRequest:
    return _unusable(
        "Die Datei ist zu groß (mehr als 1 MB). Bitte aufteilen.",
        "The file is too large (more than 1 MB). Please split it.",
    )


def _unusable(de: str, en: str) -> BadRequest:
    return BadRequest("bad-people-file", de, en)
