"""Orders of add-ons over real HTTP: answered step by step, watched, activated, charged, called."""

import asyncio
import itertools
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from pbx.domain.audit import ChangeFilter
from pbx.domain.inventory import Inventory
from pbx.domain.records import Number, User
from pbx.domain.test_calls import Heard
from pbx.errors import Unavailable
from pbx.services.numbers import NumberService
from tests.support.addons import (
    addons,
    book,
    letters,
    made_link,
    speech,
    step,
    wav,
)
from tests.support.api import eventually
from tests.support.exchange import ANNAS, HEAD_OFFICE, Exchange
from tests.support.signing_in import Client, as_boss, get, send

pytest_plugins = ["tests.support.served"]

NEW = "+4922182829955"
DAY = 86_400


async def test_from_the_booking_to_the_greeting_that_callers_hear(
    office: Exchange, office_client: Client
) -> None:
    form, _ = await made_link(office_client)
    own = {"option": "own-number", "price": "148.90", "number": "+4930123456"}
    order = (await book(office_client, form, **own))["id"]
    await as_boss(office_client)
    factor = (await get(office_client, "/booked-tasks/T-1"))["factor"]
    assert (await step(office_client, order, "number"))[1]["error_id"] == "step-too-early"
    found = (await step(office_client, order, "feasible"))[1]
    assert (found["next_step"], found["steps_done"]) == ("number", 1)
    assert (await step(office_client, order, "feasible", owner="x"))[1]["error_id"] == "bad-owner"
    planned = {"due_on": "2026-11-20"}
    answer = await send(office_client, "PUT", f"/addon-orders/{order}/steps/greeting", planned)
    assert answer[1]["late"] is True
    await step(office_client, order, "number")
    found = (await step(office_client, order, "greeting"))[1]
    assert found["greeting_id"]
    assert (await step(office_client, order, "configured"))[1]["error_id"] == "activate-instead"
    activate = f"/addon-orders/{order}/activation"
    status, problem = await send(office_client, "PUT", activate, {})
    assert (status, problem["error_id"]) == (409, "did-missing")
    await send(office_client, "PATCH", f"/addon-orders/{order}", {"did": HEAD_OFFICE})
    assert (await send(office_client, "PUT", activate, {}))[1]["error_id"] == "did-head-office"
    found = await get(office_client, f"/addon-orders/{order}")
    assert (found["activate_at"], found["comments"][0]["by"]) == (None, "Vermittlung")
    await send(office_client, "PATCH", f"/addon-orders/{order}", {"did": NEW})

    later = (office.clock.now().at + timedelta(hours=1)).isoformat()
    status, found = await send(office_client, "PUT", activate, {"at": later})
    assert (status, found["activated_at"], found["charged"]) == (200, None, False)
    await addons(office).watch.round()
    assert (await send(office_client, "GET", f"/numbers/{NEW}".replace("+", "%2B")))[0] == 404
    await office.clock.advance(3601)
    await addons(office).watch.round()
    found = await get(office_client, f"/addon-orders/{order}")
    assert found["activated_at"]
    assert found["charged"]
    assert found["next_step"] == "test-call"

    plan = await office.board.plan(NEW)
    heard = (await office.board.voicemail_plan(plan)).files[0]
    assert Path(heard).read_bytes() == b"a greeting"
    number = (await get(office_client, f"/numbers/{NEW}"))["number"]
    assert (number["label"], number["state"]) == ("Kunde", "forwarding-in")
    assert (await get(office_client, "/booked-tasks/T-1"))["factor"] == factor
    assert (await send(office_client, "PUT", activate, {}))[1]["error_id"] == "already-active"
    month = office.clock.now().at.strftime("%Y-%m")
    [draft] = [
        each
        for each in (await get(office_client, "/statements", month=month))["items"]
        if each["customer"] == "Kunde"
    ]
    assert draft["totals"]["amount"] == "148.90"
    status, problem = await send(
        office_client, "POST", f"/addon-orders/{order}/cancel", {"reason": "doch nicht"}
    )
    assert (status, problem["error_id"]) == (409, "order-active")

    await letters(office)
    await step(office_client, order, "test-call", reason="Ich habe selbst angerufen.")
    found = (await step(office_client, order, "informed"))[1]
    assert (found["state"], found["next_step"]) == ("done", None)
    [(subject, to)] = await letters(office)
    assert ("eingerichtet" in subject, to) == (True, ("sommer@example.test",))
    history = (await get(office_client, f"/addon-orders/{order}/history"))["items"]
    actions = [each["action"] for each in history]
    assert actions[-1] == "addon.booked"
    assert {"addon.activation-planned", "addon.activated", "addon.answered"} <= set(actions)
    assert all(each["title"].startswith("Add-on ") for each in history)


