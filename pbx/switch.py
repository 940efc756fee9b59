"""Asterisk and the domain: event in, command out. The only file that knows both.

Names that tie them together: a bridge has the call's id, the far leg of an outbound
call the channel id `<call id>.far`, a playback `<call id>.<name>`, a recording the call's
id. An inbound call's id is made from Asterisk's id and the channel's, so the same leg
always finds the same call. The Stasis arguments (`far,<call id>`, `agent,<call id>`,
`inbound,<DID>`) come from `dialplan/extensions.conf` and from `Dial` below.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pbx.ari import events as ari
from pbx.ari.client import AriClient
from pbx.ari.errors import AriRefused, AriUnreachable
from pbx.domain import messages as m
from pbx.domain.records import Moment
from pbx.errors import SwitchRefused, SwitchUnreachable
from pbx.services.ports import Clock, LiveChannel, StoredRecording, SwitchListener

log = logging.getLogger(__name__)

TRUNK = "trunk"
TRUNK_CONTEXT = "from-trunk"
CREATE_SECONDS = 3.0
TALK_DETECT = "1500,256"
"""Milliseconds of silence that end a speaker's turn; energy above which it is speech."""
_CALL_NAMESPACE = uuid.UUID("0d0c6f9e-3bb0-5d31-8f0c-6a5b8f3d7c11")


