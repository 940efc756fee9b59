"""The mails of messages: queued with the change that causes them, tried until accepted."""

import asyncio
import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pbx.domain import inbox_texts
from pbx.domain import voicemail as rules
from pbx.domain.claims import no_message
from pbx.domain.records import (
    MailKind,
    Number,
    OutboxMail,
    OutboxState,
    User,
    Voicemail,
    VoicemailState,
)
from pbx.errors import Conflict, NotFound, Unavailable
from pbx.services.alarms import Alarms
from pbx.services.links import Links
from pbx.services.message_box import MessageBox, recording_gone
from pbx.services.message_ports import Archive, Audio, Delivery, Mailer, VoicemailStore
from pbx.services.ports import Clock, Directory, Notifier

log = logging.getLogger(__name__)

AWAY_SECONDS = 5.0
IDLE_SECONDS = 3600.0
BERLIN = ZoneInfo("Europe/Berlin")
LINK = "voicemail"
"""What links in mails are for."""
LINK_DAYS = 30
LINK_PATH = "/message/"
PAGE = "/manage/voicemails"


@dataclass(frozen=True, slots=True)
class VoicemailRules:
    """Settings that messages need."""

    head_office: str
    recipients: tuple[str, ...]
    sender: str
    min_speech_ms: int
    retry_minutes: tuple[int, ...]
    retention: rules.Retention
    remind_hours: int
    """After how long somebody is reminded of a message that nobody took; 0: never."""
    quota_bytes: int


