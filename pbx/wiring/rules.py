"""What services need of the settings, in their own words."""

from pbx.domain.brake import BrakeMode
from pbx.domain.inventory import Surroundings
from pbx.domain.messages import CallLimits, VoicemailPlan
from pbx.domain.turn import TurnRules
from pbx.domain.voicemail import Retention
from pbx.reference import Reference
from pbx.services.guard import GuardRules
from pbx.services.mailing import VoicemailRules
from pbx.services.outbound import OutboundRules
from pbx.services.passwords import PasswordRules
from pbx.services.push import PushRules
from pbx.services.switchboard import CallRules
from pbx.settings import Settings

HOME_REGION = "DE"
GB = 1_000_000_000


def outbound_rules(settings: Settings, reference: Reference) -> OutboundRules:
    return OutboundRules(
        head_office=settings.numbers.head_office,
        verified=settings.trunk.verified_numbers,
        types=reference.types,
        denied=reference.denied,
        emergency=reference.emergency,
        emergency_mode=settings.emergency.mode,
        names=reference.names,
    )


def surroundings(settings: Settings) -> Surroundings:
    return Surroundings(
        central_mailbox=bool(settings.voicemail.recipients),
        head_office_rings=bool(settings.numbers.head_office_ring),
        verified=frozenset(settings.trunk.verified_numbers),
    )


def call_rules(settings: Settings) -> CallRules:
    limits, vm = settings.limits, settings.voicemail
    return CallRules(
        home_region=HOME_REGION,
        inbound_task=settings.numbers.inbound_task,
        limits=CallLimits(
            reattach_seconds=limits.reattach_seconds,
            dial_seconds=limits.dial_seconds,
            max_call_seconds=limits.max_call_seconds,
        ),
        voicemail=VoicemailPlan(
            max_seconds=vm.max_seconds,
            start_silence_seconds=vm.start_silence_seconds,
            end_silence_seconds=vm.end_silence_seconds,
        ),
        greetings=str(settings.recordings_dir / "greetings"),
    )


def guard_rules(settings: Settings) -> GuardRules:
    return GuardRules(
        calls_at_once=settings.limits.calls_per_user,
        home_region=HOME_REGION,
        brake=BrakeMode(settings.limits.brake),
    )


def push_rules(settings: Settings) -> PushRules:
    return PushRules(
        allowed_hosts=settings.push.allowed_hosts,
        loopback=settings.push.allow_loopback,
        ttl_seconds=settings.numbers.ring_seconds,
    )


def password_rules(settings: Settings) -> PasswordRules:
    return PasswordRules(settings.accounts.password_level, settings.accounts.password_days)


def turn_rules(settings: Settings) -> TurnRules:
    turn = settings.turn
    return TurnRules(turn.stun_urls, turn.urls, turn.secret, turn.ttl_seconds)


def voicemail_rules(settings: Settings) -> VoicemailRules:
    vm = settings.voicemail
    return VoicemailRules(
        head_office=settings.numbers.head_office,
        recipients=vm.recipients,
        sender=settings.smtp.sender,
        min_speech_ms=vm.min_speech_ms,
        retry_minutes=settings.smtp.retry_minutes,
        retention=Retention(vm.keep_silent_days, vm.keep_done_days, vm.keep_accepted_days),
        remind_hours=vm.remind_hours,
        quota_bytes=settings.recordings.quota_gb * GB,
    )
