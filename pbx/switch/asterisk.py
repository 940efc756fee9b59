"""`ports.Switch` on a real Asterisk: its events, its truth, its recordings."""

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pbx.ari import events as ari
from pbx.ari.client import AriClient
from pbx.domain import messages as m
from pbx.domain.records import Moment
from pbx.errors import SwitchRefused, SwitchUnreachable
from pbx.services.ports import Clock, LiveChannel, StoredRecording, SwitchListener
from pbx.switch.commands import INSIDE, TRUNK, Commands
from pbx.switch.lateness import Lateness
from pbx.switch.requests import Requests
from pbx.switch.ringback import Ringback

log = logging.getLogger(__name__)

_CALL_NAMESPACE = uuid.UUID("0d0c6f9e-3bb0-5d31-8f0c-6a5b8f3d7c11")


class AsteriskSwitch:
    """`ports.Switch` on a real Asterisk.

    Args:
        make_client: builds the ARI client with our three callbacks.
        app: name of the Stasis application.
        clock: says when an event is read; see `lateness` for when it happened.
        sounds: folder of the shipped prompts, as Asterisk sees it.
        browser: fields of a browser's PJSIP endpoint, without its account.
        ended_at: looks into Asterisk's call records, see `pbx.asterisk.witness`.
    """

    def __init__(
        self,
        make_client: Callable[..., AriClient],
        app: str,
        clock: Clock,
        sounds: Path,
        browser: Mapping[str, str],
        ended_at: Callable[[Callable[[str, str], bool]], datetime | None],
    ) -> None:
        self._ari = make_client(on_event=self._on_event, on_up=self._on_up, on_down=self._on_down)
        self._requests = Requests(self._ari)
        self._ringback = Ringback(self._requests)
        self._commands = Commands(
            self._requests, app, sounds, dials=self._dials, moved=self._ringback.moved
        )
        self._clock = clock
        self._lateness = Lateness()
        self._browser = browser
        self._ended_at = ended_at
        self._legs: dict[str, tuple[str, m.Leg]] = {}
        self._inside: dict[str, str] = {}
        """Calls from inside that nobody has answered yet, by channel."""
        self._listener: SwitchListener | None = None

    async def run(self, listener: SwitchListener) -> None:
        """Stay connected and report to `listener` until cancelled.

        Raises:
            AriReplaced: another controller took over.
        """
        self._listener = listener
        try:
            await self._ari.run()
        finally:
            await self._ringback.close()

    # -------------------------------------------------------------- events

    def _on_up(self) -> None:
        log.info("switch: connected to Asterisk")
        if self._listener:
            self._listener.connected()

    def _on_down(self) -> None:
        log.warning("switch: connection to Asterisk lost")

    def _on_event(self, event: ari.AriEvent) -> None:
        at = self._lateness.happened(self._clock.now(), event.timestamp)
        match event:
            case ari.StasisStart(channel, args):
                self._entered(channel, args, at)
            case ari.ChannelStateChange(channel) if channel.state == "Ringing":
                self._tell(channel.id, lambda leg: m.LegRang(at, leg, channel.id))
            case ari.ChannelStateChange(channel) if channel.state == "Up":
                self._ringback.over(channel.id)
                self._tell(channel.id, lambda leg: m.LegAnswered(at, leg, channel.id))
            case ari.Dial(peer, "PROGRESS" | "RINGING" as status):
                if status == "RINGING":
                    self._ringback.rings(peer.id)
                else:
                    self._ringback.over(peer.id)
                self._tell(peer.id, lambda leg: m.LegRang(at, leg, peer.id))
            case ari.ChannelHangupRequest(channel, cause) if not self._dialled(channel.id):
                self._tell(channel.id, lambda leg: m.LegGone(at, leg, channel.id, cause))
            case ari.StasisEnd(channel) if not self._dialled(channel.id):
                self._gone(channel.id, at, 0, None)
            case ari.ChannelDestroyed(channel, cause, sip):
                self._gone(channel.id, at, cause, sip)
            case ari.ChannelTalkingStarted(channel):
                self._tell(channel.id, lambda leg: m.TalkingChanged(at, True))
            case ari.ChannelTalkingFinished(channel):
                self._tell(channel.id, lambda leg: m.TalkingChanged(at, False))
            case ari.ChannelDtmfReceived(channel, digit):
                self._tell(channel.id, lambda leg: m.DigitPressed(at, leg, digit))
            case ari.PlaybackFinished(playback_id):
                call_id, _, name = playback_id.partition(".")
                self._send(call_id, m.PlaybackDone(at, name))
            case ari.RecordingFinished(name) | ari.RecordingFailed(name):
                self._send(name, m.RecordingDone(at, name))

    @staticmethod
    def _dialled(channel: str) -> bool:
        """Whether we created this leg. Of those, ChannelDestroyed comes and has the network's
        cause. Of the others it does not; their ChannelHangupRequest comes before the
        PlaybackFinished and RecordingFinished that a hang-up brings about."""
        return channel.endswith(f".{m.Leg.FAR}")

    def _gone(self, channel: str, at: Moment, cause: int, sip: int | None) -> None:
        self._tell(channel, lambda leg: m.LegGone(at, leg, channel, cause, sip))
        self._legs.pop(channel, None)
        if call_id := self._inside.pop(channel, None):
            self._send(call_id, m.LegGone(at, m.Leg.FAR, channel, cause, sip))
        self._ringback.over(channel)

    def _tell(self, channel: str, make: Callable[[m.Leg], m.Event]) -> None:
        if found := self._legs.get(channel):
            call_id, leg = found
            self._send(call_id, make(leg))

    def _send(self, call_id: str, event: m.Event) -> None:
        if self._listener:
            self._listener.event(call_id, event)

    def _entered(self, channel: ari.Channel, args: tuple[str, ...], at: Moment) -> None:
        found = self._identify(channel.id, list(args))
        if found is None or self._listener is None:
            log.warning("switch: channel %s entered with arguments %s", channel.id, args)
            return
        call_id, leg = self._legs[channel.id] = found
        self._commands.entered(channel.id)
        if args[0] == "inbound":
            self._listener.call_arrived(call_id, channel.id, args[1], channel.caller_number, at)
        elif args[0] == INSIDE:  # it enters only once it was answered
            self._inside.pop(channel.id, None)
            self._send(call_id, m.LegAnswered(at, leg, channel.id))
        elif leg is m.Leg.AGENT:
            self._listener.agent_joined(call_id, channel.endpoint, channel.id, at)

    @staticmethod
    def _identify(channel: str, args: list[str]) -> tuple[str, m.Leg] | None:
        match args:
            case ["inbound", _, *_]:
                return _call_of_caller(channel), m.Leg.FAR
            case ["far", call_id]:
                return call_id, m.Leg.FAR
            case ["agent", call_id]:
                return call_id, m.Leg.AGENT
            case [where, call_id] if where == INSIDE:
                return call_id, m.Leg.FAR
        return None

    def _dials(self, call_id: str, dial: m.Dial) -> None:
        """A leg of ours is being made; its events may come before the answer does."""
        self._legs[dial.channel] = call_id, m.Leg.FAR
        self._ringback.dials(dial.channel, call_id, dial.bridge or call_id)

    async def execute(self, call_id: str, command: m.Command) -> None:
        """Raises `SwitchUnreachable`, `SwitchRefused`: see `pbx.errors`."""
        if isinstance(command, m.CallInside):
            await self._call_inside(call_id, command)
        else:
            await self._commands.execute(call_id, command)

    async def _call_inside(self, call_id: str, call: m.CallInside) -> None:
        """Its end may come before it ever enters Stasis: then we still know whose it was."""
        self._inside[call.channel] = call_id
        try:
            await self._commands.execute(call_id, call)
        except BaseException:
            self._inside.pop(call.channel, None)
            raise

    # -------------------------------------------------------------- Asterisk's truth

    async def channels(self) -> Sequence[LiveChannel]:
        """The legs of ours that exist now; learns which call each belongs to."""
        raw_channels = await self._requests.ask("GET", "channels")
        raw_bridges = await self._requests.ask("GET", "bridges")
        self._ringback.only([raw["id"] for raw in raw_channels])
        bridge_of = {channel: raw["id"] for raw in raw_bridges for channel in raw["channels"]}
        result = []
        for channel in map(ari.Channel.read, raw_channels):
            found = self._identify(channel.id, channel.args) or self._by_name(channel.id)
            if found is None:
                continue
            call_id, leg = self._legs[channel.id] = found
            up = channel.state == "Up"
            if up and self._dialled(channel.id):
                await self._ringback.hush(call_id)  # its answer may have been missed
            result.append(
                LiveChannel(
                    channel=channel.id,
                    call_id=call_id,
                    role=leg.value,
                    endpoint=channel.endpoint,
                    up=up,
                    bridged=channel.id in bridge_of,
                    bridge=bridge_of.get(channel.id, ""),
                    answered_at=await self._answered_at(channel.id) if up else None,
                    did=channel.args[1] if channel.args[:1] == ["inbound"] else "",
                    caller=channel.caller_number,
                )
            )
        return result

    @staticmethod
    def _by_name(channel: str) -> tuple[str, m.Leg] | None:
        """A dialled leg that is not in Stasis (yet) still has our name."""
        call_id, _, role = channel.rpartition(".")
        return (call_id, m.Leg.FAR) if role == m.Leg.FAR else None

    async def _answered_at(self, channel: str) -> datetime | None:
        """From Asterisk's own call record: seconds since the epoch with microseconds."""
        try:
            answer = await self._requests.ask(
                "GET", f"channels/{channel}/variable?variable=CDR(answer,u)"
            )
            seconds = float(answer["value"])
        except (SwitchRefused, KeyError, TypeError, ValueError):
            return None
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None

    async def recording_live(self, call_id: str) -> bool:
        return await self._requests.exists(f"recordings/live/{call_id}")

    async def playing(self, call_id: str, name: str) -> bool:
        return await self._requests.exists(f"playbacks/{call_id}.{name}")

    async def ended_at(self, call_id: str) -> datetime | None:
        """A browser's leg has the call's id as its destination; a caller's leg gives the
        call its id; a leg that we dialled is named like it (two far parties without browser).
        Nothing is written of a party that is alone with the music."""
        far = f"{call_id}.{m.Leg.FAR}"
        return await asyncio.to_thread(
            self._ended_at,
            lambda channel, dst: channel == far or call_id in (dst, _call_of_caller(channel)),
        )

    async def asserted_number(self, channel: str) -> str:
        """The dialplan moves it there, away from the caller ID."""
        return await self._requests.variable(channel, "ASSERTED")

    async def received_packets(self, channel: str) -> int | None:
        return await self._requests.received_packets(channel)

    async def stored_recordings(self) -> Sequence[StoredRecording]:
        raw = await self._requests.ask("GET", "recordings/stored")
        return [StoredRecording(item["name"], item["name"]) for item in raw]

    async def fetch_recording(self, name: str) -> bytes:
        return await self._requests.download(f"recordings/stored/{name}/file")

    async def drop_recording(self, name: str) -> None:
        await self._requests.delete(f"recordings/stored/{name}")

    # -------------------------------------------------------------- browsers' endpoints

    async def add_endpoint(self, username: str, password: str) -> None:
        """Push a browser's SIP account into Asterisk's memory; nothing touches a disk.

        PUT merges into what is there, so the full list of fields is sent each time.
        """
        await self._push(
            "auth", username, auth_type="userpass", username=username, password=password
        )
        await self._push("aor", username, max_contacts="1", remove_existing="yes")
        await self._push("endpoint", username, auth=username, aors=username, **self._browser)

    async def _push(self, kind: str, name: str, **fields: str) -> None:
        pairs = [{"attribute": key, "value": value} for key, value in fields.items()]
        await self._requests.ask(
            "PUT", f"asterisk/config/dynamic/res_pjsip/{kind}/{name}", {"fields": pairs}
        )

    async def remove_endpoint(self, username: str) -> None:
        for kind in ("endpoint", "aor", "auth"):
            await self._requests.delete(f"asterisk/config/dynamic/res_pjsip/{kind}/{username}")

    async def state(self) -> dict[str, str]:
        try:
            endpoint = await self._requests.ask("GET", f"endpoints/PJSIP/{TRUNK}")
        except SwitchUnreachable as e:
            return {"asterisk": e.en, "trunk": e.en}
        except SwitchRefused as e:
            return {"asterisk": "ok", "trunk": e.reason}
        online = endpoint.get("state") == "online"
        return {"asterisk": "ok", "trunk": "ok" if online else "the carrier does not answer"}


def _call_of_caller(channel: str) -> str:
    """The id of the call that a caller's channel brings."""
    return uuid.uuid5(_CALL_NAMESPACE, channel).hex
