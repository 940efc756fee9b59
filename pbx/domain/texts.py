"""Words for people, by id: how a call ended, why nobody rang, why a message was not mailed.

Each text says what happened and, where something can be done, the next sensible step.
Ids are stable and stored; these words may change at any time.
"""

from pbx.domain.inventory import Caution, area_at_odds
from pbx.domain.records import Direction, LedgerKind, Number, NumberType, Outcome, VoicemailState
from pbx.domain.routing.words import REASONS as ROUTING

Words = tuple[str, str]
"""German, English."""

CAUSES: dict[str, Words] = {
    "hangup-agent": ("Unsere Seite hat aufgelegt.", "Our side hung up."),
    "hangup-far": ("Die Gegenseite hat aufgelegt.", "The other party hung up."),
    "busy": (
        "Besetzt. Bitte in ein paar Minuten noch einmal versuchen.",
        "Busy. Please try again in a few minutes.",
    ),
    "no-answer": (
        "Niemand hat abgenommen. Bitte später noch einmal versuchen.",
        "Nobody answered. Please try again later.",
    ),
    "rejected": (
        "Der Anruf wurde abgewiesen. Bitte später anrufen oder eine E-Mail schreiben.",
        "The call was rejected. Please call later or write an e-mail.",
    ),
    "unreachable-number": (
        "Kein Anschluss unter dieser Nummer. Bitte die Nummer prüfen.",
        "This number is not in service. Please check it.",
    ),
    "network-congestion": (
        "Das Telefonnetz ist überlastet. Bitte in einer Minute noch einmal versuchen.",
        "The telephone network is congested. Please try again in a minute.",
    ),
    "network-error": (
        "Das Telefonnetz konnte nicht verbinden. Bitte noch einmal versuchen; bleibt es dabei, "
        "die Administration informieren.",
        "The telephone network could not connect. Please try again; if it stays like this, "
        "tell the administrator.",
    ),
    "agent-never-came": (
        "Ihr Browser hat die Sprachverbindung nicht aufgebaut; es wurde nicht gewählt. Bitte "
        "Mikrofon-Freigabe und Internet prüfen und neu anrufen.",
        "Your browser did not bring up its voice connection; nothing was dialled. Please check "
        "microphone permission and internet, then call again.",
    ),
    "reattach-timeout": (
        "Ihr Browser kam nicht rechtzeitig zurück, das Gespräch wurde beendet. Bitte zurückrufen.",
        "Your browser did not come back in time, the call was ended. Please call back.",
    ),
    "cancelled": (
        "Der Anruf wurde abgebrochen, bevor jemand abnahm.",
        "The call was cancelled before anybody answered.",
    ),
    "dial-timeout": (
        "Niemand hat in der vorgesehenen Zeit abgenommen. Bitte später noch einmal versuchen.",
        "Nobody answered in the time allowed. Please try again later.",
    ),
    "limit-duration": (
        "Die längste erlaubte Gesprächsdauer war erreicht. Bitte bei Bedarf neu anrufen.",
        "The longest allowed duration was reached. Please call again if needed.",
    ),
    "switch-restarted": (
        "Die Telefonanlage wurde neu gestartet, das Gespräch ist dabei abgebrochen. Bitte neu "
        "anrufen.",
        "The telephone exchange was restarted and the call was lost. Please call again.",
    ),
    "controller-was-away": (
        "Das Gespräch endete, während die Steuerung neu startete; die Dauer reicht bis zum "
        "letzten Lebenszeichen.",
        "The call ended while the controller restarted; its duration runs to the last sign of "
        "life.",
    ),
    "declined": ("Der Anruf wurde abgelehnt.", "The call was declined."),
    "answered-elsewhere": (
        "Jemand anderes hat den Anruf angenommen.",
        "Somebody else answered the call.",
    ),
    "voicemail-done": (
        "Der Anrufer hat eine Nachricht hinterlassen. Sie steht in der Liste der Nachrichten.",
        "The caller left a message. It is in the list of messages.",
    ),
    "voicemail-silence": (
        "Der Anrufer hat nach dem Ton nichts gesagt. Bei Bedarf zurückrufen.",
        "The caller said nothing after the tone. Call back if needed.",
    ),
    "test-call": (
        "Ein Testanruf der Anlage: er hat die Ansage gehört, und niemand bekommt eine Nachricht.",
        "A test call of the exchange: it heard the greeting, and nobody gets a message.",
    ),
    "caller-gave-up": (
        "Der Anrufer hat aufgelegt, bevor jemand abnahm. Bei Bedarf zurückrufen.",
        "The caller hung up before anybody answered. Call back if needed.",
    ),
    "caller-left-in-greeting": (
        "Der Anrufer hat während der Ansage aufgelegt. Bei Bedarf zurückrufen.",
        "The caller hung up during the greeting. Call back if needed.",
    ),
    "party-left": (
        "Die Seite, mit der weiterverbunden wurde, hat aufgelegt.",
        "The party on the other end of the transfer hung up.",
    ),
    "transferred": (
        "Das Gespräch, um das es ging, wurde übergeben.",
        "The call that this was about was handed over.",
    ),
    "transfer-taken-back": (
        "Das Weiterverbinden wurde abgebrochen, bevor jemand abnahm.",
        "The transfer was taken back before anybody answered.",
    ),
    "colleague-declined": (
        "Die Kollegin oder der Kollege hat abgelehnt. Bitte später anrufen oder jemand anderen "
        "wählen.",
        "Your colleague declined. Please call later or choose somebody else.",
    ),
    "colleague-no-answer": (
        "Die Kollegin oder der Kollege hat nicht abgenommen. Bitte später anrufen oder jemand "
        "anderen wählen.",
        "Your colleague did not answer. Please call later or choose somebody else.",
    ),
    "colleague-not-live": (
        "Der Browser der Kollegin oder des Kollegen ist nicht erreichbar. Bitte jemand anderen "
        "wählen.",
        "Your colleague's browser cannot be reached. Please choose somebody else.",
    ),
    "blocked-caller": (
        "Der Anrufer steht auf der Sperrliste und wurde abgewiesen; niemand hat geklingelt.",
        "The caller is on the block list and was rejected; nobody was rung.",
    ),
    "route-rejected": (
        "Die Schritte der Nummer weisen den Anruf hier ab. Zu ändern unter „Nummern“.",
        'The number\'s steps reject the call here. It can be changed under "Numbers".',
    ),
    "announced": (
        "Der Anrufer hat die Ansage gehört; damit enden die Schritte der Nummer. Bei Bedarf "
        "zurückrufen.",
        "The caller heard the announcement, with which the number's steps end. Call back if "
        "needed.",
    ),
    "dictation-done": (
        "Am Telefon wurde eine Begrüßung aufgenommen.",
        "A greeting was recorded by telephone.",
    ),
    "no-one-reachable": (
        "Niemand war erreichbar; der Anruf ging an den Anrufbeantworter.",
        "Nobody was reachable; the call went to voicemail.",
    ),
}
"""Why a call ended (`LedgerEntry.cause`)."""