class AsteriskSwitch:
    """`ports.Switch` on a real Asterisk.

    Args:
        make_client: builds the ARI client with our three callbacks.
        app: name of the Stasis application.
        clock: stamps every event when it is read.
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
        self._app = app
        self._clock = clock
        self._sounds = sounds
        self._browser = browser
        self._ended_at = ended_at
        self._legs: dict[str, tuple[str, m.Leg]] = {}
        self._created: dict[str, asyncio.Event] = {}
        self._listener: SwitchListener | None = None

    async def run(self, listener: SwitchListener) -> None:
        """Stay connected and report to `listener` until cancelled.

        Raises:
            AriReplaced: another controller took over.
        """
        self._listener = listener
        await self._ari.run()

    # -------------------------------------------------------------- events

    def _on_up(self) -> None:
        log.info("switch: connected to Asterisk")
        if self._listener:
            self._listener.connected()

    def _on_down(self) -> None:
        log.warning("switch: connection to Asterisk lost")

    def _on_event(self, event: ari.AriEvent) -> None:
        at = self._clock.now()
        match event:
            case ari.StasisStart(channel, args):
                self._entered(channel, args, at)
            case ari.ChannelStateChange(channel) if channel.state == "Ringing":
                self._tell(channel.id, lambda leg: m.LegRang(at, leg, channel.id))
            case ari.ChannelStateChange(channel) if channel.state == "Up":
                self._tell(channel.id, lambda leg: m.LegAnswered(at, leg, channel.id))
            case ari.Dial(peer, "PROGRESS" | "RINGING"):
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
        if waiting := self._created.get(channel.id):
            waiting.set()
        if args[0] == "inbound":
            self._listener.call_arrived(call_id, channel.id, args[1], channel.caller_number, at)
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
        return None

    # -------------------------------------------------------------- commands

    async def execute(self, call_id: str, command: m.Command) -> None:
        """Carry out one command.

        Raises:
            SwitchUnreachable, SwitchRefused: see `pbx.errors`.
        """
        match command:
            case m.CreateBridge():
                await self._create_bridge(call_id)
            case m.DestroyBridge():
                await self._delete(f"bridges/{call_id}")
            case m.Join(channel):
                await self._join(call_id, channel)
            case m.Answer(channel):
                await self._post(f"channels/{channel}/answer")
            case m.Ring(channel):
                await self._post(f"channels/{channel}/ring")
            case m.Apologise(channel):
                await self._post(
                    f"channels/{channel}/continue",
                    context=TRUNK_CONTEXT,
                    extension="0",
                    label="away",
                )
            case m.Dial():
                await self._dial(call_id, command)
            case m.StartHold():
                await self._post(f"bridges/{call_id}/moh")
            case m.StopHold():
                await self._delete(f"bridges/{call_id}/moh")
            case m.Play(channel, name, files):
                media = [f"sound:{self._sound(file)}" for file in files]
                await self._post(f"channels/{channel}/play/{call_id}.{name}", media=media)
            case m.Record(channel, max_seconds):
                await self._record(call_id, channel, max_seconds)
            case m.StopRecording():
                await self._post(f"recordings/live/{call_id}/stop")
            case m.SendDigits(channel, digits):
                await self._post(f"channels/{channel}/dtmf", dtmf=digits)
            case m.HangUp(channel, cause):
                await self._delete(f"channels/{channel}?reason_code={cause}")
            case _:
                raise TypeError(f"not a command for the switch: {command!r}")

    async def _create_bridge(self, call_id: str) -> None:
        """Make it; one that is there already (409) is as good."""
        try:
            await self._post(f"bridges/{call_id}", type="mixing", name=call_id)
        except SwitchRefused as e:
            if e.status_code != 409:
                raise

    async def _dial(self, call_id: str, dial: m.Dial) -> None:
        """Create, bridge, then dial: so the browser hears ringing and announcements.

        A created channel may be bridged only after it entered Stasis.
        """
        entered = self._created[dial.channel] = asyncio.Event()
        self._legs[dial.channel] = call_id, m.Leg.FAR
        try:
            await self._post(
                "channels/create",
                endpoint=f"PJSIP/{dial.number}@{TRUNK}",
                app=self._app,
                appArgs=f"far,{call_id}",
                channelId=dial.channel,
                formats="alaw",
                variables={
                    "CALLERID(num)": dial.caller_id,
                    "CONNECTEDLINE(num)": dial.caller_id,
                    "CONNECTEDLINE(num-pres)": "allowed",
                },
            )
            async with asyncio.timeout(CREATE_SECONDS):
                await entered.wait()
        except TimeoutError:
            raise SwitchRefused(408, "the new channel did not enter Stasis") from None
        finally:
            del self._created[dial.channel]
        await self._join(call_id, dial.channel)
        await self._post(f"channels/{dial.channel}/dial", timeout=dial.timeout_seconds)

    async def _join(self, call_id: str, channel: str) -> None:
        """Without connected-line updates: they would put the browser's account into the From
        and P-Asserted-Identity of the far leg, over the caller ID that the policy chose."""
        await self._post(
            f"bridges/{call_id}/addChannel", channel=channel, inhibitConnectedLineUpdates=True
        )

    async def _record(self, call_id: str, channel: str, max_seconds: int) -> None:
        await self._post(
            f"channels/{channel}/variable", variable="TALK_DETECT(set)", value=TALK_DETECT
        )
        await self._post(
            f"channels/{channel}/record",
            name=call_id,
            format="wav",
            maxDurationSeconds=max_seconds,
            ifExists="fail",
        )

    def _sound(self, file: str) -> str:
        """Asterisk wants the path without its ending and looks for the best format itself."""
        path = Path(file)
        return str((path if path.is_absolute() else self._sounds / path).with_suffix(""))

    # -------------------------------------------------------------- Asterisk's truth

    async def channels(self) -> Sequence[LiveChannel]:
        """The legs of ours that exist now; learns which call each belongs to."""
        with _translated():
            raw_channels = await self._ari.request("GET", "channels")
            raw_bridges = await self._ari.request("GET", "bridges")
        bridged = {channel for bridge in raw_bridges for channel in bridge["channels"]}
        result = []
        for channel in map(ari.Channel.read, raw_channels):
            found = self._identify(channel.id, channel.args) or self._by_name(channel.id)
            if found is None:
                continue
            call_id, leg = self._legs[channel.id] = found
            up = channel.state == "Up"
            result.append(
                LiveChannel(
                    channel=channel.id,
                    call_id=call_id,
                    role=leg.value,
                    endpoint=channel.endpoint,
                    up=up,
                    bridged=channel.id in bridged,
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
            answer = await self._ari.request(
                "GET", f"channels/{channel}/variable?variable=CDR(answer,u)"
            )
            seconds = float(answer["value"])
        except (AriRefused, KeyError, TypeError, ValueError):
            return None
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None

    async def recording_live(self, call_id: str) -> bool:
        return await self._exists(f"recordings/live/{call_id}")

    async def playing(self, call_id: str, name: str) -> bool:
        return await self._exists(f"playbacks/{call_id}.{name}")

    async def _exists(self, uri: str) -> bool:
        try:
            await self._request("GET", uri)
        except SwitchRefused as e:
            if e.status_code != 404:
                raise
            return False
        return True

    async def ended_at(self, call_id: str) -> datetime | None:
        """A browser's leg has the call's id as its destination; a caller's leg gives the
        call its id."""
        return await asyncio.to_thread(
            self._ended_at, lambda channel, dst: call_id in (dst, _call_of_caller(channel))
        )

    async def stored_recordings(self) -> Sequence[StoredRecording]:
        raw = await self._request("GET", "recordings/stored")
        return [StoredRecording(item["name"], item["name"]) for item in raw]

    async def fetch_recording(self, name: str) -> bytes:
        with _translated():
            return await self._ari.download(f"recordings/stored/{name}/file")

    async def drop_recording(self, name: str) -> None:
        await self._delete(f"recordings/stored/{name}")

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
        await self._request(
            "PUT", f"asterisk/config/dynamic/res_pjsip/{kind}/{name}", {"fields": pairs}
        )

    async def remove_endpoint(self, username: str) -> None:
        for kind in ("endpoint", "aor", "auth"):
            await self._delete(f"asterisk/config/dynamic/res_pjsip/{kind}/{username}")

    async def state(self) -> dict[str, str]:
        try:
            endpoint = await self._request("GET", f"endpoints/PJSIP/{TRUNK}")
        except SwitchUnreachable as e:
            return {"asterisk": e.en, "trunk": e.en}
        except SwitchRefused as e:
            return {"asterisk": "ok", "trunk": e.reason}
        online = endpoint.get("state") == "online"
        return {"asterisk": "ok", "trunk": "ok" if online else "the carrier does not answer"}

    # -------------------------------------------------------------- requests

    async def _request(self, method: str, uri: str, body: dict[str, Any] | None = None) -> Any:
        with _translated():
            return await self._ari.request(method, uri, body)

    async def _post(self, uri: str, **body: Any) -> None:
        await self._request("POST", uri, body)

    async def _delete(self, uri: str) -> None:
        """Delete; what is gone already is as good as deleted."""
        try:
            await self._request("DELETE", uri)
        except SwitchRefused as e:
            if e.status_code != 404:
                raise


def _call_of_caller(channel: str) -> str:
    """The id of the call that a caller's channel brings."""
    return uuid.uuid5(_CALL_NAMESPACE, channel).hex


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except AriUnreachable as e:
        raise SwitchUnreachable(str(e)) from e
    except AriRefused as e:
        raise SwitchRefused(e.status, e.reason) from e
