"""Mails that come back: what a mail server hands us is read and matched (RFC 3464)."""

import enum
import logging
from collections.abc import Sequence
from typing import Protocol

from pbx.domain import bounces
from pbx.services.mailing import Mailing
from pbx.services.message_ports import VoicemailStore
from pbx.services.ports import Clock, Notifier

log = logging.getLogger(__name__)


class Returned(enum.StrEnum):
    """What a mail was that came to us."""

    BOUNCE = "bounce"
    """Of a message's mail or a letter: it is marked, and the administrators are told."""
    NOT_OURS = "not-ours"
    """Of a mail that we do not know, or know to have come back."""
    NO_BOUNCE = "no-bounce"
    """An out-of-office note, a delay, a receipt: nothing follows from it."""


class Letters(Protocol):
    async def bounced(
        self, message_ids: Sequence[str], to: Sequence[str], words: str, *, by: str
    ) -> bool: ...


class Bounces:
    def __init__(
        self,
        *,
        mailing: Mailing,
        store: VoicemailStore,
        letters: Letters,
        notifier: Notifier,
        clock: Clock,
    ) -> None:
        self._letters = letters
        self._mailing = mailing
        self._store = store
        self._notifier = notifier
        self._clock = clock

    async def take(self, raw: bytes, by: str) -> Returned:
        """Args: `raw`: the whole mail; `by`: whose token brought it, for the audit log."""
        bounce = bounces.parse(raw)
        if bounce is None:
            return Returned.NO_BOUNCE
        mail = await self._store.bounced(
            bounce.message_ids, bounce.words, by=by, at=self._clock.now().at
        )
        if mail is None:
            return await self._take_letter(bounce, by)
        log.warning("voicemail %s: its mail came back: %s", mail.voicemail_id, bounce.words)
        self._notifier.voicemail_changed(mail.voicemail_id)
        message = await self._mailing.get(mail.voicemail_id)
        to = bounce.recipients or mail.recipients
        await self._mailing.tell_undelivered(message, mail, to, bounce.words)
        return Returned.BOUNCE

    async def _take_letter(self, bounce: bounces.Bounce, by: str) -> Returned:
        if await self._letters.bounced(bounce.message_ids, bounce.recipients, bounce.words, by=by):
            return Returned.BOUNCE
        log.warning("a bounce of a mail that is not ours: %s", bounce.words)
        return Returned.NOT_OURS
