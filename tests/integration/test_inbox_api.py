"""The team's inbox over real HTTP, on a real database: claims, links, bounces, room."""

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientResponse

from pbx.archive import RecordingArchive
from pbx.domain.records import Direction, LedgerEntry, LedgerKind, Voicemail
from pbx.services.alarms import LetterAlarms
from pbx.services.message_ports import Delivery
from pbx.services.post import Post, PostRules
from pbx.store import Database
from tests.support.exchange import ANNAS, HEAD_OFFICE, Exchange
from tests.support.signing_in import Client, as_anna, as_ben, as_boss, get, send
from tests.support.waiting import eventually
from tests.unit.test_bounces import POSTFIX, SENT
from tests.unit.test_inbox import token_of

pytest_plugins = ["tests.support.served"]


async def message(office: Exchange, sound: bytes = b"speech", did: str = ANNAS) -> None:
    """A call that left a recording in Asterisk."""
    offered = LedgerEntry(
        "in1",
        LedgerKind.OFFERED,
        office.clock.now(),
        direction=Direction.INBOUND,
        did=did,
        number="+436641",
    )
    await office.calls_log.append(offered)
    await office.calls_log.append(replace(offered, kind=LedgerKind.ENDED))
    office.switch.recordings["in1"] = sound
    office.voicemail.keep("in1")


async def sent(office: Exchange, sound: bytes = b"speech", did: str = ANNAS) -> Voicemail:
    """A message whose mail was accepted, or a silent recording."""
    await message(office, sound, did)
    found: Voicemail = await eventually(lambda: office.messages.by_call("in1"))
    await eventually(lambda: not office.switch.recordings)
    await office.voicemail.deliver_pending()
    return found


async def actions(client: Client) -> list[tuple[str, str]]:
    await as_boss(client)
    changes = (await get(client, "/audit", kind="voicemail"))["items"]
    return [(each["action"], each["by"]) for each in reversed(changes)]


# ------------------------------------------------------------------ claims


async def test_claimed_once_and_given_back(office_client: Client, office: Exchange) -> None:
    found = await sent(office)
    path = f"/voicemails/{found.id}"
    await as_anna(office_client)
    status, view = await send(office_client, "POST", f"{path}/claim")
    assert (status, view["care"], view["claimed_by_name"]) == (200, "claimed", "Anna")
    assert view["kept_until"].startswith("2027-02-19")
    mine = await get(office_client, "/voicemails", show="mine")
    assert [each["id"] for each in mine["items"]] == [found.id]
    await as_boss(office_client)
    status, told = await send(office_client, "POST", f"{path}/claim")
    assert (status, told["error_id"]) == (409, "voicemail-taken")
    assert told["detail"] == "Anna has been taking care of it since 2026-11-21 10:00."
    assert (await get(office_client, "/voicemails", show="mine"))["items"] == []
    found_by = await get(office_client, "/voicemails", person="anna@example.test", did=ANNAS)
    assert len(found_by["items"]) == 1
    assert (await get(office_client, "/voicemails", person="no@body.test"))["items"] == []
    status, view = await send(office_client, "POST", f"{path}/done")
    assert (status, view["care"], view["done_by_name"]) == (200, "done", "Boss")
    assert (await get(office_client, "/voicemails", show="open"))["items"] == []
    assert len((await get(office_client, "/voicemails", show="done"))["items"]) == 1
    status, view = await send(office_client, "POST", f"{path}/reopen")
    assert (view["care"], view["claimed_by_name"]) == ("claimed", "Anna")
    status, view = await send(office_client, "POST", f"{path}/give-back")
    assert (status, view["care"], view["claimed_by"]) == (200, "open", None)
    status, told = await send(office_client, "GET", "/voicemails?show=all")
    assert (status, told["error_id"]) == (400, "bad-filter")
    assert await actions(office_client) == [
        ("voicemail.claimed", "anna@example.test"),
        ("voicemail.done", "boss@example.test"),
        ("voicemail.reopened", "boss@example.test"),
        ("voicemail.given-back", "boss@example.test"),
    ]


async def test_of_ten_who_take_it_at_the_same_time_one_has_it(
    office_client: Client, office: Exchange
) -> None:
    found = await sent(office, did=HEAD_OFFICE)
    token = token_of(office.mailer.links[0])

    async def take(name: str) -> int:
        form = {"step": "claim", "name": name}
        answer = await office_client.post(f"/message/{token}", data=form, allow_redirects=False)
        return answer.status

    taken = await asyncio.gather(*(take(f"Person {n}") for n in range(10)))
    assert sorted(taken) == [303, *[409] * 9]
    assert [action for action, _ in await actions(office_client)] == ["voicemail.claimed"]
    after = await get(office_client, f"/voicemails/{found.id}")
    assert after["claimed_by"] == f"Person {taken.index(303)} (central@example.test)"