NOTES: dict[str, Words] = {
    "held": ("Gehalten: die Gegenseite hört Musik", "On hold: the other party hears music"),
    "resumed": ("Gespräch fortgesetzt", "Call resumed"),
    "joined": ("Konferenz: Gespräche zusammengelegt", "Conference: calls joined"),
    "split": ("Konferenz getrennt", "Conference split"),
    "transfer-begun": ("Weiterverbinden begonnen", "Transfer begun"),
    "transfer-done": ("Weiterverbunden", "Transferred"),
    "transfer-back": (
        "Weiterverbinden kam nicht zustande, das Gespräch kam zurück",
        "The transfer did not come about, the call came back",
    ),
    "transfer-taken-back": ("Weiterverbinden abgebrochen", "Transfer taken back"),
    "handed-over": ("hat das Gespräch übernommen", "took the call over"),
    "came-live": (
        "Browser geöffnet: es klingelt noch während der Ansage",
        "Browser opened: it rings while the greeting still plays",
    ),
    "colleague-rings": ("Es klingelt im Browser", "Browser rings"),
    "dictation-begun": (
        "Code eingegeben: eine Begrüßung wird aufgenommen",
        "Code entered: a greeting is recorded",
    ),
    "digits": ("Der Anrufer hat getippt", "The caller typed"),
    "outside-rings": ("Die Nummer außerhalb wird angerufen", "The number outside is called"),
    "outside-busy": (
        "Die Nummer außerhalb ist besetzt: weiter mit dem nächsten Schritt",
        "The number outside is busy: on to the next step",
    ),
    "outside-no-answer": (
        "Außerhalb hat niemand abgenommen: weiter mit dem nächsten Schritt",
        "Nobody answered outside: on to the next step",
    ),
    "outside-failed": (
        "Die Nummer außerhalb war nicht zu erreichen: weiter mit dem nächsten Schritt",
        "The number outside could not be reached: on to the next step",
    ),
}
"""What happened on the way (`LedgerEntry.cause` of a note); these lines need no prefix."""

PRESENCE: dict[str, Words] = {
    "available": ("ist gerade nicht erreichbar", "cannot be reached right now"),
    "busy": ("möchte gerade nicht gestört werden", "does not want to be disturbed right now"),
    "away": ("ist gerade nicht am Platz", "is away from the desk right now"),
    "off": ("hat Feierabend", "is off duty"),
    "on_call": ("telefoniert gerade", "is on a call right now"),
    "offline": ("ist gerade nicht angemeldet", "is not signed in right now"),
}
"""Why a colleague cannot be called; follows the name."""

