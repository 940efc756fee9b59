"""The call: events in, commands out. No I/O, no clock, no logging.

Outbound:

    WAITING --browser joined--> DIALLING --180/183--> RINGING --answer--> TALKING
       |                            \\____________answer____________________^
       '--nobody came--> ENDED

Inbound:

    OFFERED --somebody takes it--> ANSWERING --browser joined, far up--> TALKING
       |  ^---next stage---'            '--browser never came--.
       '--nobody live, declined, ring time over--> GREETING <--'      (an announcement plays in
                                                     |                  GREETING as well, then
                                                     |                  comes the next stage)
                                                     |--beep--> RECORDING --> ENDED
                                                     '--somebody came and takes it--> ANSWERING
    GREETING --a code is entered--> DICTATING --caller gone--> ENDED
    OFFERED, GREETING --the step rings a number outside--> OUTSIDE --answer there--> TRANSFERRED
                                   next step <--busy, no answer, not allowed--'

Internal (the far leg is the colleague's browser):

    WAITING --browser joined--> RINGING --colleague takes it--> ANSWERING --their browser
       |                           |                                |        joined--> TALKING
       '--nobody came--> ENDED     '--declined, no answer--> ENDED  '--never came--> ENDED

In conversation (all three):

    TALKING --browser gone--> DETACHED (hold music) --browser back--> TALKING
                                  '--nobody came back--> ENDED
    TALKING, DETACHED --hold--> HELD (hold music) --resume--> TALKING, or DETACHED where the
                                  |                           browser is away
                                  '--browser away for too long--> ENDED
    before the answer hold only parks the browser's leg: the answer then leads to HELD

Handing over (never the internal call itself):

    TALKING, DETACHED, HELD --transfer--> TRANSFERRING --the other far party is up--> TRANSFERRED
                                  |
                                  |--failed, declined, taken back--> HELD --user is free--> TALKING
                                  '--colleague takes it--> HELD --> DETACHED, the colleague's now
                                           '--their browser never came--> HELD, the first's again
    the call to the other party:
    WAITING --the first one's bridge is ready--> DIALLING --> RINGING --answer--> TRANSFERRED
    TALKING, DETACHED, HELD --after a consultation--> TRANSFERRED
    TRANSFERRED --either far party gone--> ENDED, both

Conference (the guest; the host stays TALKING, DETACHED or HELD):

    TALKING, DETACHED, HELD --becomes guest--> JOINED --taken out--> HELD
                                                 |--host's party gone--> HELD --> TALKING
                                                 '--user ends the host--> ENDED

    any --far leg gone, hang-up, limit--> ENDED

`Call.handle` is the only writer of `Call.state`; `TRANSITIONS` says what is done for
which event in which state. Late and repeated events are normal: a pair that is not in
the table is ignored, and `handle` returns no commands. Calls know each other by id only:
what one has to say to another goes out as `TellCall`.
"""

from collections.abc import Callable

from pbx.domain import messages as m
from pbx.domain.call import (
    closing,
    conference,
    dictating,
    digits,
    handover,
    hold,
    inbound,
    internal,
    legs,
    outbound,
    outside,
    voicemail,
)
from pbx.domain.call.core import (
    BEFORE_ANSWER,
    IN_CONVERSATION,
    LINGER_SECONDS,
    CallCore,
    CallState,
)
from pbx.domain.call.voicemail import GREETING_NAME

__all__ = [
    "BEFORE_ANSWER",
    "GREETING_NAME",
    "IN_CONVERSATION",
    "LINGER_SECONDS",
    "TRANSITIONS",
    "Call",
    "CallState",
]


class Call(CallCore):
    """One call, from the first wish to the last second."""

    def handle(self, event: m.Event) -> list[m.Command]:
        """Change the state by `event`; what is to be done now, in order."""
        action = TRANSITIONS.get((self.state, type(event)))
        return action(self, event) if action else []


S = CallState

