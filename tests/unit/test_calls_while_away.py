"""The same telephoning while Asterisk is away now and then, or says no to something."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from pbx.domain import messages as m
from pbx.errors import SwitchRefused
from tests.support.live_switch import LiveSwitch
from tests.unit.test_calls_at_random import Telephoning, picks

UNSEEN = ("_arrive", "_browser_comes", "_far_answers", "_leg_goes")
"""What Asterisk would have to report."""
REFUSABLE = (m.Answer, m.CreateBridge, m.Dial, m.Join, m.Leave, m.Play, m.StartTone, m.StopPlay)
SETTINGS = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Away(Telephoning):
    """After each reconnection everything must be so as if Asterisk had been there."""

    @rule(
        things=st.lists(Telephoning.one, min_size=1, max_size=3),
        gone=st.one_of(st.none(), picks),
    )
    def while_away(self, things: list[tuple[str, int, int, int]], gone: int | None) -> None:
        self.switch.reachable = False
        self.run(self._all([thing for thing in things if thing[0] not in UNSEEN]))
        if gone is not None and self.switch.legs:
            channel = sorted(self.switch.legs)[gone % len(self.switch.legs)]
            del self.switch.legs[channel]
            for bridge in self.switch.bridges.values():
                bridge.discard(channel)
        self.switch.reachable = True
        self.exchange.board.connected()
        for _ in range(2):
            self.run(self.exchange.resync.run())


class SaysNo(LiveSwitch):
    """Refuses the next command of a kind."""

    kind: type[m.Command] | None = None

    async def execute(self, call_id: str, command: m.Command) -> None:
        if self.kind and isinstance(command, self.kind):
            self.kind = None
            raise SwitchRefused(500, "Allocation failed")
        await super().execute(call_id, command)


class Refusing(Telephoning):
    """Nobody hears two calls, nothing is left, and every second is billed all the same."""

    @rule(kind=st.sampled_from(REFUSABLE))
    def the_next_is_refused(self, kind: type[m.Command]) -> None:
        self.switch.__class__ = SaysNo
        self.switch.kind = kind  # type: ignore[attr-defined]

    def who_talks_is_together(self) -> None:
        """Not where a leg could not be put into its bridge: its page brings a new one."""


TestAway = Away.TestCase
TestAway.settings = SETTINGS
TestRefusing = Refusing.TestCase
TestRefusing.settings = SETTINGS
