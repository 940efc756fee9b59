"""A far party as the carrier knows it: what it hears, and how long it talked."""

import array
from collections.abc import Iterable

from tests.support import sound
from tests.support.api import Api, Json, at, eventually

ANNA_HERTZ, BEN_HERTZ = 620, 740
"""Of their microphones; no notes of the hold music."""
A_HERTZ, B_HERTZ, C_HERTZ = 500, 900, 1000
"""Of far parties: subscribers 0053, 0057 and 0058."""
EVERYBODY = (ANNA_HERTZ, BEN_HERTZ, A_HERTZ, B_HERTZ, C_HERTZ)
ENDINGS = {A_HERTZ: "0053", B_HERTZ: "0057", C_HERTZ: "0058"}


class Far:
    """One call in the carrier's record. `Far.reached` waits for it to be answered."""

    def __init__(self, api: Api, carrier_id: str) -> None:
        self.api = api
        self.id = carrier_id

    @classmethod
    async def reached(
        cls, api: Api, number: str, since: float, when: str = "answered_at", seconds: float = 15
    ) -> "Far":
        """The call to that number (or with that id) that began after `since` (epoch)."""

        async def found() -> str | None:
            for call in await api.carrier_calls():
                if number in (call["called"], call["id"]) and at(call["invited_at"]) > since:
                    return str(call["id"]) if call[when] else None
            return None

        return cls(api, await eventually(found, seconds, f"{when} of {number} at the carrier"))

    async def record(self) -> Json:
        return next(call for call in await self.api.carrier_calls() if call["id"] == self.id)

    async def still_there(self) -> bool:
        return (await self.record())["ended_at"] is None

    async def ended(self, seconds: float = 10) -> Json:
        return await self.api.carrier_call(self.id, "ended_at", seconds)

    async def samples(self) -> "array.array[int]":
        """All that the exchange has sent so far."""
        return sound.samples_of(await self.api.recording(self.id))

    async def hears_just(
        self,
        *hertz: float,
        among: Iterable[float] = EVERYBODY,
        seconds: float = 15,
        last: float = 1.0,
    ) -> None:
        """In the `last` seconds these tones are heard and none of the others."""
        among = tuple(among)
        found: set[float] = set()

        async def right() -> bool:
            nonlocal found
            part = (await self.samples())[-round(last * sound.RATE) :]
            found = sound.tones(part, among)
            return found == set(hertz)

        try:
            await eventually(right, seconds)
        except AssertionError as e:
            raise AssertionError(f"the far party hears {found}, not {set(hertz)}") from e

    async def hears_music(self, seconds: float = 15) -> None:
        """Hold music, and nobody's voice, for a second on end."""

        async def music() -> bool:
            part = (await self.samples())[-sound.RATE :]
            return sound.is_music(part) and not sound.tones(part, EVERYBODY)

        await eventually(music, seconds, "hold music at the carrier")

    async def hears_silence(self, seconds: float = 15) -> None:
        async def silent() -> bool:
            return sound.loudness((await self.samples())[-sound.RATE :]) < 20

        await eventually(silent, seconds, "silence at the carrier")

    async def is_billed_right(self, call: Json, tolerance: float = 0.6) -> float:
        """The ledger's seconds of an ended call against the carrier's own; the difference.

        What a hold or a transfer could take away is a second and more. We bill until our own
        wish to hang up; where two tests with browsers keep the machine busy, Asterisk takes up to
        0.32 s from that wish (0.13 s mostly) until its BYE goes out. Exact seconds are measured by
        e2e/test_metering, which has the machine for itself.
        """
        carrier = await self.ended()
        difference = float(call["talk_seconds"] - carrier["duration_seconds"])
        assert abs(difference) < tolerance, (difference, call, carrier)
        return difference
