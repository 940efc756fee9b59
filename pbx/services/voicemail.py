"""Messages: kept before anything else, mailed until accepted, found again after a crash."""

import asyncio
import logging
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pbx.domain import voicemail as rules
from pbx.domain.records import (
    CallRecord,
    Direction,
    LedgerEntry,
    LedgerKind,
    Number,
    OutboxMail,
    OutboxState,
    Outcome,
    User,
    Voicemail,
    VoicemailState,
)
from pbx.errors import Conflict, SwitchRefused, SwitchUnreachable, Unavailable
from pbx.services.message_box import MessageBox
from pbx.services.message_ports import Analysis, Archive, Audio, Mailer, VoicemailStore
from pbx.services.ports import CallLog, Clock, Directory, Notifier, Switch
from pbx.services.tasks import TaskOwner

log = logging.getLogger(__name__)

SCAN_SECONDS = 3600.0
ORPHAN_TRIES = 3
LOST = "controller-was-away"
RESCUE_SECONDS = 5.0
"""How soon a recording that could not be kept is tried again."""
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class VoicemailRules:
    """Settings that messages need."""

    head_office: str
    recipients: tuple[str, ...]
    sender: str
    min_speech_ms: int
    keep_silent_days: int
    retry_minutes: tuple[int, ...]