TRANSITIONS: dict[tuple[CallState, type[m.Event]], Callable[..., list[m.Command]]] = {
    (S.NEW, m.CallPlaced): outbound.placed,
    (S.NEW, m.CallArrived): inbound.arrived,
    (S.WAITING, m.LegJoined): outbound.agent_joined_first,
    (S.OFFERED, m.AnswerRequested): inbound.taken,
    (S.GREETING, m.AnswerRequested): inbound.taken,
    (S.OFFERED, m.LegAnswered): outside.up_alone,
    (S.OFFERED, m.LegGone): inbound.leg_gone_before_answer,
    (S.OFFERED, m.LegJoined): legs.joined_too_late,
    (S.RINGING, m.AnswerRequested): internal.colleague_answered,
    (S.ANSWERING, m.LegJoined): inbound.leg_joined_answering,
    (S.ANSWERING, m.LegAnswered): inbound.far_up_for_agent,
    (S.ANSWERING, m.LegGone): inbound.leg_gone_before_answer,
    (S.GREETING, m.LegAnswered): voicemail.far_up_for_greeting,
    (S.GREETING, m.PlaybackDone): inbound.announced,
    (S.RECORDING, m.TalkingChanged): voicemail.spoke,
    (S.RECORDING, m.RecordingDone): voicemail.recorded,
    (S.OUTSIDE, m.TransferBegun): outside.rings,
    (S.OUTSIDE, m.OutsideRefused): outside.refused,
    (S.OUTSIDE, m.PartnerAnswered): outside.answered,
    (S.OUTSIDE, m.LegAnswered): outside.caller_up,
    (S.OUTSIDE, m.LegGone): outside.leg_gone,
    (S.OUTSIDE, m.LegJoined): legs.joined_too_late,
    (S.TRANSFERRING, m.AnswerRequested): handover.colleague_took_over,
    (S.TRANSFERRING, m.PartnerAnswered): handover.partner_answered,
    (S.TRANSFERRING, m.TakeBackRequested): handover.taken_back,
    (S.TRANSFERRED, m.LegJoined): legs.joined_too_late,
    (S.GREETING, m.DictationBegun): dictating.begun,
    (S.DICTATING, m.LegGone): dictating.leg_gone,
    (S.DICTATING, m.LegJoined): legs.joined_too_late,
    (S.ENDED, m.RecordingDone): voicemail.recorded,
    (S.ENDED, m.LegGone): legs.note_gone,
    (S.ENDED, m.LegJoined): legs.joined_too_late,
    (S.ENDED, m.TimerFired): closing.forget,
}
for _state in (S.DIALLING, S.RINGING):
    TRANSITIONS[_state, m.LegRang] = outbound.far_rang
    TRANSITIONS[_state, m.LegAnswered] = outbound.far_answered
for _state in (S.DIALLING, S.RINGING, S.TALKING, S.DETACHED, S.HELD, S.TRANSFERRING, S.JOINED):
    TRANSITIONS[_state, m.LegJoined] = legs.leg_joined
    TRANSITIONS[_state, m.LegGone] = legs.leg_gone
TRANSITIONS[S.TRANSFERRED, m.LegGone] = legs.leg_gone
for _state in (S.GREETING, S.RECORDING):
    TRANSITIONS[_state, m.LegGone] = voicemail.caller_left
    TRANSITIONS[_state, m.LegJoined] = legs.joined_too_late
for _state in (S.OFFERED, S.GREETING, S.OUTSIDE):
    TRANSITIONS[_state, m.CameLive] = inbound.came_live
    TRANSITIONS[_state, m.RingProved] = inbound.ring_proved
for _state in (S.OFFERED, S.GREETING, S.RINGING, S.TRANSFERRING):
    TRANSITIONS[_state, m.RingSent] = inbound.ring_sent
    TRANSITIONS[_state, m.RingProved] = inbound.ring_proved
    TRANSITIONS[_state, m.DeclineRequested] = inbound.declined
    TRANSITIONS[_state, m.AgentLost] = inbound.lost
for _state in (*BEFORE_ANSWER, *IN_CONVERSATION, S.JOINED):
    TRANSITIONS[_state, m.HoldRequested] = hold.held
    TRANSITIONS[_state, m.ResumeRequested] = hold.resumed
for _state in IN_CONVERSATION:
    TRANSITIONS[_state, m.TransferBegun] = handover.transfer_begun
    TRANSITIONS[_state, m.ColleagueChosen] = handover.colleague_chosen
    TRANSITIONS[_state, m.HandedTo] = handover.handed_to
    TRANSITIONS[_state, m.GuestInvited] = conference.guest_invited
for _state in CallState:
    TRANSITIONS[_state, m.HostReady] = handover.host_ready
    TRANSITIONS[_state, m.BecameGuest] = conference.became_guest
    if _state not in (S.NEW, S.ENDED):
        TRANSITIONS[_state, m.DigitPressed] = digits.pressed
        TRANSITIONS[_state, m.PartnerGone] = closing.partner_gone
        TRANSITIONS[_state, m.TimerFired] = closing.timer_fired
        TRANSITIONS[_state, m.HangUpRequested] = closing.asked_to_hang_up
        TRANSITIONS[_state, m.Superseded] = closing.superseded
        TRANSITIONS[_state, m.CommandFailed] = closing.command_failed
TRANSITIONS[S.DICTATING, m.HangUpRequested] = dictating.ended
