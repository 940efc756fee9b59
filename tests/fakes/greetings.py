"""Fakes of what makes the sound of greetings, and a library on a real database."""

from pathlib import Path

from pbx.errors import BadRequest, Unavailable
from pbx.services.dictations import Dictations
from pbx.services.greeting_library import GreetingLibrary, GreetingRules
from pbx.services.greeting_ports import Prepared
from pbx.services.ports import Clock
from pbx.settings import ROOT
from pbx.store import Database
from tests.support.exchange import Exchange


class FakeGreetingSound:
    """Keeps the bytes as they are, a second for each; `broken` ones are refused."""

    async def prepare(self, source: bytes, wav: Path) -> Prepared:
        if source.startswith(b"broken") or not source:
            raise BadRequest("greeting-unreadable", "Kein Ton in der Datei.", "No sound in it.")
        wav.parent.mkdir(parents=True, exist_ok=True)
        wav.write_bytes(source)
        return await self.measure(wav)

    async def measure(self, wav: Path) -> Prepared:
        size = wav.stat().st_size
        return Prepared(size * 1000, -18.0, size)


class FakeVoice:
    """Spells the text out; where `away`, there is no program for it."""

    away = False

    async def speak(self, text: str, language: str, pace: str) -> bytes:
        if self.away:
            raise Unavailable("no-voice", "Das Programm fehlt.", "The program is missing.")
        return f"{language} {pace} {text}".encode()


def library_on(
    database: Database, folder: Path, clock: Clock, voice: FakeVoice | None = None
) -> GreetingLibrary:
    return GreetingLibrary(
        store=database.greetings,
        sound=FakeGreetingSound(),
        voice=voice or FakeVoice(),
        folder=folder,
        prompts=ROOT / "recordings" / "prompts",
        clock=clock,
        rules=GreetingRules(max_bytes=1000, max_seconds=180, keep_removed_days=7),
    )


def dictations_on(exchange: Exchange, library: GreetingLibrary) -> Dictations:
    """Of the exchange from now on."""
    exchange.dictations = Dictations(
        switch=exchange.switch,
        library=library,
        clock=exchange.clock,
        then=exchange.board,
        listening=exchange.board.listener,
    )
    return exchange.dictations