class VoicemailService(MessageBox):
    def __init__(
        self,
        *,
        switch: Switch,
        calls: CallLog,
        directory: Directory,
        store: VoicemailStore,
        archive: Archive,
        audio: Audio,
        mailer: Mailer,
        notifier: Notifier,
        clock: Clock,
        rules: VoicemailRules,
    ) -> None:
        super().__init__(store, archive, audio)
        self._switch = switch
        self._calls = calls
        self._directory = directory
        self._mailer = mailer
        self._notifier = notifier
        self._clock = clock
        self.rules = rules
        self._tasks = TaskOwner("voicemail")
        self._keeping: set[str] = set()
        self._orphans: Counter[str] = Counter()
        self._unwritten: dict[str, tuple[OutboxState, int, datetime, str]] = {}
        """What became of mails where the database could not be told yet."""
        self._wake = asyncio.Event()
        self._rescan = asyncio.Event()

    # -------------------------------------------------------------- keeping

    def keep(self, call_id: str) -> None:
        """Take care of the finished recording of this call, in the background."""
        if call_id not in self._keeping:
            self._keeping.add(call_id)
            self._tasks.start(self._keep_guarded(call_id), call_id)

    async def _keep_guarded(self, call_id: str) -> None:
        """Whatever fails, Asterisk still has the recording and the next scan finds it."""
        try:
            await self._keep(call_id)
        except (SwitchUnreachable, Unavailable, OSError) as e:
            log.error("call=%s recording not kept yet: %s", call_id, e)
            await self._clock.sleep(RESCUE_SECONDS)
            self._rescan.set()
        finally:
            self._keeping.discard(call_id)

    async def _keep(self, call_id: str) -> None:
        if await self._store.by_call(call_id) is None:
            record = await self._calls.get(call_id)
            if record is None:
                record = await self._unknown_call(call_id)
            try:
                data = await self._switch.fetch_recording(call_id)
            except SwitchRefused as e:
                log.warning("call=%s has no recording: %s", call_id, e.reason)
                return
            wav = f"voicemail/{call_id}.wav"
            await self._archive.keep(wav, data)
            message, mail = await self._message(record, wav)
            number = await self._directory.number(message.did)
            # Whose number it was when the call came; the call knows that best.
            owner_id = record.user_id or (number.user_id if number else None)
            await self._store.add(message, mail, owner_id)
            log.info("call=%s message kept: %s %s", call_id, message.state, message.reason)
            self._notifier.voicemail_changed(message.id)
            self._wake.set()
        await self._drop(call_id)

    async def _unknown_call(self, call_id: str) -> CallRecord:
        """A message whose call never reached the ledger: first wait for the ledger's backlog,
        then book it as a call to the head office, so that somebody hears it.

        Raises:
            Unavailable: not yet.
        """
        self._orphans[call_id] += 1
        if self._orphans[call_id] > ORPHAN_TRIES:
            now = self._clock.now()
            offered = LedgerEntry(
                call_id,
                LedgerKind.OFFERED,
                now,
                direction=Direction.INBOUND,
                did=self.rules.head_office,
            )
            ended = replace(offered, kind=LedgerKind.ENDED, cause=LOST, outcome=Outcome.VOICEMAIL)
            for entry in (offered, ended):
                await self._calls.append(entry)
            if record := await self._calls.get(call_id):
                return record
        raise Unavailable(
            "not-in-ledger",
            "Der Anruf steht noch nicht im Verzeichnis der Anrufe.",
            "The call is not in the ledger yet.",
        )

    async def _message(self, call: CallRecord, wav: str) -> tuple[Voicemail, OutboxMail | None]:
        number = await self._directory.number(call.did or "")
        number = number or Number(self.rules.head_office, "", head_office=True)
        now = self._clock.now().at
        try:
            analysis = await self._audio.analyse(self._archive.path(wav))
            reason = rules.reason_not_to_mail(
                analysis.duration_ms, analysis.speech_ms, self.rules.min_speech_ms
            )
        except ValueError:
            analysis, reason = Analysis(0, 0), rules.UNREADABLE
        mp3 = None if reason else await self._transcode(call, number, wav)
        message = Voicemail(
            id=uuid.uuid4().hex,
            call_id=call.id,
            did=number.e164,
            label=number.label or number.e164,
            caller=call.number,
            recorded_at=call.offered.at,
            duration_ms=analysis.duration_ms,
            speech_ms=analysis.speech_ms,
            state=VoicemailState.SILENT if reason else VoicemailState.WAITING,
            reason=reason,
            wav=wav,
            mp3=mp3,
            user_id=None if reason else number.user_id,
        )
        recipients = number.recipients or self.rules.recipients
        mail = None if reason else self._mail(message, recipients, None, "", now)
        return message, mail

    async def _transcode(self, call: CallRecord, number: Number, wav: str) -> str:
        mp3 = wav.removesuffix(".wav") + ".mp3"
        at = call.offered.at.astimezone(BERLIN)
        await self._audio.to_mp3(
            self._archive.path(wav),
            self._archive.path(mp3),
            title=f"{number.label or number.e164} {at:%d.%m.%Y %H:%M}",
            artist=call.number or "anonym",
            album=number.label or number.e164,
            date=f"{at:%Y-%m-%d}",
        )
        return mp3

    def _mail(
        self,
        message: Voicemail,
        recipients: tuple[str, ...],
        by: str | None,
        note: str,
        now: datetime,
    ) -> OutboxMail:
        mail_id = uuid.uuid4().hex
        return OutboxMail(
            id=mail_id,
            voicemail_id=message.id,
            message_id=rules.message_id(mail_id, self.rules.sender),
            recipients=recipients,
            forwarded_by=by,
            note=note,
            state=OutboxState.WAITING,
            attempts=0,
            next_attempt_at=now,
            smtp_reply="",
            created_at=now,
        )

    async def _drop(self, name: str) -> None:
        """Ours is on disk and in the database: Asterisk's copy may go."""
        try:
            await self._switch.drop_recording(name)
        except (SwitchUnreachable, SwitchRefused) as e:
            log.warning("recording %s not dropped: %s", name, e.reason)

    async def scan(self) -> None:
        """Keep every finished recording that Asterisk still has: the safety net after a crash.

        Raises:
            SwitchUnreachable, SwitchRefused, Unavailable: try again later.
        """
        for stored in await self._switch.stored_recordings():
            record = await self._calls.get(stored.call_id)
            over = record is None or record.ended is not None
            if over and not await self._switch.recording_live(stored.name):
                self.keep(stored.call_id)

    async def run_scans(self) -> None:
        """Scan when asked to, and every hour; delete silent recordings whose time is up."""
        while True:
            try:
                async with asyncio.timeout(SCAN_SECONDS):
                    await self._rescan.wait()
            except TimeoutError:
                pass
            self._rescan.clear()
            try:
                await self.scan()
                await self.expire()
            except (SwitchUnreachable, SwitchRefused, Unavailable, OSError) as e:
                log.warning("scan for recordings: %s", e)

    def rescan(self) -> None:
        self._rescan.set()

    async def expire(self) -> None:
        """Delete silent recordings that are older than they are kept."""
        before = self._clock.now().at - timedelta(days=self.rules.keep_silent_days)
        for message in await self._store.expired(before):
            await self._store.remove(message.id)
            for name in (message.wav, message.mp3):
                if name:
                    await self._archive.remove(name)
            log.info(
                "voicemail %s deleted: its %d days are over",
                message.id,
                self.rules.keep_silent_days,
            )

    # -------------------------------------------------------------- mailing

    async def run_delivery(self) -> None:
        """Send what is due, until cancelled; at first, all that waits."""
        deliver = self.deliver_waiting
        while True:
            self._wake.clear()
            try:
                await deliver()
                deliver = self.deliver_pending
                due = await self._store.next_due()
            except Unavailable as e:
                log.error("outbox: %s", e)
                due = self._clock.now().at + timedelta(seconds=5)
            seconds = (due - self._clock.now().at).total_seconds() if due else 3600.0
            try:
                async with asyncio.timeout(max(0.05, min(seconds, 3600.0))):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def deliver_pending(self) -> None:
        """Try every mail that is due once."""
        for mail in await self._store.due(self._clock.now().at):
            await self._deliver(mail)

    async def deliver_waiting(self) -> None:
        """Try what waits, due or not: after a restart the mail server may be back."""
        longest = timedelta(minutes=max(self.rules.retry_minutes, default=0))
        for mail in await self._store.due(self._clock.now().at + longest):
            await self._deliver(mail)

    async def _deliver(self, mail: OutboxMail) -> None:
        message = await self._store.get(mail.voicemail_id)
        if message is None or message.mp3 is None:
            return
        if mail.id in self._unwritten:  # sent already; only the database does not know
            await self._write_result(message.id, mail.id)
            return
        early = mail.next_attempt_at > self._clock.now().at
        delivery = await self._mailer.send(message, mail, self._archive.path(message.mp3))
        attempts = mail.attempts + 1
        state = OutboxState.ACCEPTED
        next_at = self._clock.now().at
        if early and not (delivery.accepted or delivery.permanent):
            # An extra attempt: its failure leaves the plan as it was.
            state, attempts, next_at = mail.state, mail.attempts, mail.next_attempt_at
        elif not delivery.accepted:
            waits = self.rules.retry_minutes
            given_up = delivery.permanent or attempts > len(waits)
            state = OutboxState.FAILED if given_up else OutboxState.WAITING
            if not given_up:
                next_at += timedelta(minutes=waits[attempts - 1])
        self._unwritten[mail.id] = state, attempts, next_at, delivery.reply
        log.info("voicemail %s mail %s: %s", message.id, state, delivery.reply)
        await self._write_result(message.id, mail.id)

    async def _write_result(self, voicemail_id: str, mail_id: str) -> None:
        await self._store.mail_result(mail_id, *self._unwritten[mail_id])
        del self._unwritten[mail_id]
        self._notifier.voicemail_changed(voicemail_id)

    async def forward(self, by: User, voicemail_id: str, to: User, note: str) -> Voicemail:
        """Mail the message to a person, who has it from now on.

        Raises:
            NotFound: no such message; Conflict: a recording without a message.
        """
        message = await self.get(voicemail_id)
        if message.mp3 is None:
            raise Conflict(
                "no-message",
                "Diese Aufnahme enthält keine Nachricht und wird nicht verschickt.",
                "This recording holds no message and is not sent.",
            )
        now = self._clock.now().at
        await self._store.add_mail(self._mail(message, (to.email,), by.id, note, now), to.id)
        self._wake.set()
        self._notifier.voicemail_changed(message.id)
        return await self.get(voicemail_id)

    async def mail_state(self) -> str:
        return await self._mailer.state()

    async def stop(self) -> None:
        await self._tasks.close()
