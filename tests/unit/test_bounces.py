"""Delivery status notifications, as mail servers write them."""

from email.message import EmailMessage

import pytest

from pbx.domain.bounces import parse

SENT = "<9c1f@example.test>"

POSTFIX = f"""\
From: MAILER-DAEMON@mail.example.test (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: vermittlung@example.test
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B1"
Message-Id: <20261127101010.1@mail.example.test>

This is a MIME-encapsulated message.

--B1
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B1
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.test
X-Postfix-Queue-ID: 4AB
Arrival-Date: Fri, 27 Nov 2026 10:10:09 +0100 (CET)

Final-Recipient: rfc822; gone@example.test
Original-Recipient: rfc822;zentrale@example.test
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.test
Diagnostic-Code: smtp; 550 5.1.1 <gone@example.test>: Recipient address rejected:
    User unknown in virtual mailbox table

--B1
Content-Description: Undelivered Message
Content-Type: {{kind}}

Return-Path: <vermittlung@example.test>
From: Vermittlung <vermittlung@example.test>
Message-ID: {SENT}
Subject: Neue Nachricht

{{rest}}
--B1--
"""


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_whose_mail_came_back_and_why(kind: str, newline: str) -> None:
    raw = POSTFIX.format(kind=kind, rest="The body.").replace("\n", newline).encode()
    bounce = parse(raw)
    assert bounce is not None
    assert bounce.message_ids == (SENT,)
    assert bounce.recipients == ("zentrale@example.test",)
    assert bounce.words == (
        "550 5.1.1 <gone@example.test>: Recipient address rejected:"
        " User unknown in virtual mailbox table"
    )


def test_a_mail_that_was_cut_off_is_understood() -> None:
    whole = POSTFIX.format(kind="message/rfc822", rest="x" * 10_000).encode()
    bounce = parse(whole[: whole.index(b"xxx") + 500])
    assert bounce is not None
    assert bounce.message_ids == (SENT,)


def test_without_the_returned_mail_it_tells_by_what_it_answers() -> None:
    raw = POSTFIX.format(kind="text/plain", rest="").encode()
    assert parse(raw) is not None
    bounce = parse(b"References: <a@x> <b@y>\nIn-Reply-To: " + SENT.encode() + b"\n" + raw)
    assert bounce is not None
    assert bounce.message_ids == (SENT, "<a@x>", "<b@y>")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_is_not_for_good_is_no_bounce(action: str) -> None:
    text = POSTFIX.format(kind="message/rfc822", rest="").replace(
        "Action: failed", f"Action: {action}"
    )
    assert parse(text.encode()) is None


def test_other_mails_are_no_bounces() -> None:
    away = EmailMessage()
    away["Subject"] = "Ich bin im Urlaub"
    away["In-Reply-To"] = SENT
    away.set_content("Action: failed")
    assert parse(away.as_bytes()) is None
    report = POSTFIX[POSTFIX.index("MIME-Version") : POSTFIX.index("Reporting-MTA")]
    assert parse(report.encode()) is None
    for raw in (b"", b"\x00\xff\xfe", b"Content-Type: multipart/report\n\n--", b"x" * 1000):
        assert parse(raw) is None
