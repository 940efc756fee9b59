"""The domain's commands as requests to Asterisk."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from pbx.domain import messages as m
from pbx.errors import SwitchRefused
from pbx.switch.requests import GONE, NOT_NOW, Requests
from pbx.switch.ringback import RINGING_TONE

TRUNK = "trunk"
TRUNK_CONTEXT = "from-trunk"
ECHO_CONTEXT = "echo"
INSIDE = "inside"
"""First argument of the leg of a call from inside."""
CREATE_SECONDS = 3.0
TALK_DETECT = "1500,256"
"""Milliseconds of silence that end a speaker's turn; energy above which it is speech."""
TONE_NAME = "tone"
BRIDGE_TYPE = "mixing"


class Commands:
    """Carries out one command after the other.

    Args:
        app: name of the Stasis application.
        sounds: folder of the shipped prompts, as Asterisk sees it.
        dials: told of a leg before it exists, so that its first event is known as its own.
        moved: told of a channel that came into a bridge.
    """

    def __init__(
        self,
        requests: Requests,
        app: str,
        sounds: Path,
        *,
        dials: Callable[[str, m.Dial], None],
        moved: Callable[[str, str], None],
    ) -> None:
        self._requests = requests
        self._app = app
        self._sounds = sounds
        self._dials = dials
        self._moved = moved
        self._entering: dict[str, asyncio.Event] = {}

    def entered(self, channel: str) -> None:
        """A channel came into the application: one that is being dialled may go on."""
        if waiting := self._entering.get(channel):
            waiting.set()

    async def execute(self, call_id: str, command: m.Command) -> None:
        """Carry out one command.

        Raises:
            SwitchUnreachable, SwitchRefused: see `pbx.errors`.
        """
        match command:
            case m.CreateBridge() | m.DestroyBridge() | m.StartHold() | m.StopHold():
                await self._on_bridge(call_id, command)
            case m.Join() | m.Leave():
                await self._move(call_id, command)
            case m.StartTone() | m.StopTone():
                await self._tone(call_id, command)
            case m.Dial():
                await self._dial(call_id, command)
            case m.CallInside():
                await self._call_inside(call_id, command)
            case m.Play(channel, name, files):
                media = [f"sound:{self._sound(file)}" for file in files]
                await self._post(f"channels/{channel}/play/{call_id}.{name}", media=media)
            case m.StopPlay(name):
                await self._requests.delete(f"playbacks/{call_id}.{name}")
            case m.Record(channel, max_seconds):
                await self._record(call_id, channel, max_seconds)
            case m.StopRecording():
                await self._post(f"recordings/live/{call_id}/stop")
            case _:
                await self._on_channel(command)

    async def _on_channel(self, command: m.Command) -> None:
        match command:
            case m.Answer(channel):
                await self._post(f"channels/{channel}/answer")
            case m.Ring(channel):
                await self._post(f"channels/{channel}/ring")
            case m.StopRing(channel):
                await self._requests.delete(f"channels/{channel}/ring", NOT_NOW | {GONE})
            case m.Apologise(channel):
                await self._continue(channel, TRUNK_CONTEXT, "0", label="away")
            case m.Echo(channel):
                await self._continue(channel, ECHO_CONTEXT, "s")
            case m.SendDigits(channel, digits):
                await self._post(f"channels/{channel}/dtmf", dtmf=digits)
            case m.HangUp(channel, cause):
                await self._requests.delete(f"channels/{channel}?reason_code={cause}")
            case _:
                raise TypeError(f"not a command for the switch: {command!r}")

    async def _post(self, uri: str, **body: object) -> None:
        await self._requests.post(uri, **body)

    async def _continue(self, channel: str, context: str, extension: str, **more: str) -> None:
        await self._post(
            f"channels/{channel}/continue", context=context, extension=extension, **more
        )

    # -------------------------------------------------------------- bridges

    async def _on_bridge(self, call_id: str, command: m.Command) -> None:
        match command:
            case m.CreateBridge():  # one that is there already (409) is as good
                await self._requests.post_unless(
                    frozenset({409}), f"bridges/{call_id}", type=BRIDGE_TYPE, name=call_id
                )
            case m.DestroyBridge():
                await self._requests.delete(f"bridges/{call_id}")
            case m.StartHold():
                await self._post(f"bridges/{call_id}/moh")
            case m.StopHold():
                await self._requests.delete(f"bridges/{call_id}/moh", NOT_NOW | {GONE})

    async def _move(self, call_id: str, command: m.Join | m.Leave) -> None:
        """Into a bridge, out of whichever the channel is in; or out of it.

        Without connected-line updates: they would put the browser's account into the From
        and P-Asserted-Identity of the far leg, over the caller ID that the policy chose.
        """
        bridge = command.bridge or call_id
        if isinstance(command, m.Join):
            await self._post(
                f"bridges/{bridge}/addChannel",
                channel=command.channel,
                inhibitConnectedLineUpdates=True,
            )
            self._moved(command.channel, bridge)
        else:  # in no bridge, or gone (400: no such channel): it hears nobody
            await self._requests.post_unless(
                NOT_NOW | {GONE, 400}, f"bridges/{bridge}/removeChannel", channel=command.channel
            )

    async def _tone(self, call_id: str, command: m.StartTone | m.StopTone) -> None:
        """On the bridge, never on a channel: one that plays something answers no request that
        would move it into a bridge, nor any other on the same socket (Asterisk 22.10)."""
        playback = f"{call_id}.{TONE_NAME}"
        if isinstance(command, m.StopTone):
            await self._requests.delete(f"playbacks/{playback}")
        elif not await self._requests.exists(f"playbacks/{playback}"):
            await self._post(f"bridges/{call_id}/play/{playback}", media=RINGING_TONE)

    # -------------------------------------------------------------- legs

    async def _dial(self, call_id: str, dial: m.Dial) -> None:
        """Create, bridge, then dial: so the browser hears ringing and announcements.

        A created channel may be bridged only after it entered Stasis.
        """
        entered = self._entering[dial.channel] = asyncio.Event()
        self._dials(call_id, dial)
        try:
            await self._post(
                "channels/create",
                endpoint=f"PJSIP/{dial.number}@{TRUNK}",
                app=self._app,
                appArgs=f"far,{call_id}",
                channelId=dial.channel,
                formats="alaw",
                variables=_shown(dial),
            )
            async with asyncio.timeout(CREATE_SECONDS):
                await entered.wait()
        except TimeoutError:
            raise SwitchRefused(408, "the new channel did not enter Stasis") from None
        finally:
            del self._entering[dial.channel]
        await self._move(call_id, m.Join(dial.channel, dial.bridge))
        await self._post(f"channels/{dial.channel}/dial", timeout=dial.timeout_seconds)

    async def _call_inside(self, call_id: str, call: m.CallInside) -> None:
        """Its other half goes through the dialplan as a call from the trunk does. `/n`: both
        halves stay, or there would be nothing to record."""
        await self._post(
            "channels",
            endpoint=f"Local/{call.number}@{TRUNK_CONTEXT}/n",
            app=self._app,
            appArgs=f"{INSIDE},{call_id}",
            channelId=call.channel,
            otherChannelId=call.arrives_as,
            callerId=call.caller_id,
            timeout=call.timeout_seconds,
            formats="slin",
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


def _shown(dial: m.Dial) -> dict[str, str]:
    """Whose number the far party sees. A call that is passed on also says from where (the header
    Diversion, RFC 5806): carriers ask for it, and some refuse such calls without it."""
    shown = {
        "CALLERID(num)": dial.caller_id,
        "CONNECTEDLINE(num)": dial.caller_id,
        "CONNECTEDLINE(num-pres)": "allowed",
    }
    if dial.diverted_from:
        shown |= {
            "REDIRECTING(from-num,i)": dial.diverted_from,
            "REDIRECTING(from-num-pres,i)": "allowed",
            "REDIRECTING(count,i)": "1",
        }
    return shown
