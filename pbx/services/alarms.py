"""Alarms: letters to the administrators, each in their own language."""

import logging
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from pbx.domain import letters
from pbx.domain.letters import ALARM, Letter
from pbx.domain.records import User
from pbx.domain.rights import Role
from pbx.errors import Unavailable
from pbx.services.links import Links
from pbx.services.ports import Directory
from pbx.services.post import Post, Undelivered

log = logging.getLogger(__name__)

ADMINISTRATORS = frozenset({Role.ADMIN, Role.SUPERADMIN})
Words = Callable[[str], tuple[str, str]]
"""Language to subject and text."""


class Alarms(Protocol):
    async def tell(self, words: Words, *, reference: str, besides: Collection[str] = ()) -> None:
        """Write to all administrators but those at the addresses `besides`.

        Never raises: what alarms must not stop what it alarms about.
        """
        ...


class LetterAlarms:
    """`Alarms` by the post."""

    def __init__(self, *, directory: Directory, post: Post) -> None:
        self._directory = directory
        self._post = post

    async def tell(self, words: Words, *, reference: str, besides: Collection[str] = ()) -> None:
        avoided = {address.casefold() for address in besides}
        try:
            people = await self._directory.users()
            told = [each for each in people if _is_told(each, avoided)]
            for language in sorted({each.language for each in told}):
                to = [each.email for each in told if each.language == language]
                subject, text = words(language)
                await self._post.write(ALARM, to, subject, text, reference=reference)
        except Unavailable as e:
            log.error("alarm about %s not written: %s", reference, e)
            return
        log.warning("alarm about %s to %d administrators: %s", reference, len(told), words("en")[0])


def of_letters(alarms: Alarms, links: Links) -> Undelivered:
    """What `Post` calls for letters that did not arrive."""

    async def tell(letter: Letter, to: Sequence[str], words: str) -> None:
        if letter.kind == ALARM:
            log.error("alarm %s reached nobody at %s: %s", letter.id, ", ".join(to), words)
            return
        path = letters.page_of(letter)
        page = links.url(path) if path else ""
        await alarms.tell(
            lambda language: letters.undelivered(letter, to, words, page, language),
            reference=f"letter:{letter.id}",
            besides=to,
        )

    return tell


def _is_told(user: User, avoided: Collection[str]) -> bool:
    return user.active and user.role in ADMINISTRATORS and user.email.casefold() not in avoided
