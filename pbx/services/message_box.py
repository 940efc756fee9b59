"""Looking at messages and listening to them: who may, and where the recording is."""

from collections.abc import Sequence
from pathlib import Path

from pbx.domain.records import OutboxMail, User, Voicemail
from pbx.domain.rights import Right, may
from pbx.domain.voicemail import VoicemailFilter
from pbx.errors import NotFound
from pbx.services.message_ports import ANY, Archive, Audio, VoicemailStore, Waveform

WAVEFORM_PARTS = 200


class MessageBox:
    def __init__(self, store: VoicemailStore, archive: Archive, audio: Audio) -> None:
        self._store = store
        self._archive = archive
        self._audio = audio

    async def get(self, voicemail_id: str) -> Voicemail:
        """Raises `NotFound` (`unknown-voicemail`)."""
        message = await self._store.get(voicemail_id)
        if message is None:
            raise unknown_voicemail()
        return message

    async def heard(self, user: User, voicemail_id: str) -> Voicemail:
        """The message, where this user may hear it.

        Raises:
            NotFound: there is none, or it is not for them.
        """
        message = await self.get(voicemail_id)
        if not await self.may_hear(user, voicemail_id):
            raise unknown_voicemail()
        return message

    async def may_hear(self, user: User, voicemail_id: str) -> bool:
        """Management, whose number it was, and everybody to whom it was forwarded."""
        return may(user, Right.VOICEMAILS) or user.id in await self._store.readers(voicemail_id)

    async def find(
        self, user: User, cursor: str | None, limit: int, which: VoicemailFilter = ANY
    ) -> tuple[list[Voicemail], str | None]:
        """What this user may hear, newest first."""
        reader_id = None if may(user, Right.VOICEMAILS) else user.id
        found, following = await self._store.find(cursor, limit, reader_id, which)
        return list(found), following

    async def mails(self, voicemail_id: str) -> list[OutboxMail]:
        return list(await self._store.mails(voicemail_id))

    async def mails_of(self, messages: Sequence[Voicemail]) -> dict[str, list[OutboxMail]]:
        """The mails of each of these messages, by its id."""
        found: dict[str, list[OutboxMail]] = {message.id: [] for message in messages}
        for mail in await self._store.mails_of(found):
            found[mail.voicemail_id].append(mail)
        return found

    def audio_path(self, message: Voicemail) -> Path:
        """Raises `NotFound` (`recording-gone`) where its time is over."""
        if message.removed_at is not None:
            raise recording_gone()
        return self._archive.path(message.mp3 or message.wav)

    async def waveform(self, message: Voicemail) -> Waveform:
        """Raises `NotFound` (`recording-gone`) where the recording is away or broken."""
        if message.removed_at is not None:
            raise recording_gone()
        try:
            return await self._audio.waveform(self._archive.path(message.wav), WAVEFORM_PARTS)
        except ValueError as e:
            raise recording_gone() from e


def unknown_voicemail() -> NotFound:
    return NotFound(
        "unknown-voicemail",
        "Diese Nachricht gibt es nicht (mehr).",
        "There is no such message (any more).",
    )


def recording_gone() -> NotFound:
    return NotFound(
        "recording-gone",
        "Diese Aufnahme liegt nicht mehr vor.",
        "This recording is no longer there.",
    )
