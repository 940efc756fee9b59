"""Simulator and live call give the same plan; loops and dangling targets are all found."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pbx.domain import messages as m
from pbx.domain.call import Call
from pbx.domain.records import CoolDown, Direction, Number, Status
from pbx.domain.rights import Role
from pbx.domain.routing import (
    MOST_HOPS,
    Absence,
    Action,
    Book,
    CallerIs,
    CallerRule,
    Fault,
    Final,
    Group,
    Hours,
    Interval,
    ListKind,
    People,
    Reason,
    Schedule,
    Step,
    Strategy,
    check_all,
    hidden_hash,
)
from pbx.services.actor import CallActor
from pbx.services.ringing import notes_of, reject_cause
from pbx.services.routing import RouteOffice
from tests.fakes.edges import START, settle
from tests.support.exchange import ANNAS, HEAD_OFFICE, Exchange

CASES = 1000
NUMBERS = [HEAD_OFFICE, ANNAS, *(f"+49221828299{n}" for n in range(10, 16))]
CALLERS = [HEAD_OFFICE, "+436641234567", "+4917112345678", "+4930123456", "anonymous", ""]
GONE = "+492218282999"
OUTSIDE = ["+491711234567", "+4315812345", "+34910123456", "+49900123456", ANNAS]
"""Two that may be called, a locked country, a closed range, one of ours."""


def steps_of(rng: random.Random, users: list[str]) -> tuple[Step, ...]:
    def step() -> Step:
        action = rng.choice(list(Action))
        target = {
            Action.PERSON: rng.choice([*users, "gone"]),
            Action.GROUP: rng.choice(["all", "turn", "idle", "gone"]),
            Action.NUMBER: rng.choice([*NUMBERS, GONE]),
            Action.OUTSIDE: rng.choice(OUTSIDE),
            Action.ANNOUNCE: rng.choice(["de/goodbye", "own.wav"]),
        }.get(action, "")
        return Step(
            action,
            target,
            rng.randint(5, 60),
            rng.choice([Hours.ANY, Hours.ANY, *Hours]),
            rng.choice(["office", "night", "gone"]),
            rng.choice([CallerIs.ANY, CallerIs.ANY, *CallerIs]),
            rng.choice(["", "", "", *users]),
        )

    return tuple(step() for _ in range(rng.randint(0, 5)))


async def rewrite(exchange: Exchange, rng: random.Random, users: list[str]) -> None:
    """Other numbers, steps, groups, absences and lists."""
    routes, now = exchange.routes, START
    for e164 in NUMBERS:
        user = rng.choice([None, *users])
        number = Number(
            e164,
            e164,
            user,
            rng.randint(5, 60),
            head_office=e164 == HEAD_OFFICE,
            at_head_office=rng.random() < 0.1,
            cool_down=rng.choice(list(CoolDown)),
            cool_until=now + timedelta(days=rng.randint(-100, 100)),
        )
        exchange.directory.all_numbers[e164] = number
        await routes.put_steps(
            e164, steps_of(rng, users) or (Step(Action.VOICEMAIL),), by="", at=now
        )
        if rng.random() < 0.2:
            await routes.put_steps(e164, (), by="", at=now)
    for strategy in Strategy:
        members = tuple(rng.sample(users, rng.randint(0, len(users))))
        await routes.put_group(Group(strategy.value, "G", strategy, members), by="", at=now)
    office = tuple(Interval(day, 540, 1080) for day in range(5))
    night = tuple(Interval(day, 1200, 360) for day in range(7))
    await routes.put_schedule(Schedule("office", "O", "NW", office), by="", at=now)
    await routes.put_schedule(Schedule("night", "N", "", night), by="", at=now)
    routes.all_absences.clear()
    for n, user in enumerate(rng.sample(users, 2)):
        begins = now + timedelta(days=rng.randint(-40, 300))
        ends = rng.choice([None, begins + timedelta(days=rng.randint(1, 60))])
        absence = Absence(str(n), user, begins, ends, "", rng.choice(["", *users]), "own.wav")
        await routes.put_absence(absence, by="", at=now)
    exchange.callers.rules.clear()
    for n in range(3):
        pattern = rng.choice(CALLERS[:3])[: rng.randint(4, 14)]
        rule = CallerRule(str(n), rng.choice(list(ListKind)), pattern, rng.random() < 0.7)
        await exchange.callers.put(rule, by="", at=now)
    hidden = hidden_hash(b"a secret for hidden callers", "+4915112345678")
    rule = CallerRule("h", rng.choice(list(ListKind)), hidden=hidden)
    await exchange.callers.put(rule, by="", at=now)


async def test_simulator_and_live_call_agree_on_a_thousand_calls(tmp_path: Path) -> None:
    """Each case is planned by the simulator's service first, then really arrives at the
    switchboard; what the call got, and what its timeline says, must be that plan."""
    rng = random.Random(77)
    exchange = await Exchange(tmp_path).open()
    added = [
        await exchange.directory.add_user(f"u{n}@example.test", f"U{n}", Role.VPA, "de", "")
        for n in range(3)
    ]
    users = [exchange.anna.id, exchange.ben.id, *(user.id for user in added)]
    exchange.planner.rules = replace(
        exchange.planner.rules, head_office_ring=("anna@example.test", "u1@example.test")
    )
    seen: set[str] = set()
    opened: list[tuple[m.Stage, ...]] = []
    really_open = exchange.board.open

    def noting(call: Call) -> CallActor:
        if call.facts.direction is Direction.INBOUND:
            opened.append(call.stages)
        return really_open(call)

    exchange.board.open = noting  # type: ignore[method-assign]
    office = route_office(exchange)
    for case in range(CASES):
        if case % 10 == 0:
            await rewrite(exchange, rng, users)
        exchange.clock.seconds = rng.randint(0, 365 * 86400)
        for user in users:
            exchange.presence.gone(user, "tab")
            exchange.presence.set_status(user, rng.choice([Status.AVAILABLE, *Status]))
            if rng.random() < 0.7:
                exchange.presence.beat(user, "tab", phone=True)
        did, caller = rng.choice([*NUMBERS, GONE]), rng.choice(CALLERS)
        call_id = f"in{case}"
        asserted = rng.choice(["", "015112345678"])
        exchange.switch.asserted[f"net-{call_id}"] = asserted
        far = caller if caller.startswith("+") else None
        who = exchange.planner.caller(far, "" if far else asserted)
        now = exchange.clock.now().at
        simulated = await office.simulate(did, who, now, None)

        await exchange.caller_calls(did, call_id, caller)
        assert opened.pop() == await exchange.board.sounds.stages(simulated), case
        entries = await exchange.calls_log.entries(call_id)
        told = [(e.user_id or "", e.cause) for e in entries if e.kind == "note"]
        first = simulated.stages[0] if simulated.stages else None
        rings = [("", "outside-rings")] if first and first.number else []
        assert told == notes_of(simulated) + rings, case
        ended = next((e.cause for e in entries if e.kind == "ended"), "")
        at_once = simulated.final is Final.REJECT and not simulated.stages
        assert ended == (reject_cause(simulated) if at_once else ""), case
        seen |= {reason for _, reason in notes_of(simulated)}
        await end(exchange, call_id)
    rare = {"empty-ring-list", "waiting", "on-a-call", "outside-limit", "outside-locked"}
    assert seen >= {r.value for r in Reason} - rare - {"test-call"}
    await exchange.close()


def route_office(exchange: Exchange) -> RouteOffice:
    nothing: Any = None  # of what a simulation does not use
    return RouteOffice(
        planner=exchange.planner,
        routes=exchange.routes,
        callers=exchange.callers,
        directory=exchange.directory,
        audit=nothing,
        greetings=nothing,
        post=nothing,
        clock=exchange.clock,
        presence=exchange.board.presence_now,
        central=True,
    )


async def end(exchange: Exchange, call_id: str) -> None:
    """The caller hangs up, and the call is forgotten."""
    await exchange.far_hangs_up(call_id, f"net-{call_id}")
    actor = exchange.board.find_actor(call_id)
    if actor:
        await settle()
    exchange.calls_log.ledger.clear()
    assert exchange.board.find_actor(call_id) is None


# ------------------------------------------------------------------ checks, against brute force


def walks(e164: str, hops: dict[str, set[str]], length: int) -> Iterator[list[str]]:
    """Every way of that many hops."""
    ways = [[e164]]
    for _ in range(length):
        ways = [[*way, following] for way in ways for following in sorted(hops.get(way[-1], ()))]
    yield from ways


@pytest.mark.parametrize("seed", range(150))
def test_loops_and_dangling_targets_are_all_found(seed: int) -> None:
    rng = random.Random(seed)
    names = [f"+4930{n}" for n in range(rng.randint(1, 7))]
    out = ["+43664", "+34664"]  # the second one is in a locked country
    people, groups = ["p0", "p1"], {"full": ("p0",), "empty": ("gone",)}
    steps: dict[str, tuple[Step, ...]] = {}
    for e164 in names:
        if rng.random() < 0.8:
            steps[e164] = tuple(
                rng.choice(
                    [
                        Step(Action.NUMBER, rng.choice([*names, "+499"]), caller=caller),
                        Step(Action.PERSON, rng.choice([*people, "gone"]), caller=caller),
                        Step(Action.GROUP, rng.choice([*groups, "gone"]), caller=caller),
                        Step(rng.choice([Action.VOICEMAIL, Action.REJECT]), caller=caller),
                        Step(Action.OUTSIDE, rng.choice([*names, *out]), caller=caller),
                    ]
                )
                for caller in rng.choices([CallerIs.ANY, CallerIs.VIP, CallerIs.HIDDEN], k=3)
            )
    book = Book(
        Number("+49", "Head", head_office=True),
        numbers={e164: Number(e164, e164) for e164 in names},
        steps=steps,
        groups={g: Group(g, g, Strategy.ALL, members) for g, members in groups.items()},
        outside={out[1]: Reason.OUTSIDE_COUNTRY},
    )
    found = check_all(book, People(frozenset(people)))

    # Brute force: follow every kind of caller from every number, step by step.
    hops: dict[str, set[str]] = {}
    done: dict[str, set[int]] = {e164: set() for e164 in names}
    for e164, own in steps.items():
        for caller in (CallerIs.VIP, CallerIs.HIDDEN, CallerIs.OTHER):
            for position, step in enumerate(own):
                if step.caller in (CallerIs.ANY, caller):
                    done[e164].add(position)
                    if step.action is Action.NUMBER and step.target in names:
                        hops.setdefault(e164, set()).add(step.target)
                        break
                    if step.action in (Action.VOICEMAIL, Action.REJECT):
                        break
    loops = {
        e164
        for e164 in names
        for length in range(1, len(names) + 1)
        if any(way[-1] == e164 for way in walks(e164, hops, length))
    }
    assert {p.e164 for p in found if p.fault is Fault.LOOP} == loops
    long = {e164 for e164 in names if any(walks(e164, hops, MOST_HOPS + 1))} - loops
    assert {p.e164 for p in found if p.fault is Fault.LONG} == long
    unreachable = {
        (e164, position)
        for e164, own in steps.items()
        for position in range(len(own))
        if position not in done[e164]
    }
    assert {(p.e164, p.position) for p in found if p.fault is Fault.UNREACHABLE} == unreachable
    dangling = {
        (e164, position, fault)
        for e164, own in steps.items()
        for position, step in enumerate(own)
        for wrong, fault in (
            (step.action is Action.NUMBER and step.target not in names, Fault.NO_NUMBER),
            (step.action is Action.PERSON and step.target == "gone", Fault.NO_PERSON),
            (step.action is Action.OUTSIDE and step.target != out[0], Fault.OUTSIDE),
            (step.action is Action.GROUP and step.target == "gone", Fault.NO_GROUP),
            (step.action is Action.GROUP and step.target == "empty", Fault.EMPTY_GROUP),
        )
        if wrong
    }
    kinds = {fault for *_, fault in dangling} | {Fault.NO_NUMBER, Fault.OUTSIDE}
    assert {(p.e164, p.position, p.fault) for p in found if p.fault in kinds} == dangling


def test_a_loop_is_named_in_its_order() -> None:
    a, b, c = "+49301", "+49302", "+49303"
    book = Book(
        Number("+49", "Head", head_office=True),
        numbers={n: Number(n, n) for n in (a, b, c)},
        steps={n: (Step(Action.NUMBER, to),) for n, to in ((a, b), (b, c), (c, b))},
    )
    found = {p.e164: p for p in check_all(book, People(frozenset())) if p.fault is Fault.LOOP}
    assert {e164: p.detail for e164, p in found.items()} == {b: f"{b} {c} {b}", c: f"{c} {b} {c}"}