# ------------------------------------------------------------------ the page behind the link


def words(html: str) -> str:
    return " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", html).split())


async def test_the_link_shows_first_and_acts_by_its_button_only(
    office_client: Client, office: Exchange
) -> None:
    found = await sent(office)
    link = office.mailer.links[0]
    assert link.startswith("https://pbx.example.test/message/")
    path = f"/message/{token_of(link)}"
    for method in ("GET", "GET", "HEAD"):
        await office_client.request(method, path)
    assert (await office.voicemail.get(found.id)).claimed_by is None, "looking takes nothing"
    answer = await office_client.get(path, headers={"Accept-Language": "de"})
    html = await answer.text()
    assert answer.status == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script" not in html
    shown = words(html)
    assert "Nachricht für Anna" in shown
    assert "Noch niemand kümmert sich darum." in shown
    nameless = await office_client.post(path, data={"step": "claim", "name": " "})
    assert nameless.status == 400
    form = {"step": "claim", "name": "<b>Erika</b>"}
    answer = await office_client.post(path, data=form, headers={"Accept-Language": "de"})
    html = await answer.text()
    assert answer.status == 200
    assert "<b>" not in html
    assert "<b>Erika</b> (central@example.test) kümmert sich darum, seit" in (
        words(html).replace("&lt;", "<").replace("&gt;", ">")
    )
    second = await office_client.post(path, data={"step": "claim", "name": "Otto"})
    assert second.status == 409
    assert "(central@example.test) kümmert sich schon darum" in words(await second.text())
    done = await office_client.post(path, data={"step": "done"})
    assert "Erledigt von" in words(await done.text())


async def test_a_link_that_is_none_says_so(office_client: Client, office: Exchange) -> None:
    await sent(office)
    token = token_of(office.mailer.links[0])
    for wrong in (token[:-2], "x" + token, "nonsense", token.replace(".", "")):
        for method in ("GET", "POST"):
            answer = await office_client.request(
                method, f"/message/{wrong}", data={"step": "claim", "name": "x"}
            )
            assert answer.status == 400
            assert "Dieser Link" in await answer.text()
    answer = await office_client.post(f"/message/{token}", data={"step": "delete"})
    assert answer.status == 400
    office.clock.seconds += 31 * 86400
    late = await office_client.get(f"/message/{token}", headers={"Accept-Language": "en"})
    assert (late.status, "has expired" in await late.text()) == (400, True)


async def test_a_person_with_an_account_needs_no_name(
    office_client: Client, office: Exchange
) -> None:
    found = await sent(office)
    await office.voicemail.forward(office.anna, found.id, office.ben, "")
    await office.voicemail.deliver_pending()
    path = f"/message/{token_of(office.mailer.links[1])}"
    answer = await office_client.post(path, data={"step": "claim"})
    assert "Sie kümmern sich darum (Ben)." in words(await answer.text())
    await as_ben(office_client)
    assert len((await get(office_client, "/voicemails", show="mine"))["items"]) == 1


# ------------------------------------------------------------------ mails that come back


async def test_a_bounce_by_a_mail_servers_pipe(office_client: Client, office: Exchange) -> None:
    found = await sent(office)
    ((_, mail),) = office.mailer.sent
    # The whole recording comes back with it: more than the body of any other request.
    text = POSTFIX.format(kind="message/rfc822", rest="eA==\n" * 400_000)
    raw = text.replace(SENT, mail.message_id).encode()
    boss = await office.directory.user_by_email("boss@example.test")
    assert boss is not None
    headers = {"Content-Type": "message/rfc822"}

    async def piped(mail: bytes) -> ClientResponse:
        # As a stream: its length does not count, its end does.
        return await office_client.post("/api/v1/bounces", data=BytesIO(mail), headers=headers)

    assert (await piped(b"")).status == 401
    token = await office.accounts.new_api_token(boss, "pipe")
    headers["Authorization"] = f"Bearer {token}"
    answer = await piped(raw)
    assert (answer.status, await answer.json()) == (200, {"result": "bounce"})
    answer = await piped(b"Subject: x\n\n")
    assert await answer.json() == {"result": "no-bounce"}
    headers["Content-Type"] = "application/json"
    answer = await piped(raw)
    assert answer.status == 400
    assert [told[2] for told in office.alarms.told] == [("zentrale@example.test",)]
    await as_boss(office_client)
    (view,) = (await get(office_client, "/voicemails", show="bounced"))["items"]
    assert (view["state"], view["mails"][0]["state"]) == ("bounced", "bounced")
    assert "User unknown" in view["mails"][0]["smtp_reply"]
    assert (await office_client.get(view["audio"])).status == 200, "it stays playable"
    office.clock.seconds += 60
    status, view = await send(office_client, "POST", f"/voicemails/{found.id}/send-again")
    assert (status, view["state"]) == (200, "waiting")
    assert [each["kind"] for each in view["mails"]] == ["message", "again"]
    status, told = await send(office_client, "POST", f"/voicemails/{found.id}/send-again")
    assert (status, told["error_id"]) == (409, "mail-waiting")


