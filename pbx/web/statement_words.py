"""The words of statements on paper, German and English."""

from datetime import date

from pbx.domain.records import Area
from pbx.domain.texts import Words, pick

WORDS: dict[str, Words] = {
    "statement": ("Abrechnung", "Statement"),
    "correction": ("Korrektur", "Correction"),
    "draft": ("Entwurf", "Draft"),
    "mark": ("ENTWURF", "DRAFT"),
    "number": ("Nummer", "Number"),
    "month": ("Monat", "Month"),
    "date": ("Datum", "Date"),
    "as_of": ("Stand", "As of"),
    "rate": ("Stundensatz", "Rate per hour"),
    "replaces": ("ersetzt", "Replaces"),
    "task": ("Aufgabe", "Task"),
    "calls": ("Anrufe", "Calls"),
    "talk": ("Gespräch", "Talk"),
    "included": ("inbegriffen", "Included"),
    "work": ("Arbeit", "Work"),
    "factor": ("Faktor", "Factor"),
    "exact": ("Budget", "Budget"),
    "booked": ("gebucht", "Booked"),
    "amount": ("Betrag", "Amount"),
    "over": ("über dem Inbegriffenen", "beyond what is included"),
    "total": ("Summe", "Total"),
    "charges": ("Zusatzleistungen", "One-off charges"),
    "day": ("Tag", "Day"),
    "what": ("Leistung", "Service"),
    "tasks_sum": ("Aufgaben", "Tasks"),
    "grand_total": ("Gesamtbetrag", "Total amount"),
    "platform": (
        "Zeit der Anlage (Ansagen, Warten, Mailbox), nicht berechnet",
        "Time of the exchange (greetings, waiting, voicemail), not billed",
    ),
    "page": ("Seite {page} von {pages}", "Page {page} of {pages}"),
    "reason": ("Grund", "Reason"),
    "corrects": (
        "Dieses Dokument ersetzt die Abrechnung {number}. Grund: {reason}",
        "This document replaces statement {number}. Reason: {reason}",
    ),
    "difference": (
        "Bisher {before}, jetzt {now}, Unterschied {difference}.",
        "Before {before}, now {now}, difference {difference}.",
    ),
    "is_draft": (
        "Dies ist ein Entwurf: Die Zahlen können sich noch ändern.",
        "This is a draft: its figures may still change.",
    ),
    "no_rate": (
        "Für diesen Kunden ist kein Stundensatz hinterlegt. Die Aufgaben haben deshalb noch keinen "
        "Betrag.",
        "No rate per hour is known for this customer. The tasks therefore have no amount yet.",
    ),
    "nothing": ("In diesem Monat ist nichts angefallen.", "Nothing came up in this month."),
    "rules": (
        "Je Stunde Arbeit sind 15 Minuten Gespräch inbegriffen. Das Budget einer Aufgabe ist ihre "
        "Arbeitszeit mal Faktor; gebucht wird es auf volle fünf Minuten aufgerundet.",
        "15 minutes of talk are included in each hour of work. The budget of a task is its work "
        "time times the factor; it is booked rounded up to the next five minutes.",
    ),
}
AREAS: dict[Area, Words] = {
    Area.BACKOFFICE: ("Backoffice", "Back office"),
    Area.BACKOFFICE_DE: ("Backoffice DE", "Back office DE"),
    Area.BACKOFFICE_EU: ("Backoffice EU", "Back office EU"),
    Area.SALES: ("Sales", "Sales"),
    Area.SALES_DE: ("Sales DE", "Sales DE"),
    Area.SALES_EU: ("Sales EU", "Sales EU"),
}
_MONTHS: tuple[Words, ...] = (
    ("Januar", "January"),
    ("Februar", "February"),
    ("März", "March"),
    ("April", "April"),
    ("Mai", "May"),
    ("Juni", "June"),
    ("Juli", "July"),
    ("August", "August"),
    ("September", "September"),
    ("Oktober", "October"),
    ("November", "November"),
    ("Dezember", "December"),
)


def month_name(first: date, language: str) -> str:
    """`Oktober 2026`."""
    return f"{pick(_MONTHS[first.month - 1], language)} {first.year}"


def day_text(day: date, language: str) -> str:
    """`02.11.2026`, `2 November 2026`."""
    if language == "de":
        return f"{day:%d.%m.%Y}"
    return f"{day.day} {_MONTHS[day.month - 1][1]} {day.year}"


def decimal_text(text: str, language: str) -> str:
    """`1234.5` is `1.234,5` and `1,234.5`."""
    whole, point, rest = text.partition(".")
    sign = "-" if whole.startswith("-") else ""
    grouped = f"{int(whole.removeprefix('-')):,}"
    written = f"{sign}{grouped}{point}{rest}"
    return written.translate(_GERMAN) if language == "de" else written


def money_text(amount: str, language: str) -> str:
    """`-1234.50` euros are `-1.234,50 €` and `-€1,234.50`."""
    written = decimal_text(amount, language)
    if language == "de":
        return f"{written} €"
    return f"-€{written[1:]}" if written.startswith("-") else f"€{written}"


_GERMAN = str.maketrans(",.", ".,")


def clock(ms: int) -> str:
    """Whole seconds as `h:mm:ss`."""
    seconds = ms // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
