"""Every operation of the contract that names one thing, asked by somebody whose it is not."""

import re
from typing import Any

import pytest

from pbx.domain.records import Voicemail, VoicemailState
from pbx.web.contract import BY_NAME
from pbx.web.operation import ANYONE, Operation
from tests.support.exchange import ANNAS, Exchange
from tests.support.signing_in import Client, as_anna, as_ben, get, send

pytest_plugins = ["tests.support.served"]

BODIES: dict[str, Any] = {
    "dtmf": {"digits": "1"},
    "transfer_call": {"number": "30 1", "key": "bens"},
    "complete_transfer": {"other": "{other}"},
    "join_calls": {"other": "{other}"},
    "report_quality": {
        "seconds": 1,
        "mos": 4,
        "worst_mos": 4,
        "jitter_ms": 1,
    },
    "note_call": {"text": "Bens"},
    "put_contact": {"name": "Bens", "number": "0221 82829970"},
    "forward_voicemail": {"to": "ben@example.test", "note": ""},
    "approve_country": {"text": ""},
    "refuse_country": {"text": ""},
}
OF_ONE = [
    o
    for o in BY_NAME.values()
    if re.search(r"/(calls|contacts|voicemails|country-requests)/\{", o.path)
]


async def _annas_things(client: Client, exchange: Exchange) -> dict[str, str]:
    """Ids by the path's kind, of what is hers alone."""
    await as_anna(client)
    calls = [await exchange.talking(exchange.anna)]
    eva = {"name": "Eva Geheim", "number": "0221 82829971"}
    _, contact = await send(client, "POST", "/contacts", eva)
    wish = {"country": "ES", "reason": "Kunde in Madrid"}
    _, asked = await send(client, "POST", "/country-requests", wish)
    at = exchange.clock.now().at
    message = Voicemail(
        "message",
        calls[0],
        ANNAS,
        "Anna",
        "+436641",
        at,
        5000,
        4000,
        VoicemailState.WAITING,
        None,
        "voicemail/x.wav",
        "voicemail/x.mp3",
        exchange.anna.id,
    )
    await exchange.messages.add(message, None, exchange.anna.id)
    return {
        "calls": calls[0],
        "contacts": contact["id"],
        "country-requests": asked["id"],
        "voicemails": "message",
    }


@pytest.mark.parametrize("operation", OF_ONE, ids=lambda o: o.name)
async def test_nobody_gets_at_anothers(
    client: Client, exchange: Exchange, operation: Operation
) -> None:
    hers = await _annas_things(client, exchange)
    await as_ben(client)
    mine, _ = await exchange.place(exchange.ben, "30 7654321", key="bens")
    kind = operation.path.split("/")[3]
    path = operation.path.replace("{id}", hers[kind])
    body = BODIES.get(operation.name)
    if body and "other" in body:
        body = {"other": mine.record.id}
    answer = await client.request(operation.method, path, json=body)
    text = await answer.text()
    refused = (409,) if operation.name in ("answer_call", "decline_call") else (403, 404)
    assert answer.status in refused, (answer.status, text)
    for secret in ("Geheim", "+493", "anna@", "Madrid", "+436641"):
        assert secret not in text
    actor = exchange.board.actor(hers["calls"])
    assert actor.call.state == "talking"
    await as_anna(client)
    assert (await get(client, "/contacts"))["items"][0]["name"] == "Eva Geheim"
    assert (await get(client, f"/calls/{hers['calls']}"))["call"]["note"] is None


LISTS = [
    o.path
    for o in BY_NAME.values()
    if o.method == "GET"
    and "{" not in o.path
    and o.content == "application/json"
    and o.access is not ANYONE
]


@pytest.mark.parametrize(
    "value", ["9" * 5000, "00289999999999999", "-1", "\x00", "'", "%", "²", "1e9", "‮٣"]
)
async def test_no_parameter_breaks_a_list(client: Client, exchange: Exchange, value: str) -> None:
    await as_anna(client)
    names = ("limit", "days", "cursor", "query", "number", "from", "to", "task", "outcome")
    for path in LISTS:
        for name in names:
            answer = await client.get(path, params={name: value})
            assert answer.status < 500, (path, name, await answer.text())
