"""Customers, tasks and their bills over real HTTP."""

from typing import Any

from tests.support.exchange import Exchange
from tests.support.signing_in import Client, as_anna, as_boss, get, send

pytest_plugins = ["tests.support.served"]

TASK = {"title": "Akquise", "customer": "Solaris AG", "area": "sales_de"}


async def place(client: Client, task: str) -> tuple[int, Any]:
    wish = {"number": "30 1234567", "country": "DE", "task": task}
    return await send(client, "POST", "/calls", wish)


async def customer(client: Client, name: str) -> Any:
    [found] = (await get(client, "/customers", query=name))["items"]
    return found


async def test_no_call_before_the_customer_was_asked(
    office: Exchange, office_client: Client
) -> None:
    await as_boss(office_client)
    assert (await send(office_client, "PUT", "/tasks/T-7", TASK))[0] == 201
    await as_anna(office_client)
    status, problem = await place(office_client, "T-7")
    assert (status, problem["error_id"]) == (403, "customer-check-open")
    assert "Solaris AG" in problem["detail"]
    assert "Management" in problem["detail"]
    assert (await place(office_client, "T-1"))[0] == 201

    await as_boss(office_client)
    new = await customer(office_client, "solaris")
    assert (new["phone_system"], new["tasks"], new["rate_per_hour"]) == ("open", 1, None)
    path = f"/customers/{new['id']}"
    status, problem = await send(office_client, "PATCH", path, {"phone_system": "ours"})
    assert (status, problem["error_id"]) == (400, "informed-on-missing")
    told = {"phone_system": "ours", "informed_on": "2026-11-20", "rate_per_hour": "38,5"}
    status, answered = await send(office_client, "PATCH", path, told)
    assert (status, answered["rate_per_hour"]) == (200, "38.50")
    assert (await get(office_client, "/customers", check="open"))["items"] == []
    history = (await get(office_client, f"{path}/history"))["items"]
    assert [change["action"] for change in history] == ["customer.changed", "customer.added"]
    assert {"name": "telephone system", "before": "open", "after": "ours"} in history[0]["fields"]

    await as_anna(office_client)
    for call in office.board.calls():
        await send(office_client, "POST", f"/calls/{call.id}/hangup")
    assert (await place(office_client, "T-7"))[0] == 201


async def test_a_closed_task_takes_no_calls(office_client: Client) -> None:
    await as_boss(office_client)
    wish = {"title": "Termine", "customer": "Kunde", "state": "closed"}
    assert (await send(office_client, "PUT", "/tasks/T-1", wish))[1]["state"] == "closed"
    # Whoever does not name the state leaves it as it is.
    del wish["state"]
    assert (await send(office_client, "PUT", "/tasks/T-1", wish))[1]["state"] == "closed"
    [found] = (await get(office_client, "/booked-tasks", state="closed"))["items"]
    assert (found["external_id"], found["area"], found["zone"]) == ("T-1", "backoffice", None)
    await as_anna(office_client)
    assert (await place(office_client, "T-1"))[1]["error_id"] == "task-closed"
    assert [t["external_id"] for t in (await get(office_client, "/tasks"))["items"]] == ["support"]


async def test_what_a_task_was_booked_with_and_who_worked(office_client: Client) -> None:
    await as_boss(office_client)
    await send(office_client, "PUT", "/tasks/T-7", {**TASK, "area": "sales_eu"})
    booked = await get(office_client, "/booked-tasks/T-7")
    assert (booked["factor"], booked["pay_factor"], booked["zone"]) == ("2.1", "1.5", "EU")
    assert booked["factors_valid_from"] == "2020-01-01"
    never = await send(office_client, "PUT", "/tasks/T-7", {**TASK, "undo": True})
    assert (never[0], never[1]["error_id"]) == (409, "nothing-to-undo")
    back = [{**TASK, "area": "backoffice"}, {**TASK, "area": "sales_eu", "undo": True}]
    assert [(await send(office_client, "PUT", "/tasks/T-7", w))[0] for w in back] == [200, 200]
    for minutes in (90, 95):
        work = {"user": "anna@example.test", "day": "2026-11-20", "minutes": minutes}
        assert (await send(office_client, "PUT", "/tasks/T-7/work-time", work))[0] == 200
    times = await get(office_client, "/booked-tasks/T-7/work-times", month="2026-11")
    assert [(t["name"], t["day"], t["minutes"]) for t in times["items"]] == [
        ("Anna", "2026-11-20", 95)
    ]
    history = (await get(office_client, "/booked-tasks/T-7/history"))["items"]
    assert [c["action"] for c in history] == [
        *["task.worked"] * 2,
        *["task.changed"] * 2,
        "task.added",
    ]
    assert history[0]["before"] == {"minutes": 90}
    assert history[0]["by"] == "boss@example.test"
    assert (await office_client.get("/api/v1/booked-tasks/none")).status == 404


async def test_files_with_a_dry_run(office_client: Client) -> None:
    await as_boss(office_client)

    async def sent(path: str, text: str, **query: str) -> Any:
        answer = await office_client.post(f"/api/v1{path}", data=text.encode(), params=query)
        assert answer.status == 200, await answer.text()
        found = await answer.json()
        return (found["created"], found["updated"], found["unchanged"]), found["errors"]

    tasks = "task,title,customer,area\nT-8,Acht,Neu GmbH,sales\nT-1,Termine,Kunde,\n"
    assert await sent("/tasks/import", tasks, dry_run="1") == ((1, 0, 1), [])
    assert (await office_client.get("/api/v1/booked-tasks/T-8")).status == 404
    assert await sent("/tasks/import", tasks) == ((1, 0, 1), [])
    answer = await office_client.get("/api/v1/tasks.csv", params={"format": "excel-de"})
    assert await sent("/tasks/import", await answer.text()) == ((0, 0, 3), [])
    customers = "name;phone_system;informed_on\nNeu GmbH;eigene;1.11.2026\nKunde;mars;\n"
    counts, [error] = await sent("/customers/import", customers)
    assert (counts, error["row"]) == ((0, 0, 0), 3)
    assert "mars" in error["text"]
    counts, _ = await sent("/customers/import", customers.replace("mars", ""))
    assert counts == (0, 1, 1)
    assert (await customer(office_client, "neu"))["phone_system"] == "own"
    work = "task,user,day,minutes\nT-8,anna@example.test,2026-11-20,30\n"
    assert await sent("/work-times/import", work) == ((1, 0, 0), [])
    refused = await office_client.post("/api/v1/tasks/import", data=b"x")
    assert (refused.status, (await refused.json())["error_id"]) == (400, "bad-file")
    answer = await office_client.get("/api/v1/customers.csv")
    assert (await answer.text()).count("\r\n") == 3


async def test_the_default_rate(office_client: Client) -> None:
    await as_boss(office_client)
    off = {"handover_check": False}
    assert await get(office_client, "/billing-settings") == {"rate_per_hour": None, **off}
    status, kept = await send(office_client, "PUT", "/billing-settings", {"rate_per_hour": "36"})
    assert (status, kept) == (200, {"rate_per_hour": "36.00", **off})
    assert await get(office_client, "/billing-settings") == kept
    status, problem = await send(office_client, "PUT", "/billing-settings", {"rate_per_hour": "-1"})
    assert (status, problem["error_id"]) == (400, "bad-rate")
