"""Messages and their mails in memory; passes the same contract tests as the SQL store."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from pbx.domain.claims import Care, care_of
from pbx.domain.records import (
    CARRIERS,
    OutboxMail,
    OutboxState,
    Voicemail,
    VoicemailState,
)
from pbx.domain.voicemail import (
    Retention,
    Room,
    Show,
    SilentCalls,
    VoicemailFilter,
    kept_until,
)
from pbx.services.message_ports import ANY
from pbx.store.outbox import unknown_voicemail
from tests.fakes.stores import page

SILENT = VoicemailState.SILENT


def shown(v: Voicemail, which: VoicemailFilter) -> bool:
    message = v.state is not SILENT
    match which.show:
        case Show.OPEN:
            fits = message and v.done_at is None and v.removed_at is None
        case Show.MINE:
            fits = message and v.done_at is None and v.claimed_by in (None, which.person)
        case Show.DONE:
            fits = v.done_at is not None
        case Show.SILENT:
            fits = not message
        case Show.BOUNCED:
            bad = (VoicemailState.BOUNCED, VoicemailState.FAILED)
            fits = v.state in bad and v.done_at is None
        case None:
            fits = True
    return (
        fits
        and which.did in (None, v.did)
        and which.caller in (None, v.caller)
        and (which.person is None or which.person in (v.claimed_by, v.user_id))
    )


class FakeVoicemailStore:
    def __init__(self) -> None:
        self.messages: dict[str, Voicemail] = {}
        self.outbox: dict[str, OutboxMail] = {}
        self.may_hear: set[tuple[str, str | None]] = set()
        self.audited: list[tuple[str, str, str]] = []
        """Action, subject, by whom."""
        self._room = Room.ENOUGH

    def _change(self, voicemail_id: str, **values: Any) -> None:
        self.messages[voicemail_id] = replace(self.messages[voicemail_id], **values)

    async def add(
        self, voicemail: Voicemail, mail: OutboxMail | None, owner_id: str | None = None
    ) -> bool:
        if voicemail.id in self.messages or await self.by_call(voicemail.call_id):
            return False
        self.may_hear |= {(voicemail.id, voicemail.user_id), (voicemail.id, owner_id)}
        self.messages[voicemail.id] = voicemail
        if mail is not None:
            self.outbox[mail.id] = mail
        return True

    async def get(self, voicemail_id: str) -> Voicemail | None:
        return self.messages.get(voicemail_id)

    async def by_call(self, call_id: str) -> Voicemail | None:
        return next((v for v in self.messages.values() if v.call_id == call_id), None)

    async def readers(self, voicemail_id: str) -> Collection[str]:
        return {user for message, user in self.may_hear if user and message == voicemail_id}

    async def find(
        self,
        cursor: str | None,
        limit: int,
        reader_id: str | None = None,
        which: VoicemailFilter = ANY,
    ) -> tuple[Sequence[Voicemail], str | None]:
        found = [
            v
            for v in self.messages.values()
            if (reader_id is None or (v.id, reader_id) in self.may_hear) and shown(v, which)
        ]
        return page(found, lambda v: (v.recorded_at, v.id), cursor, limit)

    async def counts(self) -> dict[VoicemailState, int]:
        found = Counter(v.state for v in self.messages.values())
        return {state: found[state] for state in VoicemailState}

    async def silent_calls(self, since: datetime) -> Sequence[SilentCalls]:
        by_caller: dict[str | None, list[datetime]] = {}
        for v in self.messages.values():
            if v.state is SILENT and v.recorded_at >= since:
                by_caller.setdefault(v.caller, []).append(v.recorded_at)
        found = [SilentCalls(who, len(times), max(times)) for who, times in by_caller.items()]
        return sorted(found, key=lambda each: each.last_at, reverse=True)

    # ------------------------------------------------------------ who takes care

    async def take_care(
        self, message: Voicemail, care: Care, *, action: str, by: str, at: datetime
    ) -> bool:
        now = self.messages.get(message.id)
        if now is None or care_of(now) != care_of(message) or now.state is not message.state:
            return False
        self._change(message.id, **asdict(care))
        if care != care_of(message):
            self.audited.append((action, message.id, by))
        return True

    async def unclaimed(self, before: datetime) -> Sequence[Voicemail]:
        found = [
            v
            for v in self.messages.values()
            if v.recorded_at < before
            and v.state is not SILENT
            and not (v.claimed_by or v.done_at or v.reminded_at or v.removed_at)
        ]
        return sorted(found, key=lambda v: (v.recorded_at, v.id))

    async def untold(self, since: datetime) -> Sequence[Voicemail]:
        found = [
            v
            for v in self.messages.values()
            if v.recorded_at >= since
            and v.state is not SILENT
            and not (v.transcript or v.removed_at)
        ]
        return sorted(found, key=lambda v: (v.recorded_at, v.id))

    async def put_transcript(self, voicemail_id: str, text: str, now: datetime) -> None:
        if voicemail_id in self.messages and not self.messages[voicemail_id].removed_at:
            self._change(voicemail_id, transcript=text)
        for mail in await self.mails(voicemail_id):
            fresh = mail.state is OutboxState.WAITING and mail.attempts == 0
            if fresh and mail.next_attempt_at > now:
                self.outbox[mail.id] = replace(mail, next_attempt_at=now)

    # ------------------------------------------------------------ the clock of deletion

    async def retire(self, now: datetime, rules: Retention) -> Sequence[Voicemail]:
        needed = {m.voicemail_id for m in self._waiting()}
        over = [
            v
            for v in self.messages.values()
            if v.id not in needed and (until := kept_until(v, rules)) and until <= now
        ]
        for v in over:
            self._change(v.id, removed_at=now, transcript="")
            self.audited.append(("voicemail.expired", v.id, "system"))
        return sorted((self.messages[v.id] for v in over), key=lambda v: (v.recorded_at, v.id))

    async def to_delete(self) -> Sequence[Voicemail]:
        found = [v for v in self.messages.values() if v.removed_at and v.wav]
        return sorted(found, key=lambda v: (v.recorded_at, v.id))

    async def deleted(self, voicemail_id: str) -> None:
        self._change(voicemail_id, wav="", mp3=None)

    async def room(self) -> Room:
        return self._room

    async def put_room(self, before: Room, now: Room, at: datetime) -> None:
        self._room = now

    # ------------------------------------------------------------ mails

    async def mails(self, voicemail_id: str) -> Sequence[OutboxMail]:
        return await self.mails_of({voicemail_id})

    async def mails_of(self, voicemail_ids: Collection[str]) -> Sequence[OutboxMail]:
        mails = [m for m in self.outbox.values() if m.voicemail_id in voicemail_ids]
        return sorted(mails, key=lambda m: (m.created_at, m.id))

    async def add_mail(
        self, mail: OutboxMail, user_id: str | None, task: str | None = None
    ) -> None:
        if mail.voicemail_id not in self.messages:
            raise unknown_voicemail()
        self.outbox[mail.id] = mail
        if user_id is not None:
            self._change(mail.voicemail_id, user_id=user_id)
            self.may_hear.add((mail.voicemail_id, user_id))
        if task is not None:
            self._change(mail.voicemail_id, task=task)
        by = mail.forwarded_by or "system"
        self.audited.append(("voicemail.forwarded", mail.voicemail_id, by))

    async def send_again(self, mail: OutboxMail, by: str) -> bool:
        message = self.messages.get(mail.voicemail_id)
        if message is None:
            raise unknown_voicemail()
        mine = (m for m in self._waiting() if m.voicemail_id == message.id)
        if message.state is SILENT or any(m.kind in CARRIERS for m in mine):
            return False
        self.outbox[mail.id] = mail
        self._change(message.id, state=VoicemailState.WAITING)
        self.audited.append(("voicemail.sent-again", message.id, by))
        return True

    async def release(self, mail: OutboxMail, mp3: str, by: str) -> bool:
        message = self.messages.get(mail.voicemail_id)
        if message is None or message.state is not SILENT or message.removed_at:
            return False
        self.outbox[mail.id] = mail
        self._change(message.id, state=VoicemailState.WAITING, mp3=mp3)
        self.audited.append(("voicemail.released", message.id, by))
        return True

    async def remind(self, mail: OutboxMail, reader: str | None = None) -> bool:
        message = self.messages[mail.voicemail_id]
        if message.claimed_by or message.done_at or message.reminded_at:
            return False
        self.outbox[mail.id] = mail
        self._change(message.id, reminded_at=mail.created_at)
        if reader is not None:
            self.may_hear.add((message.id, reader))
        self.audited.append(("voicemail.reminded", message.id, "system"))
        return True

    def _waiting(self) -> list[OutboxMail]:
        waiting = [m for m in self.outbox.values() if m.state is OutboxState.WAITING]
        return sorted(waiting, key=lambda m: (m.next_attempt_at, m.id))

    async def due(self, now: datetime, limit: int = 10) -> Sequence[OutboxMail]:
        return [m for m in self._waiting() if m.next_attempt_at <= now][:limit]

    async def next_due(self) -> datetime | None:
        return next((m.next_attempt_at for m in self._waiting()), None)

    async def mail_result(
        self,
        mail_id: str,
        state: OutboxState,
        attempts: int,
        next_attempt_at: datetime,
        smtp_reply: str,
    ) -> None:
        mail = self.outbox.get(mail_id)
        if mail is None or mail.state in (OutboxState.ACCEPTED, OutboxState.BOUNCED):
            return
        self.outbox[mail_id] = replace(
            mail,
            state=state,
            attempts=attempts,
            next_attempt_at=next_attempt_at,
            smtp_reply=smtp_reply,
        )
        await self._follow(mail_id)

    async def bounced(
        self, message_ids: Sequence[str], words: str, *, by: str, at: datetime
    ) -> OutboxMail | None:
        for mail in self.outbox.values():
            if mail.message_id in message_ids and mail.state is not OutboxState.BOUNCED:
                back = replace(mail, state=OutboxState.BOUNCED, smtp_reply=words)
                self.outbox[mail.id] = back
                await self._follow(mail.id)
                self.audited.append(("voicemail.bounced", mail.voicemail_id, by))
                return back
        return None

    async def _follow(self, mail_id: str) -> None:
        mail = self.outbox[mail_id]
        carriers = [m for m in await self.mails(mail.voicemail_id) if m.kind in CARRIERS]
        if carriers and carriers[-1].id == mail.id:
            self._change(mail.voicemail_id, state=VoicemailState(mail.state.value))
