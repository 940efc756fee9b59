"""Pages of a letter as PDF: text and rules at places in millimetres, drawn at the end.

    layout (pure) ──> list of Page ── pdf ──> bytes, the same for the same pages

A4, counted from its upper left corner. The font comes with a package, so it is the same
everywhere; it has the letters of all languages written in Latin, Greek and Cyrillic, and €.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Literal

from fontpkg_lato import ROOT
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT = 25.0, 195.0
"""Where text begins and ends (DIN 5008 asks for 25 mm on the left)."""
REGULAR, BOLD = "Lato", "Lato-Bold"
GREY = 0.38
THIN = 0.3
"""Points; thinner rules are light."""
POINT_MM = 25.4 / 72
_drawing = Lock()
"""The library's fonts belong to the whole process."""

Side = Literal["left", "right", "centre"]


@dataclass(frozen=True, slots=True)
class Text:
    x: float
    """Of its left side, right side or centre."""
    y: float
    """Of its base line."""
    text: str
    size: float = 9.0
    """Points."""
    bold: bool = False
    grey: bool = False
    side: Side = "left"


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line."""

    y: float
    left: float = LEFT
    right: float = RIGHT
    points: float = 0.4


@dataclass(slots=True)
class Page:
    texts: list[Text] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Millimetres."""
    _fonts()
    points: float = pdfmetrics.stringWidth(text, BOLD if bold else REGULAR, size)
    return points * POINT_MM


def wrapped(text: str, room: float, size: float, *, bold: bool = False, most: int = 3) -> list[str]:
    """Lines no wider than `room` millimetres, `most` of them at most; what is left out is `…`.

    A word wider than a line is broken.
    """
    lines, rest = [""], _words(text, room, size, bold)
    for at, word in enumerate(rest):
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size, bold=bold) <= room:
            lines[-1] = longer
        elif len(lines) < most:
            lines.append(word)
        else:
            lines[-1] = _cut(" ".join([lines[-1], *rest[at:]]), room, size, bold)
            break
    return lines


def _words(text: str, room: float, size: float, bold: bool) -> list[str]:
    found = []
    for word in printable(text).split():
        while width(word, size, bold=bold) > room:
            fits = next(
                n
                for n in range(len(word) - 1, 0, -1)
                if n == 1 or _fits(word[:n], room, size, bold)
            )
            found.append(word[:fits])
            word = word[fits:]
        found.append(word)
    return found


def _fits(text: str, room: float, size: float, bold: bool) -> bool:
    return width(text, size, bold=bold) <= room


def _cut(text: str, room: float, size: float, bold: bool) -> str:
    while text and not _fits(text + "…", room, size, bold):
        text = text[:-1].rstrip()
    return text + "…"


def printable(text: str) -> str:
    """Without characters that a font cannot show and a reader could not see."""
    return "".join(c if c.isprintable() else " " for c in text)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a file says of itself."""

    title: str
    author: str
    language: str
    mark: str = ""
    """Large and light across all pages."""


def pdf(pages: Sequence[Page], shown: Shown) -> bytes:
    """The file. Takes a moment: not for the event loop."""
    with _drawing:
        _fonts()
        file = io.BytesIO()
        # Invariant: no time and no chance in it.
        canvas = Canvas(file, pagesize=(WIDTH * mm, HEIGHT * mm), invariant=1, lang=shown.language)
        canvas.setTitle(shown.title)
        canvas.setAuthor(shown.author)
        canvas.setCreator(shown.author)
        for page in pages:
            _draw(canvas, page, shown.mark)
            canvas.showPage()
        canvas.save()
        return file.getvalue()


def _draw(canvas: Canvas, page: Page, mark: str) -> None:
    if mark:
        canvas.saveState()
        canvas.translate(WIDTH / 2 * mm, HEIGHT / 2 * mm)
        canvas.rotate(55)
        canvas.setFillGray(0.93)
        canvas.setFont(BOLD, 120)
        canvas.drawCentredString(0, -40, mark)
        canvas.restoreState()
    for rule in page.rules:
        canvas.setLineWidth(rule.points)
        canvas.setStrokeGray(0.75 if rule.points < THIN else 0)
        y = (HEIGHT - rule.y) * mm
        canvas.line(rule.left * mm, y, rule.right * mm, y)
    for text in page.texts:
        canvas.setFont(BOLD if text.bold else REGULAR, text.size)
        canvas.setFillGray(GREY if text.grey else 0)
        draw = {
            "left": canvas.drawString,
            "right": canvas.drawRightString,
            "centre": canvas.drawCentredString,
        }[text.side]
        draw(text.x * mm, (HEIGHT - text.y) * mm, printable(text.text))


@cache
def _fonts() -> None:
    for name, file in ((REGULAR, "Lato-Regular.ttf"), (BOLD, "Lato-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(ROOT / "files" / file)))
