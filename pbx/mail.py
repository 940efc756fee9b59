"""A message's mail, or a letter: built by a pure function, sent by SMTP (adapter of
`message_ports.Mailer` and `post.LetterSender`).

Whether a failure is worth another attempt is decided here: what the server says about
this mail for good (5xx to MAIL, RCPT or DATA) is permanent; everything about the way
there, such as a refused login or a missing STARTTLS, may be repaired and is tried again.
"""

import asyncio
import contextlib
import re
import ssl
import unicodedata
from collections.abc import Awaitable, Callable
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import aiosmtplib
from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from pbx.domain import numbers
from pbx.domain.letters import Letter
from pbx.domain.records import MailKind, OutboxMail, Voicemail
from pbx.services.message_ports import Delivery
from pbx.settings import Smtp

BERLIN = ZoneInfo("Europe/Berlin")
HOME = "DE"
"""Where the readers are: numbers of this country are shown in national form."""
STATE_TIMEOUT_SECONDS = 5
REPLY_LENGTH = 500
_DAYS = (
    ("Montag", "Monday"),
    ("Dienstag", "Tuesday"),
    ("Mittwoch", "Wednesday"),
    ("Donnerstag", "Thursday"),
    ("Freitag", "Friday"),
    ("Samstag", "Saturday"),
    ("Sonntag", "Sunday"),
)


# ------------------------------------------------------------------ building (pure)


def build(
    voicemail: Voicemail,
    mail: OutboxMail,
    mp3: bytes,
    *,
    sender: str,
    forwarder: str = "",
    language: str = "de",
    link: str = "",
) -> EmailMessage:
    """The mail with the recording attached.

    Args:
        mp3: the recording.
        link: to the page where its reader says that they take care; may be empty.
        sender: address of the From header.
        forwarder: name of who forwarded it; used where `mail.forwarded_by` is set.
        language: of subject and first part of the text; the other language follows below.

    Raises:
        ValueError: an address that cannot stand in a mail.
    """
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = _address(sender, "Vermittlung")
    message["To"] = tuple(_address(recipient) for recipient in mail.recipients)
    message["Subject"] = _subject(voicemail, mail.kind, language)
    first_mail = mail.kind is MailKind.MESSAGE
    message["Date"] = voicemail.recorded_at if first_mail else mail.created_at
    message["Message-ID"] = _line(mail.message_id)
    if mail.in_reply_to:
        message["In-Reply-To"] = message["References"] = _line(mail.in_reply_to)
    message["X-Route-Label"] = _line(voicemail.label)
    message["List-Id"] = f"<{voicemail.did.lstrip('+')}.{sender.rpartition('@')[2]}>"
    # No out-of-office answers to a machine (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    first, second = ("de", "en") if language.startswith("de") else ("en", "de")
    parts = [_text(voicemail, mail, forwarder, link, each) for each in (first, second)]
    # Quoted-printable passes servers that know no 8BITMIME.
    rule = "\n" + "-" * 40 + "\n\n"
    message.set_content(rule.join(parts), cte="quoted-printable")
    message.add_attachment(mp3, maintype="audio", subtype="mpeg", filename=file_name(voicemail))
    return message


def build_letter(letter: Letter, *, sender: str) -> EmailMessage:
    """A mail in plain text.

    Raises:
        ValueError: an address that cannot stand in a mail.
    """
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = _address(sender, "Vermittlung")
    message["To"] = tuple(_address(recipient) for recipient in letter.recipients)
    if letter.cc:
        message["Cc"] = tuple(_address(recipient) for recipient in letter.cc)
    message["Subject"] = _line(letter.subject)
    message["Date"] = letter.created_at
    message["Message-ID"] = _line(letter.message_id)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text, cte="quoted-printable")
    return message


def file_name(voicemail: Voicemail) -> str:
    """A file name that sorts by time and is safe everywhere: `2026-11-21_10-04_0221-123456.mp3`."""
    at = voicemail.recorded_at.astimezone(BERLIN)
    caller = numbers.show(voicemail.caller, HOME) if voicemail.caller else "anonym"
    parts = (f"{at:%Y-%m-%d_%H-%M}", _slug(caller), _slug(voicemail.label))
    return "_".join(part for part in parts if part) + ".mp3"


