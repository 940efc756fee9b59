"""The call: events in, commands out. No I/O, no clock, no logging.

Outbound:

    WAITING --browser joined--> DIALLING --180/183--> RINGING --answer--> TALKING
       |                            \\____________answer____________________^
       '--nobody came--> ENDED

Inbound:

    OFFERED --somebody takes it--> ANSWERING --browser joined, far up--> TALKING
       |  ^---next stage---'            '--browser never came--.
       '--nobody live, declined, ring time over--> GREETING <--'
                                                     '--beep--> RECORDING --> ENDED

Both:

    TALKING --browser gone--> DETACHED (hold music) --browser back--> TALKING
                                  '--nobody came back--> ENDED
    any --far leg gone, hang-up, limit--> ENDED

`Call.handle` is the only writer of `Call.state`; `TRANSITIONS` says what is done for
which event in which state. Late and repeated events are normal: a pair that is not in
the table is ignored, and `handle` returns no commands.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pbx.domain import ending
from pbx.domain import messages as m
from pbx.domain.records import Direction, LedgerKind, Moment, Outcome

GREETING_NAME = "greeting"
ESSENTIAL = m.Dial | m.Join | m.CreateBridge | m.Record | m.Play | m.Answer
"""Commands that a call cannot do without."""
LINGER_SECONDS = 30
"""How long an ended call waits for the last words about its legs and its recording."""


class CallState(enum.StrEnum):
    NEW = "new"
    WAITING = "waiting"
    DIALLING = "dialling"
    RINGING = "ringing"
    TALKING = "talking"
    DETACHED = "detached"
    OFFERED = "offered"
    ANSWERING = "answering"
    GREETING = "greeting"
    RECORDING = "recording"
    ENDED = "ended"


@dataclass
class Call:
    """One call, from the first wish to the last second.

    Args:
        id: our id; the bridge's id, the recording's name and the SIP user part.
        facts: what is known of it; user and task of an inbound call come with the answer.
        stages: who rings, one stage after the other (inbound).
        voicemail: how a message is taken (inbound).
    """

    id: str
    facts: m.Facts
    limits: m.CallLimits = field(default_factory=m.CallLimits)
    stages: tuple[m.Stage, ...] = ()
    voicemail: m.VoicemailPlan = field(default_factory=m.VoicemailPlan)
    state: CallState = CallState.NEW
    agent: str | None = None
    """Channel of the browser's leg; replaceable."""
    agent_endpoint: str = ""
    """The SIP account that brought it."""
    far: str | None = None
    """Channel of the network's leg; anchored."""
    far_up: bool = False
    on_hold: bool = False
    offered_to: tuple[str, ...] = ()
    ringing: Moment | None = None
    answered: Moment | None = None
    """The far party's answer: from here on it is billed (D10)."""
    platform_since: Moment | None = None
    """Since when our own voice (greeting, recording) has the far party."""
    ended: Moment | None = None
    outcome: Outcome | None = None
    cause: str | None = None
    recording: bool = False
    """A recording was started and its end not yet seen."""

    @property
    def far_channel(self) -> str:
        """The channel id that an outbound call's far leg has or will have."""
        return f"{self.id}.{m.Leg.FAR}"

    @property
    def finished(self) -> bool:
        """Nothing more is expected of this call; it can be forgotten."""
        return (
            self.state is CallState.ENDED
            and self.agent is None
            and self.far is None
            and not self.recording
        )

    def handle(self, event: m.Event) -> list[m.Command]:
        """Change the state by `event`; what is to be done now, in order."""
        action = TRANSITIONS.get((self.state, type(event)))
        return action(self, event) if action else []

    # -------------------------------------------------------------- outbound

    def _placed(self, event: m.CallPlaced) -> list[m.Command]:
        self.state = CallState.WAITING
        return [
            m.WriteLedger(LedgerKind.OFFERED, event.at),
            m.StartTimer(m.TimerName.JOIN, self.limits.join_seconds),
        ]

    def _agent_joined_first(self, event: m.LegJoined) -> list[m.Command]:
        if event.leg is not m.Leg.AGENT:
            return []
        self.agent, self.far = event.channel, self.far_channel
        self.agent_endpoint = event.endpoint
        self.state = CallState.DIALLING
        return [
            m.StopTimer(m.TimerName.JOIN),
            m.Answer(event.channel),
            m.CreateBridge(),
            m.Join(event.channel),
            m.Dial(
                self.far_channel,
                self.facts.number or "",
                self.facts.caller_id or "",
                self.limits.dial_seconds,
            ),
            m.StartTimer(m.TimerName.DIAL, self.limits.dial_seconds + 10),
            m.WriteLedger(LedgerKind.LEG_UP, event.at, m.Leg.AGENT, event.channel),
        ]

    def _far_rang(self, event: m.LegRang) -> list[m.Command]:
        if event.leg is not m.Leg.FAR:
            return []
        self.state = CallState.RINGING
        if self.ringing:
            return []
        self.ringing = event.at
        return [m.WriteLedger(LedgerKind.RINGING, event.at, m.Leg.FAR, event.channel)]

    def _far_answered_our_call(self, event: m.LegAnswered) -> list[m.Command]:
        if event.leg is not m.Leg.FAR:
            return []
        commands = [m.StopTimer(m.TimerName.DIAL), *self._begin_talking(event)]
        if self.agent is None:
            self.state = CallState.DETACHED
            self.on_hold = True
            commands.append(m.StartHold())
        return commands

    def _begin_talking(self, event: m.LegAnswered) -> list[m.Command]:
        self.state = CallState.TALKING
        self.answered = event.at
        self.far_up = True
        return [
            m.WriteLedger(LedgerKind.ANSWERED, event.at, m.Leg.FAR, event.channel),
            m.StartTimer(m.TimerName.DURATION, self.limits.max_call_seconds),
        ]

    # -------------------------------------------------------------- the replaceable leg

    def _agent_joined_again(self, event: m.LegJoined) -> list[m.Command]:
        """A reload, a crash, another browser: the newest browser leg wins."""
        if event.leg is not m.Leg.AGENT or event.channel == self.agent:
            return []
        old, self.agent = self.agent, event.channel
        self.agent_endpoint = event.endpoint
        commands: list[m.Command] = [m.StopTimer(m.TimerName.REATTACH), m.Answer(event.channel)]
        if self.on_hold:
            self.on_hold = False
            commands.append(m.StopHold())
        commands.append(m.Join(event.channel))
        if old:
            commands.append(m.HangUp(old))
        if self.state is CallState.DETACHED:
            self.state = CallState.TALKING
        commands.append(m.WriteLedger(LedgerKind.LEG_UP, event.at, m.Leg.AGENT, event.channel))
        return commands

    def _leg_gone_in_call(self, event: m.LegGone) -> list[m.Command]:
        if event.leg is m.Leg.FAR:
            return self._far_gone(event)
        if event.channel != self.agent:
            return []
        self.agent = None
        commands: list[m.Command] = [
            m.WriteLedger(
                LedgerKind.LEG_GONE, event.at, m.Leg.AGENT, event.channel, cause_code=event.cause
            ),
            m.StartTimer(m.TimerName.REATTACH, self.limits.reattach_seconds),
        ]
        if self.state is CallState.TALKING:
            self.state = CallState.DETACHED
            self.on_hold = True
            commands.append(m.StartHold())
        return commands

    def _far_gone(self, event: m.LegGone) -> list[m.Command]:
        if event.channel != self.far:
            return []
        self.far = None
        if self.answered:
            outcome, cause = Outcome.ANSWERED, "hangup-far"
        else:
            outcome, cause = ending.of_failed_dial(event.cause, event.sip_status)
        return self.end(event.at, outcome, cause, event.cause, event.sip_status)

    # -------------------------------------------------------------- inbound

    def _arrived(self, event: m.CallArrived) -> list[m.Command]:
        self.far = event.channel
        return [
            m.Ring(event.channel),
            m.WriteLedger(LedgerKind.OFFERED, event.at, m.Leg.FAR, event.channel),
            *self._next_stage(event.at),
        ]

    def _next_stage(self, at: Moment) -> list[m.Command]:
        """Ring the next stage, or take a message."""
        if not self.stages:
            return self._take_message()
        stage, self.stages = self.stages[0], self.stages[1:]
        self.state = CallState.OFFERED
        self.offered_to = stage.user_ids
        self.facts = replace(self.facts, user_id=None)
        commands: list[m.Command] = []
        if self.ringing is None:
            self.ringing = at
            commands.append(m.WriteLedger(LedgerKind.RINGING, at))
        return [*commands, m.Offer(stage.user_ids), m.StartTimer(m.TimerName.RING, stage.seconds)]

    def _stop_offer(self, reason: str) -> list[m.Command]:
        users, self.offered_to = self.offered_to, ()
        commands: list[m.Command] = [m.StopTimer(m.TimerName.RING)]
        return [m.StopOffer(users, reason), *commands] if users else commands

    def _taken(self, event: m.AnswerRequested) -> list[m.Command]:
        if event.user_id not in self.offered_to:
            return []
        self.offered_to = tuple(u for u in self.offered_to if u != event.user_id)
        self.state = CallState.ANSWERING
        self.facts = replace(self.facts, user_id=event.user_id, task=event.task or self.facts.task)
        return [
            *self._stop_offer("answered-elsewhere"),
            m.StartTimer(m.TimerName.JOIN, self.limits.join_seconds),
        ]

    def _not_taken(self, event: m.DeclineRequested | m.AgentLost) -> list[m.Command]:
        if event.user_id not in self.offered_to:
            return []
        reason = "declined" if isinstance(event, m.DeclineRequested) else "not-live"
        self.offered_to = tuple(u for u in self.offered_to if u != event.user_id)
        commands: list[m.Command] = [m.StopOffer((event.user_id,), reason)]
        if self.offered_to:
            return commands
        return [*commands, m.StopTimer(m.TimerName.RING), *self._next_stage(event.at)]

    def _agent_joined_inbound(self, event: m.LegJoined) -> list[m.Command]:
        if event.leg is not m.Leg.AGENT or self.far is None:
            return []
        old, self.agent = self.agent, event.channel
        self.agent_endpoint = event.endpoint
        commands: list[m.Command] = [
            m.StopTimer(m.TimerName.JOIN),
            m.Answer(event.channel),
            m.CreateBridge(),
            m.Join(event.channel),
            m.Answer(self.far),
            m.Join(self.far),
            m.WriteLedger(LedgerKind.LEG_UP, event.at, m.Leg.AGENT, event.channel),
        ]
        return [*commands, m.HangUp(old)] if old else commands

    def _far_up_for_agent(self, event: m.LegAnswered) -> list[m.Command]:
        if event.leg is not m.Leg.FAR:
            return []
        commands = self._begin_talking(event)
        if self.agent is None:  # it went away while the caller was being answered
            self.state = CallState.DETACHED
            self.on_hold = True
            reattach = m.StartTimer(m.TimerName.REATTACH, self.limits.reattach_seconds)
            commands += [m.StopTimer(m.TimerName.JOIN), m.StartHold(), reattach]
        return commands

    def _leg_gone_before_answer(self, event: m.LegGone) -> list[m.Command]:
        if event.leg is m.Leg.FAR and event.channel == self.far:
            self.far = None
            return self.end(event.at, Outcome.MISSED, "caller-gave-up", event.cause)
        if event.leg is m.Leg.AGENT and event.channel == self.agent:
            self.agent = None
            return [m.StartTimer(m.TimerName.JOIN, self.limits.join_seconds)]
        return []

    # -------------------------------------------------------------- voicemail

    def _take_message(self) -> list[m.Command]:
        if self.far is None:
            return []
        self.state = CallState.GREETING
        self.facts = replace(self.facts, user_id=None)
        commands: list[m.Command] = [m.Answer(self.far)]
        if self.agent:
            commands.append(m.HangUp(self.agent))
        return [*commands, *self._greet()] if self.far_up else commands

    def _far_up_for_greeting(self, event: m.LegAnswered) -> list[m.Command]:
        if event.leg is not m.Leg.FAR or self.far_up:
            return []
        self.far_up = True
        self.platform_since = event.at
        return self._greet()

    def _greet(self) -> list[m.Command]:
        return [m.Play(self.far or "", GREETING_NAME, self.voicemail.files)]

    def _greeted(self, event: m.PlaybackDone) -> list[m.Command]:
        if event.name != GREETING_NAME:
            return []
        self.state = CallState.RECORDING
        self.recording = True
        return [
            m.Record(self.far or "", self.voicemail.max_seconds),
            m.StartTimer(m.TimerName.SILENCE, self.voicemail.start_silence_seconds),
        ]

    def _spoke(self, event: m.TalkingChanged) -> list[m.Command]:
        if event.talking:
            return [m.StopTimer(m.TimerName.SILENCE)]
        return [m.StartTimer(m.TimerName.SILENCE, self.voicemail.end_silence_seconds)]

    def _recorded(self, event: m.RecordingDone) -> list[m.Command]:
        if not self.recording:
            return []
        self.recording = False
        if self.state is CallState.ENDED:
            return [m.KeepVoicemail()]
        return [*self.end(event.at, Outcome.VOICEMAIL, "voicemail-done"), m.KeepVoicemail()]

    def _caller_left(self, event: m.LegGone) -> list[m.Command]:
        if event.leg is not m.Leg.FAR or event.channel != self.far:
            return self._note_gone(event)
        self.far = None
        if self.state is CallState.GREETING:
            return self.end(event.at, Outcome.MISSED, "caller-left-in-greeting", event.cause)
        return self.end(event.at, Outcome.VOICEMAIL, "voicemail-done", event.cause)

    # -------------------------------------------------------------- the end

    def _asked_to_hang_up(self, event: m.HangUpRequested) -> list[m.Command]:
        if self.answered:
            return self.end(event.at, Outcome.ANSWERED, "hangup-agent")
        if self.facts.direction is Direction.INBOUND:
            return self.end(event.at, Outcome.MISSED, "hangup-agent")
        return self.end(event.at, Outcome.CANCELLED, "cancelled")

    def _timer(self, event: m.TimerFired) -> list[m.Command]:
        match event.name, self.state:
            case m.TimerName.JOIN, CallState.WAITING:
                return self.end(event.at, Outcome.FAILED, "agent-never-came")
            case m.TimerName.JOIN, CallState.ANSWERING:
                return self._next_stage(event.at)
            case m.TimerName.RING, CallState.OFFERED:
                return [*self._stop_offer("no-answer"), *self._next_stage(event.at)]
            case m.TimerName.DIAL, CallState.DIALLING | CallState.RINGING:
                return self.end(event.at, Outcome.NO_ANSWER, "dial-timeout", 19)
            case m.TimerName.REATTACH, _ if self.agent is None and self.answered:
                return self.end(event.at, Outcome.ANSWERED, "reattach-timeout")
            case m.TimerName.REATTACH, CallState.DIALLING | CallState.RINGING:
                return self.end(event.at, Outcome.CANCELLED, "reattach-timeout")
            case m.TimerName.DURATION, CallState.TALKING | CallState.DETACHED:
                return self.end(event.at, Outcome.ANSWERED, "limit-duration")
            case m.TimerName.SILENCE, CallState.RECORDING:
                return [m.StopRecording()]
        return []

    def _command_failed(self, event: m.CommandFailed) -> list[m.Command]:
        """Only what the call cannot do without ends it; a lost socket ends nothing (resync).
        A recording that cannot be stopped is over already, or never began."""
        if isinstance(event.command, m.StopRecording) and event.refused:
            return self._recorded(m.RecordingDone(event.at, self.id))
        if not (isinstance(event.command, ESSENTIAL) and event.refused):
            return []
        if isinstance(event.command, m.Answer | m.Join) and event.command.channel != self.far:
            return []  # a browser leg that went away in the meantime; its LegGone follows
        self.recording = self.recording and not isinstance(event.command, m.Record)
        return self.end(event.at, self._outcome_of_failure(), "network-error")

    def _outcome_of_failure(self) -> Outcome:
        if self.answered:
            return Outcome.ANSWERED
        inbound = self.facts.direction is Direction.INBOUND
        return Outcome.MISSED if inbound else Outcome.FAILED

    def end(
        self,
        at: Moment,
        outcome: Outcome,
        cause: str,
        cause_code: int | None = None,
        sip_status: int | None = None,
    ) -> list[m.Command]:
        """The one way to end; the second time it does nothing.

        Money comes first (its entry is written while the legs are being hung up, so that a
        slow disk makes no call longer than it is billed), then every leg, then the bridge
        (deleting it first would overwrite the hang-up cause).
        """
        if self.state is CallState.ENDED:
            return []
        commands = self._stop_offer("caller-gave-up")
        self.state = CallState.ENDED
        self.ended, self.outcome, self.cause = at, outcome, cause
        commands.append(
            m.WriteLedger(
                LedgerKind.ENDED,
                at,
                cause=cause,
                cause_code=cause_code,
                sip_status=sip_status,
                outcome=outcome,
                talk_ms=self.answered.ms_until(at) if self.answered else 0,
                platform_ms=self.platform_since.ms_until(at) if self.platform_since else 0,
            )
        )
        towards_far = 16 if self.far_up else ending.cause_towards_caller(cause)
        commands += [m.HangUp(c) for c in (self.agent,) if c]
        commands += [m.HangUp(c, towards_far) for c in (self.far,) if c]
        commands.append(m.DestroyBridge())
        commands += [
            m.StopTimer(name)
            for name in m.TimerName
            if name not in (m.TimerName.RING, m.TimerName.LINGER)
        ]
        commands.append(m.StartTimer(m.TimerName.LINGER, LINGER_SECONDS))
        return commands

    def _joined_too_late(self, event: m.LegJoined) -> list[m.Command]:
        return [m.HangUp(event.channel)]

    def _note_gone(self, event: m.LegGone) -> list[m.Command]:
        if event.channel == self.agent:
            self.agent = None
        if event.channel == self.far:
            self.far = None
        return []

    def _forget(self, event: m.TimerFired) -> list[m.Command]:
        if event.name is not m.TimerName.LINGER:
            return []
        self.agent = self.far = None
        recording, self.recording = self.recording, False
        return [m.KeepVoicemail()] if recording else []


