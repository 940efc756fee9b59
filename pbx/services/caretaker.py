"""What is done for messages as time goes by: reminders, deletion, room for recordings."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from pbx.domain import inbox_texts
from pbx.domain.records import User, Voicemail
from pbx.domain.routing import Absence, deputy_of
from pbx.domain.voicemail import Storage, crossed
from pbx.errors import Unavailable
from pbx.services.alarms import Alarms
from pbx.services.links import Links
from pbx.services.mailing import PAGE, Mailing
from pbx.services.message_ports import Archive, VoicemailStore
from pbx.services.ports import Clock, Directory, Notifier
from pbx.services.transcripts import Transcripts

log = logging.getLogger(__name__)

ROUND_SECONDS = 300.0


class Absences(Protocol):
    async def absences(self, since: datetime) -> Sequence[Absence]:
        """Those that are not over at `since`."""
        ...


class Caretaker:
    def __init__(
        self,
        *,
        mailing: Mailing,
        transcripts: Transcripts,
        directory: Directory,
        store: VoicemailStore,
        archive: Archive,
        notifier: Notifier,
        clock: Clock,
        links: Links,
        alarms: Alarms,
        absences: Absences,
    ) -> None:
        self._mailing = mailing
        self._transcripts = transcripts
        self._directory = directory
        self._store = store
        self._archive = archive
        self._notifier = notifier
        self._clock = clock
        self._links = links
        self._alarms = alarms
        self._absences = absences
        self._rules = mailing.rules

    async def run(self) -> None:
        """A round every few minutes, until cancelled."""
        while True:
            try:
                await self.round()
            except (Unavailable, OSError) as e:
                log.warning("caretaker: %s", e)
            await asyncio.sleep(ROUND_SECONDS)

    async def round(self) -> None:
        await self._transcripts.catch_up()
        await self.remind()
        await self.expire()
        await self.look_at_room()

    async def remind(self) -> None:
        """Send what nobody took in time to whoever stands in; once."""
        if not self._rules.remind_hours:
            return
        before = self._clock.now().at - timedelta(hours=self._rules.remind_hours)
        for message in await self._store.unclaimed(before):
            deputy = await self._deputy(message)
            # The central mailbox: somebody reads it.
            recipients = (deputy.email,) if deputy else self._rules.recipients
            await self._mailing.remind(message, recipients, deputy)

    async def _deputy(self, message: Voicemail) -> User | None:
        """Who stands in for whose message it is, where that person is away, or was."""
        if message.user_id is None:
            return None
        absences = await self._absences.absences(message.recorded_at)
        now = self._clock.now().at
        found = deputy_of(absences, message.user_id, now, message.recorded_at)
        deputy = await self._directory.user(found) if found else None
        return deputy if deputy and deputy.active else None

    async def expire(self) -> None:
        """Delete recordings whose days are over; that somebody called stays."""
        for message in await self._store.retire(self._clock.now().at, self._rules.retention):
            log.info("voicemail %s: its days are over", message.id)
            self._notifier.voicemail_changed(message.id)
        for message in await self._store.to_delete():
            for name in (message.wav, message.mp3):
                if name:
                    await self._archive.remove(name)
            await self._store.deleted(message.id)

    async def storage(self) -> Storage:
        used, free = await self._archive.sizes()
        return Storage(used, self._rules.quota_bytes, free)

    async def look_at_room(self) -> None:
        """Tell the administrators, once, when the room for recordings becomes scarce."""
        storage = await self.storage()
        before = await self._store.room()
        if storage.room is before:
            return
        await self._store.put_room(before, storage.room, self._clock.now().at)
        if crossed(before, storage.room):
            page = self._links.url(PAGE)
            await self._alarms.tell(
                lambda language: inbox_texts.room_letter(storage, page, language),
                reference="storage",
            )
