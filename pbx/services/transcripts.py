"""What was said, in letters, where somebody configured a service that listens."""

import logging
from collections.abc import Callable
from datetime import timedelta

from pbx.domain.records import Voicemail
from pbx.errors import Unavailable
from pbx.services.message_ports import Archive, Transcriber, VoicemailStore
from pbx.services.ports import Clock, Notifier
from pbx.services.tasks import TaskOwner

log = logging.getLogger(__name__)

MISSED_HOURS = 24
"""How old a message may be that is transcribed after a restart."""


class Transcripts:
    """Args:
    transcriber: None: nothing is transcribed.
    wait_seconds: for how long the first mail waits for the text.
    """

    def __init__(
        self,
        *,
        transcriber: Transcriber | None,
        store: VoicemailStore,
        archive: Archive,
        notifier: Notifier,
        clock: Clock,
        wait_seconds: float,
    ) -> None:
        self._transcriber = transcriber
        self._store = store
        self._archive = archive
        self._notifier = notifier
        self._clock = clock
        self.patience = timedelta(seconds=wait_seconds if transcriber else 0)
        self._tasks = TaskOwner("transcripts")
        self._asked: set[str] = set()
        self.on_text: Callable[[], None] = lambda: None
        """Set by the composition root: the outbox looks for what is due."""

    def start(self, message: Voicemail) -> None:
        """Have it transcribed in the background; once."""
        if self._transcriber is not None and message.id not in self._asked:
            self._asked.add(message.id)
            self._tasks.start(self._transcribe(self._transcriber, message), message.id)

    async def _transcribe(self, transcriber: Transcriber, message: Voicemail) -> None:
        text = ""
        try:
            text = await transcriber.transcribe(self._archive.path(message.mp3 or message.wav))
        except Unavailable as e:
            log.warning("voicemail %s: no transcript: %s", message.id, e.en)
        await self._store.put_transcript(message.id, text, self._clock.now().at)
        self._notifier.voicemail_changed(message.id)
        self.on_text()

    async def catch_up(self) -> None:
        """Have transcribed what an end of the process interrupted."""
        if self._transcriber is not None:
            since = self._clock.now().at - timedelta(hours=MISSED_HOURS)
            for message in await self._store.untold(since):
                self.start(message)

    async def stop(self) -> None:
        await self._tasks.close()
