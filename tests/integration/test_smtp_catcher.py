"""The demo's mail server, spoken to by a real client."""

import asyncio
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from pbx.demo.mailbox import Mailbox
from pbx.demo.smtp_catcher import SmtpCatcher


@pytest.fixture
async def catcher(tmp_path: Path) -> AsyncIterator[SmtpCatcher]:
    catcher = SmtpCatcher("127.0.0.1", 0, tmp_path / "mails")
    await catcher.start()
    yield catcher
    await catcher.stop()


def message(n: int = 0) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "vermittlung@example.test"
    mail["To"] = "zentrale@example.test"
    mail["Subject"] = f"Nachricht {n} für Köln"
    mail["Message-ID"] = f"<{n}@example.test>"
    mail.set_content("Grüße\n.\nnach einem Punkt")
    mail.add_attachment(bytes(range(256)) * 400, maintype="audio", subtype="mpeg", filename="a.mp3")
    return mail


async def send(catcher: SmtpCatcher, mail: EmailMessage) -> str:
    _, reply = await aiosmtplib.send(
        mail,
        hostname=catcher.host,
        port=catcher.port,
        recipients=["zentrale@example.test", "zweite@example.test"],
        use_tls=False,
        start_tls=False,
        timeout=5,
    )
    return reply


async def test_a_mail_is_on_the_disk_when_it_is_accepted(catcher: SmtpCatcher) -> None:
    reply = await send(catcher, message())
    (file,) = catcher.folder.iterdir()
    assert file.stem in reply
    (mail,) = Mailbox(catcher.folder).mails()
    assert mail.subject == "Nachricht 0 für Köln"
    assert mail.to == ("zentrale@example.test", "zweite@example.test")
    assert mail.text.splitlines() == ["Grüße", ".", "nach einem Punkt"]
    assert mail.attachments[0].content == bytes(range(256)) * 400


async def test_mails_at_the_same_time_are_all_kept(catcher: SmtpCatcher) -> None:
    await asyncio.gather(*(send(catcher, message(n)) for n in range(20)))
    subjects = {mail.subject for mail in Mailbox(catcher.folder).mails()}
    assert subjects == {f"Nachricht {n} für Köln" for n in range(20)}


async def test_it_can_be_stopped_and_started(catcher: SmtpCatcher) -> None:
    port = catcher.port
    await catcher.stop()
    assert not catcher.running
    with pytest.raises(aiosmtplib.SMTPConnectError):
        await send(catcher, message())
    await catcher.stop()
    await catcher.start()
    await catcher.start()
    assert (catcher.running, catcher.port) == (True, port)
    await send(catcher, message())
    assert len(Mailbox(catcher.folder).mails()) == 1


async def test_stopping_drops_open_connections(catcher: SmtpCatcher) -> None:
    reader, writer = await asyncio.open_connection(catcher.host, catcher.port)
    assert (await reader.readline()).startswith(b"220 ")
    await catcher.stop()
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    assert catcher.open == set()


async def test_a_disk_that_refuses_is_no_acceptance(catcher: SmtpCatcher) -> None:
    catcher.folder.rmdir()
    catcher.folder.write_text("not a folder")
    with pytest.raises(aiosmtplib.SMTPDataError):
        await send(catcher, message())
    catcher.folder.unlink()
