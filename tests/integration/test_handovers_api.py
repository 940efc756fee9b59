"""Hand-overs of tasks over real HTTP."""

from typing import Any

from pbx.domain.records import Area, Task
from tests.support.addons import letters
from tests.support.exchange import Exchange, answer_checks
from tests.support.signing_in import Client, as_anna, as_ben, as_boss, get, send

pytest_plugins = ["tests.support.served"]


async def test_who_receives_a_task_confirms_before_the_first_call(
    office: Exchange, office_client: Client
) -> None:
    assert office.database is not None

    async def place() -> Any:
        wish = {"number": "30 1234567", "country": "DE", "task": "T-9"}
        status, answer = await send(office_client, "POST", "/calls", wish)
        return answer.get("error_id", status)

    async def hand(*emails: str) -> None:
        task = Task("T-9", "Termine", "Kunde", Area.BACKOFFICE_DE, 60, emails)
        await office.directory.put_task(task)

    await hand("anna@example.test")
    await answer_checks(office.database)
    await hand("ben@example.test")
    await as_boss(office_client)
    settings = await get(office_client, "/billing-settings")
    assert settings == {"rate_per_hour": None, "handover_check": False}
    on = {"rate_per_hour": "35", "handover_check": True}
    assert (await send(office_client, "PUT", "/billing-settings", on))[1] == {
        **on,
        "rate_per_hour": "35.00",
    }
    await send(office_client, "PUT", "/billing-settings", {"rate_per_hour": "36"})
    await as_ben(office_client)
    assert await place() == 201  # handed over before the check was on
    await hand("anna@example.test", "ben@example.test")
    assert (await get(office_client, "/handovers"))["items"] == []

    await as_anna(office_client)
    assert await place() == "handover-open"
    [waiting] = (await get(office_client, "/handovers"))["items"]
    assert (waiting["task"], waiting["mine"], waiting["factor"]) == ("T-9", True, "1.2")
    path = f"/handovers/{waiting['id']}/confirm"
    said: dict[str, Any] = {"right_factor": True, "informed": False}
    assert (await send(office_client, "POST", path, said))[1]["error_id"] == (
        "checklist-incomplete"
    )
    await as_ben(office_client)
    said["informed"] = True
    assert (await send(office_client, "POST", path, said))[1]["error_id"] == "handover-not-yours"
    await as_boss(office_client)
    ben = await office.directory.user_by_email("ben@example.test")
    assert ben is not None
    rules = await get(office_client, "/addon-settings")
    await send(office_client, "PUT", "/addon-settings", {**rules, "owner_sales": ben.id})
    await as_anna(office_client)
    said |= {"specialist": True, "facts": "40 Anrufe am Tag"}
    status, done = await send(office_client, "POST", path, said)
    [(subject, to)] = await letters(office)
    assert ("Termine" in subject, to) == (True, ("ben@example.test",))
    assert (status, done["confirmed_by"]) == (200, "Anna")
    assert await place() == 201
    assert (await send(office_client, "POST", path, said))[1]["error_id"] == "handover-confirmed"
