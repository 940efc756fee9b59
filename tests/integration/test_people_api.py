"""People over HTTP: invited by mail, passwords chosen and forgotten, leaving."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSMsgType

from pbx.demo.mailbox import Mailbox
from pbx.demo.smtp_catcher import SmtpCatcher
from pbx.mail import SmtpMailer
from pbx.services.account_links import MAILS_PER_ACCOUNT
from pbx.services.alarms import LetterAlarms, of_letters
from pbx.services.passwords import PasswordRules
from pbx.services.post import Post, PostRules
from pbx.settings import Smtp
from pbx.store import Database
from pbx.web.live import HUB
from tests.fakes.edges import settle
from tests.support.api import eventually
from tests.support.exchange import ANNAS, Exchange
from tests.support.mail_server import MailServer, running
from tests.support.signing_in import (
    Client,
    as_admin,
    as_anna,
    as_boss,
    as_root,
    get,
    send,
    sign_in,
)

pytest_plugins = ["tests.support.served"]

NEW = {"email": "new@example.test", "name": "Neumann, Nora", "language": "de"}
GOOD = "gelbe tuer rot 7"


async def _id(client: Client, email: str) -> str:
    found = (await get(client, "/people", query=email))["items"]
    return str(next(person["id"] for person in found if person["email"] == email))


async def _token(database: Database, email: str) -> str:
    """Of the newest link that was mailed to this address."""
    user = await database.directory.user_by_email(email)
    assert user is not None
    letters = await database.letters.about(f"account:{user.id}")
    found = re.search(r"https://pbx\.example\.test/\w+\?token=(\S+)", letters[0].text)
    assert found, letters[0]
    return found[1]


async def test_an_invitation_until_its_person_has_come(
    office: Exchange, office_client: Client, empty_database: Database
) -> None:
    client = office_client
    await as_admin(client)
    status, person = await send(client, "POST", "/people", NEW)
    assert (status, person["state"], person["name"]) == (201, "invited", "Nora Neumann")
    assert person["mail"]["state"] == "waiting"
    first = await _token(empty_database, NEW["email"])
    office.clock.seconds += 1
    status, _ = await send(client, "POST", f"/people/{person['id']}/invitation")
    token = await _token(empty_database, NEW["email"])
    client.session.cookie_jar.clear()
    status, problem = await send(client, "POST", "/account-links/look", {"token": first})
    assert (status, problem["error_id"]) == (404, "link-over"), "a newer link took its place"
    status, link = await send(client, "POST", "/account-links/look", {"token": token})
    assert (status, link["kind"], link["email"]) == (200, "invitation", NEW["email"])
    assert link["rules"] == {"level": 2, "least": 12, "kinds": 2, "free_from": 20, "days": 0}
    weak = {"token": token, "password": "short"}
    assert (await send(client, "POST", "/account-links/use", weak))[1][
        "error_id"
    ] == "weak-password"
    status, used = await send(
        client, "POST", "/account-links/use", {"token": token, "password": GOOD}
    )
    assert (status, used["me"]["email"]) == (200, NEW["email"])
    assert (await get(client, "/session"))["role"] == "vpa", "and signed in"
    again = {"token": token, "password": GOOD + "8"}
    assert (await send(client, "POST", "/account-links/use", again))[0] == 404
    await as_admin(client)
    assert (await get(client, f"/people/{person['id']}"))["state"] == "active"
    status, problem = await send(client, "POST", f"/people/{person['id']}/invitation")
    assert (status, problem["error_id"]) == (409, "not-invited")


async def test_a_forgotten_password(office_client: Client, empty_database: Database) -> None:
    client = office_client
    await as_anna(client)
    for email in ("anna@example.test", "nobody@example.test", "nonsense"):
        status, nothing = await send(client, "POST", "/password-resets", {"email": email})
        assert (status, nothing) == (204, None), "the same for everybody"
    await settle()
    token = await eventually(lambda: _maybe(empty_database, "anna@example.test"))
    use = {"token": token, "password": GOOD}
    status, used = await send(client, "POST", "/account-links/use", use)
    assert (status, used) == (200, {"kind": "reset", "me": None}), "a second factor may be asked"
    assert (await client.get("/api/v1/session")).status == 401, "every session ended"
    assert (await send(client, "POST", "/account-links/use", use))[0] == 404
    await sign_in(client, "anna@example.test", GOOD)


async def _maybe(database: Database, email: str) -> str | None:
    user = await database.directory.user_by_email(email)
    assert user is not None
    written = await database.letters.about(f"account:{user.id}")
    return await _token(database, email) if written else None


async def test_nobodys_mailbox_is_filled_with_resets(
    office: Exchange, office_client: Client, empty_database: Database
) -> None:
    for _ in range(MAILS_PER_ACCOUNT + 2):
        await send(office_client, "POST", "/password-resets", {"email": "anna@example.test"})

    async def mails() -> int:
        return len(await empty_database.letters.about(f"account:{office.anna.id}"))

    async def all_written() -> bool:
        return await mails() == MAILS_PER_ACCOUNT

    await eventually(all_written)
    office.clock.seconds += 16 * 60
    await send(office_client, "POST", "/password-resets", {"email": "anna@example.test"})

    async def one_more() -> bool:
        return await mails() == MAILS_PER_ACCOUNT + 1

    await eventually(one_more)


@pytest.mark.parametrize(
    ("replies", "state", "words"),
    [
        ({}, "accepted", "250"),
        ({"RCPT": "550 no such mailbox"}, "bounced", "550 no such mailbox"),
        ({"RCPT": "451 try later"}, "waiting", "451 try later"),
    ],
)
async def test_what_became_of_an_invitation_is_seen(
    office: Exchange,
    office_client: Client,
    empty_database: Database,
    replies: dict[str, str],
    state: str,
    words: str,
) -> None:
    async with running(MailServer(replies=replies)) as server:
        mailer = SmtpMailer(Smtp(port=server.port, security="none", sender="pbx@example.test"))
        post = Post(
            store=empty_database.letters,
            sender=mailer,
            clock=office.clock,
            rules=PostRules("pbx@example.test", (1, 5)),
        )
        await as_admin(office_client)
        _, person = await send(office_client, "POST", "/people", NEW)
        token = await _token(empty_database, NEW["email"])
        await post.deliver()
        seen = (await get(office_client, "/people", state="invited"))["items"][0]
        assert (seen["mail"]["state"], seen["mail"]["attempts"]) == (state, 1)
        assert words in seen["mail"]["smtp_reply"]
        if state == "accepted":
            mail = message_from_bytes(server.messages[0], policy=policy.default)
            assert mail["To"] == NEW["email"]
            assert f"/welcome?token={token}" in mail.get_content().replace("=\n", "")
    (letter,) = await empty_database.letters.about(f"account:{person['id']}")
    assert (token in letter.text) == (state == "waiting"), "kept only while it must go out"


async def test_an_invitation_that_comes_back_later_is_seen_alarms_and_goes_out_again(
    office: Exchange, office_client: Client, tmp_path: Path
) -> None:
    """Through a real mail server; what comes back is brought by a mail server's pipe."""
    client, post = office_client, office.post
    assert post is not None
    catcher = SmtpCatcher("127.0.0.1", 0, tmp_path / "mails")
    await catcher.start()
    try:
        mailer = SmtpMailer(Smtp(port=catcher.port, security="none", sender="pbx@example.test"))
        post._sender = mailer
        alarms = LetterAlarms(directory=office.directory, post=post)
        post.on_undelivered = of_letters(alarms, office.links)
        await as_admin(client)
        _, person = await send(client, "POST", "/people", NEW)
        await post.deliver()
        seen = await get(client, f"/people/{person['id']}")
        assert seen["mail"]["state"] == "accepted"
        (file,) = catcher.folder.iterdir()
        back = returned(file.read_bytes(), NEW["email"], "550 5.1.1 User unknown")
        for result in ("bounce", "not-ours"):
            answer = await client.post(
                "/api/v1/bounces", data=back, headers={"Content-Type": "message/rfc822"}
            )
            assert await answer.json() == {"result": result}
        seen = (await get(client, "/people", state="invited"))["items"][0]
        assert (seen["mail"]["state"], seen["state"]) == ("bounced", "invited")
        assert seen["mail"]["smtp_reply"] == "550 5.1.1 User unknown"
        await post.deliver()
        alarm, _ = Mailbox(catcher.folder).mails()
        assert sorted(alarm.to) == ["admin@example.test", "root@example.test"]
        assert alarm.subject == f"Mail not delivered: {NEW['email']}"
        assert "550 5.1.1 User unknown" in alarm.text
        assert f"https://pbx.example.test/manage/people/{person['id']}" in alarm.text
        newest = catcher.folder / f"{alarm.id}.eml"
        back = returned(newest.read_bytes(), "root@example.test", "550 full")
        answer = await client.post(
            "/api/v1/bounces", data=back, headers={"Content-Type": "message/rfc822"}
        )
        assert await answer.json() == {"result": "bounce"}
        await post.deliver()
        assert len(Mailbox(catcher.folder).mails()) == 2, "no alarm about an alarm"
        office.clock.seconds += 1
        status, again = await send(client, "POST", f"/people/{person['id']}/invitation")
        assert (status, again["mail"]["state"]) == (200, "waiting")
        await post.deliver()
        assert Mailbox(catcher.folder).mails()[0].to == (NEW["email"],)
    finally:
        await catcher.stop()


