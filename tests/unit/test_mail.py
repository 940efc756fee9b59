"""Mails: what they say, and what is made of every answer of a mail server."""

import email
import logging
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from pbx import mail
from pbx.domain.records import MailKind, OutboxMail, OutboxState, Voicemail, VoicemailState
from pbx.services.message_ports import Delivery
from pbx.settings import Smtp
from tests.support.mail_server import MailServer, running

RECORDED = datetime(2026, 11, 21, 9, 4, 30, tzinfo=UTC)
MP3 = b"ID3" + bytes(range(256)) * 40
VOICEMAIL = Voicemail(
    id="v1",
    call_id="c1",
    did="+4922182829980",
    label="Zentrale",
    caller="+4922112345678",
    recorded_at=RECORDED,
    duration_ms=65_400,
    speech_ms=50_000,
    state=VoicemailState.WAITING,
    reason="",
    wav="voicemail/c1.wav",
    mp3="voicemail/c1.mp3",
)
MAIL = OutboxMail(
    id="m1",
    voicemail_id="v1",
    message_id="<m1@example.test>",
    recipients=("zentrale@example.test",),
    forwarded_by=None,
    note="",
    state=OutboxState.WAITING,
    attempts=0,
    next_attempt_at=RECORDED,
    smtp_reply="",
    created_at=datetime(2026, 11, 22, 8, 0, tzinfo=UTC),
)
FORWARDED = replace(
    MAIL,
    kind=MailKind.FORWARD,
    forwarded_by="u1",
    note="Bitte zurückrufen!\nDanke",
    in_reply_to="<first@example.test>",
    task="T-1001 Termine\nBcc: x@example.test",
)


