"""Exchange and demo together, without a controller, for tests."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pbx.asterisk.process import AsteriskProcess, pbx_process
from pbx.demo.witness import CarrierCall
from pbx.demo.world import Demo
from pbx.settings import Settings
from tests.support.telephony import BareAri, demo_settings, runtime, until

HEAD_OFFICE = "+4922182829980"


@dataclass
class World:
    settings: Settings
    pbx: AsteriskProcess
    demo: Demo

    def ari(self) -> BareAri:
        return BareAri(self.pbx, self.settings.asterisk.app)

    def call(self, number: str) -> CarrierCall | None:
        """The carrier's record of the newest call to `number`, or with that id."""
        calls = self.demo.carrier.calls()
        return next((c for c in calls if number in (c.called, c.id)), None)

    async def ended(self, number: str, seconds: float = 15) -> CarrierCall:
        def find() -> CarrierCall | None:
            call = self.call(number)
            return call if call and call.ended_at else None

        return await until(find, seconds, f"the end of the call to {number}")

    def recorded(self, call: CarrierCall) -> Path:
        file = self.demo.carrier.recording(call.id)
        assert file is not None
        return file

    def stored(self, name: str) -> Path:
        """What the exchange recorded."""
        return self.pbx.home.spool / "recording" / f"{name}.wav"


@asynccontextmanager
async def run_world(folder: Path, trunk: str = "") -> AsyncIterator[World]:
    settings = demo_settings(folder, trunk)
    async with AsyncExitStack() as stack:
        demo = Demo(settings, runtime())
        stack.push_async_callback(demo.stop)
        await demo.start()
        pbx = pbx_process(settings, runtime())
        stack.push_async_callback(pbx.stop)
        await pbx.start()
        yield World(settings, pbx, demo)


def took(earlier: float | None, later: float | None) -> float:
    assert earlier is not None
    assert later is not None
    return later - earlier
