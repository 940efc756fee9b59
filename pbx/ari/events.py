"""The events of ARI that we use, as frozen dataclasses.

Spelling and meaning follow Asterisk's own description (`/ari/api-docs/events.json`);
a test holds each class against it. Everything else is switched off at the source
(`USED` feeds the application's event filter).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Channel:
    """A leg as Asterisk sees it. `app_data` is the argument list of the Stasis application."""

    id: str
    name: str
    state: str
    caller_number: str
    app_name: str
    app_data: str

    @property
    def endpoint(self) -> str:
        """`PJSIP/abc-00000001` is the endpoint `abc`."""
        return self.name.partition("/")[2].rpartition("-")[0]

    @property
    def args(self) -> list[str]:
        """The Stasis arguments, without the application's name."""
        return self.app_data.split(",")[1:] if self.app_name == "Stasis" else []

    @staticmethod
    def read(raw: Mapping[str, Any]) -> "Channel":
        dialplan = raw.get("dialplan") or {}
        return Channel(
            id=raw["id"],
            name=raw["name"],
            state=raw["state"],
            caller_number=(raw.get("caller") or {}).get("number", ""),
            app_name=dialplan.get("app_name", ""),
            app_data=dialplan.get("app_data", ""),
        )


@dataclass(frozen=True, slots=True)
class AriEvent:
    timestamp: str = field(default="", kw_only=True, compare=False)
    """When it happened, by Asterisk's clock: ISO 8601 with milliseconds."""


@dataclass(frozen=True, slots=True)
class StasisStart(AriEvent):
    """A channel entered our application."""

    channel: Channel
    args: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChannelStateChange(AriEvent):
    """`channel.state` is now `Ringing`, `Up`, …"""

    channel: Channel


@dataclass(frozen=True, slots=True)
class Dial(AriEvent):
    """`dialstatus` is empty at first, then `RINGING`, `PROGRESS`, `ANSWER`, `BUSY`, …"""

    peer: Channel
    dialstatus: str


@dataclass(frozen=True, slots=True)
class ChannelHangupRequest(AriEvent):
    """Somebody hung the channel up: the far end, or a command of ours. `cause` is Q.850."""

    channel: Channel
    cause: int


@dataclass(frozen=True, slots=True)
class StasisEnd(AriEvent):
    """The channel left our application. One that came in through the dialplan is not
    reported any further: no ChannelDestroyed follows (22.10)."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class ChannelDestroyed(AriEvent):
    """`cause` is Q.850; `tech_cause` the SIP status of an off-nominal end (since 22.7)."""

    channel: Channel
    cause: int
    tech_cause: int | None


@dataclass(frozen=True, slots=True)
class ChannelTalkingStarted(AriEvent):
    channel: Channel


@dataclass(frozen=True, slots=True)
class ChannelTalkingFinished(AriEvent):
    channel: Channel


@dataclass(frozen=True, slots=True)
class ChannelDtmfReceived(AriEvent):
    """A key was pressed and let go: 0 to 9, *, #, A to D."""

    channel: Channel
    digit: str = field(repr=False)
    """Not in any log: it may be part of a secret."""


@dataclass(frozen=True, slots=True)
class PlaybackFinished(AriEvent):
    playback_id: str
    target_uri: str


@dataclass(frozen=True, slots=True)
class RecordingFinished(AriEvent):
    name: str


@dataclass(frozen=True, slots=True)
class RecordingFailed(AriEvent):
    name: str


@dataclass(frozen=True, slots=True)
class ApplicationReplaced(AriEvent):
    pass


def _channel(kind: type[Any]) -> Any:
    return lambda raw: kind(Channel.read(raw["channel"]))


_READERS: dict[str, Any] = {
    "StasisStart": lambda raw: StasisStart(Channel.read(raw["channel"]), tuple(raw["args"])),
    "ChannelStateChange": _channel(ChannelStateChange),
    "Dial": lambda raw: Dial(Channel.read(raw["peer"]), raw["dialstatus"]),
    "ChannelHangupRequest": lambda raw: ChannelHangupRequest(
        Channel.read(raw["channel"]), raw.get("cause", 0)
    ),
    "StasisEnd": _channel(StasisEnd),
    "ChannelDestroyed": lambda raw: ChannelDestroyed(
        Channel.read(raw["channel"]), raw["cause"], raw.get("tech_cause")
    ),
    "ChannelTalkingStarted": _channel(ChannelTalkingStarted),
    "ChannelTalkingFinished": _channel(ChannelTalkingFinished),
    "ChannelDtmfReceived": lambda raw: ChannelDtmfReceived(
        Channel.read(raw["channel"]), raw["digit"]
    ),
    "PlaybackFinished": lambda raw: PlaybackFinished(
        raw["playback"]["id"], raw["playback"]["target_uri"]
    ),
    "RecordingFinished": lambda raw: RecordingFinished(raw["recording"]["name"]),
    "RecordingFailed": lambda raw: RecordingFailed(raw["recording"]["name"]),
    "ApplicationReplaced": lambda raw: ApplicationReplaced(),
}

USED = tuple(_READERS)
"""The event types that we ask for."""


def read(raw: Mapping[str, Any]) -> AriEvent | None:
    """The event in `raw`; None where it is of a type that we do not use.

    Raises:
        KeyError, TypeError: a field that Asterisk promises is missing.
    """
    reader = _READERS.get(raw.get("type", ""))
    if reader is None:
        return None
    event: AriEvent = reader(raw)
    return replace(event, timestamp=raw.get("timestamp", ""))
