"""What people read about messages beside the pages: alarms, who has it, silent calls."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pbx.domain import numbers
from pbx.domain.records import OutboxMail, Voicemail
from pbx.domain.texts import Words, pick
from pbx.domain.voicemail import Room, SilentCalls, Storage

BERLIN = ZoneInfo("Europe/Berlin")
GB = 1_000_000_000
HOME = "DE"

Letter = tuple[str, str]
"""Subject and text."""


def caller_text(caller: str | None, language: str) -> str:
    unknown: Words = ("unbekannter Nummer", "an unknown number")
    return numbers.show(caller, HOME) if caller else pick(unknown, language)


def moment_text(at: datetime, language: str) -> str:
    """Day and time in Berlin."""
    there = at.astimezone(BERLIN)
    return f"{there:%d.%m.%Y, %H:%M} Uhr" if language == "de" else f"{there:%Y-%m-%d %H:%M}"


def taken_text(name: str, since: datetime, language: str) -> str:
    """Said to whoever comes second."""
    at = moment_text(since, language)
    if language == "de":
        return f"{name} kümmert sich schon darum, seit {at}."
    return f"{name} has been taking care of it since {at}."


def silent_calls_text(calls: SilentCalls, language: str) -> str:
    who = caller_text(calls.caller, language)
    if language == "de":
        what = "1 stummer Anruf" if calls.count == 1 else f"{calls.count} stumme Anrufe"
        return f"{what} von {who}"
    what = "1 silent call" if calls.count == 1 else f"{calls.count} silent calls"
    return f"{what} from {who}"


# ------------------------------------------------------------------ alarms


def undelivered_letter(
    message: Voicemail, mail: OutboxMail, to: str, words: str, page: str, language: str
) -> Letter:
    """A message's mail did not arrive: at `to`, for the reason `words`."""
    who, at = caller_text(message.caller, language), moment_text(message.recorded_at, language)
    if language == "de":
        return (
            f"Mail mit Sprachnachricht nicht zugestellt: {to}",
            f"Die Mail mit der Nachricht für {message.label} von {who} ({at}) kam bei {to} "
            f"nicht an.\n\nDer Mailserver sagt: {words or mail.smtp_reply}\n\n"
            "Die Nachricht bleibt abspielbar. Bitte die Adresse der Nummer prüfen und die "
            f"Nachricht erneut senden:\n{page}\n",
        )
    return (
        f"Voicemail not delivered: {to}",
        f"The mail with the message for {message.label} from {who} ({at}) did not reach {to}."
        f"\n\nThe mail server says: {words or mail.smtp_reply}\n\n"
        "The message stays playable. Please check the number's address and send the message "
        f"again:\n{page}\n",
    )


def room_letter(storage: Storage, page: str, language: str) -> Letter:
    used, quota = storage.used / GB, storage.quota / GB
    critical = storage.room is Room.CRITICAL
    if language == "de":
        how = "fast voll" if critical else f"zu {storage.percent} % voll"
        return (
            f"Der Platz für Aufnahmen ist {how}",
            f"Aufnahmen belegen {used:.2f} von {quota:.2f} GB ({storage.percent} %). "
            "Neue Nachrichten werden weiter angenommen, keine geht verloren.\n\n"
            "Bitte erledigte Nachrichten abschließen, die Fristen kürzen oder mehr Platz "
            f"vorsehen ([recordings] quota_gb):\n{page}\n",
        )
    how = "almost full" if critical else f"{storage.percent} % full"
    return (
        f"The room for recordings is {how}",
        f"Recordings take {used:.2f} of {quota:.2f} GB ({storage.percent} %). "
        "New messages are still taken, none is lost.\n\n"
        "Please finish messages that are done, keep them for a shorter time or provide more "
        f"room ([recordings] quota_gb):\n{page}\n",
    )


def disk_letter(reason: str, language: str) -> Letter:
    if language == "de":
        return (
            "Eine Sprachnachricht kann nicht gespeichert werden",
            f"Der Datenträger nimmt keine Aufnahme an: {reason}.\n\nDie Nachricht liegt noch "
            "in Asterisk. Bitte Platz schaffen: Sie wird dann von selbst übernommen und "
            "versandt.\n",
        )
    return (
        "A voicemail cannot be saved",
        f"The disk takes no recording: {reason}.\n\nThe message is still in Asterisk. Please "
        "make room: it is then taken over and mailed by itself.\n",
    )