S = CallState

TRANSITIONS: dict[tuple[CallState, type[m.Event]], Callable[..., list[m.Command]]] = {
    (S.NEW, m.CallPlaced): Call._placed,
    (S.NEW, m.CallArrived): Call._arrived,
    (S.WAITING, m.LegJoined): Call._agent_joined_first,
    (S.OFFERED, m.AnswerRequested): Call._taken,
    (S.OFFERED, m.DeclineRequested): Call._not_taken,
    (S.OFFERED, m.AgentLost): Call._not_taken,
    (S.OFFERED, m.LegGone): Call._leg_gone_before_answer,
    (S.OFFERED, m.LegJoined): Call._joined_too_late,
    (S.ANSWERING, m.LegJoined): Call._agent_joined_inbound,
    (S.ANSWERING, m.LegAnswered): Call._far_up_for_agent,
    (S.ANSWERING, m.LegGone): Call._leg_gone_before_answer,
    (S.GREETING, m.LegAnswered): Call._far_up_for_greeting,
    (S.GREETING, m.PlaybackDone): Call._greeted,
    (S.GREETING, m.LegGone): Call._caller_left,
    (S.RECORDING, m.TalkingChanged): Call._spoke,
    (S.RECORDING, m.RecordingDone): Call._recorded,
    (S.RECORDING, m.LegGone): Call._caller_left,
    (S.ENDED, m.RecordingDone): Call._recorded,
    (S.ENDED, m.LegGone): Call._note_gone,
    (S.ENDED, m.LegJoined): Call._joined_too_late,
    (S.ENDED, m.TimerFired): Call._forget,
}
for _state in (S.DIALLING, S.RINGING):
    TRANSITIONS[_state, m.LegRang] = Call._far_rang
    TRANSITIONS[_state, m.LegAnswered] = Call._far_answered_our_call
for _state in (S.DIALLING, S.RINGING, S.TALKING, S.DETACHED):
    TRANSITIONS[_state, m.LegJoined] = Call._agent_joined_again
    TRANSITIONS[_state, m.LegGone] = Call._leg_gone_in_call
for _state in (S.GREETING, S.RECORDING):
    TRANSITIONS[_state, m.LegJoined] = Call._joined_too_late
for _state in CallState:
    if _state not in (S.NEW, S.ENDED):
        TRANSITIONS[_state, m.TimerFired] = Call._timer
        TRANSITIONS[_state, m.HangUpRequested] = Call._asked_to_hang_up
        TRANSITIONS[_state, m.CommandFailed] = Call._command_failed
