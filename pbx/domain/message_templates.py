"""What customers are told about factors (F12): texts with placeholders, in German and English."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Literal

from pbx.domain import metering
from pbx.domain.metering import PhoneShareFigures
from pbx.domain.records import Area, Task, Zone
from pbx.errors import BadRequest, Conflict, NotFound, Refused

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = ("de", "en")
LONGEST_TEXT = 4000

FACTOR_DE, FACTOR_EU = "factor_de", "factor_eu"
NAMES = (FACTOR_DE, FACTOR_EU)
_BY_ZONE = {Zone.DE: FACTOR_DE, Zone.EU: FACTOR_EU}

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

AREA_NAMES: dict[Area, dict[Language, str]] = {
    Area.BACKOFFICE: {"de": "Backoffice", "en": "Back office"},
    Area.BACKOFFICE_DE: {"de": "Backoffice DE", "en": "Back office DE"},
    Area.BACKOFFICE_EU: {"de": "Backoffice EU", "en": "Back office EU"},
    Area.SALES: {"de": "Sales", "en": "Sales"},
    Area.SALES_DE: {"de": "Sales DE", "en": "Sales DE"},
    Area.SALES_EU: {"de": "Sales EU", "en": "Sales EU"},
}

_GERMAN = """Hallo,

{why} Damit gilt der Telefonfaktor {zone}: Die Arbeitszeit wird ab jetzt mit dem Faktor {factor}\
 gebucht (Bereich {area}).

Ist das in Ordnung? Andernfalls erledigen wir die Aufgabe gern ohne Telefon.

Viele Grüße
{person}"""
_ENGLISH = """Hello,

{why} So the telephone factor {zone} applies: from now on work time is booked with the factor\
 {factor} (area {area}).

Is that all right? Otherwise we gladly do the task without telephoning.

Kind regards
{person}"""


def _shipped(form: str, zone: str, why: str) -> str:
    return form.replace("{zone}", zone).replace("{why}", why)


SHIPPED: dict[tuple[str, Language], str] = {
    (FACTOR_DE, "de"): _shipped(
        _GERMAN,
        "DE",
        "bei der Aufgabe „{title}“ telefonieren wir inzwischen mehr als 15 Minuten je"
        " Arbeitsstunde: {phone} Minuten, {included} sind enthalten.",
    ),
    (FACTOR_DE, "en"): _shipped(
        _ENGLISH,
        "DE",
        'on the task "{title}" we are by now on the phone for more than 15 minutes in each hour of'
        " work: {phone} minutes, {included} are included.",
    ),
    (FACTOR_EU, "de"): _shipped(
        _GERMAN,
        "EU",
        "bei der Aufgabe „{title}“ telefonieren wir auch ins europäische Ausland: bisher {phone}"
        " Minuten, {included} sind enthalten.",
    ),
    (FACTOR_EU, "en"): _shipped(
        _ENGLISH,
        "EU",
        'on the task "{title}" we also call other European countries: {phone} minutes on the phone'
        " so far, {included} are included.",
    ),
}
"""True whichever way the factor did not fit: by the share, or by a country."""

PLACEHOLDERS: dict[str, tuple[str, str]] = {
    "customer": ("Name des Kunden", "name of the customer"),
    "task": ("Kennung der Aufgabe", "id of the task"),
    "title": ("Titel der Aufgabe", "title of the task"),
    "area": ("Bereich, der gelten soll", "area that is to hold"),
    "factor": ("Faktor dieses Bereichs", "factor of this area"),
    "phone": ("telefonierte Minuten", "minutes on the phone"),
    "included": ("enthaltene Minuten", "minutes included"),
    "person": ("Name dessen, der sendet", "name of whoever sends it"),
}
"""What may stand in a text, with what it means in German and English."""

EXAMPLE: dict[Language, dict[str, str]] = {
    "de": {
        "customer": "Meyer GmbH",
        "task": "T-1001",
        "title": "Termine vereinbaren",
        "area": "Backoffice EU",
        "factor": "1,3",
        "phone": "16:20",
        "included": "15:00",
        "person": "Anna",
    },
    "en": {
        "customer": "Meyer GmbH",
        "task": "T-1001",
        "title": "Make appointments",
        "area": "Back office EU",
        "factor": "1.3",
        "phone": "16:20",
        "included": "15:00",
        "person": "Anna",
    },
}


@dataclass(frozen=True, slots=True)
class Template:
    name: str
    language: Language
    text: str
    shipped: bool
    """As it came with the program."""
    at: datetime | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A text for a customer, ready to be sent."""

    template: str
    language: Language
    text: str
    by: str | None = field(default=None)
    """E-mail address of who sends it."""


