"""Words that the tests of add-ons share: a customer's link, a booking, steps, letters, sounds."""

import io
import random
import wave
from typing import Any

from pbx.services.addons import Addons
from tests.support.exchange import Exchange
from tests.support.signing_in import Client, as_boss, get, send

BOOKING: dict[str, Any] = {
    "key": "wish-0001",
    "option": "mailbox",
    "greeting": "supplied",
    "price": "49.90",
    "contact": "Frau Sommer",
    "email": "sommer@example.test",
    "language": "de",
}


def addons(office: Exchange) -> Addons:
    assert office.addons is not None
    return office.addons


async def made_link(client: Client, **wish: Any) -> tuple[str, Any]:
    """The path of the form, and the link."""
    await as_boss(client)
    [customer] = (await get(client, "/customers", query="Kunde"))["items"]
    path = f"/customers/{customer['id']}/booking-links"
    status, link = await send(client, "POST", path, wish)
    assert status == 201, link
    token = link["url"].removeprefix("https://pbx.example.test/book/")
    await send(client, "DELETE", "/session")
    return f"/addon-form/{token}", link


async def upload(client: Client, form: str, data: bytes) -> tuple[int, Any]:
    answer = await client.post(f"/api/v1{form}/greetings", data=data)
    return answer.status, await answer.json()


async def book(client: Client, form: str, **wish: Any) -> Any:
    body = {**BOOKING, **wish}
    if body["greeting"] == "supplied":
        status, sent = await upload(client, form, b"a greeting")
        assert status == 201, sent
        body["upload"] = sent["upload"]
    status, order = await send(client, "POST", f"{form}/orders", body)
    assert status == 201, order
    return order


async def step(client: Client, order: str, name: str, **wish: Any) -> tuple[int, Any]:
    body = {"state": "done", **wish}
    return await send(client, "PUT", f"/addon-orders/{order}/steps/{name}", body)


async def letters(office: Exchange) -> list[tuple[str, tuple[str, ...]]]:
    """Subject and recipients of what went out since the last look."""
    assert office.post is not None
    await office.post.deliver()
    found = [(each.subject, each.recipients) for each in office.mailer.letters]
    office.mailer.letters.clear()
    return found


def wav(samples: list[int]) -> bytes:
    """Mono, 16 bit, 8 kHz."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"".join(s.to_bytes(2, "little", signed=True) for s in samples))
    return out.getvalue()


def speech(seed: int, seconds: int = 3) -> list[int]:
    """Noise as uneven as speech."""
    dice = random.Random(seed)
    found: list[int] = []
    while len(found) < seconds * 8000:
        loud = dice.choice((0, 300, 2000, 6000))
        found += [dice.randint(-loud, loud) for _ in range(dice.randint(400, 1600))]
    return found[: seconds * 8000]