class Stumbling(NumberService):
    """Numbers on a database that is away when they are written the first time."""

    def __init__(self, real: NumberService) -> None:
        self._real, self.tries = real, 0

    async def get(self, e164: str) -> Inventory:
        return await self._real.get(e164)

    async def put(self, user: User, number: Number, groups: Sequence[str] | None) -> bool:
        self.tries += 1
        if self.tries == 1:
            raise Unavailable("database-away", "weg", "away")
        return await self._real.put(user, number, groups)


async def test_what_a_crash_interrupts_is_carried_on_and_charged_once(
    office: Exchange, office_client: Client
) -> None:
    assert office.database is not None
    form, _ = await made_link(office_client)
    wish = {"option": "country-number", "greeting": "none", "price": "99.00", "country": "PL"}
    order = (await book(office_client, form, **wish))["id"]
    await as_boss(office_client)
    for each in ("feasible", "number"):
        await step(office_client, order, each)
    await send(office_client, "PATCH", f"/addon-orders/{order}", {"did": NEW})
    activation = addons(office).activation
    numbers = Stumbling(activation.numbers)
    activation.numbers = numbers
    status, problem = await send(office_client, "PUT", f"/addon-orders/{order}/activation", {})
    assert (status, problem["error_id"]) == (503, "database-away")
    found = await get(office_client, f"/addon-orders/{order}")
    assert (found["activated_at"], found["charged"]) == (None, False)
    assert found["activate_at"]
    await asyncio.gather(*(addons(office).watch.round() for _ in range(3)))
    found = await get(office_client, f"/addon-orders/{order}")
    assert (found["charged"], found["next_step"]) == (True, "test-call")
    added, _ = await office.database.audit.find(ChangeFilter(kind="charge"), None, 9)
    assert [(each.action, each.after["amount_cents"]) for each in added if each.after] == [
        ("charge.added", 9900),
    ]
    history = (await get(office_client, f"/addon-orders/{order}/history"))["items"]
    assert [each["action"] for each in history].count("addon.activated") == 1


async def test_not_feasible_is_told_and_costs_nothing(
    office: Exchange, office_client: Client
) -> None:
    form, _ = await made_link(office_client)
    wish = {"option": "country-number", "greeting": "none", "price": "99.00", "country": "PL"}
    order = (await book(office_client, form, **wish))["id"]
    await letters(office)
    await as_boss(office_client)
    refused = {"state": "refused"}
    assert (await step(office_client, order, "feasible", **refused))[1]["error_id"] == (
        "reason-missing"
    )
    why = "In Polen gibt es keine freien Rufnummern."
    found = (await step(office_client, order, "feasible", **refused, reason=why))[1]
    assert (found["state"], found["charged"], found["reason"]) == ("refused", False, why)
    [(_, to)] = await letters(office)
    assert to == ("sommer@example.test",)
    [seen] = (await get(office_client, f"{form}/orders"))["items"]
    assert (seen["state"], seen["reason"]) == ("refused", why)
    assert (await step(office_client, order, "feasible"))[1]["error_id"] == "order-closed"
    change = {
        "key": "change-01",
        "customer_id": found["customer_id"],
        "option": "extension",
        "kind": "change",
        "note": "Neue Assistenz",
        "number": None,
    }
    status, made = await send(office_client, "POST", "/addon-orders", change)
    assert (status, made["total"], made["kind"]) == (201, "0.00", "change")
    assert made["step_list"][0]["step"] == "feasible"
    assert (await send(office_client, "POST", "/addon-orders", change))[0] == 200
    cards = (await get(office_client, "/addon-orders", kind="change", step="feasible"))["items"]
    assert [each["id"] for each in cards] == [made["id"]]
    path = f"/addon-orders/{made['id']}"
    status, commented = await send(office_client, "POST", f"{path}/comments", {"text": "Läuft"})
    assert (status, commented["comments"][0]["by"]) == (201, "Boss")
    ended = (await send(office_client, "POST", f"{path}/cancel", {"reason": "Irrtum"}))[1]
    assert ended["state"] == "cancelled"


