"""Who hears whom: the switch's commands on two real Asterisks, with tones that tell parties apart.

The agents are plain SIP telephones in the place of browsers; the far parties are the
carrier's subscribers, each with a tone of its own. What an agent hears is in its packets,
what a far party hears is what the carrier recorded.
"""

import array
import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from pbx.ari.client import AriClient
from pbx.asterisk.config import ari_password, browser_endpoint
from pbx.clock import SystemClock
from pbx.demo.subscribers import STEMS
from pbx.domain import messages as m
from pbx.domain.records import Moment
from pbx.switch import AsteriskSwitch
from pbx.wiring.building import PROMPTS
from tests.support.sip_phone import SipPhone, endpoint_fields
from tests.support.telephony import loudness, samples, share_of, until
from tests.support.two_asterisks import HEAD_OFFICE, World, run_world

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.alone]

AGENT_HERTZ = 600
RINGING_HERTZ = 425
TONE_1000, TONE_500, TONE_700 = "0041", "0053", "0055"
"""Endings of subscribers that ring for 1 s, answer and play 1000, 500, 700 Hz."""
_ids = (f"{n:032x}" for n in itertools.count(1))


@dataclass
class Reports:
    """`ports.SwitchListener`: keeps what the switch says."""

    up: asyncio.Event = field(default_factory=asyncio.Event)
    events: list[tuple[str, m.Event]] = field(default_factory=list)
    agents: dict[str, str] = field(default_factory=dict)

    def connected(self) -> None:
        self.up.set()

    def event(self, call_id: str, event: m.Event) -> None:
        self.events.append((call_id, event))

    def call_arrived(self, *_: Any) -> None: ...

    def agent_joined(self, call_id: str, endpoint: str, channel: str, at: Moment) -> None:
        self.agents[call_id] = channel

    def answered(self, call_id: str) -> bool:
        far = f"{call_id}.far"
        return any(
            isinstance(event, m.LegAnswered) and event.channel == far for _, event in self.events
        )


@dataclass
class Party:
    """A call with its agent's telephone and one subscriber."""

    call_id: str
    number: str
    phone: SipPhone
    agent: str
    far: str


@dataclass
class Desk:
    world: World
    switch: AsteriskSwitch
    reports: Reports

    @asynccontextmanager
    async def agent(self, call_id: str) -> AsyncIterator[SipPhone]:
        """A telephone whose leg of this call has come in."""
        name = f"v{call_id}"
        await self.switch.add_endpoint(name, "unused")
        await self.switch._requests.delete(f"asterisk/config/dynamic/res_pjsip/endpoint/{name}")
        fields = endpoint_fields(browser_endpoint(self.world.settings))
        await self.switch._push("endpoint", name, aors=name, **fields)
        trunk = self.world.settings.trunk
        async with SipPhone(name, (trunk.local_host, trunk.local_port), AGENT_HERTZ) as phone:
            calling = asyncio.create_task(phone.call(call_id))
            channel = await until(lambda: self.reports.agents.get(call_id))
            await self.switch.execute(call_id, m.Answer(channel))
            await calling
            yield phone

    @asynccontextmanager
    async def conversation(self, ending: str, country: str = "DE") -> AsyncIterator[Party]:
        """A call under way, as `Call` would have brought it about."""
        call_id, number = next(_ids), STEMS[country] + ending
        async with self.agent(call_id) as phone:
            agent, far = self.reports.agents[call_id], f"{call_id}.far"
            for command in (
                m.CreateBridge(),
                m.Join(agent),
                m.Dial(far, number, HEAD_OFFICE, 20),
            ):
                await self.switch.execute(call_id, command)
            await until(lambda: self.reports.answered(call_id))
            yield Party(call_id, number, phone, agent, far)
            await self.do(call_id, m.HangUp(far), m.HangUp(agent), m.DestroyBridge())

    async def do(self, call_id: str, *commands: m.Command) -> float:
        """Carry them out; the moment after the last, for `heard`."""
        for command in commands:
            await self.switch.execute(call_id, command)
        return time.monotonic()

    async def far_heard(self, number: str, start: float, end: float) -> "array.array[int]":
        """What the subscriber was sent between two moments, once the call is over."""
        call = await self.world.ended(number)
        wall = time.time() - time.monotonic()
        begin = wall - call.invited_at if call.invited_at else 0
        return samples(self.world.recorded(call), start + begin, end + begin)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with run_world(tmp_path_factory.mktemp("bridges")) as world:
        a = world.settings.asterisk
        password = ari_password(world.settings)
        switch = AsteriskSwitch(
            partial(AriClient, a.host, a.http_port, a.app, a.username, password),
            a.app,
            SystemClock(),
            PROMPTS,
            browser_endpoint(world.settings),
            lambda concerns: None,
        )
        reports = Reports()
        running = asyncio.create_task(switch.run(reports))
        try:
            async with asyncio.timeout(10):
                await reports.up.wait()
            yield Desk(world, switch, reports)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def after(seconds: float) -> float:
    """Let it sound for so long."""
    await asyncio.sleep(seconds)
    return time.monotonic()


