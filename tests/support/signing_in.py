"""Signing in at, and asking, the API of the fixture `client` (plugin `tests.support.served`)."""

from typing import Any

from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from pbx.domain.turn import TurnRules

Client = TestClient[Request, Application]

TURN = TurnRules((), ("turns:turn.example.test:443?transport=tcp",), "north", 600)
"""The relay that the API tells of."""


async def sign_in(client: Client, email: str, password: str) -> None:
    answer = await client.post("/api/v1/session", json={"email": email, "password": password})
    assert answer.status == 201, await answer.text()


async def as_anna(client: Client) -> None:
    await sign_in(client, "anna@example.test", "secret word")


async def as_boss(client: Client) -> None:
    await sign_in(client, "boss@example.test", "boss")


async def as_admin(client: Client) -> None:
    await sign_in(client, "admin@example.test", "admin")


async def as_root(client: Client) -> None:
    await sign_in(client, "root@example.test", "root")


async def as_ben(client: Client) -> None:
    await sign_in(client, "ben@example.test", "other word")


async def get(client: Client, path: str, **query: str) -> Any:
    """The JSON of something that must be there."""
    answer = await client.get(f"/api/v1{path}", params=query)
    assert answer.status == 200, await answer.text()
    return await answer.json()


async def send(client: Client, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """Status and JSON of whatever the answer is."""
    answer = await client.request(method, f"/api/v1{path}", json=body)
    text = await answer.text()
    return answer.status, (await answer.json()) if text else None