async def test_silence_is_reminded_of_then_escalated_once(
    office: Exchange, office_client: Client
) -> None:
    """The clock stands on a Saturday: Monday is day nought of working days."""
    form, _ = await made_link(office_client)
    await as_boss(office_client)
    rules = await get(office_client, "/addon-settings")
    assert (rules["reminder_days"], rules["escalation_days"], rules["state"]) == (2, 3, "NW")
    boss = await office.directory.user_by_email("boss@example.test")
    assert boss is not None
    rules |= {
        "to": ["it@example.test"],
        "cc": ["chef@example.test"],
        "subject": "{customer}: {order} wartet",
        "owner_backoffice": boss.id,
    }
    bad = {**rules, "text": "{nobody}"}
    assert (await send(office_client, "PUT", "/addon-settings", bad))[1]["error_id"] == (
        "unknown-placeholder"
    )
    # Shipped words follow the language, the company's own ones stay.
    for language, greeting in (("en", "Hello,"), ("de", "Guten Tag,")):
        rules |= {"language": language}
        status, rules = await send(office_client, "PUT", "/addon-settings", rules)
        assert (status, rules["subject"]) == (200, "{customer}: {order} wartet")
        assert rules["text"].startswith(greeting)
    order = (await book(office_client, form))["id"]
    await letters(office)
    watch = addons(office).watch

    async def after(days: float) -> list[tuple[str, tuple[str, ...]]]:
        await office.clock.advance(days * DAY)
        await watch.round()
        await watch.round()
        return await letters(office)

    assert await after(3) == []
    [(reminder, to)] = await after(1)
    assert ("Z-1" in reminder, to) == (True, ("boss@example.test",))
    await office.clock.advance(DAY)
    await watch.round()
    assert office.post is not None
    await office.post.deliver()
    [escalation] = office.mailer.letters
    office.mailer.letters.clear()
    assert escalation.subject == "Kunde: Z-1 wartet"
    assert (escalation.recipients, escalation.cc) == (
        ("it@example.test",),
        ("chef@example.test",),
    )
    assert f"/manage/addons/{order}" in escalation.text
    assert await after(9) == []
    await as_boss(office_client)  # the session of two weeks ago is over
    found = await get(office_client, f"/addon-orders/{order}")
    assert found["reminded_at"]
    assert found["escalated_at"]
    # An answer begins a new silence.
    await send(office_client, "POST", f"/addon-orders/{order}/comments", {"text": "bestellt"})
    assert (await get(office_client, f"/addon-orders/{order}"))["escalated_at"] is None
    assert len(await after(7)) == 1


async def test_a_test_call_hears_the_greeting_or_says_why_not(
    office: Exchange, office_client: Client
) -> None:
    await as_boss(office_client)
    [customer] = (await get(office_client, "/customers", query="Kunde"))["items"]
    wish = {"key": "by-hand-1", "customer_id": customer["id"], "option": "extension"}
    order = (await send(office_client, "POST", "/addon-orders", wish))[1]["id"]
    path = f"/addon-orders/{order}/test-calls"
    assert (await send(office_client, "POST", path))[1]["error_id"] == "did-missing"
    await send(office_client, "PATCH", f"/addon-orders/{order}", {"did": ANNAS})
    assert (await send(office_client, "PUT", f"/addon-orders/{order}/activation", {}))[0] == 200

    counted = itertools.count(1)

    async def tested() -> Any:
        await office.clock.advance(1)
        status, begun = await send(office_client, "POST", path)
        assert (status, len(begun["test_calls"])) == (202, next(counted))

        async def over() -> Any:
            found = await get(office_client, f"/addon-orders/{order}")
            return None if found["test_call"] == "running" else found

        return await eventually(over)

    failed = await tested()
    [call] = failed["test_calls"]
    assert (call["state"], call["reason"], call["audio"]) == ("failed", "not-answered", None)
    office.test_caller.away = True
    assert (await tested())["test_calls"][0]["reason"] == "exchange-away"
    office.test_caller.away = False
    office.test_caller.heard = Heard(True, wav(speech(2) * 8), 9000)
    failed = await tested()
    assert failed["test_calls"][0]["reason"] == "other-sound"
    assert failed["next_step"] == "test-call"
    assert (await step(office_client, order, "test-call"))[1]["error_id"] == "test-call-missing"

    shipped = (await get(office_client, "/greetings"))["standard"]
    [audio] = [e["audio"] for e in shipped if (e["language"], e["name"]) == ("de", "greeting")]
    data = await (await office_client.get(audio)).read()
    quieter = [s // 3 for s in memoryview(data[44:]).cast("h")]
    office.test_caller.heard = Heard(True, wav([0] * 7000 + quieter + [0] * 4000), 9000)
    passed = await tested()
    [call, *_] = passed["test_calls"]
    assert (call["state"], call["answered"], call["seconds"]) == ("passed", True, 9.0)
    assert call["match_percent"] >= 95

    async def step_done() -> bool:
        return (await get(office_client, f"/addon-orders/{order}"))["next_step"] == "informed"

    await eventually(step_done)
    assert (await office_client.get(call["audio"])).status == 200
    assert office.test_caller.called == [ANNAS] * 4
