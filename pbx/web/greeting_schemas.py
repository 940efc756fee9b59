"""JSON of the greetings."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from pbx.web.schemas import Request

SpeechLanguage = Literal["de", "en", "es", "fr", "it", "nl", "pl", "tr"]
SourceName = Literal["upload", "browser", "telephone", "speech"]
VersionStateName = Literal["draft", "planned", "current", "past"]
GreetingName = Annotated[str, Meta(max_length=200)]
When = Annotated[str, Meta(max_length=40, examples=["now", "2026-12-24T12:00:00Z"])]


class GreetingVersionView(Struct):
    """One recording of a greeting; its sound never changes."""

    id: str
    number: int
    state: VersionStateName
    valid_from: datetime | None
    """None: a draft, which nobody hears."""
    source: SourceName
    origin: str
    """The file's name, or the text that was spoken."""
    duration_seconds: float
    loudness_lufs: float
    bytes: int
    created_at: datetime
    created_by: str
    """E-mail address."""
    created_by_name: str | None
    audio: str
    """Where it can be heard, as callers hear it."""


class GreetingUse(Struct):
    e164: str
    national: str
    label: str


class GreetingView(Struct):
    id: str
    name: str
    reference: str
    """What a number's `greeting` says to play it."""
    versions: list[GreetingVersionView]
    """Newest first."""
    numbers: list[GreetingUse]
    """Where it is played, as the number's greeting or in a step."""
    absent: list[str]
    """Names of those in whose absence, now or to come, it is played."""


class StandardGreeting(Struct):
    """An announcement that is shipped."""

    name: str
    language: Literal["de", "en"]
    duration_seconds: float
    audio: str


class GreetingLibraryView(Struct):
    items: list[GreetingView]
    """By name."""
    standard: list[StandardGreeting]
    storage_bytes: int
    """What all versions take on the disk."""
    max_bytes: int
    """Of a file that is brought in."""
    max_seconds: int


class GreetingPut(Request):
    name: GreetingName


class SpeechText(Request):
    text: Annotated[str, Meta(min_length=1, max_length=2000)]
    language: SpeechLanguage = "de"
    pace: Literal["slow", "normal", "fast"] = "normal"


class Speech(SpeechText):
    """A text as a new greeting (`name`), or as a new version of one (`greeting`)."""

    name: GreetingName | None = None
    greeting: Annotated[str, Meta(max_length=100)] | None = None
    valid_from: When | None = None


class TelephoneWish(Request):
    """A recording by telephone as a new greeting (`name`), or as a new version of one."""

    name: GreetingName | None = None
    greeting: Annotated[str, Meta(max_length=100)] | None = None
    valid_from: When | None = None


class TelephoneCode(Struct):
    code: str
    """Six digits, to be entered while a greeting of ours plays."""
    number: str
    """To be called, E.164; any other number of ours does as well."""
    printed: str
    expires_at: datetime


class VersionPlan(Request):
    valid_from: When | None
    """`now`, or a time; None: it becomes a draft."""