OUTCOMES: dict[Outcome, Words] = {
    Outcome.ANSWERED: ("Gesprochen", "Answered"),
    Outcome.BUSY: ("Besetzt", "Busy"),
    Outcome.NO_ANSWER: ("Nicht abgenommen", "No answer"),
    Outcome.REJECTED: ("Abgewiesen", "Rejected"),
    Outcome.CANCELLED: ("Abgebrochen", "Cancelled"),
    Outcome.FAILED: ("Fehlgeschlagen", "Failed"),
    Outcome.MISSED: ("Verpasst", "Missed"),
    Outcome.VOICEMAIL: ("Anrufbeantworter", "Voicemail"),
    Outcome.DICTATED: ("Begrüßung aufgenommen", "Greeting recorded"),
}

VOICEMAIL_REASONS: dict[str, Words] = {
    "silence": (
        "Niemand hat gesprochen (Stille oder Töne): nicht versandt, wird einige Tage aufgehoben.",
        "Nobody spoke (silence or tones): not mailed, kept for some days.",
    ),
    "no-speech": (
        "Keine Sprache, nur Töne oder Geräusche: nicht versandt, wird einige Tage aufgehoben.",
        "No speech, only tones or noise: not mailed, kept for some days.",
    ),
    "too-short": (
        "Zu kurz für eine Nachricht: nicht versandt, wird einige Tage aufgehoben.",
        "Too short for a message: not mailed, kept for some days.",
    ),
    "unreadable": (
        "Keine abspielbare Aufnahme (leer, beschädigt): nicht versandt. Bei Bedarf zurückrufen.",
        "No playable recording (empty or damaged): not mailed. Call back if needed.",
    ),
}
"""Why a recording was not mailed (`Voicemail.reason`)."""

VOICEMAIL_STATES: dict[VoicemailState, Words] = {
    VoicemailState.WAITING: ("Wartet auf den Mailserver", "Waiting for the mail server"),
    VoicemailState.ACCEPTED: ("Versandt", "Sent"),
    VoicemailState.FAILED: (
        "Nicht zustellbar: bitte Empfänger prüfen und neu weiterleiten",
        "Not deliverable: please check the recipient and forward it again",
    ),
    VoicemailState.BOUNCED: (
        "Zurückgekommen: bitte die Adresse prüfen und erneut senden",
        "Came back: please check the address and send it again",
    ),
    VoicemailState.SILENT: ("Ohne Nachricht", "No message"),
}

CAUTIONS: dict[Caution, Words] = {
    Caution.NO_RECIPIENTS: (
        "Niemand bekommt die Nachrichten: bitte Empfänger eintragen.",
        "Nobody gets its messages: please enter recipients.",
    ),
    Caution.NO_ADDRESS: (
        "Eine Ortsnummer braucht eine Adresse an ihrem Ort: bitte eintragen.",
        "A geographic number needs an address at its place: please enter it.",
    ),
    Caution.NOBODY_RINGS: (
        "Bei niemandem klingelt es: Anrufe gehen sofort an den Anrufbeantworter.",
        "It rings at nobody's: calls go straight to voicemail.",
    ),
    Caution.ADDRESS_COUNTRY: (
        "Die Adresse liegt in einem anderen Land als die Nummer.",
        "The address is in another country than the number.",
    ),
    Caution.ADDRESS_PLACE: (
        "{code} ist {place}, in der Adresse steht {town}.",
        "{code} is {place}, the address says {town}.",
    ),
    Caution.NOT_VERIFIED: (
        "Der Trunk darf diese Nummer nicht anzeigen: bis sie in trunk.verified_numbers steht,"
        " sehen Angerufene die Zentrale.",
        "The trunk may not show this number: until it is in trunk.verified_numbers, the called"
        " see the head office.",
    ),
}
"""What is worth a second look at a number."""

TYPES: dict[NumberType, Words] = {
    NumberType.FIXED: ("Festnetz", "Fixed line"),
    NumberType.MOBILE: ("Mobilfunk", "Mobile"),
    NumberType.FIXED_OR_MOBILE: ("Festnetz oder Mobilfunk", "Fixed line or mobile"),
    NumberType.VOIP: ("Internet-Rufnummer", "VoIP"),
    NumberType.TOLL_FREE: ("Gratisnummer", "Free phone"),
    NumberType.PREMIUM: ("Premium-Nummer", "Premium rate"),
    NumberType.SHARED_COST: ("Service-Nummer", "Shared cost"),
    NumberType.PERSONAL: ("Persönliche Nummer", "Personal number"),
    NumberType.PAGER: ("Funkruf", "Pager"),
    NumberType.UAN: ("Firmen-Sondernummer", "Corporate number"),
    NumberType.VOICEMAIL: ("Mailbox", "Voicemail"),
    NumberType.UNKNOWN: ("Sondernummer", "Special number"),
}

