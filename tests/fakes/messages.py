"""Messages and their mails in memory; passes the same contract tests as the SQL store."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from pbx.domain.records import OutboxMail, OutboxState, Voicemail, VoicemailState
from pbx.store.voicemail import unknown_voicemail
from tests.fakes.stores import page


class FakeVoicemailStore:
    def __init__(self) -> None:
        self.messages: dict[str, Voicemail] = {}
        self.outbox: dict[str, OutboxMail] = {}
        self.may_hear: set[tuple[str, str | None]] = set()

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
        self, cursor: str | None, limit: int, reader_id: str | None = None
    ) -> tuple[Sequence[Voicemail], str | None]:
        found = [
            v
            for v in self.messages.values()
            if reader_id is None or (v.id, reader_id) in self.may_hear
        ]
        return page(found, lambda v: (v.recorded_at, v.id), cursor, limit)

    async def mails(self, voicemail_id: str) -> Sequence[OutboxMail]:
        mails = [m for m in self.outbox.values() if m.voicemail_id == voicemail_id]
        return sorted(mails, key=lambda m: (m.created_at, m.id))

    async def add_mail(self, mail: OutboxMail, user_id: str | None) -> None:
        message = self.messages.get(mail.voicemail_id)
        if message is None:
            raise unknown_voicemail()
        self.outbox[mail.id] = mail
        if user_id is not None:
            self.messages[message.id] = replace(message, user_id=user_id)
            self.may_hear.add((message.id, user_id))

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
        if mail is None or mail.state is OutboxState.ACCEPTED:
            return
        self.outbox[mail_id] = replace(
            mail,
            state=state,
            attempts=attempts,
            next_attempt_at=next_attempt_at,
            smtp_reply=smtp_reply,
        )
        if mail.forwarded_by is None:
            message = self.messages[mail.voicemail_id]
            self.messages[message.id] = replace(message, state=VoicemailState(state.value))

    async def expired(self, before: datetime) -> Sequence[Voicemail]:
        needed = {m.voicemail_id for m in self._waiting()}
        old = [
            v
            for v in self.messages.values()
            if v.state is VoicemailState.SILENT and v.recorded_at < before and v.id not in needed
        ]
        return sorted(old, key=lambda v: (v.recorded_at, v.id))

    async def remove(self, voicemail_id: str) -> None:
        self.messages.pop(voicemail_id, None)
        self.outbox = {k: m for k, m in self.outbox.items() if m.voicemail_id != voicemail_id}

    async def counts(self) -> dict[VoicemailState, int]:
        found = Counter(v.state for v in self.messages.values())
        return {state: found[state] for state in VoicemailState}
