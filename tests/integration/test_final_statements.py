"""Whatever is written over the API, a final statement stays as it is: text, files, JSON."""

from collections.abc import Mapping
from typing import Any

from pbx.web.contract import OPERATIONS
from pbx.web.openapi import document
from pbx.web.operation import V1, Operation
from tests.support.exchange import Exchange
from tests.support.signing_in import Client, as_root, get, send
from tests.support.statement_api import charge, october, pdf_text

pytest_plugins = ["tests.support.served"]

OTHER_AREAS = (f"{V1}/session", f"{V1}/account", f"{V1}/calls", f"{V1}/check-calls", "/message")
"""Of the asker's own sign-in, and of calls: those are of now, and no part of a month that is
over."""
TASK = {"title": "Neu", "customer": "Andere", "area": "sales_eu", "state": "closed"}
FACTORS = {
    "valid_from": "2099-01-01",
    "base_backoffice": "9",
    "base_sales": "9",
    "surcharge_de": "1",
    "surcharge_eu": "1",
    "pay_backoffice": "3",
    "pay_sales": "3",
}
CLOSE = {"task": "T-7", "month": "2026-10", "right_area": "sales_eu", "how": "corrected"}
CHARGE = {"day": "2026-10-31", "amount": "-12,34", "title": "Gutschrift"}
RATE = {"destination": "PL", "valid_from": "2026-10-01", "per_minute": "9"}


def bodies(ids: Mapping[str, str]) -> dict[str, Any]:
    """What is written with the operations that touch money; all of it is taken."""
    work = {"user": "anna@example.test", "day": "2026-10-31", "minutes": 1}
    return {
        "put_task": TASK,
        "put_work_time": work,
        "import_tasks": b"task,title,customer,area\nT-7,Datei,Solaris AG,sales_de\n",
        "import_work_times": b"task,user,day,minutes\nT-7,anna@example.test,2026-10-30,999\n",
        "import_customers": b"name,rate_per_hour,note\nSolaris AG,99,Datei\n",
        "change_customer": {
            "name": "Umbenannt",
            "rate_per_hour": "1",
            "note": "anders",
            "language": "en",
            "street": "Anderswo 9",
            "city": "Leeds",
        },
        "add_customer": {"name": "Noch einer", "rate_per_hour": "1"},
        "put_billing_settings": {"rate_per_hour": "0.01"},
        "put_factors": FACTORS,
        "put_country": {"code": "AT", "zone": "DE", "allowed": True},
        "add_price_list": {"name": "Neue Liste"},
        "put_rate": RATE,
        "add_charge": {**CHARGE, "customer": ids["customers"]},
        "correct_statement": {"reason": "Alles anders"},
        "finalise_month": {"month": "2026-10"},
    }


async def test_no_route_changes_a_final_statement(office: Exchange, office_client: Client) -> None:
    ids, final = await _final(office, office_client)
    before = await _everything(office_client, final)
    told = bodies(ids)
    taken: dict[str, int] = {}
    for operation in OPERATIONS:
        path = operation.path
        if operation.method == "GET" or path.startswith(OTHER_AREAS):
            continue
        body = told.get(operation.name, _guessed(operation))
        how = {"data": body} if isinstance(body, bytes) else {"json": body}
        for name in ("id", "external_id", "e164", "valid_from", "name"):
            path = path.replace(f"{{{name}}}", _id_for(operation, name, ids))
        path = path.replace("{", "").replace("}", "")
        answer = await office_client.request(operation.method, path, **how)
        taken[operation.name] = answer.status
        assert answer.status < 500, (operation.name, await answer.text())
    assert len(taken) > 90
    assert {name: taken[name] for name in told if taken[name] >= 300} == {}
    assert await charge(office, ids["customers"], "addon:later", 999_00)

    after = await _everything(office_client, final)
    assert after == {**before, "json": {**before["json"], **_corrected(after)}}
    # And there was something to change: the month comes to something else now.
    draft = await get(office_client, f"/statements/{ids['customers']}-2026-10")
    assert draft["totals"]["amount"] != before["json"]["totals"]["amount"]
    assert draft["customer"] != before["json"]["customer"]


def _corrected(after: Mapping[str, Any]) -> dict[str, Any]:
    """What a correction says of the document whose place it takes: only that it does."""
    assert after["json"]["state"] == "corrected"
    assert after["json"]["corrected_by"]
    return {name: after["json"][name] for name in ("state", "corrected_by")}


async def _final(office: Exchange, client: Client) -> tuple[dict[str, str], str]:
    """Ids by the first part of a path, and the path of a final statement."""
    customer = await october(office, client)
    await as_root(client)
    assert await charge(office, customer, "addon:1", 49_90)
    close = {**CLOSE, "right_area": "backoffice_eu"}
    assert (await send(client, "POST", "/factor-guard", close))[0] == 200
    month = {"customer": customer, "month": "2026-10"}
    status, made = await send(client, "POST", "/statements", month)
    assert (status, made["totals"]["amount"]) == (201, "206.57")
    _, prices = await send(client, "POST", "/price-lists", {"name": "Netz AG"})
    ids = {"customers": customer, "statements": made["id"], "price-lists": prices["id"]}
    return ids, f"/statements/{made['id']}"


async def _everything(client: Client, path: str) -> dict[str, Any]:
    async def file(suffix: str, **query: str) -> bytes:
        answer = await client.get(f"{V1}{path}.{suffix}", params=query)
        assert answer.status == 200
        return await answer.read()

    found: dict[str, Any] = {"json": await get(client, path)}
    for language in ("de", "en"):
        found[language] = pdf_text(await file("pdf", language=language))
    return {**found, "csv": await file("csv"), "calls": await get(client, f"{path}/calls")}


def _id_for(operation: Operation, name: str, ids: Mapping[str, str]) -> str:
    if name == "external_id":
        return "T-7"
    if name == "valid_from":
        return "2099-01-01"
    return ids.get(operation.path.removeprefix(f"{V1}/").split("/")[0], "none")


SCHEMAS: Mapping[str, Any] = document()["components"]["schemas"]


def _guessed(operation: Operation) -> Any:
    """A body with what is required, for operations that nobody listed above."""
    if operation.request is None:
        return None
    schema = SCHEMAS[operation.request.__name__]
    required = schema.get("required", ())
    return {name: _value(name, schema["properties"][name]) for name in required}


def _value(name: str, schema: Mapping[str, Any]) -> Any:
    schema = schema.get("anyOf", [schema])[0]
    known = {"month": "2026-10", "customer": "Solaris AG", "task": "T-7", "day": "2026-10-31"}
    if name in known:
        return known[name]
    if "enum" in schema:
        return schema["enum"][0]
    kinds = {"integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}
    return kinds.get(schema.get("type", ""), "2099-01-01" if "date" in str(schema) else "text")
