"""Requests to Asterisk, with its answers as errors of ours."""

import contextlib
from collections.abc import Iterator
from typing import Any

from pbx.ari.client import AriClient
from pbx.ari.errors import AriRefused, AriUnreachable
from pbx.errors import SwitchRefused, SwitchUnreachable

GONE = 404
NOT_NOW = frozenset({409, 422})
"""The channel or bridge is there, but not in the state that the request is about: not in this
bridge, no music to stop, no longer in Stasis."""


class Requests:
    """One request each, on the one ARI socket.

    Raises everywhere:
        SwitchUnreachable, SwitchRefused: see `pbx.errors`.
    """

    def __init__(self, ari: AriClient) -> None:
        self._ari = ari

    async def ask(self, method: str, uri: str, body: dict[str, Any] | None = None) -> Any:
        with translated():
            return await self._ari.request(method, uri, body)

    async def post(self, uri: str, **body: Any) -> None:
        await self.ask("POST", uri, body)

    async def post_unless(self, statuses: frozenset[int], uri: str, **body: Any) -> None:
        """Post; one of `statuses` means that it is so already."""
        try:
            await self.post(uri, **body)
        except SwitchRefused as e:
            if e.status_code not in statuses:
                raise

    async def delete(self, uri: str, done: frozenset[int] = frozenset({GONE})) -> None:
        """Delete; what is gone already is as good as deleted."""
        try:
            await self.ask("DELETE", uri)
        except SwitchRefused as e:
            if e.status_code not in done:
                raise

    async def exists(self, uri: str) -> bool:
        try:
            await self.ask("GET", uri)
        except SwitchRefused as e:
            if e.status_code != GONE:
                raise
            return False
        return True

    async def variable(self, channel: str, name: str) -> str:
        """A channel's variable; empty where it is not set (404)."""
        try:
            answer = await self.ask("GET", f"channels/{channel}/variable?variable={name}")
        except SwitchRefused as e:
            if e.status_code != GONE:
                raise
            return ""
        return str(answer.get("value") or "")

    async def received_packets(self, channel: str) -> int | None:
        """RTP packets that came from there; None where no sound was agreed upon (yet), or the
        channel is gone."""
        try:
            sound = await self.ask("GET", f"channels/{channel}/rtp_statistics")
        except SwitchRefused:
            return None
        received = sound.get("rxcount")
        return received if isinstance(received, int) else None

    async def download(self, uri: str) -> bytes:
        with translated():
            return await self._ari.download(uri)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except AriUnreachable as e:
        raise SwitchUnreachable(str(e)) from e
    except AriRefused as e:
        raise SwitchRefused(e.status, e.reason) from e