def returned(mail: bytes, to: str, why: str) -> bytes:
    """A mail as a mail server sends it back (RFC 3464)."""
    parts = (
        ("text/plain", b"I'm sorry."),
        (
            "message/delivery-status",
            f"Reporting-MTA: dns; mx.example.test\r\n\r\nFinal-Recipient: rfc822;{to}\r\n"
            f"Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; {why}\r\n".encode(),
        ),
        ("message/rfc822", mail),
    )
    head = b'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
    body = [b"--B\r\nContent-Type: %b\r\n\r\n%b\r\n" % (k.encode(), t) for k, t in parts]
    return head + b"".join(body) + b"--B--\r\n"


async def test_what_an_admin_may_not_do_with_a_superadmin(
    office_client: Client, empty_database: Database
) -> None:
    client = office_client
    await as_admin(client)
    root, me = await _id(client, "root@example.test"), await _id(client, "admin@example.test")
    assert (await get(client, f"/people/{root}"))["editable"] is False
    for method, path, body in (
        ("PATCH", f"/people/{root}", {"name": "Other"}),
        ("PATCH", f"/people/{me}", {"role": "superadmin"}),
        ("POST", f"/people/{root}/password-reset", None),
        ("POST", f"/people/{root}/leave", {}),
        ("POST", "/people", {**NEW, "role": "superadmin"}),
    ):
        status, problem = await send(client, method, path, body)
        assert (status, problem["error_id"]) == (403, "role-above-yours"), (method, path)
    status, problem = await send(client, "POST", f"/people/{me}/leave", {})
    assert (status, problem["error_id"]) == (403, "not-yourself")
    await as_root(client)
    status, problem = await send(client, "PATCH", f"/people/{root}", {"role": "admin"})
    assert status == 403
    assert (await empty_database.directory.user_by_email("root@example.test")) is not None


