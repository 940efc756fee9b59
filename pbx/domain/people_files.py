"""People from and to CSV files (F70): the mail address is the key, names as `First Last` or
`Last, First`.

    bytes ── csv_tables ──> (line, {column: cell}) ──> Row | RowProblem

The same file again changes nothing; columns that are missing leave things as they are.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pbx.domain import csv_tables
from pbx.domain.csv_lines import Form
from pbx.domain.people import LONGEST_NAME, Account, Wish
from pbx.domain.rights import Role
from pbx.domain.texts import Words

MAX_ROWS = 5000
FORM = Form(
    "bad-people-file",
    1024 * 1024,
    MAX_ROWS,
    large=(
        "Die Datei ist zu groß (mehr als 1 MB). Bitte aufteilen.",
        "The file is too large (more than 1 MB). Please split it.",
    ),
    many=(
        f"Die Datei hat mehr als {MAX_ROWS} Zeilen. Bitte aufteilen.",
        f"The file has more than {MAX_ROWS} rows. Please split it.",
    ),
    empty=(
        "In der Datei steht niemand. Bitte eine CSV-Datei mit Kopfzeile auswählen.",
        "There is nobody in the file. Please choose a CSV file with a header line.",
    ),
)
LONGEST_TEXT = 200
_ATOM = r"[^@\s<>,;:\"()\[\]\\]"
ADDRESS = re.compile(rf"{_ATOM}{{1,64}}@{_ATOM}+\.[a-zA-Z0-9-]{{2,}}")
HEADER = ("email", "name", "role", "language", "position", "responsibility", "state", "numbers")
COLUMNS = csv_tables.columns_of(
    {
        "email": "email emailadresse mailadresse mail emailaddress",
        "name": "name vollername fullname mitarbeiter employee",
        "first": "vorname firstname givenname",
        "last": "nachname lastname familyname surname familienname",
        "role": "rolle role",
        "language": "sprache language",
        "position": "position funktion jobtitle title",
        "responsibility": "zustandigkeit zustaendigkeit responsibility aufgaben",
    }
)
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


def is_address(email: str) -> bool:
    return len(email) <= 254 and email.isascii() and ADDRESS.fullmatch(email) is not None


def read(data: bytes) -> csv_tables.Rows[Row]:
    """The rows of a file, and what is wrong with it.

    Raises:
        BadRequest: `bad-people-file`, where there is no such table in it.
    """
    seen: dict[str, int] = {}

    def row_of(line: int, texts: Mapping[str, str]) -> Row:
        email = texts.get("email", "")
        wrong = _complaint(texts)
        if wrong is None and (before := seen.setdefault(email.casefold(), line)) != line:
            wrong = (
                f"Diese Mailadresse steht schon in Zeile {before}.",
                f"This mail address is in line {before} already.",
            )
        if wrong is not None:
            raise FORM.unusable(*wrong)
        return Row(line, email, _wish(texts))

    return csv_tables.read_rows(data, FORM, _header, row_of)


def _header(cells: Sequence[str]) -> Sequence[str]:
    header = csv_tables.keys_of(cells, COLUMNS)
    if "email" not in header or not {"name", "first", "last"} & set(header):
        raise FORM.unusable(
            "In der Kopfzeile fehlt eine Spalte. Nötig sind „E-Mail“ und „Name“ (oder „Vorname“"
            " und „Nachname“); möglich sind Rolle, Sprache, Position, Zuständigkeit.",
            'The header line lacks a column. "E-mail" and "Name" (or "First name" and "Last name")'
            " are needed; role, language, position and responsibility are possible.",
        )
    return header


def _wish(texts: Mapping[str, str]) -> Wish:
    role, language = texts.get("role"), texts.get("language")
    return Wish(
        name=_name(texts),
        role=ROLES[role.casefold()] if role else None,
        language=LANGUAGES[language.casefold()] if language else None,
        position=texts.get("position"),
        responsibility=texts.get("responsibility"),
    )


def _complaint(texts: Mapping[str, str]) -> Words | None:
    """What is wrong with a row."""
    email, role, language = (texts.get(key, "") for key in ("email", "role", "language"))
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


def write(accounts: Sequence[Account], *, last_first: bool = False, german: bool = False) -> bytes:
    """The file that `read` understands; `german`: as a German Excel opens it."""
    rows = (_cells(account, last_first=last_first) for account in accounts)
    return csv_tables.write(HEADER, rows, german=german)


def _cells(account: Account, *, last_first: bool) -> Sequence[str]:
    user = account.user
    name = user.name
    if last_first and " " in name:
        first, _, last = name.rpartition(" ")
        name = f"{last}, {first}"
    about = (user.role.value, user.language, account.position, account.responsibility)
    return user.email, name, *about, account.state.value, " ".join(account.numbers)