def template_for(area: Area) -> str:
    """The template that tells of an area's factor.

    Raises:
        Conflict: `no-template`, where the area has no surcharge to tell of.
    """
    zone = metering.zone_of(area)
    if zone is None:
        raise Conflict(
            "no-template",
            "Für diesen Bereich gibt es nichts mitzuteilen: Er hat keinen Telefonfaktor. Bitte"
            " einen Bereich mit DE oder EU wählen.",
            "There is nothing to tell about this area: it has no telephone factor. Please choose"
            " an area with DE or EU.",
        )
    return _BY_ZONE[zone]


def check_text(text: str) -> str:
    """A text that can be used.

    Raises:
        BadRequest: `unknown-placeholder` naming it, `bad-template`.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT:
        raise BadRequest(
            "bad-template",
            f"Der Text darf nicht leer sein und höchstens {LONGEST_TEXT} Zeichen haben.",
            f"The text must not be empty and have at most {LONGEST_TEXT} characters.",
        )
    unknown = [name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]
    if unknown or "{" in (left := _PLACEHOLDER.sub("", text)) or "}" in left:
        wrong = ", ".join(f"{{{name}}}" for name in unknown) or "{ / }"
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise BadRequest(
            "unknown-placeholder",
            f"Diesen Platzhalter gibt es nicht: {wrong}. Möglich sind {known}.",
            f"There is no such placeholder: {wrong}. There are {known}.",
            placeholders=unknown,
        )
    return text


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with values in place of its placeholders."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def values_of(
    task: Task, area: Area, share: PhoneShareFigures, factor: int, person: str, language: Language
) -> dict[str, str]:
    """Args: `factor`: of `area`, in thousandths."""
    number = metering.factor_text(factor)
    return {
        "customer": task.customer,
        "task": task.external_id,
        "title": task.title,
        "area": AREA_NAMES[area][language],
        "factor": number.replace(".", ",") if language == "de" else number,
        "phone": _minutes(share.phone_ms),
        "included": _minutes(share.included_ms),
        "person": person,
    }


def _minutes(ms: int) -> str:
    """Minutes and seconds, rounded: `16:20`."""
    seconds = round(Fraction(ms, 1000))
    return f"{seconds // 60}:{seconds % 60:02}"


def unknown_template() -> NotFound:
    return NotFound(
        "unknown-template",
        f"Diese Vorlage gibt es nicht. Es gibt {', '.join(NAMES)}, jeweils de und en.",
        f"There is no such template. There are {', '.join(NAMES)}, each in de and en.",
    )


def nobody_listens() -> Conflict:
    return Conflict(
        "nobody-listens",
        "Die Nachricht käme nirgends an: Keine eingeschaltete Anbindung nimmt"
        " „Kunde wird informiert“ an. Bitte unter Verwaltung → Anbindung eine einrichten.",
        "The message would arrive nowhere: no endpoint that is switched on takes “customer"
        " informed”. Please set one up under Management → Integration.",
    )


def not_your_task() -> Refused:
    return Refused(
        "not-your-task",
        "Diese Aufgabe ist anderen zugeordnet. Bitte die Zuständigen oder die Verwaltung fragen.",
        "This task is assigned to others. Please ask them or the management.",
    )


def area_not_suggested() -> Refused:
    return Refused(
        "area-not-suggested",
        "Dieser Bereich passt nicht zu den Telefonaten. Es geht nur der vorgeschlagene; für einen"
        " anderen bitte die Verwaltung fragen.",
        "This area does not fit the calls. Only the suggested one is possible; for another one"
        " please ask the management.",
    )
