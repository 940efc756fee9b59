"""When the exchange makes a ringing tone, where, and when it stops."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from pbx.ari.client import AriClient
from pbx.ari.errors import AriRefused
from pbx.switch.requests import Requests
from pbx.switch.ringback import LISTEN_SECONDS, Ringback

FAR = "b.far"


class Ari(AriClient):
    """Answers like Asterisk; keeps where which tone plays."""

    def __init__(self) -> None:
        self.playing: dict[str, str] = {}
        self.received: dict[str, int] = {}

    async def request(self, method: str, uri: str, body: Mapping[str, Any] | None = None) -> Any:
        parts = uri.split("/")
        if parts[-1] == "rtp_statistics":
            if parts[1] not in self.received:
                raise AriRefused(method, uri, 404, "RTP info not found")
            return {"rxcount": self.received[parts[1]]}
        if method == "POST" and parts[2] == "play":
            self.playing[parts[3]] = parts[1]
        elif self.playing.pop(parts[1], None) is None:
            raise AriRefused(method, uri, 404, "Playback not found")
        return None


@pytest.fixture
def ari() -> Ari:
    return Ari()


@pytest.fixture
async def ringback(ari: Ari) -> AsyncIterator[Ringback]:
    made = Ringback(Requests(ari))
    made.dials(FAR, "b", "b")
    yield made
    await made.close()


async def plays(ari: Ari, wanted: dict[str, str]) -> None:
    async with asyncio.timeout(10 * LISTEN_SECONDS):
        while ari.playing != wanted:
            await asyncio.sleep(0.005)


async def test_it_rings_until_the_answer(ari: Ari, ringback: Ringback) -> None:
    ringback.rings(FAR)
    ringback.rings(FAR)
    await plays(ari, {"b.ringing": "b"})
    ringback.over(FAR)
    await plays(ari, {})
    ringback.rings(FAR)
    await asyncio.sleep(2 * LISTEN_SECONDS)
    assert ari.playing == {}, "a late 180 rings nobody"


async def test_a_network_that_sends_its_own_sound_is_left_alone(
    ari: Ari, ringback: Ringback
) -> None:
    ari.received[FAR] = 5
    ringback.rings(FAR)
    await asyncio.sleep(2 * LISTEN_SECONDS)
    assert ari.playing == {}


async def test_an_announcement_ends_it(ari: Ari, ringback: Ringback) -> None:
    ringback.rings(FAR)
    ringback.over(FAR)
    await asyncio.sleep(2 * LISTEN_SECONDS)
    assert ari.playing == {}


async def test_it_follows_the_leg_into_another_bridge(ari: Ari, ringback: Ringback) -> None:
    ringback.rings(FAR)
    await plays(ari, {"b.ringing": "b"})
    ringback.moved(FAR, "b")
    ringback.moved(FAR, "a")
    await plays(ari, {"b.ringing": "a"})
    ringback.only(["others"])
    await plays(ari, {})


async def test_other_legs_ring_nobody(ari: Ari, ringback: Ringback) -> None:
    ringback.rings("a caller")
    ringback.moved("a caller", "a")
    await asyncio.sleep(2 * LISTEN_SECONDS)
    assert ari.playing == {}