async def test_a_right_counts_at_once(office_client: Client) -> None:
    client = office_client
    await as_admin(client)
    anna = await _id(client, "anna@example.test")
    await as_anna(client)
    async with client.ws_connect("/api/v1/live") as live:
        assert (await live.receive_json(timeout=5))["me"]["rights"] == []
        await as_admin(client)
        status, person = await send(client, "PATCH", f"/people/{anna}", {"granted": ["numbers"]})
        assert (status, person["rights"]) == (200, ["numbers"])
        assert (await live.receive_json(timeout=5))["me"]["rights"] == ["numbers"]
    await as_anna(client)
    assert (await client.get("/api/v1/numbers")).status == 200


async def test_leaving_ends_the_session_and_frees_the_number(office_client: Client) -> None:
    client = office_client
    await as_admin(client)
    anna, ben = await _id(client, "anna@example.test"), await _id(client, "ben@example.test")
    await as_anna(client)
    async with client.ws_connect("/api/v1/live") as live:
        await live.receive_json(timeout=5)
        await as_admin(client)
        body = {"successor": ben}
        shown = await get(client, f"/people/{anna}/belongings")
        assert (shown["numbers"], shown["groups"]) == ([ANNAS], [])
        status, left = await send(client, "POST", f"/people/{anna}/leave", body)
        assert (status, left["had"], left["talking"]) == (200, shown, False)
        while (said := await live.receive(timeout=5)).type is WSMsgType.TEXT:
            pass
        assert (said.type, said.data) == (WSMsgType.CLOSE, 4401)
    numbers = {n["e164"]: n["user"] for n in (await get(client, "/numbers"))["items"]}
    assert numbers[ANNAS] == "ben@example.test"
    assert "anna@example.test" not in {u["email"] for u in (await get(client, "/users"))["items"]}
    status, back = await send(client, "POST", f"/people/{anna}/return")
    assert (status, back["state"], back["numbers"]) == (200, "active", [])
    await as_anna(client)


async def test_a_call_of_who_leaves_goes_on(office: Exchange, office_client: Client) -> None:
    client = office_client
    await as_admin(client)
    anna = await _id(client, "anna@example.test")
    call_id = await office.talking(office.anna)
    await as_anna(client)
    hers = {"Cookie": f"pbx_session={_cookie(client)}"}
    await as_admin(client)
    _, left = await send(client, "POST", f"/people/{anna}/leave", {})
    assert left["talking"] is True
    client.session.cookie_jar.clear()
    seen = await client.get(f"/api/v1/calls/{call_id}", headers=hers)
    assert (seen.status, (await seen.json())["call"]["state"]) == (200, "talking")
    new = await client.post("/api/v1/calls", json={"number": "30 1"}, headers=hers)
    assert (new.status, (await new.json())["error_id"]) == (403, "has-left")
    status = await client.put("/api/v1/session/status", json={"status": "available"}, headers=hers)
    assert status.status == 403, "nobody rings any more where somebody has left"
    ended = await client.post(f"/api/v1/calls/{call_id}/hangup", headers=hers)
    assert ended.status == 200
    await settle()
    assert (await client.get("/api/v1/session", headers=hers)).status == 401


