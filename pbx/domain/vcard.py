"""vCards, versions 3.0 (RFC 2426) and 4.0 (RFC 6350), and 2.1 as old telephones write it.

    bytes ── unfold ──> lines ── parse ──> Property ── cards ──> Card

No library: those that are kept read no 4.0, or bring three packages for it.
"""

import binascii
import quopri
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

MAX_LINE = 20_000
"""Longer unfolded lines are pictures and keys, which nobody needs here."""
_CHARSETS = re.compile(
    r"utf-?(8|16)|us-ascii|iso-?8859-?[0-9]{1,2}|(windows-|cp)[0-9]{3,4}|koi8-[ru]", re.IGNORECASE
)
_IGNORED_TYPES = frozenset({"fax", "pager", "modem", "bbs", "video", "x-fax"})


@dataclass(frozen=True, slots=True)
class Property:
    """`item1.TEL;TYPE=cell,pref:+49 …` without its group."""

    name: str
    params: Mapping[str, Sequence[str]]
    """By upper-case name; values as written. A bare one of 2.1 (`TEL;CELL:`) is a TYPE."""
    value: str
    """As written: escapes are still in it."""

    @property
    def types(self) -> set[str]:
        return {value.casefold() for value in self.params.get("TYPE", ())}

    @property
    def preference(self) -> int:
        """1 is liked best; 100 where nothing is said (RFC 6350 §5.3)."""
        for value in self.params.get("PREF", ()):
            if value.isascii() and value.isdigit():
                return int(value[:3])
        return 1 if "pref" in self.types else 100


@dataclass(slots=True)
class Card:
    properties: list[Property] = field(default_factory=list)
    ended: bool = False

    def all(self, name: str) -> list[Property]:
        """Those with this name, the preferred ones first."""
        found = [p for p in self.properties if p.name == name]
        return sorted(found, key=lambda p: p.preference)

    def text(self, name: str) -> str:
        """The first one's text, or nothing."""
        return next((unescape(p.value).strip() for p in self.all(name)), "")

    def parts(self, name: str) -> list[str]:
        """The components of the first one, such as family and given name."""
        return [part.strip() for part in split(next((p.value for p in self.all(name)), ""), ";")]

    def telephones(self) -> list[Property]:
        return [p for p in self.all("TEL") if not p.types & _IGNORED_TYPES]


def cards(text: str) -> list[Card]:
    """Every card that begins; one that does not end is marked."""
    found: list[Card] = []
    depth = 0
    for line in unfold(text):
        prop = parse(line)
        if prop is None:
            continue
        if prop.name == "BEGIN" and prop.value.strip().casefold() == "vcard":
            depth = depth + 1 if found and not found[-1].ended else 1
            if depth == 1:
                found.append(Card())
        elif prop.name == "END" and prop.value.strip().casefold() == "vcard":
            depth = max(0, depth - 1)
            if depth == 0 and found:
                found[-1].ended = True
        elif depth == 1 and found:  # deeper is a card within the card (AGENT of 3.0)
            found[-1].properties.append(prop)
    return found


def unfold(text: str) -> Iterator[str]:
    """Logical lines: continued by white space (RFC 6350 §3.2), or by `=` in quoted-printable."""
    held = ""
    for line in re.split(r"\r\n|\n|\r", text):
        if held and line[:1] in (" ", "\t") and not _soft(held):
            if len(held) < MAX_LINE:  # the rest of a picture is not even gathered
                held += line[1:]
        elif held and _soft(held):
            if len(held) < MAX_LINE:
                held = held[:-1] + line
            elif not line.endswith("="):
                held = held[:-1]
        else:
            if held:
                yield held[:MAX_LINE]
            held = line
    if held:
        yield held[:MAX_LINE]


def _soft(line: str) -> bool:
    return line.endswith("=") and "quoted-printable" in line.split(":", 1)[0].casefold()


_NAME = re.compile(r"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)")


def parse(line: str) -> Property | None:
    """One logical line; None where it is none of a vCard."""
    head = _NAME.match(line)
    if head is None:
        return None
    params: dict[str, list[str]] = {}
    at = head.end()
    while line[at : at + 1] == ";":
        end = _unquoted(line, at + 1, ";:")
        name, equals, value = line[at + 1 : end].partition("=")
        values = _values(value) if equals else [name]
        params.setdefault(name.strip().upper() if equals else _bare(name), []).extend(values)
        at = end
    if line[at : at + 1] != ":":
        return None
    return Property(head.group(1).upper(), params, _decoded(line[at + 1 :], params))


def _bare(word: str) -> str:
    """2.1 writes types and encodings without saying that they are."""
    return "ENCODING" if word.casefold() in ("quoted-printable", "base64", "8bit") else "TYPE"


def _unquoted(line: str, begin: int, ends: str) -> int:
    """Where the first of `ends` stands outside quotes, or the line's end."""
    quoted = False
    for at in range(begin, len(line)):
        if line[at] == '"':
            quoted = not quoted
        elif line[at] in ends and not quoted:
            return at
    return len(line)


def _values(text: str) -> list[str]:
    values, at = [], 0
    while at <= len(text):
        end = _unquoted(text, at, ",")
        # TYPE="cell,voice" is one value by the letter, but several are meant.
        values += text[at:end].replace('"', "").split(",")
        at = end + 1
    return values


def _decoded(value: str, params: Mapping[str, Iterable[str]]) -> str:
    encodings = {v.casefold() for v in params.get("ENCODING", ())}
    if "quoted-printable" not in encodings:
        return value
    charset = next(iter(params.get("CHARSET", ())), "utf-8")
    if not _CHARSETS.fullmatch(charset):  # Python knows many codecs that are none of text
        charset = "utf-8"
    try:
        raw = quopri.decodestring(value.encode("latin-1"))
    except (binascii.Error, UnicodeEncodeError):
        return value
    try:
        return raw.decode(charset)
    except (LookupError, UnicodeError):
        return raw.decode("cp1252", "replace")


def split(value: str, separator: str) -> list[str]:
    r"""Parts at unescaped separators, unescaped: `a\;b;c` has two."""
    parts = re.split(rf"(?<!\\)((?:\\\\)*){re.escape(separator)}", value)
    # The even backslashes before a separator belong to the part before it.
    whole = [
        parts[i] + (parts[i + 1] if i + 1 < len(parts) else "") for i in range(0, len(parts), 2)
    ]
    return [unescape(part) for part in whole]


def unescape(value: str) -> str:
    r"""`\n`, `\,`, `\;` and `\\` as what they mean (RFC 6350 §3.4)."""
    return re.sub(r"\\(.)", lambda m: "\n" if m.group(1) in "nN" else m.group(1), value)
