"""The carrier's subscribers: the last four digits of a number say how it behaves.

`dialplan/carrier.conf` does it, this table tells it to people; a test calls the carrier
with each of them.
"""

from dataclasses import dataclass
from typing import TypedDict

STEMS: dict[str, str] = {
    "DE": "+49221471",
    "AT": "+4315140",
    "CH": "+4144668",
    "FR": "+3319900",
    "PL": "+4822300",
}
"""Country -> what comes before the four digits of an example number.

Each gives a valid number with any ending; the German and the French ones are ranges
that belong to nobody (kept free for films). Nothing here ever leaves the machine.
"""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the subscribers with one ending behave. In `ending`, N is a digit from 1 to 9."""

    ending: str
    de: str
    en: str


class Row(TypedDict):
    ending: str
    de: str
    en: str
    examples: dict[str, str]


BEHAVIOURS: tuple[Behaviour, ...] = (
    Behaviour("0001", "besetzt", "busy"),
    Behaviour("0002", "klingelt, niemand nimmt ab", "rings, nobody answers"),
    Behaviour(
        "0003",
        "Ansage vor dem Abheben („nicht bekannt“), dann Ende",
        "announcement before the answer (“not in service”), then the end",
    ),
    Behaviour("0004", "klingelt 1 s und lehnt ab", "rings for 1 s and rejects"),
    Behaviour("0005", "nimmt ab und legt nach 3 s auf", "answers and hangs up after 3 s"),
    Behaviour("0006", "nimmt ab, Ton mit 1000 Hz", "answers, tone of 1000 Hz"),
    Behaviour("0007", "nimmt nach 5 s ab, Echo", "answers after 5 s, echo"),
    Behaviour("0008", "nimmt ab und spricht", "answers and speaks"),
    Behaviour(
        "0009",
        "nimmt ab, Ton 800 Hz, schreibt gedrückte Tasten auf",
        "answers, 800 Hz, notes the keys that are pressed",
    ),
    Behaviour("001N", "klingelt N s, nimmt ab, Echo", "rings for N s, answers, echo"),
    Behaviour(
        "002N",
        "klingelt N s, nimmt ab, Echo, legt nach 5 s auf",
        "rings for N s, answers, echo, hangs up after 5 s",
    ),
    Behaviour(
        "003N",
        "klingelt 1 s, nimmt ab, Echo, legt nach N s auf",
        "rings for 1 s, answers, echo, hangs up after N s",
    ),
    Behaviour("004N", "klingelt N s, nimmt ab, Ton 1000 Hz", "rings for N s, answers, 1000 Hz"),
    Behaviour("005N", "nimmt ab, Ton mit N*100+200 Hz", "answers, tone of N*100+200 Hz"),
    Behaviour("", "alle anderen: nimmt nach 1 s ab, Echo", "all others: answers after 1 s, echo"),
)

OTHER_ENDING = "0100"
"""An ending that stands for "all others"."""


def example(country: str, ending: str) -> str:
    """A valid number of `country` with that behaviour, in E.164 form."""
    return STEMS[country] + (ending or OTHER_ENDING).replace("N", "3")


def table() -> list[Row]:
    """The whole table as JSON-ready rows, with one example number for each country."""
    return [
        Row(
            ending=b.ending,
            de=b.de,
            en=b.en,
            examples={country: example(country, b.ending) for country in STEMS},
        )
        for b in BEHAVIOURS
    ]
