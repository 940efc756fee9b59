"""Changes of the audit log in words: what was done to what, and each field before and after."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pbx.domain import going_live_words
from pbx.domain.audit import SECRET, Change
from pbx.domain.texts import Words, pick

KINDS: dict[str, Words] = {
    "addon": ("Zusatz", "Add-on"),
    "addon-link": ("Link zum Buchen", "Link to book"),
    "addon-prices": ("Preise der Zusätze", "Prices of add-ons"),
    "handover": ("Übergabe einer Aufgabe", "Hand-over of a task"),
    "absence": ("Abwesenheit", "Absence"),
    "alarm": ("Alarm", "Alarm"),
    "blocked-caller": ("Sperre eines Anrufers", "Block of a caller"),
    "call": ("Anruf", "Call"),
    "carrier": ("Netzbetreiber", "Carrier"),
    "caller-list": ("Anruferliste", "Caller list"),
    "charge": ("Zusatzleistung", "One-off charge"),
    "country": ("Land", "Country"),
    "country-request": ("Länder-Anfrage", "Country request"),
    "customer": ("Kunde", "Customer"),
    "factor": ("Faktor einer Aufgabe", "Factor of a task"),
    "factors": ("Faktorentabelle", "Table of factors"),
    "greeting": ("Ansage", "Greeting"),
    "group": ("Gruppe", "Group"),
    "holiday": ("Feiertag", "Holiday"),
    "hook": ("Anbindung", "Integration"),
    "letter": ("Mail", "Mail"),
    "limit": ("Grenze", "Limit"),
    "list": ("Liste", "List"),
    "number": ("Rufnummer", "Number"),
    "number-group": ("Nummerngruppe", "Number group"),
    "number-request": ("Wunsch nach einer Nummer", "Request for a number"),
    "outbound": ("Anrufe nach draußen", "Calls out"),
    "person": ("Person", "Person"),
    "policy": ("Regel", "Rule"),
    "price": ("Preis", "Price"),
    "price-list": ("Preisliste", "Price list"),
    "reconciliation": ("Abgleich", "Reconciliation"),
    "route": ("Leitweg", "Route"),
    "routing": ("Leitwege", "Routing"),
    "schedule": ("Zeitplan", "Schedule"),
    "second-factor": ("Zweiter Faktor", "Second factor"),
    "session": ("Sitzung", "Session"),
    "single-sign-on": ("Anmeldung über das Firmenkonto", "Single sign-on"),
    "statement": ("Abrechnung", "Statement"),
    "task": ("Aufgabe", "Task"),
    "template": ("Textvorlage", "Text template"),
    "unlock": ("Freischaltung", "Unlock"),
    "voicemail": ("Nachricht", "Message"),
}
VERBS: dict[str, Words] = {
    "activated": ("eingerichtet", "configured"),
    "activation-failed": ("nicht eingerichtet", "not configured"),
    "activation-planned": ("Einrichtung geplant", "configuration planned"),
    "activation-unplanned": ("Einrichtung nicht mehr geplant", "configuration not planned"),
    "answered": ("Schritt beantwortet", "step answered"),
    "booked": ("gebucht", "booked"),
    "commented": ("kommentiert", "commented"),
    "confirmed": ("bestätigt", "confirmed"),
    "escalated": ("eskaliert", "escalated"),
    "reminded": ("erinnert", "reminded"),
    "test-call": ("Testanruf begonnen", "test call begun"),
    "tested": ("Testanruf beendet", "test call ended"),
    "accepted": ("hingenommen", "accepted"),
    "added": ("angelegt", "added"),
    "alarm": ("Alarm", "alarm"),
    "approved": ("genehmigt", "approved"),
    "assigned": ("zugeordnet", "assigned"),
    "bounced": ("unzustellbar", "bounced"),
    "cancelled": ("zurückgezogen", "cancelled"),
    "changed": ("geändert", "changed"),
    "checked": ("vor dem Start geprüft", "checked before it goes live"),
    "claimed": ("übernommen", "claimed"),
    "corrected": ("korrigiert", "corrected"),
    "done": ("erledigt", "done"),
    "ended": ("beendet", "ended"),
    "expired": ("abgelaufen", "expired"),
    "final": ("endgültig", "final"),
    "forwarded": ("weitergeleitet", "forwarded"),
    "given-back": ("zurückgegeben", "given back"),
    "hung_up": ("von der Verwaltung beendet", "ended by management"),
    "import-undone": ("Einlesen zurückgenommen", "import taken back"),
    "imported": ("eingelesen", "imported"),
    "informed": ("dem Kunden mitgeteilt", "told to the customer"),
    "invited": ("eingeladen", "invited"),
    "invited-again": ("noch einmal eingeladen", "invited again"),
    "joined": ("beigetreten", "joined"),
    "left": ("ausgeschieden", "left"),
    "linked": ("verbunden", "linked"),
    "live": ("geht in Betrieb", "goes live"),
    "live-undone": ("geht doch nicht in Betrieb", "does not go live after all"),
    "locked": ("gesperrt", "locked"),
    "new-codes": ("neue Ersatzcodes", "new recovery codes"),
    "off": ("ausgeschaltet", "switched off"),
    "on": ("eingeschaltet", "switched on"),
    "password-changed": ("Passwort geändert", "password changed"),
    "password-reset": ("Passwort zurückgesetzt", "password reset"),
    "planned": ("Wechsel geplant", "change planned"),
    "purged": ("endgültig gelöscht", "deleted for good"),
    "refused": ("abgelehnt", "refused"),
    "released": ("freigegeben", "released"),
    "removed": ("gelöscht", "removed"),
    "renamed": ("umbenannt", "renamed"),
    "reopened": ("wieder geöffnet", "reopened"),
    "replayed": ("noch einmal gesendet", "sent again"),
    "replanned": ("geplanter Wechsel geändert", "planned change altered"),
    "restored": ("wiederhergestellt", "restored"),
    "reset": ("zurückgesetzt", "reset"),
    "returned": ("zurückgekehrt", "returned"),
    "revoked": ("widerrufen", "revoked"),
    "secret-renewed": ("neues Geheimnis", "new secret"),
    "unchecked": ("Prüfung vor dem Start zurückgenommen", "check taken back"),
    "transferred": ("von der Verwaltung weitergegeben", "handed over by management"),
    "version-added": ("neue Fassung", "new version"),
    "version-removed": ("Fassung gelöscht", "version removed"),
    "worked": ("Arbeitszeit eingetragen", "work time entered"),
}
FIELDS: dict[str, Words] = {
    "activate_at": ("wird eingerichtet am", "will be configured on"),
    "activated_at": ("eingerichtet am", "configured on"),
    "did": ("unsere Rufnummer", "our number"),
    "due_on": ("fällig am", "due on"),
    "match_percent": ("Übereinstimmung in Prozent", "match in percent"),
    "option": ("Möglichkeit", "option"),
    "owner_id": ("zuständig", "owner"),
    "step_configured": ("Schritt Einrichtung", "step configuration"),
    "step_feasible": ("Schritt Machbarkeit", "step feasibility"),
    "step_greeting": ("Schritt Ansage", "step greeting"),
    "step_informed": ("Schritt Kunde informiert", "step customer informed"),
    "step_number": ("Schritt Rufnummer", "step number"),
    "step_test_call": ("Schritt Testanruf", "step test call"),
    "active": ("aktiv", "active"),
    "address": ("Adresse", "address"),
    "address_extra": ("Adresszusatz", "address line"),
    "allowed": ("erlaubt", "allowed"),
    "added": ("neu", "added"),
    "amount_cents": ("Betrag in Cent", "amount in cents"),
    "area": ("Bereich", "area"),
    "factors_valid_from": ("Faktoren der Tabelle vom", "factors of the table of"),
    "assignees": ("zuständig", "assignees"),
    "booked_area": ("vereinbarter Bereich", "agreed area"),
    "budget_minutes": ("Budget in Minuten", "budget in minutes"),
    "by": ("durch", "by"),
    "calls_per_user": ("Anrufe gleichzeitig", "calls at once"),
    "changed": ("geändert", "changed"),
    "city": ("Ort", "town"),
    "code": ("Kürzel", "code"),
    "comment": ("Bemerkung", "comment"),
    "connection": ("Verbindungsentgelt", "connection fee"),
    "currency": ("Währung", "currency"),
    "country": ("Land", "country"),
    "corrects": ("ersetzt", "takes the place of"),
    "customer": ("Kunde", "customer"),
    "day": ("Tag", "day"),
    "delivery": ("Zustellung", "delivery"),
    "denied": ("entzogene Rechte", "rights taken"),
    "email": ("E-Mail-Adresse", "e-mail address"),
    "euro": ("Wert in Euro", "worth in euros"),
    "events": ("Ereignisse", "events"),
    "file": ("Datei", "file"),
    "gone": ("weggefallen", "gone"),
    "findings": ("Abweichungen", "findings"),
    "granted": ("zusätzliche Rechte", "rights given"),
    "greeting": ("Ansage", "greeting"),
    "head_office": ("Zentrale", "head office"),
    "increments": ("Takt", "increments"),
    "informed_on": ("informiert am", "informed on"),
    "key": ("Schlüssel", "key"),
    "kinds": ("Ereignisse", "events"),
    "label": ("Bezeichnung", "label"),
    "language": ("Sprache", "language"),
    "mapping": ("Zuordnung der Spalten", "mapping of columns"),
    "members": ("Mitglieder", "members"),
    "minutes": ("Minuten", "minutes"),
    "month": ("Monat", "month"),
    "name": ("Name", "name"),
    "note": ("Notiz", "note"),
    "number": ("Rufnummer", "number"),
    "point": ("Punkt", "point"),
    "points": ("Punkte", "points"),
    "postcode": ("Postleitzahl", "postcode"),
    "phone_system": ("Telefonanlage", "telephone system"),
    "price": ("Preis", "price"),
    "rate_cents": ("Stundensatz in Cent", "rate per hour in cents"),
    "reason": ("Grund", "reason"),
    "recipients": ("Empfänger", "recipients"),
    "right_area": ("richtiger Bereich", "right area"),
    "ring_seconds": ("Klingelzeit in Sekunden", "ringing time in seconds"),
    "risk_cents": ("Risiko in Cent", "risk in cents"),
    "role": ("Rolle", "role"),
    "show_as_caller_id": ("wird als Absender gezeigt", "shown as caller ID"),
    "since": ("von", "since"),
    "state": ("Stand", "state"),
    "street": ("Straße", "street"),
    "task": ("Aufgabe", "task"),
    "text": ("Text", "text"),
    "title": ("Titel", "title"),
    "title_de": ("deutscher Titel", "German title"),
    "title_en": ("englischer Titel", "English title"),
    "to": ("an", "to"),
    "trunk": ("Trunk", "trunk"),
    "until": ("bis", "until"),
    "user": ("Person", "person"),
    "user_id": ("Person", "person"),
    "valid_from": ("gültig ab", "valid from"),
    "words": ("Grund", "reason"),
    "zone": ("Zone", "zone"),
}
YES_NO: dict[bool, Words] = {True: ("ja", "yes"), False: ("nein", "no")}
_POINTS: dict[str, Words] = {p.value: words for p, words in going_live_words.POINTS.items()}
NAMES: dict[str, dict[str, Words]] = {"point": _POINTS, "points": _POINTS}
"""Of the values that a field can have."""
NOTHING: Words = ("nichts", "nothing")
HIDDEN: Words = ("wird nicht gezeigt", "is not shown")
SHORT = 300
"""Letters of a value; a longer one is cut."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    name: str
    before: str | None
    """None where there was none: the thing is new, or had no such field."""
    after: str | None


