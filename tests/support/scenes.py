"""What tests of calls in a browser have in common: who talks with whom, and what is left."""

from dataclasses import dataclass

from pbx.demo.subscribers import STEMS
from tests.support import sound
from tests.support.api import Api, Json, at, eventually
from tests.support.browser import MICROPHONE_HERTZ, TOLERANCE_HERTZ, Softphone
from tests.support.far import A_HERTZ, ANNA_HERTZ, ENDINGS, Far
from tests.support.stack import Stack

A = STEMS["DE"] + ENDINGS[A_HERTZ]
"""Plays a tone from its answer on."""


def typed(e164: str) -> str:
    """As a VPA types it after choosing the country: without its calling code."""
    return e164[3:]


async def carrier_hears_the_microphone(api: Api, carrier_id: str) -> None:
    async def found() -> bool:
        part = sound.samples_of(await api.recording(carrier_id))[-2 * sound.RATE :]
        return abs(sound.main_hertz(part) - MICROPHONE_HERTZ) < TOLERANCE_HERTZ

    await eventually(found, 10, "440 Hz in the carrier's recording")


@dataclass
class Scene:
    """Anna's phone, and what the test knows of the outside."""

    anna: Softphone
    api: Api
    stack: Stack
    began: float

    async def calls_a(self) -> Far:
        """Anna talks with A; both are heard."""
        await self.anna.call(typed(A))
        await self.anna.reaches("talking")
        far = await Far.reached(self.api, A, self.began)
        await self.anna.hears(A_HERTZ)
        await far.hears_just(ANNA_HERTZ)
        return far

    async def ledger(self) -> list[Json]:
        """Calls since the test began, newest first."""
        return [c for c in await self.api.calls() if at(c["offered_at"]) > self.began]

    async def call_with(self, number: str) -> Json:
        (call,) = [c for c in await self.ledger() if c["number"] == number]
        return call

    async def over(self, *fars: tuple[Far, str]) -> None:
        """Everything has ended; each call is billed as the carrier saw it, once."""

        async def all_ended() -> bool:
            return all(call["ended_at"] for call in await self.ledger())

        await eventually(all_ended, 10, "the end of all calls")
        for far, number in fars:
            difference = await far.is_billed_right(await self.call_with(number))
            print(f"{number}: billed {difference:+.3f} s against the carrier")
        await no_leg_is_left(self.stack)


async def no_leg_is_left(stack: Stack) -> None:
    async def none() -> bool:
        return not stack.channels()

    await eventually(none, 15, "an exchange without channels")
