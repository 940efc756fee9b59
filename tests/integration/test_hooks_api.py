"""Webhooks over HTTP: endpoints, signed deliveries, attempts, replays, texts for customers."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from pbx.domain.records import LedgerKind, Outcome, Zone
from pbx.services.integration import Integration
from tests.support.exchange import Exchange
from tests.support.hooks import Receiver, receiving
from tests.support.records import START, entry, offered
from tests.support.signing_in import Client, as_anna, as_ben, as_boss, get, send

pytest_plugins = ["tests.support.served"]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


def integration(office: Exchange) -> Integration:
    assert office.integration is not None
    return office.integration


async def endpoint(client: Client, receiver: Receiver, *events: str) -> dict[str, Any]:
    wish = {"url": receiver.url, "events": list(events), "note": "task app"}
    status, made = await send(client, "POST", "/hook-endpoints", wish)
    assert status == 201, made
    found: dict[str, Any] = made
    return found


async def talk(
    office: Exchange,
    call_id: str,
    seconds: float,
    zone: Zone = Zone.DE,
    task: str = "T-1",
    began: float = 0,
) -> None:
    """A call that has ended."""
    add = office.calls_log.append
    await add(offered(call_id, began, user_id=office.anna.id, task=task, zone=zone))
    ended = {"talk_ms": round(seconds * 1000), "outcome": Outcome.ANSWERED}
    await add(entry(call_id, LedgerKind.ENDED, began + 5, **ended))


async def worked(client: Client, minutes: int, task: str = "T-1") -> Any:
    wish = {"user": "anna@example.test", "day": "2026-11-20", "minutes": minutes}
    status, share = await send(client, "PUT", f"/tasks/{task}/work-time", wish)
    assert status == 200, share
    return share


async def tried(client: Client, attempts: int, delivery: str | None = None) -> dict[str, Any]:
    """The newest delivery, as soon as its log has so many attempts: the receiver knows of one a
    moment earlier than the log."""
    for _ in range(300):
        items = (await get(client, "/hook-deliveries"))["items"]
        detail: dict[str, Any] = await get(client, f"/hook-deliveries/{delivery or items[0]['id']}")
        if len(detail["tried"]) == attempts:
            return detail
    raise AssertionError(f"no {attempts} attempts in the log: {detail}")


async def delivered(office: Exchange, receiver: Receiver) -> list[dict[str, Any]]:
    """Send what is due; what came, by when it happened."""
    before = len(receiver.requests)
    await integration(office).post.look()
    due = await office.database.hooks.due(office.clock.now().at, (), 50) if office.database else []
    await receiver.until(lambda: len(receiver.requests) >= before + len(due))
    return [r.told for r in receiver.requests[before:]]


async def test_a_call_is_told_signed_tried_again_and_sent_again(
    office_client: Client, office: Exchange, receiver: Receiver
) -> None:
    await as_boss(office_client)
    made = await endpoint(office_client, receiver, "call.ended")
    post = integration(office).post
    receiver.answers = [500, 503]
    await office.clock.advance(3600)  # the ledger's entries are of 09:00:05
    await talk(office, "c1", 61.25)
    for n, wait in enumerate((5, 300, 300), 1):
        await post.look()
        detail = await tried(office_client, n)
        await post.look()  # nothing is due before its time
        assert len(receiver.requests) == n
        await office.clock.advance(wait)
    first, _, last = receiver.requests
    assert {(r.id, r.body) for r in receiver.requests} == {(first.id, first.body)}
    assert last.timestamp - first.timestamp == 305
    assert all(r.is_signed_with(made["secret"]) for r in receiver.requests)
    assert not first.is_signed_with("whsec_" + "A" * 43 + "=")
    assert first.told["data"]["talk_seconds"] == 61.25
    assert first.told["data"]["user"] == "anna@example.test"
    assert (detail["delivery"]["state"], detail["delivery"]["attempts"]) == ("delivered", 3)
    log = [(t["status"], t["error"], t["reply"]) for t in detail["tried"]]
    assert log == [(500, "", "no"), (503, "", "no"), (204, "", "")]
    assert detail["body"].encode() == first.body

    path = f"/hook-deliveries/{detail['delivery']['id']}/replay"
    status, again = await send(office_client, "POST", path)
    assert (status, again["delivery"]["state"]) == (200, "waiting")
    await post.look()
    await tried(office_client, 4)
    span = {"since": START.isoformat(), "until": (START + timedelta(hours=9)).isoformat()}
    path = f"/hook-endpoints/{made['endpoint']['id']}/replay"
    assert await send(office_client, "POST", path, span) == (200, {"events": 1})
    await post.look()
    await tried(office_client, 5)
    assert list(receiver.effects) == [first.id]
    status, wrong = await send(office_client, "POST", path, {**span, "until": span["since"]})
    assert (status, wrong["error_id"]) == (400, "bad-span")


async def test_an_endpoint_is_tested_switched_off_renewed_and_removed(
    office_client: Client, office: Exchange, receiver: Receiver
) -> None:
    await as_boss(office_client)
    made = await endpoint(office_client, receiver, "call.ended")
    path = f"/hook-endpoints/{made['endpoint']['id']}"
    off = await send(office_client, "PATCH", path, {"active": False})
    assert off[1]["active"] is False
    status, test = await send(office_client, "POST", f"{path}/test")
    assert (status, test["delivery"]["event"]) == (201, "test")
    await integration(office).post.look()
    await tried(office_client, 1)
    assert receiver.requests[0].told["data"]["by"] == "boss@example.test"

    await send(office_client, "PATCH", path, {"active": True})
    _, renewed = await send(office_client, "POST", f"{path}/secret")
    for hours, old in ((0, True), (25, False)):
        await office.clock.advance(hours * 3600)
        await as_boss(office_client)
        _, test = await send(office_client, "POST", f"{path}/test")
        await integration(office).post.look()
        await tried(office_client, 1, test["delivery"]["id"])
        came = receiver.requests[-1]
        assert came.is_signed_with(renewed["secret"])
        assert came.is_signed_with(made["secret"]) is old
    assert made["secret"] not in str(await get(office_client, "/hook-endpoints"))
    assert await send(office_client, "DELETE", path) == (204, None)
    assert (await get(office_client, "/hook-deliveries"))["items"] == []
    for wish, error in (
        ({"url": "http://tasks.example.test/", "events": ["call.ended"]}, "bad-hook-url"),
        ({"url": "https://tasks.example.test/", "events": ["test"]}, "bad-hook-events"),
    ):
        _, refused = await send(office_client, "POST", "/hook-endpoints", wish)
        assert refused["error_id"] == error


async def test_an_endpoint_that_does_not_answer_delays_nobody_else(
    office_client: Client, office: Exchange, receiver: Receiver
) -> None:
    await as_boss(office_client)
    await office.clock.advance(3600)
    async with receiving() as slow:
        slow.open.clear()
        for each in (slow, receiver):
            await endpoint(office_client, each, "call.ended")
        for n in range(3):
            await talk(office, f"c{n}", 9, began=n)
        post = integration(office).post
        await post.look()
        await receiver.until(lambda: len(receiver.effects) == 3)
        assert [r.told["data"]["id"] for r in receiver.requests] == ["c0", "c1", "c2"]
        await slow.until(lambda: len(slow.requests) == 1)  # the others wait behind it
        assert slow.effects == {}
        slow.open.set()
        await slow.until(lambda: len(slow.effects) == 3)


async def test_administrators_hear_once_of_an_endpoint_that_fails(
    office_client: Client, office: Exchange, receiver: Receiver
) -> None:
    await as_boss(office_client)
    await endpoint(office_client, receiver, "call.ended")
    post = integration(office).post
    receiver.answers = [500] * 6
    for n, call in enumerate(("c1", "c2")):
        await office.clock.advance(3600 * (n + 1))
        await talk(office, call, 9, began=3600 * n)
        for attempt, wait in enumerate((6, 301, 1), 1):
            await post.look()
            detail = await tried(office_client, attempt)
            await office.clock.advance(wait)
        assert detail["delivery"]["state"] == "failed"
    subjects = [told[1] for told in office.alarms.told]
    assert subjects == [f"Webhook takes nothing: {receiver.url}"]
    (shown,) = (await get(office_client, "/hook-endpoints"))["items"]
    assert (shown["failures"], shown["failed"]) == (6, 2)
    assert shown["failing_since"]


async def test_an_endpoint_that_is_gone_is_switched_off_and_may_come_back(
    office_client: Client, office: Exchange, receiver: Receiver
) -> None:
    await as_boss(office_client)
    made = await endpoint(office_client, receiver, "call.ended")
    await office.clock.advance(3600)
    for n in range(3):
        await talk(office, f"c{n}", 9, began=n)
    post = integration(office).post
    receiver.answers = [410]
    await post.look()

    async def gone() -> dict[str, Any]:
        (shown,) = (await get(office_client, "/hook-endpoints"))["items"]
        return shown if office.alarms.told else {}

    for _ in range(300):
        if shown := await gone():
            break
    assert (shown["active"], shown["failed"], shown["waiting"]) == (False, 1, 2)
    assert shown["gone_at"]
    await office.clock.advance(90_000)
    await post.look()
    assert len(receiver.requests) == 1
    assert [told[1] for told in office.alarms.told] == [f"Webhook switched off: {receiver.url}"]
    await as_boss(office_client)
    log = (await get(office_client, "/hook-deliveries", state="failed"))["items"]
    [failed] = [await get(office_client, f"/hook-deliveries/{each['id']}") for each in log]
    assert ([t["status"] for t in failed["tried"]], failed["delivery"]["attempts"]) == ([410], 1)

    path = f"/hook-endpoints/{made['endpoint']['id']}"
    await send(office_client, "POST", f"/hook-deliveries/{log[0]['id']}/replay")
    _, on = await send(office_client, "PATCH", path, {"active": True})
    assert (on["active"], on["gone_at"], on["waiting"]) == (True, None, 3)
    await post.look()
    await receiver.until(lambda: len(receiver.effects) == 3)


async def test_a_share_over_the_limit_is_told_once_for_what_was_worked(
    office_client: Client, office: Exchange, receiver: Receiver
) -> None:
    await as_boss(office_client)
    await endpoint(office_client, receiver, "share.over_limit")
    seen: list[tuple[float, int]] = []

    async def told() -> list[tuple[float, int]]:
        before = len(seen)
        for each in await delivered(office, receiver):
            assert each["type"] == "share.over_limit"
            seen.append((each["data"]["phone_seconds"], each["data"]["work_seconds"]))
        return seen[before:]

    await office.clock.advance(3600)
    await talk(office, "c1", 30)
    assert await told() == []  # no work time is known, so there is no limit
    await worked(office_client, 2)
    assert await told() == []  # exactly a quarter
    await talk(office, "c2", 0.001)
    assert await told() == [(30.001, 120)]
    await talk(office, "c3", 5)
    assert await told() == []  # over it still
    await worked(office_client, 3)
    assert await told() == []  # there is room again
    await talk(office, "c4", 20)
    assert await told() == [(55.001, 180)]
    await worked(office_client, 1)
    assert await told() == []  # less work time: they know that they are over
    await worked(office_client, 3)
    assert await told() == []  # the same as before


async def test_one_click_books_the_right_area_and_tells_the_customer(
    office_client: Client, office: Exchange, receiver: Receiver
) -> None:
    await as_boss(office_client)
    put = {"title": "T", "customer": "Kunde", "area": "backoffice"}
    await send(office_client, "PUT", "/tasks/T-2", put)
    await talk(office, "c1", 1000, Zone.EU, "T-2")
    share = await worked(office_client, 60, "T-2")
    assert (share["mismatch"], share["right_area"]) == ("share", "backoffice_eu")
    path = "/tasks/T-2/message"
    refused = await send(office_client, "POST", path, {"language": "de"})
    assert (refused[0], refused[1]["error_id"]) == (409, "nobody-listens")
    await endpoint(office_client, receiver, "customer.informed", "factor.changed")

    await as_ben(office_client)  # a VPA; nobody else has the task
    preview = await get(office_client, path, language="en")
    assert (preview["template"], preview["area"]) == ("factor_eu", "backoffice_eu")
    wrong = await send(office_client, "POST", path, {"area": "sales_de"})
    assert wrong[1]["error_id"] == "area-not-suggested"
    status, sent = await send(office_client, "POST", path, {"language": "de"})
    assert (status, sent["task"]["area"]) == (201, "backoffice_eu")
    assert "Faktor 1,3" in sent["message"]["text"]
    assert "16:40 Minuten, 15:00 sind enthalten" in sent["message"]["text"]
    changed, informed = await delivered(office, receiver)
    assert changed["data"] == {
        "task": "T-2",
        "title": "T",
        "customer": "Kunde",
        "area_before": "backoffice",
        "area": "backoffice_eu",
        "factor_before": "1.0",
        "factor": "1.3",
    }
    assert informed["data"]["text"] == sent["message"]["text"]
    assert informed["data"]["by"] == "ben@example.test"
    share = await get(office_client, "/tasks/T-2/phone-share")
    assert share["mismatch"] is None

    await as_boss(office_client)
    # Nobody chooses a language: it is the customer's, else that of who sends it.
    [customer] = (await get(office_client, "/customers", query="Kunde"))["items"]
    for own, said in ((None, "en"), ("de", "de")):
        await send(office_client, "PATCH", f"/customers/{customer['id']}", {"language": own})
        assert (await get(office_client, path))["language"] == said
    history = (await get(office_client, "/booked-tasks/T-2/history"))["items"]
    assert [each["action"] for each in history[:2]] == ["task.informed", "task.changed"]
    others = {**put, "assignees": ["a@example.test"]}
    await send(office_client, "PUT", "/tasks/T-2", others)
    await as_anna(office_client)
    assert (await send(office_client, "POST", path, {}))[1]["error_id"] == "not-your-task"


async def test_closing_a_finding_sends_the_text_when_wished(
    office_client: Client, office: Exchange, receiver: Receiver
) -> None:
    await as_boss(office_client)
    await talk(office, "c1", 1000, Zone.DE)
    await worked(office_client, 60)
    month = START.strftime("%Y-%m")
    wish = {"task": "T-1", "month": month, "right_area": "backoffice_de", "how": "informed"}
    refused = await send(office_client, "POST", "/factor-guard", {**wish, "tell": "en"})
    assert refused[1]["error_id"] == "nobody-listens"
    assert (await get(office_client, "/factor-guard", month=month))["open"] == 1
    await endpoint(office_client, receiver, "customer.informed")
    status, left = await send(office_client, "POST", "/factor-guard", {**wish, "tell": "customer"})
    assert (status, left["open"]) == (200, 0)
    (came,) = await delivered(office, receiver)
    assert came["data"]["template"] == "factor_de"
    assert came["data"]["text"].startswith("Hello,")
    assert "factor 1.2" in came["data"]["text"]


async def test_texts_are_changed_and_refuse_unknown_placeholders(
    office_client: Client, office: Exchange
) -> None:
    await as_boss(office_client)
    templates = await get(office_client, "/message-templates")
    names = {(t["name"], t["language"]) for t in templates["items"]}
    assert len(names) == 4
    assert all(t["shipped"] for t in templates["items"])
    for each in templates["items"]:
        wish = {"text": each["text"], "language": each["language"]}
        status, shown = await send(office_client, "POST", "/message-templates/preview", wish)
        assert status == 200
        assert "{" not in shown["text"]
    path = "/message-templates/factor_de/en"
    for text in ("Hello {nobody}", "Hello {", "Hello {task} }"):
        status, refused = await send(office_client, "PUT", path, {"text": text})
        assert (status, refused["error_id"]) == (400, "unknown-placeholder")
    assert "{title}" in refused["detail"]
    _, changed = await send(office_client, "PUT", path, {"text": "Dear {customer}, {factor}!"})
    assert (changed["shipped"], changed["changed_by"]) == (False, "Boss")
    _, back = await send(office_client, "PUT", path, {"text": None})
    assert back["shipped"] is True
    assert (await send(office_client, "PUT", "/message-templates/x/de", {"text": "a"}))[0] == 404