def title(change: Change, language: str) -> str:
    """`Rufnummer zugeordnet`; for a kind or verb that has no words, its own name."""
    verb = change.action.partition(".")[2]
    done = pick(VERBS[verb], language) if verb in VERBS else plain(verb)
    return f"{kind_name(change.kind, language)} {done}"


def kind_name(kind: str, language: str) -> str:
    return pick(KINDS[kind], language) if kind in KINDS else plain(kind).capitalize()


def fields(change: Change, name_of: Callable[[str], str], language: str) -> list[FieldChange]:
    """Each field before and after. `name_of` gives the name for a person's id, else what it got."""
    before, after = change.before or {}, change.after or {}
    return [
        FieldChange(
            pick(FIELDS[name], language) if name in FIELDS else plain(name),
            _value(_named(name, before[name], language), name_of, language)
            if name in before
            else None,
            _value(_named(name, after[name], language), name_of, language)
            if name in after
            else None,
        )
        for name in {**before, **after}
    ]


def _named(field: str, value: Any, language: str) -> Any:
    if isinstance(value, list):
        return [_named(field, each, language) for each in value]
    words = NAMES.get(field, {}).get(str(value))
    return value if words is None else pick(words, language)


def plain(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").strip()


def _value(value: Any, name_of: Callable[[str], str], language: str) -> str:
    if value is None or value == "" or value == [] or value == {}:
        return pick(NOTHING, language)
    if isinstance(value, bool):
        return pick(YES_NO[value], language)
    if value == SECRET:
        return pick(HIDDEN, language)
    if isinstance(value, list):
        text = ", ".join(_value(each, name_of, language) for each in value)
    elif isinstance(value, dict):
        text = "; ".join(
            f"{pick(FIELDS[k], language) if k in FIELDS else plain(str(k))}: "
            f"{_value(v, name_of, language)}"
            for k, v in value.items()
        )
    else:
        text = name_of(str(value))
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"
