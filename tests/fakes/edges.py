"""Fakes of what lies outside: switch, clock, audio, mail server, browsers."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pbx.domain import messages as m
from pbx.domain.letters import Letter
from pbx.domain.records import Moment, OutboxMail, PushSubscription, Voicemail
from pbx.errors import SwitchRefused, SwitchUnreachable, Unavailable
from pbx.services.alarms import Words
from pbx.services.message_ports import Analysis, Delivery, Waveform
from pbx.services.ports import CallView, LiveChannel, StoredRecording
from pbx.services.push import PushMessage, Sent

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class FakeClock:
    """Stands still until told to go on; `sleep` waits for that."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> Moment:
        return Moment(START + timedelta(seconds=self.seconds), round(self.seconds * 1000), "boot")

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.seconds + seconds, woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Let time pass; whoever sleeps that long wakes up, in order."""
        target = self.seconds + seconds
        while due := [s for s in self._sleepers if s[0] <= target]:
            first = min(due, key=lambda s: s[0])
            self._sleepers.remove(first)
            self.seconds = max(self.seconds, first[0])
            if not first[1].done():
                first[1].set_result(None)
            await settle()
        self.seconds = target
        await settle()


async def settle(rounds: int = 50) -> None:
    """Let everything that can run now run."""
    for _ in range(rounds):
        await asyncio.sleep(0)


@dataclass
class FakeSwitch:
    """Keeps legs, bridges and recordings like Asterisk does, as far as our commands reach."""

    executed: list[tuple[str, m.Command]] = field(default_factory=list)
    legs: dict[str, LiveChannel] = field(default_factory=dict)
    bridges: dict[str, set[str]] = field(default_factory=dict)
    endpoints: dict[str, str] = field(default_factory=dict)
    recordings: dict[str, bytes] = field(default_factory=dict)
    recording_now: set[str] = field(default_factory=set)
    ended: dict[str, datetime] = field(default_factory=dict)
    playing_now: set[tuple[str, str]] = field(default_factory=set)
    music: set[str] = field(default_factory=set)
    """Bridges that play it."""
    echoing: set[str] = field(default_factory=set)
    """Legs that hear themselves, out of our hands."""
    received: dict[str, int] = field(default_factory=dict)
    """RTP packets of each leg."""
    asserted: dict[str, str] = field(default_factory=dict)
    """What the network says of callers who withhold their number, by channel."""
    reachable: bool = True

    def _reach(self) -> None:
        if not self.reachable:
            raise SwitchUnreachable("the fake is away")

    def _leg(self, channel: str) -> LiveChannel:
        if channel not in self.legs:
            raise SwitchRefused(404, "Channel not found")
        return self.legs[channel]

    async def execute(self, call_id: str, command: m.Command) -> None:
        self._reach()
        self.executed.append((call_id, command))
        match command:
            case m.CreateBridge():
                self.bridges.setdefault(call_id, set())
            case m.DestroyBridge():
                for channel in self.bridges.pop(call_id, set()):
                    self._put(channel, "")
                self.music.discard(call_id)
                self.playing_now.discard((call_id, "tone"))
            case m.Join(channel, bridge):
                self._leg(channel)
                self._bridge(bridge or call_id)
                self._put(channel, bridge or call_id)
            case m.Leave(channel, bridge):
                if channel in self.bridges.get(bridge or call_id, ()):
                    self._put(channel, "")
            case m.StartHold():
                self._bridge(call_id)
                self.music.add(call_id)
            case m.StopHold():
                self.music.discard(call_id)
            case m.StartTone():
                self._bridge(call_id)
                self.playing_now.add((call_id, "tone"))
            case m.StopPlay(name):
                self.playing_now.discard((call_id, name))
            case m.StopTone():
                self.playing_now.discard((call_id, "tone"))
            case _:
                self._on_leg(call_id, command)

    def _on_leg(self, call_id: str, command: m.Command) -> None:
        match command:
            case m.Dial(channel, bridge=bridge):
                self._bridge(bridge or call_id)
                self.legs[channel] = LiveChannel(channel, call_id, "far", "trunk", False, False)
                self._put(channel, bridge or call_id)
            case m.CallInside(channel):
                self.legs[channel] = LiveChannel(channel, call_id, "far", "", False, False)
            case m.HangUp(channel) | m.Apologise(channel) | m.Echo(channel):
                if isinstance(command, m.Echo):
                    self._leg(channel)
                    self.echoing.add(channel)
                self._put(channel, "")
                self.legs.pop(channel, None)
            case (
                m.Answer(channel)
                | m.Ring(channel)
                | m.StopRing(channel)
                | m.Play(channel)
                | m.Record(channel)
            ):
                self._leg(channel)
            case m.SendDigits(channel):
                self._leg(channel)
            case m.StopRecording():
                if call_id not in self.recording_now:
                    raise SwitchRefused(404, "Recording not found")

    def _bridge(self, call_id: str) -> set[str]:
        if call_id not in self.bridges:
            raise SwitchRefused(404, "Bridge not found")
        return self.bridges[call_id]

    def _put(self, channel: str, bridge: str) -> None:
        """A channel is in one bridge at most."""
        for members in self.bridges.values():
            members.discard(channel)
        if bridge:
            self.bridges[bridge].add(channel)
        if leg := self.legs.get(channel):
            self.legs[channel] = replace(leg, bridged=bool(bridge), bridge=bridge)

    async def asserted_number(self, channel: str) -> str:
        self._reach()
        return self.asserted.get(channel, "")

    async def received_packets(self, channel: str) -> int | None:
        self._reach()
        return self.received.get(channel) if channel in self.legs else None

    async def channels(self) -> Sequence[LiveChannel]:
        self._reach()
        return list(self.legs.values())

    async def recording_live(self, call_id: str) -> bool:
        self._reach()
        return call_id in self.recording_now

    async def playing(self, call_id: str, name: str) -> bool:
        self._reach()
        return (call_id, name) in self.playing_now

    async def ended_at(self, call_id: str) -> datetime | None:
        return self.ended.get(call_id)

    async def add_endpoint(self, username: str, password: str) -> None:
        self._reach()
        self.endpoints[username] = password

    async def remove_endpoint(self, username: str) -> None:
        self._reach()
        self.endpoints.pop(username, None)

    async def stored_recordings(self) -> Sequence[StoredRecording]:
        self._reach()
        return [StoredRecording(name, name) for name in self.recordings]

    async def fetch_recording(self, name: str) -> bytes:
        self._reach()
        if name not in self.recordings:
            raise SwitchRefused(404, "Recording not found")
        return self.recordings[name]

    async def drop_recording(self, name: str) -> None:
        self._reach()
        self.recordings.pop(name, None)

    async def state(self) -> dict[str, str]:
        ok = "ok" if self.reachable else "the fake is away"
        return {"asterisk": ok, "trunk": ok}

    def commands(self, call_id: str) -> list[m.Command]:
        return [command for for_call, command in self.executed if for_call == call_id]


@dataclass
class FakeAudio:
    """Bytes that begin with `speech` are ten seconds of it; `broken` cannot be read."""

    async def analyse(self, wav: Path) -> Analysis:
        data = wav.read_bytes()
        if data.startswith(b"broken"):
            raise ValueError("no WAV")
        return Analysis(10_000, 9_000 if data.startswith(b"speech") else 0)

    async def to_mp3(
        self, wav: Path, mp3: Path, *, title: str, artist: str, album: str, date: str
    ) -> int:
        mp3.write_bytes(b"mp3 of " + wav.read_bytes())
        return 10_000

    async def waveform(self, wav: Path, parts: int) -> Waveform:
        data = wav.read_bytes()
        if data.startswith(b"broken"):
            raise ValueError("no WAV")
        return Waveform(10_000, tuple(byte / 256 for byte in data[:parts]))

    async def to_greeting(self, source: Path, wav: Path) -> int:
        wav.parent.mkdir(parents=True, exist_ok=True)
        wav.write_bytes(source.read_bytes())
        return 1000


@dataclass
class FakeMailer:
    """Answers with `answer`; keeps what it was given to send."""

    answer: Delivery = field(default_factory=lambda: Delivery(True, False, "250 ok"))
    sent: list[tuple[Voicemail, OutboxMail]] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)

    links: list[str] = field(default_factory=list)

    async def send(
        self, voicemail: Voicemail, mail: OutboxMail, mp3: Path, link: str = ""
    ) -> Delivery:
        self.sent.append((voicemail, mail))
        self.links.append(link)
        return self.answer

    async def send_letter(self, letter: Letter) -> Delivery:
        self.letters.append(letter)
        return self.answer

    async def state(self) -> str:
        return "ok"


@dataclass
class FakeAlarms:
    """Keeps what administrators would have been told, in English."""

    told: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    """Reference, subject, and the addresses that were left out."""

    async def tell(self, words: Words, *, reference: str, besides: Collection[str] = ()) -> None:
        self.told.append((reference, words("en")[0], tuple(besides)))


@dataclass
class FakeTranscriber:
    """Says `text` once `answer` is set; fails where `fault` says so."""

    text: str = "Bitte um Rückruf"
    fault: str = ""
    asked: list[str] = field(default_factory=list)
    answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def transcribe(self, sound: Path) -> str:
        self.asked.append(sound.name)
        await self.answer.wait()
        if self.fault:
            raise Unavailable("transcription-failed", self.fault, self.fault)
        return self.text


@dataclass
class FakeNotifier:
    """Keeps what browsers would have been told."""

    calls: list[tuple[str, CallView]] = field(default_factory=list)
    board: list[str] = field(default_factory=list)
    rings: list[str] = field(default_factory=list)
    woken: list[str] = field(default_factory=list)
    stopped: list[tuple[str, str]] = field(default_factory=list)
    voicemails: list[str] = field(default_factory=list)
    country_requests: list[tuple[str, str]] = field(default_factory=list)
    shares: list[tuple[str, str]] = field(default_factory=list)
    number_requests: list[tuple[str, str]] = field(default_factory=list)
    presence: list[tuple[str, bool]] = field(default_factory=list)

    def call_changed(self, user_id: str, view: CallView) -> None:
        self.calls.append((user_id, view))

    def board_changed(self, call_id: str) -> None:
        self.board.append(call_id)

    def ring(self, user_id: str, view: CallView) -> None:
        self.rings.append(user_id)

    def wake(self, user_id: str, view: CallView) -> None:
        self.woken.append(user_id)

    def ring_stopped(self, user_id: str, call_id: str, reason: str) -> None:
        self.stopped.append((user_id, reason))

    def voicemail_changed(self, voicemail_id: str) -> None:
        self.voicemails.append(voicemail_id)

    def country_request_changed(self, request_id: str, user_id: str) -> None:
        self.country_requests.append((request_id, user_id))

    def number_request_changed(self, request_id: str, user_id: str) -> None:
        self.number_requests.append((request_id, user_id))

    def presence_changed(self, user_id: str, live: bool) -> None:
        self.presence.append((user_id, live))

    def phone_share_changed(self, user_id: str, task: str) -> None:
        self.shares.append((user_id, task))


@dataclass
class FakePushSender:
    """Answers with what `answers` holds for an endpoint, in order, then DONE."""

    public_key: str = "our-key"
    answers: dict[str, list[Sent]] = field(default_factory=dict)
    sent: list[tuple[str, PushMessage]] = field(default_factory=list)

    async def send(self, to: PushSubscription, message: PushMessage) -> Sent:
        self.sent.append((to.endpoint, message))
        left = self.answers.get(to.endpoint)
        return left.pop(0) if left else Sent.DONE


class FakeHasher:
    """Fast, and in the clear."""

    def hash(self, password: str) -> str:
        return f"hashed:{password}"

    def verify(self, stored: str, password: str) -> bool:
        return stored == f"hashed:{password}"
