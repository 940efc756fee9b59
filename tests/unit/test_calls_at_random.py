"""Whatever people, networks and browsers do at the same time: nobody is stranded, nobody
hears two calls, and every second is billed once."""

import asyncio
import contextlib
import itertools
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pbx.domain import messages as m
from pbx.domain.call import Call, CallState
from pbx.domain.records import Direction, LedgerKind, User
from pbx.domain.rights import Role
from pbx.domain.routing import Action, Step
from pbx.errors import PbxError
from pbx.services.calls import PlaceRequest, TransferWish
from tests.fakes.edges import settle
from tests.support.exchange import ANNAS, HEAD_OFFICE, SECRET, Exchange
from tests.support.live_switch import LiveSwitch

NUMBER = "30 1234567"
picks = st.integers(min_value=0, max_value=50)


class Telephoning(RuleBasedStateMachine):
    """Every rule begins up to three things at once; each number picks among what there is."""

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.switch = LiveSwitch()
        self.exchange = Exchange(Path(self.folder.name), switch=self.switch)
        # No timer fires by itself: that would be different each time.
        self.exchange.board.rules = replace(
            self.exchange.board.rules, limits=m.CallLimits(send_seconds=1000, proof_seconds=1000)
        )
        self.switch.listener, self.switch.clock = self.exchange.board, self.exchange.clock
        self.names = itertools.count()
        self.run(self._open())

    async def _open(self) -> None:
        exchange = await self.exchange.open()
        add = exchange.directory.add_user
        carl = await add("carl@example.test", "Carl", Role.VPA, "de", "")
        self.users = [exchange.anna, exchange.ben, carl]
        for user in self.users:
            exchange.presence.beat(user.id, "tab", phone=True)
        steps = (
            Step(Action.OUTSIDE, "+491711234567"),
            Step(Action.PERSON, carl.id),
            Step(Action.OUTSIDE, "+4315812345"),
        )
        await exchange.routes.put_steps(HEAD_OFFICE, steps, by="", at=exchange.clock.now().at)

    def run(self, work: Awaitable[Any]) -> None:
        async def all_of_it() -> None:
            await work
            await settle(100)

        self.loop.run_until_complete(all_of_it())

    # -------------------------------------------------------------- what can happen

    def _calls_of(self, user: User) -> list[Call]:
        return self.exchange.board.of_user(user.id)

    def _pick(self, user: User, number: int) -> str:
        calls = self._calls_of(user)
        return calls[number % len(calls)].id if calls else "none"

    async def _place(self, user: User, a: int, b: int) -> None:
        colleague = self.users[b % 3].email if b % 2 else ""
        of = self._pick(user, a) if self._calls_of(user) else ""
        await self.exchange.calls.place(user, PlaceRequest(NUMBER, "DE", "T-1", "", colleague, of))

    async def _arrive(self, user: User, a: int, b: int) -> None:
        call_id = f"{next(self.names):032x}"
        channel = f"net-{call_id}"
        self.switch.legs[channel] = self.exchange.leg(channel, call_id, "far", "trunk")
        now = self.exchange.clock.now()
        did = ANNAS if b % 2 else HEAD_OFFICE
        self.exchange.board.call_arrived(call_id, channel, did, "+436641", now)

    async def _prove(self, user: User, a: int, b: int) -> None:
        for call in self.exchange.board.calls():
            self.exchange.board.rings(user.id, call.id)

    async def _answer(self, user: User, a: int, b: int) -> None:
        for call in [c for c in self.exchange.board.calls() if c.may_answer(user.id)][:1]:
            if b % 4:
                await self.exchange.calls.answer(user, call.id, None)
            else:
                await self.exchange.calls.decline(user, call.id)

    async def _browser_comes(self, user: User, a: int, b: int) -> None:
        account = await self.exchange.voice.ensure(user.id, SECRET + user.id)
        for call in self._calls_of(user):
            channel = f"browser-{next(self.names)}"
            leg = self.exchange.leg(channel, call.id, "agent", account.username)
            self.switch.legs[channel] = leg
            now = self.exchange.clock.now()
            self.exchange.board.agent_joined(call.id, account.username, channel, now)

    async def _leg_goes(self, user: User, a: int, b: int) -> None:
        channels = list(self.switch.legs)
        if channels:
            self.switch.hang_up(channels[a % len(channels)], 17 if b % 2 else 16)

    async def _far_answers(self, user: User, a: int, b: int) -> None:
        dialled = [c for c, leg in self.switch.legs.items() if c.endswith(".far") and not leg.up]
        for channel in dialled[: 1 + b % 2]:
            self.switch.answer(channel)

    async def _hold(self, user: User, a: int, b: int) -> None:
        await self.exchange.calls.hold(user, self._pick(user, a))

    async def _resume(self, user: User, a: int, b: int) -> None:
        await self.exchange.calls.resume(user, self._pick(user, a))

    async def _transfer(self, user: User, a: int, b: int) -> None:
        wish = TransferWish(NUMBER) if b % 2 else TransferWish(colleague=self.users[b % 3].email)
        await self.exchange.calls.transfer(user, self._pick(user, a), wish)

    async def _take_back(self, user: User, a: int, b: int) -> None:
        await self.exchange.calls.take_back(user, self._pick(user, a))

    async def _complete(self, user: User, a: int, b: int) -> None:
        await self.exchange.calls.complete(user, self._pick(user, a), self._pick(user, b))

    async def _join(self, user: User, a: int, b: int) -> None:
        await self.exchange.calls.join(user, self._pick(user, a), self._pick(user, b))

    async def _hang_up(self, user: User, a: int, b: int) -> None:
        await self.exchange.calls.hang_up(user, self._pick(user, a))

    async def _time_is_over(self, user: User, a: int, b: int) -> None:
        actors = list(self.exchange.board._actors.values())
        if not actors:
            return
        actor = actors[a % len(actors)]
        running = sorted(actor._timers)
        if running:
            name = running[b % len(running)]
            actor._timers.pop(name).cancel()
            actor.post(m.TimerFired(self.exchange.clock.now(), name))

    async def _page_comes_or_goes(self, user: User, a: int, b: int) -> None:
        if self.exchange.presence.live(user.id):
            self.exchange.presence.gone(user.id, "tab")
        else:
            self.exchange.presence.beat(user.id, "tab", phone=True)

    THINGS: tuple[str, ...] = (
        "_place",
        "_arrive",
        "_prove",
        "_answer",
        "_browser_comes",
        "_leg_goes",
        "_far_answers",
        "_hold",
        "_resume",
        "_transfer",
        "_take_back",
        "_complete",
        "_join",
        "_hang_up",
        "_time_is_over",
        "_page_comes_or_goes",
    )

    async def _try(self, thing: str, who: int, a: int, b: int) -> None:
        act: Callable[[User, int, int], Awaitable[None]] = getattr(self, thing)
        with contextlib.suppress(PbxError):
            await act(self.users[who % 3], a, b)

    one = st.tuples(st.sampled_from(THINGS), picks, picks, picks)

    @rule(things=st.lists(one, min_size=1, max_size=3), seconds=st.floats(0, 3))
    def at_once(self, things: list[tuple[str, int, int, int]], seconds: float) -> None:
        self.exchange.clock.seconds += seconds
        self.run(self._all(things))

    async def _all(self, things: list[tuple[str, int, int, int]]) -> None:
        async with asyncio.timeout(10):
            await asyncio.gather(*(self._try(*thing) for thing in things))

    @rule(who=picks, number=picks)
    def a_conversation_begins(self, who: int, number: int) -> None:
        for thing in ("_place", "_prove", "_answer", "_browser_comes", "_far_answers"):
            self.run(self._try(thing, who, 0, number - number % 2))
        self.run(self._try("_browser_comes", who + 1, 0, 0))

    @rule(who=picks, a=picks, b=picks, thing=st.sampled_from(("_transfer", "_complete", "_join")))
    def they_are_connected(self, who: int, a: int, b: int, thing: str) -> None:
        self.run(self._try(thing, who, a, b))

    # -------------------------------------------------------------- what must always be so

    @invariant()
    def nobody_hears_two_calls(self) -> None:
        for user in self.users:
            heard = {
                leg.bridge
                for leg in self.switch.legs.values()
                if leg.bridge and self.exchange.voice.owner(leg.endpoint) == user.id
            }
            assert len(heard) <= 1, f"{user.name} hears {heard}"
            claims = [c.id for c in self._calls_of(user) if c.claims(user.id)]
            assert len(claims) <= 1, f"{user.name} would hear {claims}"

    @invariant()
    def nothing_is_left_of_what_ended(self) -> None:
        under_way = {call.id for call in self.exchange.board.calls() if not call.ended}
        assert {leg.call_id for leg in self.switch.legs.values()} <= under_way
        assert self.switch.bridges.keys() <= under_way
        assert self.switch.music <= under_way
        for actor in self.exchange.board._actors.values():
            if actor.ended:
                assert not actor.call.offered_to
                assert actor._timers.keys() <= {m.TimerName.LINGER}

    @invariant()
    def who_talks_is_together(self) -> None:
        for call in self.exchange.board.calls():
            far = self.switch.legs.get(call.far or "")
            agent = self.switch.legs.get(call.agent or "")
            if call.state is CallState.TALKING:
                assert agent is not None
                assert agent.bridge == call.id
                assert far is None or far.bridge == call.id
            if call.state in (CallState.HELD, CallState.DETACHED) and far and not call.guests:
                assert call.id in self.switch.music
            if call.state in (CallState.HELD, CallState.TRANSFERRING) and call.parked and agent:
                assert agent.bridge == ""
            if call.state is CallState.TRANSFERRED:
                assert far is not None
                host = call.far_bridge or call.id
                assert far.bridge == host
                other = self.exchange.board.find_actor(call.linked or "")
                assert other is not None, "connected with nobody"
                assert other.call.linked == call.id
                assert call.agent is None
            if call.state is CallState.TRANSFERRING:
                waits = call.handing_to or self.exchange.board.find_actor(call.linked or "")
                assert waits, "waits for nobody"
            if call.state is CallState.OUTSIDE:
                assert self.exchange.board.find_actor(call.linked or ""), "nobody is called"
            if call.state is CallState.JOINED:
                host_call = self.exchange.board.find_actor(call.linked or "")
                assert host_call is not None
                assert call.id in host_call.call.guests

    @invariant()
    def every_second_is_billed_once(self) -> None:
        ended = [e for e in self.exchange.calls_log.ledger if e.kind is LedgerKind.ENDED]
        assert len({e.call_id for e in ended}) == len(ended)
        answers = {
            e.call_id: e.moment
            for e in self.exchange.calls_log.ledger
            if e.kind is LedgerKind.ANSWERED
        }
        for entry in ended:
            answered = answers.get(entry.call_id)
            billed = answered is not None and entry.direction is not Direction.INTERNAL
            assert entry.talk_ms == (answered.ms_until(entry.moment) if billed and answered else 0)

    def teardown(self) -> None:
        if not hasattr(self, "loop"):
            return
        self.run(self.exchange.board.end_all())
        assert not self.switch.legs
        assert not self.switch.bridges
        self.run(self.exchange.close())
        self.loop.close()
        self.folder.cleanup()


TestTelephoning = Telephoning.TestCase
TestTelephoning.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
