"""The ringing tone that a caller hears while the far party's telephone rings.

A network that says only that it rings (180) sends no sound; whoever waits hears what the
exchange makes. Asterisk's simple bridge would make it in the waiting leg, but lets the far
party's RTP timestamps through afterwards: they jump back, and a browser goes deaf. Its mixing
bridge (`config/asterisk/modules.conf`) has one clock for all sounds, and makes none by itself.
"""

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress

from pbx.errors import SwitchRefused, SwitchUnreachable
from pbx.services.tasks import TaskOwner
from pbx.switch.requests import Requests

log = logging.getLogger(__name__)

RINGING_TONE = "tone:ring;tonezone=de"
LISTEN_SECONDS = 0.15
"""How long the network may take to send a sound of its own with its 180."""


class Ringback:
    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self._bridges: dict[str, tuple[str, str]] = {}
        self._over: dict[str, asyncio.Event] = {}
        self._tasks = TaskOwner("ringback")

    def dials(self, channel: str, call_id: str, bridge: str) -> None:
        """`channel` is the far leg of `call_id`; who waits for it is in `bridge`."""
        self._bridges[channel] = call_id, bridge

    def rings(self, channel: str) -> None:
        """180: the far party's telephone rings."""
        found = self._bridges.get(channel)
        if found is None or channel in self._over:
            return
        over = self._over[channel] = asyncio.Event()
        self._tasks.start(self._play(channel, *found, over), channel)

    def moved(self, channel: str, bridge: str) -> None:
        """The far leg is in another bridge now: who waits there hears it ring."""
        found = self._bridges.get(channel)
        if found is None or found[1] == bridge:
            return
        ringing = channel in self._over
        self.over(channel)
        self.dials(channel, found[0], bridge)
        if ringing:
            self.rings(channel)

    def over(self, channel: str) -> None:
        """The network sends sound (183), the far party answered, or the leg is gone."""
        self._bridges.pop(channel, None)
        if over := self._over.pop(channel, None):
            over.set()

    def only(self, channels: Collection[str]) -> None:
        """These are there; of others the end was missed."""
        for channel in self._bridges.keys() - set(channels):
            self.over(channel)

    async def _play(self, channel: str, call_id: str, bridge: str, over: asyncio.Event) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), LISTEN_SECONDS)
        try:
            if over.is_set() or await self._sends_sound(channel):
                return
            await self._requests.post(
                f"bridges/{bridge}/play/{call_id}.ringing", media=RINGING_TONE
            )
            await over.wait()
            await self.hush(call_id)
        except (SwitchRefused, SwitchUnreachable) as e:
            log.warning("call=%s ringing tone: %s", call_id, e.reason)

    async def _sends_sound(self, channel: str) -> bool:
        return bool(await self._requests.received_packets(channel))

    async def hush(self, call_id: str) -> None:
        """Stop the tone, whoever started it: perhaps a controller before this one.

        Raises:
            SwitchUnreachable, SwitchRefused
        """
        await self._requests.delete(f"playbacks/{call_id}.ringing")

    async def close(self) -> None:
        await self._tasks.close()
