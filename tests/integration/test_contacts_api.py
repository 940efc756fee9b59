"""Contacts over real HTTP: who sees and changes them, and importing."""

import io
import os
from typing import Any

import pytest

from tests.support.exchange import Exchange
from tests.support.signing_in import Client, as_anna, as_boss, get, send

pytest_plugins = ["tests.support.served"]

EVA = {"name": "Eva Beck", "number": "0221 82829-970", "country": "DE"}


async def test_contacts_private_and_public(client: Client) -> None:
    await as_anna(client)
    status, mine = await send(client, "POST", "/contacts", EVA)
    assert (status, mine["number"], mine["national"]) == (201, "+4922182829970", "0221 82829970")
    assert (mine["mine"], mine["public"]) == (True, False)
    _, shared = await send(client, "POST", "/contacts", {**EVA, "name": "Amt", "public": True})
    status, problem = await send(client, "POST", "/contacts", EVA)
    assert (status, problem["error_id"]) == (409, "contact-exists")

    await as_boss(client)
    seen = (await get(client, "/contacts"))["items"]
    assert [(c["name"], c["mine"]) for c in seen] == [("Amt", False)]
    private = f"/contacts/{mine['id']}"
    assert (await send(client, "PUT", private, EVA))[0] == 404
    assert (await send(client, "DELETE", private))[0] == 404
    changed = {**EVA, "name": "Bürgeramt", "public": True, "note": "Mo-Fr", "task": "T-1"}
    status, after = await send(client, "PUT", f"/contacts/{shared['id']}", changed)
    assert (status, after["name"], after["note"], after["task"]) == (
        200,
        "Bürgeramt",
        "Mo-Fr",
        "T-1",
    )
    status, problem = await send(client, "PUT", f"/contacts/{shared['id']}", EVA)
    assert (status, problem["error_id"]) == (403, "not-your-contact")

    await as_anna(client)
    for query, ids in (("burgeramt 970", [shared["id"]]), ("burgeramt 971", [])):
        found = (await get(client, "/contacts", query=query))["items"]
        assert [c["id"] for c in found] == ids
    assert (await send(client, "DELETE", private))[0] == 204
    assert len((await get(client, "/contacts"))["items"]) == 1


async def test_the_name_of_a_number(client: Client, exchange: Exchange) -> None:
    await as_anna(client)
    await send(client, "POST", "/contacts", EVA)
    name_of = exchange.desk.contacts.name_of
    assert await name_of(exchange.anna.id, "+4922182829970") == "Eva Beck"
    assert await name_of(exchange.anna.id, "+4922182829971") is None
    assert await name_of(exchange.ben.id, "+4922182829970") is None


@pytest.mark.parametrize(
    ("change", "error_id"),
    [
        ({"number": "abc"}, "number-malformed"),
        ({"number": "0221 1"}, "number-invalid"),
        ({"country": "XX"}, "unknown-country"),
        ({"name": "  "}, "no-name"),
        ({"name": ""}, "bad-request"),
        ({"owner": "x"}, "bad-request"),
    ],
)
async def test_a_contact_that_cannot_be(
    client: Client, change: dict[str, str], error_id: str
) -> None:
    await as_anna(client)
    status, problem = await send(client, "POST", "/contacts", {**EVA, **change})
    assert (status in (400, 403), problem["error_id"]) == (True, error_id)
    assert len(problem["detail"]) > 10


async def test_importing_a_file(client: Client) -> None:
    await as_anna(client)
    file = "Name;Telefon;Notiz\r\nEva;0221 82829970;x\r\nUwe;12;y\r\nAnna;+49 30 1234567;\r\n"

    async def upload(data: bytes, **query: str) -> tuple[int, Any]:
        body = io.BytesIO(data)
        answer = await client.post("/api/v1/contacts/import", data=body, params=query)
        return answer.status, await answer.json()

    status, trial = await upload(file.encode("cp1252"), dry_run="1")
    assert (status, trial["dry_run"], trial["created"]) == (200, True, 2)
    assert (await get(client, "/contacts"))["items"] == []
    assert [e["row"] for e in trial["errors"]] == [3]
    assert "Nummer" in trial["errors"][0]["text"]
    _, first = await upload(file.encode())
    _, again = await upload(file.encode())
    assert [(r["created"], r["updated"], r["unchanged"]) for r in (first, again)] == [
        (2, 0, 0),
        (0, 0, 2),
    ]
    _, public = await upload(file.encode(), public="1")
    assert public["created"] == 2
    await as_boss(client)
    assert [c["name"] for c in (await get(client, "/contacts"))["items"]] == ["Anna", "Eva"]
    for bad in (b"", b"\x00\x01", b"a,b\r\n1,2\r\n", os.urandom(100), b"x" * 1_100_000):
        status, problem = await upload(bad)
        assert (status, problem["error_id"]) == (400, "bad-contact-file"), bad[:20]