_LEADS = {
    MailKind.MESSAGE: ("Neue Nachricht", "New message"),
    MailKind.AGAIN: ("Noch einmal: Nachricht", "Once more: message"),
    MailKind.FORWARD: ("Weitergeleitet: Nachricht", "Forwarded: message"),
    MailKind.REMINDER: ("Noch niemand kümmert sich: Nachricht", "Nobody takes care yet: message"),
}


def _subject(voicemail: Voicemail, kind: MailKind, language: str) -> str:
    label = _line(voicemail.label)
    german = language.startswith("de")
    unknown = "unbekannter Nummer" if german else "an unknown number"
    caller = numbers.show(voicemail.caller, HOME) if voicemail.caller else unknown
    lead = _LEADS[kind][0 if german else 1]
    if german:
        return f"{lead} für {label} von {_line(caller)}"
    return f"{lead} for {label} from {_line(caller)}"


def _text(voicemail: Voicemail, mail: OutboxMail, forwarder: str, link: str, language: str) -> str:
    german = language.startswith("de")
    lines = _facts(voicemail, german)
    if mail.task:
        lines.append(f"{'Aufgabe:   ' if german else 'Task:     '} {_line(mail.task)}")
    if mail.kind is MailKind.REMINDER:
        reminder = (
            "Um diese Nachricht kümmert sich noch niemand.",
            "Nobody takes care of this message yet.",
        )
        lines += ["", reminder[0 if german else 1]]
    if mail.forwarded_by is not None and forwarder:
        by = "Weitergeleitet von" if german else "Forwarded by"
        lines += ["", f"{by} {_line(forwarder)}."]
    if mail.note.strip():
        lines += ["", "Anmerkung:" if german else "Note:", *_quoted(mail.note)]
    if voicemail.transcript.strip():
        said = "Mitschrift (von einer Maschine):" if german else "Transcript (by a machine):"
        lines += ["", said, *_quoted(voicemail.transcript)]
    if link:
        lines += ["", "Ich kümmere mich darum:" if german else "I take it:", link]
    lines += ["", "Die Aufnahme ist als MP3 angehängt." if german else "The MP3 is attached."]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> list[str]:
    return [f"> {line}" for line in text.strip().splitlines()]


def _facts(voicemail: Voicemail, german: bool) -> list[str]:
    at = voicemail.recorded_at.astimezone(BERLIN)
    seconds = round(voicemail.duration_ms / 1000)
    length = f"{seconds // 60}:{seconds % 60:02} min"
    number = numbers.show(voicemail.did, HOME)
    day = _DAYS[at.weekday()][0 if german else 1]
    if voicemail.caller:
        caller = f"{numbers.show(voicemail.caller, HOME)} ({voicemail.caller})"
    else:
        caller = "Nummer unterdrückt" if german else "number withheld"
    label = _line(voicemail.label)
    if german:
        return [
            f"Neue Nachricht für {label}",
            "",
            f"Anrufer:    {caller}",
            f"Angerufen:  {label}, {number} ({voicemail.did})",
            f"Zeit:       {day}, {at:%d.%m.%Y, %H:%M} Uhr",
            f"Dauer:      {length}",
        ]
    return [
        f"New message for {label}",
        "",
        f"Caller:    {caller}",
        f"Called:    {label}, {number} ({voicemail.did})",
        f"Time:      {day}, {at:%Y-%m-%d %H:%M} (Berlin)",
        f"Duration:  {length}",
    ]


def _address(text: str, name: str = "") -> Address:
    if not text.isascii() or not re.fullmatch(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+", text):
        raise ValueError(f"not a mail address: {text[:100]!r}")
    try:
        return Address(name, addr_spec=text)
    except (MessageError, IndexError) as e:
        raise ValueError(f"not a mail address: {text[:100]!r}") from e


def _line(text: str) -> str:
    """One line without control characters, so that no text can add a header."""
    kept = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return " ".join(kept.split())[:120]


def _slug(text: str) -> str:
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(umlaut, letters).replace(umlaut.upper(), letters.capitalize())
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:40]


# ------------------------------------------------------------------ sending