def is_tone(sound: "array.array[int]", hertz: float) -> bool:
    return loudness(sound) > 300 and share_of(sound, hertz) > 0.9


def has_tone(sound: "array.array[int]", hertz: float) -> bool:
    """Among others: of two equal tones each has half of the energy."""
    return share_of(sound, hertz) > 0.3


def steps_back(phone: SipPhone) -> list[int]:
    """Where the RTP clock went back, in milliseconds: what makes a browser deaf."""
    pairs = itertools.pairwise(phone.packets)
    steps = [((b.timestamp - a.timestamp + 2**31) % 2**32 - 2**31) // 8 for a, b in pairs]
    return [step for step in steps if step < 0]


async def test_who_is_held_hears_music_and_nobody_hears_the_agent(desk: Desk) -> None:
    async with desk.conversation(TONE_1000, "AT") as call:
        talking = await after(0.5)
        assert is_tone(call.phone.heard(talking - 0.3), 1000)
        held = await desk.do(call.call_id, m.Leave(call.agent), m.StartHold())
        resumed = await after(2)
        assert not call.phone.heard(held + 0.1, resumed)
        resumed = await desk.do(call.call_id, m.StopHold(), m.Join(call.agent))
        over = await after(1)
        assert is_tone(call.phone.heard(resumed + 0.2, over), 1000), "at once, and the far party"
        assert steps_back(call.phone) == []
    music = await desk.far_heard(call.number, held + 0.4, resumed - 0.1)
    assert loudness(music) > 200
    assert share_of(music, AGENT_HERTZ) < 0.1
    assert is_tone(await desk.far_heard(call.number, resumed + 0.4, over - 0.1), AGENT_HERTZ)


async def test_all_three_hear_each_other_in_a_conference(desk: Desk) -> None:
    async with desk.conversation(TONE_1000, "CH") as host, desk.conversation(TONE_500) as guest:
        await desk.do(guest.call_id, m.Leave(guest.agent))
        begun = await desk.do(guest.call_id, m.Join(guest.far, host.call_id))
        over = await after(1.2)
        heard = host.phone.heard(begun + 0.2, over)
        assert has_tone(heard, 1000)
        assert has_tone(heard, 500)
        assert not guest.phone.heard(begun + 0.1, over), "one user, one audible leg"
        split = await desk.do(guest.call_id, m.Join(guest.far), m.StartHold())
        alone = await after(1.2)
        assert is_tone(host.phone.heard(split + 0.2, alone), 1000)
        assert steps_back(host.phone) == []
    at_host = await desk.far_heard(host.number, begun + 0.4, over - 0.1)
    at_guest = await desk.far_heard(guest.number, begun + 0.4, over - 0.1)
    assert has_tone(at_host, AGENT_HERTZ)
    assert has_tone(at_host, 500)
    assert has_tone(at_guest, AGENT_HERTZ)
    assert has_tone(at_guest, 1000)
    music = await desk.far_heard(guest.number, split + 0.4, alone - 0.1)
    assert loudness(music) > 200
    assert share_of(music, AGENT_HERTZ) < 0.1
    assert is_tone(await desk.far_heard(host.number, split + 0.4, alone - 0.1), AGENT_HERTZ)


async def test_two_far_parties_hear_each_other_when_the_agents_have_left(desk: Desk) -> None:
    async with desk.conversation(TONE_1000, "FR") as first:
        held = m.Leave(first.agent), m.StartHold()
        await desk.do(first.call_id, *held)
        async with desk.conversation(TONE_700, "PL") as other:
            await desk.do(first.call_id, m.StopHold())
            await desk.do(other.call_id, m.Join(other.far, first.call_id))
            done = await desk.do(first.call_id, m.HangUp(first.agent))
            await desk.do(other.call_id, m.HangUp(other.agent))
            await asyncio.wait_for(first.phone.over.wait(), 5)
            over = await after(1.2)
    assert is_tone(await desk.far_heard(first.number, done + 0.4, over - 0.1), 700)
    assert is_tone(await desk.far_heard(other.number, done + 0.4, over - 0.1), 1000)


async def test_a_far_party_that_is_handed_over_hears_the_other_telephone_ring(desk: Desk) -> None:
    async with desk.conversation(TONE_1000, "PL") as first:
        call_id, number = next(_ids), STEMS["FR"] + TONE_500
        await desk.do(first.call_id, m.Leave(first.agent))
        dialled = await desk.do(
            call_id, m.Dial(f"{call_id}.far", number, HEAD_OFFICE, 20, first.call_id)
        )
        await until(lambda: desk.reports.answered(call_id))
        answered = time.monotonic()
        over = await after(1)
        await desk.do(call_id, m.HangUp(f"{call_id}.far"))
    rings = await desk.far_heard(first.number, dialled + 0.4, answered - 0.1)
    assert is_tone(rings, RINGING_HERTZ)
    assert is_tone(await desk.far_heard(first.number, answered + 0.4, over - 0.1), 500)
    assert is_tone(await desk.far_heard(number, answered + 0.4, over - 0.1), 1000)


async def test_it_hears_it_ring_also_where_it_rang_for_somebody_else_before(desk: Desk) -> None:
    """A consultation that is handed over before anybody has answered."""
    async with desk.conversation(TONE_1000, "AT") as first:
        call_id, number = next(_ids), STEMS["CH"] + "0043"
        far = f"{call_id}.far"
        await desk.do(first.call_id, m.Leave(first.agent))
        await desk.do(call_id, m.CreateBridge(), m.Dial(far, number, HEAD_OFFICE, 20))
        await after(0.8)
        moved = await desk.do(call_id, m.Join(far, first.call_id))
        rang = await after(1.5)
        await desk.do(call_id, m.HangUp(far), m.DestroyBridge())
    rings = await desk.far_heard(first.number, moved + 0.3, rang - 0.2)
    assert is_tone(rings, RINGING_HERTZ)


async def test_ringing_then_the_far_party_on_one_clock(desk: Desk) -> None:
    """180 without sound: the exchange makes the tone; the answer's sound follows at once."""
    begun = time.monotonic()
    async with desk.conversation("0042", "AT") as call:
        answered = time.monotonic()
        over = await after(1)
        assert is_tone(call.phone.heard(begun + 0.8, begun + 1.1), RINGING_HERTZ)
        assert is_tone(call.phone.heard(answered + 0.3, over), 1000)
        assert steps_back(call.phone) == []
        gaps = [b.at - a.at for a, b in itertools.pairwise(call.phone.packets)]
        assert max(gaps) < 0.5


async def test_an_announcement_before_the_answer_is_heard_without_a_ringing_tone(
    desk: Desk,
) -> None:
    call_id, number = next(_ids), STEMS["CH"] + "0003"
    async with desk.agent(call_id) as phone:
        agent, far = desk.reports.agents[call_id], f"{call_id}.far"
        begun = await desk.do(
            call_id, m.CreateBridge(), m.Join(agent), m.Dial(far, number, HEAD_OFFICE, 20)
        )
        over = await after(2.5)
        heard = phone.heard(begun + 0.5, over)
        assert loudness(heard) > 200
        assert share_of(heard, RINGING_HERTZ) < 0.1
        await desk.do(call_id, m.HangUp(agent), m.HangUp(far), m.DestroyBridge())


async def test_a_colleague_is_rung_with_a_tone_in_the_bridge(desk: Desk) -> None:
    """An internal call: no network rings, so `StartTone` does."""
    call_id = next(_ids)
    async with desk.agent(call_id) as caller:
        agent = desk.reports.agents.pop(call_id)
        rings = await desk.do(call_id, m.CreateBridge(), m.Join(agent), m.StartTone())
        await desk.do(call_id, m.StartTone())
        rang = await after(0.9)
        assert is_tone(caller.heard(rings + 0.2, rang), RINGING_HERTZ)
        stopped = await desk.do(call_id, m.StopTone(), m.StopTone())
        quiet = await after(0.6)
        assert loudness(caller.heard(stopped + 0.2, quiet)) < 50
        await desk.do(call_id, m.HangUp(agent), m.DestroyBridge())


async def test_a_check_call_hears_itself_without_the_controller(desk: Desk) -> None:
    call_id = next(_ids)
    async with desk.agent(call_id) as phone:
        agent = desk.reports.agents[call_id]
        begun = await desk.do(call_id, m.Echo(agent))
        over = await after(0.8)
        assert is_tone(phone.heard(begun + 0.3, over), AGENT_HERTZ)
        assert not [leg for leg in await desk.switch.channels() if leg.call_id == call_id]
        received = await desk.switch.received_packets(agent)
        assert received is not None
        assert received > 20
    assert await desk.switch.received_packets("nobody") is None


async def test_what_is_so_already_is_as_good_as_done(desk: Desk) -> None:
    async with desk.conversation(TONE_1000, "FR") as call:
        for command in (m.Leave(call.agent), m.StartHold(), m.StopHold(), m.Join(call.agent)):
            await desk.do(call.call_id, command, command)
        where = {leg.channel: leg.bridge for leg in await desk.switch.channels()}
        assert where == {call.agent: call.call_id, call.far: call.call_id}
        await desk.do(call.call_id, m.Leave("nobody"))
        await desk.do("no-such-bridge", m.Leave(call.agent), m.StopHold(), m.StopTone())
        await desk.do(call.call_id, m.Leave(call.agent))
        legs = {leg.channel: (leg.bridged, leg.bridge) for leg in await desk.switch.channels()}
        assert legs[call.agent] == (False, "")