def _cookie(client: Client) -> str:
    return str(next(c.value for c in client.session.cookie_jar if c.key == "pbx_session"))


async def test_changing_the_own_password(office_client: Client) -> None:
    client = office_client
    await as_anna(client)
    other = {"Cookie": f"pbx_session={_cookie(client)}"}
    await as_anna(client)
    for old, new, error_id in (
        ("wrong", GOOD, "wrong-password"),
        ("secret word", "short", "weak-password"),
        ("secret word", "secret word", "same-password"),
    ):
        status, problem = await send(client, "PUT", "/session/password", {"old": old, "new": new})
        assert (status, problem["error_id"]) == (400, error_id)
    change = {"old": "secret word", "new": GOOD}
    assert (await send(client, "PUT", "/session/password", change))[0] == 200
    assert (await client.get("/api/v1/session")).status == 200
    client.session.cookie_jar.clear()
    assert (await client.get("/api/v1/session", headers=other)).status == 401
    await sign_in(client, "anna@example.test", GOOD)


async def test_an_old_password_is_told_then_changed(
    office: Exchange, office_client: Client
) -> None:
    client = office_client
    api = client.app[HUB].api
    assert api is not None
    api.office.staff.passwords.rules = PasswordRules(days=30)
    await as_anna(client)
    age = (datetime.now(UTC) - office.clock.now().at).total_seconds()
    office.clock.seconds += age + 22.5 * 86400
    await as_anna(client)
    assert (await get(client, "/session"))["password_days_left"] is None
    office.clock.seconds += 86400
    await as_anna(client)
    assert (await get(client, "/session"))["password_days_left"] == 7
    office.clock.seconds += 7 * 86400
    await as_anna(client)
    assert (await get(client, "/session"))["password_days_left"] == 0
    status, problem = await send(client, "POST", "/calls", {"number": "30 1"})
    assert (status, problem["error_id"]) == (403, "password-change-due")
    await as_boss(client)
    assert (await client.get("/api/v1/numbers")).status == 403
    change = {"old": "boss", "new": GOOD}
    status, me = await send(client, "PUT", "/session/password", change)
    assert (status, me["password_days_left"]) == (200, None)
    assert (await client.get("/api/v1/numbers")).status == 200


async def test_files_in_and_out(office_client: Client, empty_database: Database) -> None:
    client = office_client
    await as_admin(client)

    async def bring(data: str, **query: str) -> dict[str, Any]:
        answer = await client.post("/api/v1/people/import", data=data.encode(), params=query)
        assert answer.status == 200, await answer.text()
        return dict(await answer.json())

    text = "E-Mail;Name;Rolle\nanna@example.test;Adler, Anna;manager\nx@example.test;X;\n"
    dry = await bring(text, dry_run="1")
    assert (dry["created"], dry["updated"], dry["errors"]) == (1, 1, [])
    assert await empty_database.directory.user_by_email("x@example.test") is None
    broken = await bring(text + "king@example.test;K;king\n;No address;vpa\n")
    assert [error["row"] for error in broken["errors"]] == [4, 5]
    assert await empty_database.directory.user_by_email("x@example.test") is None
    done = await bring(text)
    assert (done["created"], done["updated"]) == (1, 1)
    assert "token=" in (await _mail(empty_database, "x@example.test"))
    again = await bring(text)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)
    seats = await (await client.get("/api/v1/seats")).json()
    accounts = len(await empty_database.directory.users())
    assert seats["now"] == seats["peaks"][-1]["seats"] == accounts
    assert (seats["peaks"][-1]["added"], sum(p["added"] for p in seats["peaks"])) == (1, accounts)
    exported = await (await client.get("/api/v1/people.csv")).text()
    assert "anna@example.test,Anna Adler,manager" in exported
    back = await bring(exported)
    assert (back["created"], back["updated"]) == (0, 0)
    assert back["unchanged"] == len(await empty_database.directory.users())


async def _mail(database: Database, email: str) -> str:
    user = await database.directory.user_by_email(email)
    assert user is not None
    return (await database.letters.about(f"account:{user.id}"))[0].text