# ------------------------------------------------------------------ silent ones, room


async def test_a_released_recording_is_mailed_once_however_many_press(
    office_client: Client, office: Exchange
) -> None:
    found = await sent(office, b"silence")
    await as_anna(office_client)
    path = f"/voicemails/{found.id}/release"
    assert (await send(office_client, "POST", path))[0] == 403
    await as_boss(office_client)
    (calls,) = (await get(office_client, "/silent-calls"))["items"]
    assert (calls["count"], calls["text"]) == (1, "1 silent call from +43 6641")
    answers = await asyncio.gather(*(send(office_client, "POST", path) for _ in range(5)))
    assert [status for status, _ in answers] == [200] * 5
    for _ in range(2):
        await office.voicemail.deliver_pending()
    assert len(office.mailer.sent) == 1
    assert (await get(office_client, "/silent-calls"))["items"] == []
    assert [action for action, _ in await actions(office_client)] == ["voicemail.released"]


async def test_room_for_recordings(office_client: Client, office: Exchange) -> None:
    await sent(office)
    await as_boss(office_client)
    room = await get(office_client, "/voicemail-storage")
    assert room["used_bytes"] > len(b"speech")
    assert room["quota_bytes"] == 1_000_000
    assert room["percent"] == room["used_bytes"] * 100 // 1_000_000
    await as_anna(office_client)
    assert (await send(office_client, "GET", "/voicemail-storage"))[0] == 403


# ------------------------------------------------------------------ a disk that is really full


@asynccontextmanager
async def small_disk(folder: Path) -> AsyncIterator[Callable[[], None]]:
    """A disk of 64 KB at `folder` that is full; call what it gives to make room.

    Where this process may not mount, a device that is always full stands in for it.
    """
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    filler = folder / "filler"
    if (
        await asyncio.to_thread(subprocess.run, mount, capture_output=True, check=False)
    ).returncode:
        # A name that leads to a device which is always full: the kernel says so itself.
        (folder / "voicemail").mkdir()
        (folder / "voicemail" / "in1.wav.part").symlink_to("/dev/full")
        yield lambda: None
        return
    try:
        with pytest.raises(OSError, match="No space left"):
            filler.write_bytes(bytes(100_000))
        yield filler.unlink
    finally:
        await asyncio.to_thread(subprocess.run, ["umount", str(folder)], check=True)


async def test_a_really_full_disk_loses_nothing(office: Exchange, tmp_path: Path) -> None:
    async with small_disk(tmp_path / "small") as make_room:
        office.archive._folder = tmp_path / "small"
        await message(office)
        await eventually(lambda: office.alarms.told)
        assert office.alarms.told == [("disk", "A voicemail cannot be saved", ())]
        assert office.switch.recordings == {"in1": b"speech"}, "Asterisk keeps it"
        assert not list((tmp_path / "small").rglob("*.wav"))
        make_room()

        async def taken_over() -> bool:
            await office.clock.advance(6)
            await office.voicemail.scan()
            return not office.switch.recordings

        await eventually(taken_over)
        await office.voicemail.deliver_pending()
        assert len(office.mailer.sent) == 1


async def test_half_a_file_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.wav.part").symlink_to("/dev/full")
    archive = RecordingArchive(tmp_path)
    with pytest.raises(OSError, match="No space left"):
        await archive.keep("x.wav", b"sound")
    assert list(tmp_path.iterdir()) == []
    await archive.keep("x.wav", b"sound")
    assert (await archive.sizes())[0] == 5


async def test_alarms_are_letters_to_administrators_in_their_language(
    office: Exchange, empty_database: Database
) -> None:
    """With the real post; nobody at the address that does not work is told."""
    post = Post(
        store=empty_database.letters,
        sender=office.mailer,
        clock=office.clock,
        rules=PostRules("pbx@example.test", (1,)),
    )
    office.voicemail._alarms = LetterAlarms(directory=office.directory, post=post)
    office.mailer.answer = Delivery(False, True, "550 no such user")
    found = await sent(office)
    (letter,) = await post.about(f"voicemail:{found.id}")
    assert sorted(letter.recipients) == ["admin@example.test", "root@example.test"]
    assert letter.subject == "Voicemail not delivered: central@example.test"
    assert "550 no such user" in letter.text
    assert "https://pbx.example.test/manage/voicemails" in letter.text
    admin = await office.directory.user_by_email("admin@example.test")
    assert admin is not None
    office.clock.seconds += 60
    await office.voicemail.forward(office.anna, found.id, admin, "")
    await office.voicemail.deliver_pending()
    letter, _ = await post.about(f"voicemail:{found.id}")
    assert letter.recipients == ("root@example.test",)
