"""A fake switch that answers: what it is told to do brings about the reports of Asterisk."""

from dataclasses import dataclass, replace

from pbx.domain import messages as m
from pbx.services.ports import Clock, SwitchListener
from tests.fakes.edges import FakeSwitch


@dataclass
class LiveSwitch(FakeSwitch):
    """Reports the end of each leg that it hangs up, and the answer of a caller's leg.

    `listener` and `clock` are set once the exchange around it exists.
    """

    listener: SwitchListener | None = None
    clock: Clock | None = None

    async def execute(self, call_id: str, command: m.Command) -> None:
        leg = self.legs.get(getattr(command, "channel", ""))
        await super().execute(call_id, command)
        if leg is None or self.listener is None or self.clock is None:
            return
        now, role = self.clock.now(), m.Leg(leg.role)
        if isinstance(command, m.HangUp):
            self.listener.event(leg.call_id, m.LegGone(now, role, leg.channel, command.cause))
        if isinstance(command, m.Answer):
            self.legs[leg.channel] = replace(self.legs[leg.channel], up=True)
            self.listener.event(leg.call_id, m.LegAnswered(now, role, leg.channel))

    def hang_up(self, channel: str, cause: int = 16) -> None:
        """The network, or a browser, ended this leg."""
        leg = self.legs.pop(channel)
        self._put(channel, "")
        if self.listener and self.clock:
            gone = m.LegGone(self.clock.now(), m.Leg(leg.role), channel, cause)
            self.listener.event(leg.call_id, gone)

    def answer(self, channel: str) -> None:
        """The far party picked up."""
        leg = self.legs[channel] = replace(self.legs[channel], up=True)
        if self.listener and self.clock:
            answered = m.LegAnswered(self.clock.now(), m.Leg(leg.role), channel)
            self.listener.event(leg.call_id, answered)
