"""Taking care of messages: in the page, and from the links in their mails (N7)."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pbx.domain import claims, inbox_texts
from pbx.domain.claims import Care, Taken
from pbx.domain.records import User, Voicemail
from pbx.domain.rights import Right, may
from pbx.errors import BadRequest, Conflict, Refused
from pbx.services.links import Links
from pbx.services.mailing import LINK
from pbx.services.message_box import MessageBox
from pbx.services.message_ports import VoicemailStore
from pbx.services.ports import Clock, Directory, Notifier

TRIES = 10
"""Each fails only where somebody else was faster: then it is decided anew."""
NAME_LENGTH = 80


class Step(enum.StrEnum):
    CLAIM = "claim"
    GIVE_BACK = "give-back"
    DONE = "done"
    REOPEN = "reopen"


_ACTIONS = {
    Step.CLAIM: "voicemail.claimed",
    Step.GIVE_BACK: "voicemail.given-back",
    Step.DONE: "voicemail.done",
    Step.REOPEN: "voicemail.reopened",
}


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link in a mail stands for."""

    message: Voicemail
    holder: str
    """To whom the mail went."""
    user: User | None
    """Their account; None for a mailbox that several people read: then a name is asked for."""
    keeper: str | None
    """Name of who has the message."""
    mine: bool
    """Whether that is somebody with this link."""


class Claims:
    def __init__(
        self,
        *,
        box: MessageBox,
        store: VoicemailStore,
        directory: Directory,
        notifier: Notifier,
        clock: Clock,
        links: Links,
    ) -> None:
        self._box = box
        self._store = store
        self._directory = directory
        self._notifier = notifier
        self._clock = clock
        self._links = links

    async def take(self, user: User, voicemail_id: str, step: Step) -> Voicemail:
        """Raises `NotFound`; `Conflict`: `voicemail-taken`, naming who has it, or no message."""
        await self._box.heard(user, voicemail_id)
        anyway = may(user, Right.VOICEMAILS)
        return await self._step(voicemail_id, step, user.id, anyway=anyway)

    async def _step(
        self, voicemail_id: str, step: Step, who: str, *, anyway: bool = False
    ) -> Voicemail:
        for _ in range(TRIES):
            message = await self._box.get(voicemail_id)
            now = self._clock.now().at
            try:
                care = _decide(step, message, who, now, anyway)
            except Taken as e:
                raise await self._taken(e) from e
            if care == claims.care_of(message):
                return message
            if await self._store.take_care(message, care, action=_ACTIONS[step], by=who, at=now):
                self._notifier.voicemail_changed(voicemail_id)
                return await self._box.get(voicemail_id)
        raise Conflict(
            "voicemail-busy",
            "Gerade ändern mehrere Leute diese Nachricht. Bitte noch einmal versuchen.",
            "Several people are changing this message. Please try again.",
        )

    async def _taken(self, taken: Taken) -> Conflict:
        name = await self.name_of(taken.holder)
        return Conflict(
            taken.error_id,
            inbox_texts.taken_text(name, taken.since, "de"),
            inbox_texts.taken_text(name, taken.since, "en"),
        )

    async def name_of(self, who: str) -> str:
        user = await self._directory.user(who)
        return user.name if user else who

    # -------------------------------------------------------------- links

    async def linked(self, token: str) -> Linked:
        """What a link shows; looking changes nothing.

        Raises:
            BadRequest: it is not ours, or has expired; NotFound; Refused: `not-active`.
        """
        link = self._links.read(token, LINK)
        message = await self._box.get(link.subject)
        user = await self._directory.user_by_email(link.holder)
        if user is not None and not user.active:
            raise Refused(
                "not-active",
                "Dieses Konto ist abgeschaltet. Bitte die Administration ansprechen.",
                "This account is switched off. Please ask your administrator.",
            )
        keeper = message.claimed_by
        mine = keeper is not None and (keeper == user.id if user else _through(keeper, link.holder))
        name = await self.name_of(keeper) if keeper else None
        return Linked(message, link.holder, user, name, mine)

    async def take_linked(self, token: str, step: Step, name: str) -> Linked:
        """Raises as `linked` and `take` do; `BadRequest`: `name-missing`."""
        found = await self.linked(token)
        who = found.user.id if found.user else _signed(name, found.holder)
        if found.mine and found.message.claimed_by and step is not Step.CLAIM:
            # A mailbox that several read: whoever has its mail may end what it began.
            who = found.message.claimed_by
        if not who:
            raise BadRequest(
                "name-missing",
                "Bitte den Namen angeben, damit die anderen wissen, wer sich kümmert.",
                "Please give your name, so that the others know who takes care.",
            )
        await self._step(found.message.id, step, who)
        return await self.linked(token)


def _decide(step: Step, message: Voicemail, who: str, at: datetime, anyway: bool) -> Care:
    decide: dict[Step, Callable[[], Care]] = {
        Step.CLAIM: lambda: claims.claim(message, who, at),
        Step.GIVE_BACK: lambda: claims.give_back(message, who, anyway=anyway),
        Step.DONE: lambda: claims.done(message, who, at, anyway=anyway),
        Step.REOPEN: lambda: claims.reopen(message, who, anyway=anyway),
    }
    return decide[step]()


def _signed(name: str, holder: str) -> str:
    """Who somebody without an account is: their name and where they read mail."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in name).split())[:NAME_LENGTH]
    return f"{plain} ({holder})" if plain else ""


def _through(keeper: str, holder: str) -> bool:
    return keeper.endswith(f" ({holder})")
