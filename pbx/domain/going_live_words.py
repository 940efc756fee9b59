"""What must be looked at before a number is used, and why a test call failed, for people."""

from pbx.domain.going_live import Finding, Point
from pbx.domain.inventory import Caution
from pbx.domain.records import Number
from pbx.domain.routing.words import FAULTS
from pbx.domain.test_calls import Why
from pbx.domain.texts import Words, caution_text, pick

POINTS: dict[Point, Words] = {
    Point.LABEL: ("Bezeichnung", "Label"),
    Point.ADDRESS: ("Adresse", "Address"),
    Point.RECIPIENTS: ("Empfänger der Nachrichten", "Recipients of messages"),
    Point.RINGS: ("Es klingelt bei jemandem", "Somebody rings"),
    Point.ROUTE: ("Kein Schritt führt ins Leere", "No step leads nowhere"),
    Point.HOURS: ("Schritte und Öffnungszeiten", "Steps and opening hours"),
    Point.CALLER_ID: ("Als Absender erlaubt", "Allowed as caller ID"),
    Point.GREETING: ("Ansage angehört", "Greeting heard"),
    Point.TEST_CALL: ("Testanruf", "Test call"),
}
HINTS: dict[Point, Words] = {
    Point.LABEL: (
        "Steht sie so da, wie die Angerufenen sie beim Klingeln lesen sollen?",
        "Does it read as whoever is rung should read it?",
    ),
    Point.ADDRESS: (
        "Gibt es dort eine Niederlassung, und gehört der Ort zur Vorwahl?",
        "Is there a branch, and does the place belong to the area code?",
    ),
    Point.RECIPIENTS: (
        "Bekommen die richtigen Leute die Nachrichten?",
        "Do the right people get the messages?",
    ),
    Point.RINGS: (
        "Zugeordnet, oder in den Schritten genannt.",
        "Assigned, or named by the steps.",
    ),
    Point.ROUTE: ("Die Schritte sind in Ordnung.", "The steps are fine."),
    Point.HOURS: (
        "Klingelt es zu den richtigen Zeiten bei den Richtigen?",
        "Do the right people ring at the right times?",
    ),
    Point.CALLER_ID: (
        "Der Anschluss darf diese Nummer zeigen.",
        "The trunk may show this number.",
    ),
    Point.GREETING: (
        "Hat sie jemand ganz angehört, und sagt sie das Richtige?",
        "Has somebody heard all of it, and does it say the right thing?",
    ),
    Point.TEST_CALL: (
        "Die Anlage ruft die Nummer an und hört, was Anrufer hören. Es klingelt bei niemandem.",
        "The exchange calls the number and hears what callers hear. Nobody rings.",
    ),
}
"""What is to be looked at; of what the system knows: that it is fine."""
WHY: dict[Why, Words] = {
    Why.NOT_ANSWERED: (
        "Niemand hat abgenommen, und auch keine Ansage war zu hören.",
        "Nobody answered, and no greeting either.",
    ),
    Why.SILENT: ("Nach dem Abheben war nichts zu hören.", "After the answer nothing was heard."),
    Why.OTHER_SOUND: (
        "Zu hören war etwas anderes als die Ansage.",
        "Something else than the greeting was heard.",
    ),
    Why.NO_GREETING: (
        "Zu dieser Rufnummer gibt es keine Ansage, mit der sich vergleichen lässt.",
        "This number has no greeting to compare with.",
    ),
    Why.EXCHANGE_AWAY: (
        "Die Telefonanlage war nicht erreichbar. Bitte noch einmal versuchen.",
        "The exchange could not be reached. Please try again.",
    ),
    Why.INTERRUPTED: (
        "Der Testanruf wurde unterbrochen. Bitte noch einmal versuchen.",
        "The test call was interrupted. Please try again.",
    ),
}
_STEPS: dict[int, Words] = {
    0: ("Ohne eigene Schritte, rund um die Uhr", "No steps of its own, around the clock"),
    1: ("Ein Schritt", "One step"),
}
_CENTRAL: Words = ("Das zentrale Postfach", "The central mailbox")


def finding_text(finding: Finding, number: Number, language: str) -> str:
    if isinstance(finding, Caution):
        return caution_text(finding, number, language)
    return pick(FAULTS[finding.value], language)


def why_text(reason: str, language: str) -> str:
    """Why a test call failed; empty where it did not."""
    return pick(WHY[Why(reason)], language) if reason else ""


def steps_text(count: int, language: str) -> str:
    return pick(_STEPS.get(count, (f"{count} Schritte", f"{count} steps")), language)


def recipients_text(recipients: tuple[str, ...], language: str) -> str:
    return ", ".join(recipients) or pick(_CENTRAL, language)
