"""Where the sounds lie that numbers, steps and absences name: shipped, of the library, or files
of the greetings folder."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from pbx.domain import messages as m
from pbx.domain.greetings import referred
from pbx.domain.routing import Plan
from pbx.domain.texts import Words, pick
from pbx.services.greetings import ready_name

SHIPPED: dict[str, Words] = {
    "not-reachable": ("Gerade nicht erreichbar", "Not reachable right now"),
    "goodbye": ("Auf Wiederhören", "Goodbye"),
    "one-moment": ("Einen Moment bitte", "One moment please"),
    "greeting": ("Begrüßung des Anrufbeantworters", "Voicemail's greeting"),
}
"""Announcements that come with the product, in both languages: `de/goodbye`."""
_SPOKEN: dict[str, Words] = {"de": ("deutsch", "German"), "en": ("englisch", "English")}


def shipped(language: str) -> list[tuple[str, str]]:
    """Name and words of each of them, for a reader of `language`."""
    return [
        (f"{spoken}/{name}", f"{pick(words, language)} ({pick(_SPOKEN[spoken], language)})")
        for spoken in _SPOKEN
        for name, words in SHIPPED.items()
    ]


def is_shipped(name: str) -> bool:
    language, _, sound = name.partition("/")
    return language in ("de", "en") and sound in SHIPPED


class Sounds:
    """
    Args:
        greetings: folder of the numbers' own greetings, as Asterisk sees it.
        library: the file of a greeting of the library that is valid now; None: none is.
    """

    def __init__(self, greetings: str, library: Callable[[str], Awaitable[Path | None]]) -> None:
        self._greetings = greetings
        self._library = library

    async def file(self, name: str) -> str:
        """As `Play` takes it; empty where there is nothing to play."""
        if not name or is_shipped(name):
            return name
        if greeting_id := referred(name):
            return str(await self._library(greeting_id) or "")
        return f"{self._greetings}/{ready_name(name)}"

    async def stages(self, plan: Plan) -> tuple[m.Stage, ...]:
        """Without announcements of which nothing plays."""
        stages = [
            m.Stage(
                stage.user_ids, stage.seconds, await self.file(stage.announcement), stage.number
            )
            for stage in plan.stages
        ]
        return tuple(s for s in stages if s.user_ids or s.announcement or s.number)

    async def greeting(self, plan: Plan) -> str:
        """What plays before the beep, at this moment: of whoever is away, of the number, or the
        shipped one."""
        number = plan.number
        return (
            await self.file(plan.greeting)
            or await self.file(number.greeting or "")
            or f"{number.language}/greeting"
        )