def parsed(
    voicemail: Voicemail = VOICEMAIL,
    outbox: OutboxMail = MAIL,
    forwarder: str = "",
    language: str = "de",
) -> EmailMessage:
    """Built, sent as bytes, and read as a mail program reads it."""
    built = mail.build(
        voicemail,
        outbox,
        MP3,
        sender="vermittlung@example.test",
        forwarder=forwarder,
        language=language,
    )
    message = email.message_from_bytes(built.as_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


# ------------------------------------------------------------------ what it says


def test_headers() -> None:
    message = parsed()
    assert message["Subject"] == "Neue Nachricht für Zentrale von 0221 12345678"
    assert message["From"] == "Vermittlung <vermittlung@example.test>"
    assert message["To"] == "zentrale@example.test"
    assert message["Message-ID"] == "<m1@example.test>"
    assert message["X-Route-Label"] == "Zentrale"
    assert message["List-Id"] == "<4922182829980.example.test>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(message["Date"]) == RECORDED


def test_text_in_both_languages() -> None:
    text = body(parsed())
    german, english = text.split("-" * 40)
    for line in (
        "Anrufer:    0221 12345678 (+4922112345678)",
        "Angerufen:  Zentrale, 0221 82829980 (+4922182829980)",
        "Zeit:       Samstag, 21.11.2026, 10:04 Uhr",
        "Dauer:      1:05 min",
    ):
        assert line in german
    for line in ("New message for Zentrale", "Saturday, 2026-11-21 10:04", "1:05 min"):
        assert line in english
    swapped = body(parsed(language="en"))
    assert swapped.index("New message") < swapped.index("Neue Nachricht")


def test_summer_time() -> None:
    at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert "Donnerstag, 02.07.2026, 00:30 Uhr" in body(parsed(replace(VOICEMAIL, recorded_at=at)))


def test_attachment_is_the_recording() -> None:
    [part] = parsed().iter_attachments()
    assert part.get_content_type() == "audio/mpeg"
    assert part.get_filename() == "2026-11-21_10-04_0221-12345678_Zentrale.mp3"
    assert part.get_content() == MP3


def test_lines_end_as_smtp_wants_and_are_short() -> None:
    raw = mail.build(VOICEMAIL, FORWARDED, MP3, sender="a@example.test").as_bytes()
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_what_was_said_and_the_link_are_in_the_text() -> None:
    voicemail = replace(VOICEMAIL, transcript="Guten Tag,\nbitte um Rückruf.")
    again = replace(MAIL, kind=MailKind.AGAIN)
    link = "https://pbx.example.test/message/" + "x" * 200
    raw = mail.build(voicemail, again, MP3, sender="a@example.test", link=link).as_bytes()
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    text = body(message).replace("\r\n", "\n")
    assert "> Guten Tag,\n> bitte um Rückruf." in text
    assert text.count(f"\n{link}\n") == 2, "once in each language, whole"
    assert "Ich kümmere mich darum:" in text
    assert message["Subject"].startswith("Noch einmal: Nachricht für")
    reminder = parsed(outbox=replace(MAIL, kind=MailKind.REMINDER), language="en")
    assert reminder["Subject"].startswith("Nobody takes care yet: message for")
    assert "Nobody takes care of this message yet." in body(reminder)


def test_withheld_number() -> None:
    message = parsed(replace(VOICEMAIL, caller=None))
    assert message["Subject"].endswith("von unbekannter Nummer")
    assert "Nummer unterdrückt" in body(message)
    [part] = message.iter_attachments()
    assert part.get_filename() == "2026-11-21_10-04_anonym_Zentrale.mp3"


def test_foreign_caller_is_shown_internationally() -> None:
    message = parsed(replace(VOICEMAIL, caller="+33142685300"))
    assert message["Subject"].endswith("von +33 1 42 68 53 00")


def test_forwarded_with_a_note() -> None:
    message = parsed(outbox=FORWARDED, forwarder="Marta Manager")
    assert message["Subject"] == "Weitergeleitet: Nachricht für Zentrale von 0221 12345678"
    assert parsedate_to_datetime(message["Date"]) == FORWARDED.created_at
    text = body(message)
    assert "Weitergeleitet von Marta Manager." in text
    assert "Forwarded by Marta Manager." in text
    assert "> Bitte zurückrufen!\n> Danke" in text.replace("\r\n", "\n")
    assert "Aufgabe:    T-1001 Termine Bcc: x@example.test" in text
    assert message["In-Reply-To"] == message["References"] == "<first@example.test>"
    assert message["Bcc"] is None
    english = parsed(outbox=FORWARDED, language="en")
    assert english["Subject"].startswith("Forwarded: message for")


@pytest.mark.parametrize(
    "label",
    [
        "Zentrale\r\nBcc: thief@example.test",
        "Zentrale\nSubject: other",
        "Zentrale\u2028X-Evil: 1",
        "Zentrale\x00\x0b\x85X: 1",
        "Büro für Müller & Söhne, Köln – Anfragen",
        "客户服务",
        "=?utf-8?q?Bcc:_thief?=",
        "x" * 1000,
        "",
    ],
)
def test_no_label_can_add_a_header(label: str) -> None:
    message = parsed(replace(VOICEMAIL, label=label), FORWARDED, forwarder=label)
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert len(message.get_all("Subject", [])) == 1
    assert message["To"] == "zentrale@example.test"
    assert not message.defects
    [part] = message.iter_attachments()
    name = part.get_filename()
    assert name is not None
    assert name.isascii()
    assert not set(name) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    assert len(name) < 120


def test_umlauts_survive() -> None:
    message = parsed(replace(VOICEMAIL, label="Büro Köln"))
    assert message["X-Route-Label"] == "Büro Köln"
    assert message["Subject"].startswith("Neue Nachricht für Büro Köln")
    assert mail.file_name(replace(VOICEMAIL, label="Büro Köln")).endswith("_Buero-Koeln.mp3")


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b\r\nBcc: c@d", "a b@c", "a@b, c@d", "ä@example.test", "<a@b>"]
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(ValueError, match="not a mail address"):
        mail.build(VOICEMAIL, replace(MAIL, recipients=(address,)), MP3, sender="a@b.test")


# ------------------------------------------------------------------ sending


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    server = MailServer()
    async with running(server):
        yield server


@pytest.fixture
def mp3(tmp_path: Path) -> Path:
    file = tmp_path / "c1.mp3"
    file.write_bytes(MP3)
    return file


def mailer(port: int, **changes: object) -> mail.SmtpMailer:
    settings = Smtp(
        host="127.0.0.1",
        port=port,
        security="none",
        sender="vermittlung@example.test",
        timeout_seconds=1,
    )
    return mail.SmtpMailer(replace(settings, **changes))  # type: ignore[arg-type]


async def test_an_accepted_mail(server: MailServer, mp3: Path) -> None:
    delivery = await mailer(server.port).send(VOICEMAIL, MAIL, mp3)
    assert delivery == Delivery(True, False, "250 queued as 42")
    assert server.commands[0] == "EHLO example.test"
    assert any(c.startswith("MAIL FROM:<vermittlung@example.test>") for c in server.commands)
    assert "RCPT TO:<zentrale@example.test>" in server.commands
    [raw] = server.messages
    message = email.message_from_bytes(raw, policy=policy.default)
    assert message["Message-ID"] == "<m1@example.test>"
    assert isinstance(message, EmailMessage)
    [part] = message.iter_attachments()
    assert part.get_content() == MP3


async def test_again_with_the_same_message_id(server: MailServer, mp3: Path) -> None:
    for _ in range(2):
        await mailer(server.port).send(VOICEMAIL, MAIL, mp3)
    first, second = (email.message_from_bytes(raw)["Message-ID"] for raw in server.messages)
    assert first == second == "<m1@example.test>"


async def test_who_forwarded_it(server: MailServer, mp3: Path) -> None:
    async def name_of(user_id: str) -> str:
        return {"u1": "Marta Manager"}[user_id]

    settings = Smtp(host="127.0.0.1", port=server.port, security="none", timeout_seconds=1)
    sender = mail.SmtpMailer(settings, "de", name_of=name_of)
    assert (await sender.send(VOICEMAIL, FORWARDED, mp3)).accepted
    assert b"Weitergeleitet von Marta Manager" in server.messages[0]


@pytest.mark.parametrize(
    ("command", "reply", "permanent", "said"),
    [
        ("CONNECT", "421 too busy", False, "421 too busy"),
        ("CONNECT", "554 no service", False, "554 no service"),
        ("CONNECT", "drop", False, ""),
        ("CONNECT", "hang", False, "no answer in time"),
        ("MAIL", "451 later", False, "451 later"),
        ("MAIL", "550 sender unknown", True, "550 sender unknown"),
        ("MAIL", "530 please sign in", False, "530 please sign in"),
        ("MAIL", "421 shutting down", False, "421"),
        ("RCPT", "450 greylisted", False, "zentrale@example.test: 450 greylisted"),
        ("RCPT", "550 no such user", True, "zentrale@example.test: 550 no such user"),
        ("RCPT", "hang", False, "no answer in time"),
        ("DATA", "554 no", True, "554 no"),
        ("END", "451 disk full", False, "451 disk full"),
        ("END", "552 too big", True, "552 too big"),
        ("END", "drop", False, ""),
        ("END", "hang", False, "no answer in time"),
        ("EHLO", "drop", False, ""),
    ],
)
async def test_answers_that_are_no_yes(
    server: MailServer, mp3: Path, command: str, reply: str, permanent: bool, said: str
) -> None:
    server.replies[command] = reply
    delivery = await mailer(server.port).send(VOICEMAIL, MAIL, mp3)
    assert not delivery.accepted
    assert delivery.permanent is permanent
    assert said in delivery.reply
    assert delivery.reply


async def test_a_goodbye_that_fails_changes_nothing(server: MailServer, mp3: Path) -> None:
    server.replies["QUIT"] = "drop"
    assert (await mailer(server.port).send(VOICEMAIL, MAIL, mp3)).accepted


async def test_some_recipients_refused(server: MailServer, mp3: Path) -> None:
    server.replies["RCPT TO:<gone@"] = "550 no such user"
    both = replace(MAIL, recipients=("zentrale@example.test", "gone@example.test"))
    delivery = await mailer(server.port).send(VOICEMAIL, both, mp3)
    assert delivery.accepted
    assert "refused: gone@example.test: 550 no such user" in delivery.reply
    assert len(server.messages) == 1


async def test_all_recipients_refused_but_one_only_for_now(server: MailServer, mp3: Path) -> None:
    server.replies["RCPT TO:<gone@"] = "550 no such user"
    server.replies["RCPT TO:<full@"] = "452 mailbox full"
    both = replace(MAIL, recipients=("full@example.test", "gone@example.test"))
    delivery = await mailer(server.port).send(VOICEMAIL, both, mp3)
    assert (delivery.accepted, delivery.permanent) == (False, False)


async def test_a_stopped_server(mp3: Path) -> None:
    async with running(MailServer()) as stopped:
        port = stopped.port
    delivery = await mailer(port).send(VOICEMAIL, MAIL, mp3)
    assert (delivery.accepted, delivery.permanent) == (False, False)
    assert str(port) in delivery.reply


async def test_an_impossible_recipient_is_refused_for_good(server: MailServer, mp3: Path) -> None:
    delivery = await mailer(server.port).send(VOICEMAIL, replace(MAIL, recipients=("x",)), mp3)
    assert (delivery.accepted, delivery.permanent) == (False, True)
    assert not server.commands


async def test_a_missing_recording_is_tried_again(server: MailServer, tmp_path: Path) -> None:
    delivery = await mailer(server.port).send(VOICEMAIL, MAIL, tmp_path / "gone.mp3")
    assert (delivery.accepted, delivery.permanent) == (False, False)
    assert "gone.mp3" in delivery.reply


async def test_a_refused_sign_in_is_ours_to_repair_and_tells_no_password(
    server: MailServer, mp3: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.extensions = ("SIZE", "AUTH PLAIN")
    server.replies["AUTH"] = "535 wrong password"
    secretive = mailer(server.port, username="user", password="correct-horse")
    delivery = await secretive.send(VOICEMAIL, MAIL, mp3)
    assert delivery == Delivery(False, False, "sign-in refused: 535 wrong password")
    assert any(c.startswith("AUTH PLAIN") for c in server.commands)
    assert "correct-horse" not in caplog.text + repr(delivery)


async def test_required_encryption_that_is_not_offered(server: MailServer, mp3: Path) -> None:
    strict = mailer(server.port, security="starttls", username="user", password="secret")
    delivery = await strict.send(VOICEMAIL, MAIL, mp3)
    assert (delivery.accepted, delivery.permanent) == (False, False)
    assert not any(c.startswith(("AUTH", "MAIL")) for c in server.commands)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate for 127.0.0.1, in one file."""
    file = tmp_path / "tls.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(file)]
    command += ["-out", str(tmp_path / "cert.pem")]
    subprocess.run(command, check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + (tmp_path / "cert.pem").read_bytes())
    return file


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_encrypted(security: str, certificate: Path, mp3: Path) -> None:
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(certificate)
    server = MailServer(extensions=("STARTTLS", "SIZE"), tls=theirs)
    async with running(server, implicit=theirs if security == "tls" else None):
        settings = Smtp(
            host="127.0.0.1",
            port=server.port,
            security="tls" if security == "tls" else "starttls",
            timeout_seconds=5,
        )
        ours = ssl.create_default_context(cafile=str(certificate))
        trusting = mail.SmtpMailer(settings, tls_context=ours)
        assert (await trusting.send(VOICEMAIL, MAIL, mp3)).accepted
        assert await trusting.state() == "ok"
        # The system's authorities do not know this certificate.
        delivery = await mail.SmtpMailer(settings).send(VOICEMAIL, MAIL, mp3)
        assert (delivery.accepted, delivery.permanent) == (False, False)
        assert len(server.messages) == 1


# ------------------------------------------------------------------ state


async def test_state(server: MailServer) -> None:
    assert await mailer(server.port, username="user", password="x").state() == "ok"
    assert not any(c.startswith("AUTH") for c in server.commands)
    server.replies["CONNECT"] = "421 too busy"
    assert "421" in await mailer(server.port).state()
    server.replies["CONNECT"] = "hang"
    assert "no answer in time" in await mailer(server.port).state()


async def test_state_of_a_stopped_server() -> None:
    async with running(MailServer()) as stopped:
        port = stopped.port
    assert str(port) in await mailer(port).state()