class Mailing(MessageBox):
    def __init__(
        self,
        *,
        directory: Directory,
        store: VoicemailStore,
        archive: Archive,
        audio: Audio,
        mailer: Mailer,
        notifier: Notifier,
        clock: Clock,
        links: Links,
        alarms: Alarms,
        rules: VoicemailRules,
    ) -> None:
        super().__init__(store, archive, audio)
        self._directory = directory
        self._mailer = mailer
        self._notifier = notifier
        self._clock = clock
        self._links = links
        self._alarms = alarms
        self.rules = rules
        self._unwritten: dict[str, tuple[OutboxState, int, datetime, str]] = {}
        """What became of mails where the database could not be told yet."""
        self._wake = asyncio.Event()
        self._releasing = asyncio.Lock()

    # -------------------------------------------------------------- what people send

    async def forward(
        self, by: User, voicemail_id: str, to: User, note: str, task: str = ""
    ) -> Voicemail:
        """Mail the message to a person, who has it from now on.

        Args:
            task: what it belongs to; empty: as before.

        Raises:
            NotFound: no such message or task; Conflict: a recording without a message.
        """
        message = await self._mailable(voicemail_id)
        named = await self._named(task or message.task)
        mail = await self._reply(
            message, (to.email,), MailKind.FORWARD, by=by.id, note=note, task=named
        )
        await self._store.add_mail(mail, to.id, task or None)
        return await self._queued(message.id)

    async def send_again(self, by: User, voicemail_id: str) -> Voicemail:
        """Mail the message once more, to whoever is the number's recipient now.

        Raises:
            NotFound; Conflict: it is no message, or a mail of it waits already.
        """
        message = await self._mailable(voicemail_id)
        number = await self._directory.number(message.did)
        mail = await self._reply(message, self._recipients(number), MailKind.AGAIN)
        if not await self._store.send_again(mail, by.id):
            raise Conflict(
                "mail-waiting",
                "Diese Nachricht wartet schon auf den Versand.",
                "This message is waiting to be sent already.",
            )
        return await self._queued(message.id)

    async def release(self, by: User, voicemail_id: str) -> Voicemail:
        """Mail a recording that was taken for silent; once, however often that is asked for.

        Raises:
            NotFound; Unavailable: it cannot be converted.
        """
        async with self._releasing:  # two encoders would write the same file
            message = await self.get(voicemail_id)
            if message.removed_at is not None:
                raise recording_gone()
            if message.state is VoicemailState.SILENT:
                mp3 = await self._transcode(message)
                number = await self._directory.number(message.did)
                now = self._clock.now().at
                mail = self._mail(message, self._recipients(number), MailKind.MESSAGE, now)
                await self._store.release(mail, mp3, by.id)
        return await self._queued(message.id)

    async def remind(
        self, message: Voicemail, recipients: tuple[str, ...], deputy: User | None = None
    ) -> None:
        """Mail it to whoever stands in, unless somebody took it meanwhile; `deputy`: who may
        hear it from now on."""
        mail = await self._reply(message, recipients, MailKind.REMINDER)
        if await self._store.remind(mail, deputy.id if deputy else None):
            await self._queued(message.id)

    async def _queued(self, voicemail_id: str) -> Voicemail:
        self._wake.set()
        self._notifier.voicemail_changed(voicemail_id)
        return await self.get(voicemail_id)

    async def _mailable(self, voicemail_id: str) -> Voicemail:
        message = await self.get(voicemail_id)
        if message.removed_at is not None:
            raise recording_gone()
        if message.mp3 is None:
            raise no_message()
        return message

    async def _named(self, task: str) -> str:
        """The task as a mail names it."""
        if not task:
            return ""
        known = await self._directory.task(task)
        if known is None:
            raise NotFound(
                "unknown-task",
                "Diese Aufgabe gibt es nicht. Bitte eine andere wählen.",
                "There is no such task. Please choose another one.",
            )
        return f"{known.external_id} {known.title}"

    def _recipients(self, number: Number | None) -> tuple[str, ...]:
        if number is None:
            return self.rules.recipients
        return tuple(dict.fromkeys((*(number.recipients or self.rules.recipients), *number.cc)))

    async def _reply(
        self,
        message: Voicemail,
        recipients: tuple[str, ...],
        kind: MailKind,
        *,
        by: str | None = None,
        note: str = "",
        task: str = "",
    ) -> OutboxMail:
        """A further mail, in the thread of the first one."""
        mails = await self._store.mails(message.id)
        return self._mail(
            message,
            recipients,
            kind,
            self._clock.now().at,
            by=by,
            note=note,
            task=task,
            in_reply_to=mails[0].message_id if mails else "",
        )

    def _mail(
        self,
        message: Voicemail,
        recipients: tuple[str, ...],
        kind: MailKind,
        now: datetime,
        *,
        by: str | None = None,
        note: str = "",
        task: str = "",
        in_reply_to: str = "",
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
            kind=kind,
            in_reply_to=in_reply_to,
            task=task,
        )

    async def _transcode(self, message: Voicemail) -> str:
        mp3 = message.wav.removesuffix(".wav") + ".mp3"
        at = message.recorded_at.astimezone(BERLIN)
        await self._audio.to_mp3(
            self._archive.path(message.wav),
            self._archive.path(mp3),
            title=f"{message.label} {at:%d.%m.%Y %H:%M}",
            artist=message.caller or "anonym",
            album=message.label,
            date=f"{at:%Y-%m-%d}",
        )
        return mp3

    # -------------------------------------------------------------- delivering

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
                due = self._clock.now().at + timedelta(seconds=AWAY_SECONDS)
            seconds = (due - self._clock.now().at).total_seconds() if due else IDLE_SECONDS
            try:
                async with asyncio.timeout(max(0.05, min(seconds, IDLE_SECONDS))):
                    await self._wake.wait()
            except TimeoutError:
                pass

    def wake(self) -> None:
        """Something may be due sooner than it was."""
        self._wake.set()

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
        path = self._archive.path(message.mp3)
        delivery = await self._mailer.send(message, mail, path, self._link(mail))
        attempts = mail.attempts + 1
        state = OutboxState.ACCEPTED
        next_at = self._clock.now().at
        if early and not (delivery.accepted or delivery.permanent):
            # An extra attempt: its failure leaves the plan as it was.
            state, attempts, next_at = mail.state, mail.attempts, mail.next_attempt_at
        elif not delivery.accepted:
            waits = self.rules.retry_minutes
            state = OutboxState.BOUNCED if delivery.permanent else OutboxState.FAILED
            if not delivery.permanent and attempts <= len(waits):
                state = OutboxState.WAITING
                next_at += timedelta(minutes=waits[attempts - 1])
        self._unwritten[mail.id] = state, attempts, next_at, delivery.reply
        log.info("voicemail %s mail %s: %s", message.id, state, delivery.reply)
        await self._write_result(message.id, mail.id)
        await self._tell_of_failure(message, mail, state, delivery)

    async def _write_result(self, voicemail_id: str, mail_id: str) -> None:
        await self._store.mail_result(mail_id, *self._unwritten[mail_id])
        del self._unwritten[mail_id]
        self._notifier.voicemail_changed(voicemail_id)

    def _link(self, mail: OutboxMail) -> str:
        """Where its reader says that they take care; the link knows to whom it went."""
        holder = ", ".join(mail.recipients)
        token = self._links.token(LINK, mail.voicemail_id, holder, days=LINK_DAYS)
        return self._links.url(LINK_PATH + token)

    async def _tell_of_failure(
        self, message: Voicemail, mail: OutboxMail, state: OutboxState, delivery: Delivery
    ) -> None:
        failed = mail.recipients
        if state in (OutboxState.ACCEPTED, OutboxState.WAITING):
            failed = delivery.left_out
        if failed:
            await self.tell_undelivered(message, mail, failed, delivery.reply)

    async def tell_undelivered(
        self, message: Voicemail, mail: OutboxMail, to: tuple[str, ...], words: str
    ) -> None:
        """Alarm the administrators, but none at an address that does not work."""
        page = self._links.url(PAGE)

        def letter(language: str) -> inbox_texts.Letter:
            return inbox_texts.undelivered_letter(
                message, mail, ", ".join(to), words, page, language
            )

        await self._alarms.tell(letter, reference=f"voicemail:{message.id}", besides=to)

    async def mail_state(self) -> str:
        return await self._mailer.state()
