"""Messages: kept before anything else, mailed until accepted, found again after a crash."""

import asyncio
import logging
import uuid
from collections import Counter
from dataclasses import replace

from pbx.domain import inbox_texts
from pbx.domain import voicemail as rules
from pbx.domain.records import (
    CallRecord,
    Direction,
    LedgerEntry,
    LedgerKind,
    MailKind,
    Number,
    OutboxMail,
    Outcome,
    Voicemail,
    VoicemailState,
)
from pbx.domain.test_calls import is_test
from pbx.errors import SwitchRefused, SwitchUnreachable, Unavailable
from pbx.services.alarms import Alarms
from pbx.services.links import Links
from pbx.services.mailing import Mailing, VoicemailRules
from pbx.services.message_ports import Analysis, Archive, Audio, Mailer, VoicemailStore
from pbx.services.ports import CallLog, Clock, Directory, Notifier, Switch
from pbx.services.tasks import TaskOwner
from pbx.services.transcripts import Transcripts

log = logging.getLogger(__name__)

SCAN_SECONDS = 3600.0
ORPHAN_TRIES = 3
LOST = "controller-was-away"
RESCUE_SECONDS = 5.0
"""How soon a recording that could not be kept is tried again."""
NO_MP3 = "audio-failed"


class VoicemailService(Mailing):
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
        links: Links,
        alarms: Alarms,
        transcripts: Transcripts,
        rules: VoicemailRules,
    ) -> None:
        super().__init__(
            directory=directory,
            store=store,
            archive=archive,
            audio=audio,
            mailer=mailer,
            notifier=notifier,
            clock=clock,
            links=links,
            alarms=alarms,
            rules=rules,
        )
        self._switch = switch
        self._calls = calls
        self._transcripts = transcripts
        self._tasks = TaskOwner("voicemail")
        self._keeping: set[str] = set()
        self._orphans: Counter[str] = Counter()
        self._refused = False
        """Whether the disk refused the last recording: that is told once."""
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
            await self._refusal(e)
            await self._clock.sleep(RESCUE_SECONDS)
            self._rescan.set()
        finally:
            self._keeping.discard(call_id)

    async def _refusal(self, error: Exception) -> None:
        """A recording that cannot be written is told to the administrators, once."""
        no_mp3 = isinstance(error, Unavailable) and error.error_id == NO_MP3
        if self._refused or not (no_mp3 or isinstance(error, OSError)):
            return
        self._refused = True
        reason = str(error)
        await self._alarms.tell(
            lambda language: inbox_texts.disk_letter(reason, language), reference="disk"
        )

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
            self._refused = False
            self._notifier.voicemail_changed(message.id)
            self._wake.set()
            if mail is not None:
                self._transcripts.start(message)
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
            mp3=None,
            user_id=None if reason else number.user_id,
        )
        if reason:
            return message, None
        message = replace(message, mp3=await self._transcode(message))
        mail = self._mail(message, self._recipients(number), MailKind.MESSAGE, now)
        # Not later than this; a transcript that comes sooner sends it sooner.
        return message, replace(mail, next_attempt_at=now + self._transcripts.patience)

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
            if is_test(stored.name):
                continue
            record = await self._calls.get(stored.call_id)
            over = record is None or record.ended is not None
            if over and not await self._switch.recording_live(stored.name):
                self.keep(stored.call_id)

    async def run_scans(self) -> None:
        """Scan when asked to, and every hour."""
        while True:
            try:
                async with asyncio.timeout(SCAN_SECONDS):
                    await self._rescan.wait()
            except TimeoutError:
                pass
            self._rescan.clear()
            try:
                await self.scan()
            except (SwitchUnreachable, SwitchRefused, Unavailable, OSError) as e:
                log.warning("scan for recordings: %s", e)

    def rescan(self) -> None:
        self._rescan.set()

    async def stop(self) -> None:
        await self._tasks.close()
