"""The actor around a call: what it does with events that come late."""

from pbx.domain import messages as m
from pbx.domain.call import Call
from pbx.services.actor import CallActor
from pbx.services.ledger import Ledger
from tests.fakes.edges import FakeClock, FakeSwitch
from tests.fakes.stores import FakeCallLog
from tests.support.pure_calls import at, outbound


def actor_of(call: Call, said: list[m.TellCall]) -> CallActor:
    async def nobody(*_: object) -> None:
        return None

    clock = FakeClock()
    return CallActor(
        call,
        switch=FakeSwitch(),
        ledger=Ledger(FakeCallLog(), clock),
        clock=clock,
        changed=nobody,
        offer=nobody,
        keep=lambda _: None,
        tell=lambda _, command: said.append(command),
        give_back=lambda _: None,
        outside=lambda *_: None,
    )


async def test_a_call_that_has_just_ended_still_answers_who_counts_on_it() -> None:
    said: list[m.TellCall] = []
    call = outbound()
    actor = actor_of(call, said)
    await actor.handle(m.CallPlaced(at(0)))
    actor.post(m.HangUpRequested(at(1), "anna"))
    actor.post(m.HostReady(at(1), "c9"))
    await actor.run([])
    assert call.finished
    assert said == [m.TellCall("c9", m.PartnerGone(at(1), "c1", "cancelled"))]


async def test_whoever_asks_a_call_that_is_forgotten_does_not_wait() -> None:
    actor = actor_of(outbound(), [])
    await actor.handle(m.CallPlaced(at(0)))
    actor.post(m.HangUpRequested(at(1), "anna"))
    await actor.run([])
    await actor.ask(m.CaughtUp(at(2)))
    actor.post(m.CaughtUp(at(2)))