DIRECTIONS: dict[Direction, Words] = {
    Direction.OUTBOUND: ("ausgehend", "outbound"),
    Direction.INBOUND: ("eingehend", "inbound"),
    Direction.INTERNAL: ("im Team", "in the team"),
}

_TIMELINE: dict[tuple[LedgerKind, Direction | None], Words] = {
    (LedgerKind.OFFERED, Direction.OUTBOUND): ("Anruf angefordert", "Call requested"),
    (LedgerKind.OFFERED, Direction.INBOUND): ("Anruf eingegangen", "Call arrived"),
    (LedgerKind.OFFERED, Direction.INTERNAL): (
        "Anruf im Team angefordert",
        "Call to a colleague requested",
    ),
    (LedgerKind.OFFERED, None): ("Anruf begonnen", "Call began"),
    (LedgerKind.RINGING, Direction.OUTBOUND): ("Es klingelt bei der Gegenseite", "Far party rings"),
    (LedgerKind.RINGING, Direction.INBOUND): ("Es klingelt im Browser", "Browser rings"),
    (LedgerKind.RINGING, None): ("Es klingelt", "Ringing"),
    (LedgerKind.ANSWERED, None): ("Verbunden, die Uhr läuft", "Connected, metering began"),
    (LedgerKind.ENDED, None): ("Beendet", "Ended"),
    (LedgerKind.NOTE, None): ("Vermerk", "Note"),
}
_LEGS: dict[str | None, Words] = {
    "agent": ("Browser", "Browser"),
    "far": ("Gegenseite", "Far party"),
    None: ("Leitung", "Leg"),
}

_UNKNOWN: Words = (
    "Der Anruf ist beendet. Bitte bei Bedarf noch einmal versuchen.",
    "The call has ended. Please try again if needed.",
)


def pick(words: Words, language: str) -> str:
    """The German or English half; everything but German is English."""
    return words[0] if language.startswith("de") else words[1]


def cause_text(cause: str | None, language: str) -> str:
    """How a call ended; a general sentence for a cause that this version does not know."""
    return pick(CAUSES.get(cause or "", _UNKNOWN), language)


def outcome_text(outcome: Outcome, language: str) -> str:
    return pick(OUTCOMES[outcome], language)


def voicemail_reason_text(reason: str, language: str) -> str | None:
    """Why there is no mail; None for an empty reason, the id itself for an unknown one."""
    if not reason:
        return None
    words = VOICEMAIL_REASONS.get(reason)
    return reason if words is None else pick(words, language)


def voicemail_state_text(state: VoicemailState, language: str) -> str:
    return pick(VOICEMAIL_STATES[state], language)


def routing_text(reason: str, language: str) -> str:
    """Words for a `routing.Reason`; the id itself for an unknown one."""
    return pick(ROUTING.get(reason, (reason, reason)), language)


def caution_text(caution: Caution, number: Number, language: str) -> str:
    """What is worth a second look at this number."""
    text = pick(CAUTIONS[caution], language)
    if caution is not Caution.ADDRESS_PLACE:
        return text
    area = area_at_odds(number)
    code, place = (area.code, area.place) if area else ("", "")
    return text.format(code=code, place=place, town=number.city)


def type_text(kind: NumberType, language: str) -> str:
    return pick(TYPES[kind], language)


def direction_text(direction: Direction, language: str) -> str:
    return pick(DIRECTIONS[direction], language)


def timeline_text(
    kind: LedgerKind,
    language: str,
    *,
    direction: Direction | None = None,
    leg: str | None = None,
    cause: str | None = None,
    digits: str | None = None,
) -> str:
    """One line of a call's timeline; the cause, or what was typed, follows after a colon."""
    if kind is LedgerKind.NOTE and cause in NOTES:
        text = pick(NOTES[cause], language)
        return f"{text}: {digits}" if digits else text
    if kind in (LedgerKind.LEG_UP, LedgerKind.LEG_GONE):
        name = pick(_LEGS.get(leg, _LEGS[None]), language)
        up = kind is LedgerKind.LEG_UP
        words = ("verbunden", "connected") if up else ("getrennt", "gone")
        text = f"{name} {pick(words, language)}"
    else:
        words = _TIMELINE.get((kind, direction)) or _TIMELINE[kind, None]
        text = pick(words, language)
    if cause is None:
        return text
    known = CAUSES.get(cause) or VOICEMAIL_REASONS.get(cause) or ROUTING.get(cause)
    return f"{text}: {pick(known, language) if known else cause}"