class SmtpMailer:
    """Sends by SMTP.

    Args:
        settings: the section `[smtp]`.
        language: of the mails.
        name_of: the name of a user id, for "forwarded by"; None leaves that line out.
        tls_context: other certificates than the system's.
    """

    def __init__(
        self,
        settings: Smtp,
        language: str = "de",
        *,
        name_of: Callable[[str], Awaitable[str]] | None = None,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._language = language
        self._name_of = name_of
        self._tls_context = tls_context

    async def send(
        self, voicemail: Voicemail, mail: OutboxMail, mp3: Path, link: str = ""
    ) -> Delivery:
        """Hand the mail to the server; never raises for what server, network or disk may do."""
        forwarder = ""
        if mail.forwarded_by is not None and self._name_of is not None:
            forwarder = await self._name_of(mail.forwarded_by)
        try:
            recording = await asyncio.to_thread(mp3.read_bytes)
        except OSError as e:
            return Delivery(False, False, f"recording {mp3.name}: {e.strerror}")
        try:
            message = build(
                voicemail,
                mail,
                recording,
                sender=self._settings.sender,
                forwarder=forwarder,
                language=self._language,
                link=link,
            )
        except ValueError as e:
            return Delivery(False, True, _reply(str(e)))
        return await self._deliver(mail.recipients, message.as_bytes())

    async def send_letter(self, letter: Letter) -> Delivery:
        """Hand the letter to the server; never raises for what server or network may do."""
        try:
            message = build_letter(letter, sender=self._settings.sender)
        except ValueError as e:
            return Delivery(False, True, _reply(str(e)))
        return await self._deliver((*letter.recipients, *letter.cc), message.as_bytes())

    async def state(self) -> str:
        """`ok`, or why the mail server cannot be reached; never raises. Does not sign in."""
        limit = min(STATE_TIMEOUT_SECONDS, self._settings.timeout_seconds)
        client = self._client(limit, sign_in=False)
        try:
            async with asyncio.timeout(limit):
                await client.connect()
                await client.noop()
        except (SMTPException, OSError, TimeoutError, ValueError) as e:
            return _why(e)
        finally:
            await _leave(client)
        return "ok"

    async def _deliver(self, recipients: tuple[str, ...], message: bytes) -> Delivery:
        timeout = self._settings.timeout_seconds
        client = self._client(timeout, sign_in=True)
        try:
            # The client's own limit is for each answer; a tarpit must not hold the outbox.
            async with asyncio.timeout(timeout * 4):
                await client.connect()
                refused, reply = await client.sendmail(self._settings.sender, recipients, message)
        except SMTPRecipientsRefused as e:
            permanent = all(_for_good(each.code) for each in e.recipients)
            words = "; ".join(f"{r.recipient}: {r.code} {r.message}" for r in e.recipients)
            return Delivery(False, permanent, _reply(words))
        except (SMTPSenderRefused, SMTPDataError) as e:
            return Delivery(False, _for_good(e.code), _reply(f"{e.code} {e.message}"))
        except (SMTPException, OSError, TimeoutError, ValueError) as e:
            return Delivery(False, False, _why(e))
        finally:
            await _leave(client)
        # Some got it. A second attempt would give it to them twice, so it counts as accepted
        # and the reply names who was left out.
        left_out = "".join(f"; refused: {to}: {r[0]} {r[1]}" for to, r in refused.items())
        gone = tuple(to for to, said in refused.items() if _for_good(said[0]))
        return Delivery(True, False, _reply(f"250 {reply}{left_out}"), gone)

    def _client(self, timeout: float, *, sign_in: bool) -> SMTP:
        settings = self._settings
        username = settings.username if sign_in and settings.username else None
        return SMTP(
            hostname=settings.host,
            port=settings.port,
            username=username,
            password=settings.password if username else None,
            # The sender's domain; the default asks the resolver and may block for seconds.
            local_hostname=settings.sender.rpartition("@")[2] or "localhost",
            timeout=timeout,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=self._tls_context,
        )


def _for_good(code: int) -> bool:
    """5xx, except for a missing sign-in or encryption (RFC 4954, 3207): that is ours to repair."""
    return code >= 500 and code not in (530, 534, 535, 538)


async def _leave(client: SMTP) -> None:
    """Say goodbye; whatever happens now changes nothing about the mail."""
    if client.is_connected:
        with contextlib.suppress(SMTPException, OSError, TimeoutError):
            await client.quit(timeout=2)
    client.close()


def _why(error: BaseException) -> str:
    """A short reason; library errors carry no password, and nothing of ours is added."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return _reply(f"sign-in refused: {error.code} {error.message}")
    if isinstance(error, SMTPResponseException):
        return _reply(f"{error.code} {error.message}")
    if isinstance(error, TimeoutError):
        return _reply(f"no answer in time ({error})" if str(error) else "no answer in time")
    return _reply(str(error) or type(error).__name__)


def _reply(text: str) -> str:
    return " ".join(text.split())[:REPLY_LENGTH]
