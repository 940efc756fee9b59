"""The inbox of a team: what is done with messages after they are kept."""

from dataclasses import dataclass
from datetime import timedelta

from pbx.domain.voicemail import SilentCalls
from pbx.services.bounces import Bounces, Letters
from pbx.services.caretaker import Caretaker
from pbx.services.claims import Claims
from pbx.services.links import Links
from pbx.services.message_ports import VoicemailStore
from pbx.services.ports import Clock, Directory, Notifier
from pbx.services.voicemail import VoicemailService


@dataclass(frozen=True, slots=True)
class Inbox:
    claims: Claims
    bounces: Bounces
    caretaker: Caretaker
    store: VoicemailStore
    clock: Clock
    silent_days: int

    async def silent_calls(self) -> list[SilentCalls]:
        """Who called and said nothing in the days that silent recordings are kept."""
        since = self.clock.now().at - timedelta(days=self.silent_days or 7)
        return list(await self.store.silent_calls(since))


def inbox_of(
    messages: VoicemailService,
    caretaker: Caretaker,
    *,
    store: VoicemailStore,
    directory: Directory,
    notifier: Notifier,
    clock: Clock,
    links: Links,
    letters: Letters,
) -> Inbox:
    return Inbox(
        claims=Claims(
            box=messages,
            store=store,
            directory=directory,
            notifier=notifier,
            clock=clock,
            links=links,
        ),
        bounces=Bounces(
            mailing=messages, store=store, letters=letters, notifier=notifier, clock=clock
        ),
        caretaker=caretaker,
        store=store,
        clock=clock,
        silent_days=messages.rules.retention.silent_days,
    )
