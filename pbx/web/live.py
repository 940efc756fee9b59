"""The live socket: pushes what changes, takes heartbeats (`GET /api/v1/live`)."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from pbx.domain.records import Status, User
from pbx.domain.rights import Right, may
from pbx.errors import PbxError, Unavailable
from pbx.services.hashing import hash_of
from pbx.services.ports import CallView
from pbx.services.tasks import TaskOwner
from pbx.web import render
from pbx.web.api import Api, Caller, caller_of, handles
from pbx.web.call_views import render_call
from pbx.web.country_requests import country_request_view
from pbx.web.live_views import live_call, live_person
from pbx.web.number_views import NumberViews
from pbx.web.schemas import encode_json
from pbx.web.voicemail_views import voicemail_view

log = logging.getLogger(__name__)

SIGNED_OUT = 4401
"""Close code: sign in again."""
CHECK_SECONDS = 30.0
"""How often a connection's session is looked at again."""
QUEUE_MESSAGES = 500
"""A browser that is so far behind is cut off; it connects again and gets the whole picture."""


class Heartbeat(msgspec.Struct, tag_field="type", tag="heartbeat"):
    phone: bool = False


class Rings(msgspec.Struct, tag_field="type", tag="ringing"):
    """The page itself, not a worker of it, shows and sounds this call."""

    call_id: str


@dataclass(eq=False)
class Connection:
    """One browser's socket."""

    caller: Caller
    socket: web.WebSocketResponse
    queue: "asyncio.Queue[Callable[[], Awaitable[dict[str, Any] | None]]]" = field(
        default_factory=lambda: asyncio.Queue(QUEUE_MESSAGES)
    )

    checked: float = field(default_factory=time.monotonic)

    watches: bool = False
    """It is told of everybody's calls."""

    @property
    def user(self) -> User:
        return self.caller.user


class Watch(msgspec.Struct, tag_field="type", tag="watch"):
    """Show me what is going on, or no longer (needs the right to calls)."""

    on: bool


Message = Callable[[Connection], Awaitable[dict[str, Any] | None]]


class LiveHub:
    """`ports.Notifier` over all live sockets.

    Rendering needs look-ups, so it happens in each connection's own sender task, in order;
    the caller of a notification never waits.
    """

    def __init__(self) -> None:
        self._connections: set[Connection] = set()
        self._closing = TaskOwner("live")
        self.api: Api | None = None
        """Set by the composition root: services notify us, and we ask services."""

    # -------------------------------------------------------------- Notifier

    def call_changed(self, user_id: str, view: CallView) -> None:
        async def message(to: Connection) -> dict[str, Any]:
            return {"type": "call", "call": await self._call(to, view)}

        self._send(message, lambda user: user.id == user_id)
        if self.api is not None:
            self.api.presence.look(user_id)

    def board_changed(self, call_id: str) -> None:
        async def message() -> dict[str, Any] | None:
            assert self.api is not None
            found = await self.api.overview.call(call_id)
            return {"type": "board-call", "call": live_call(found)} if found else None

        self._send_watching(_made_once(message))

    def ring(self, user_id: str, view: CallView) -> None:
        self.wake(user_id, view)

        async def message(to: Connection) -> dict[str, Any]:
            return {"type": "ring", "call": await self._call(to, view)}

        async def sent(_: Connection) -> None:
            """Its turn comes when the message before it has gone out."""
            assert self.api is not None
            self.api.board.ring_sent(user_id, view.record.id)

        self._send(message, lambda user: user.id == user_id)
        self._send(sent, lambda user: user.id == user_id)

    def wake(self, user_id: str, view: CallView) -> None:
        api = self.api
        if api is not None and api.presence.status(user_id) is Status.AVAILABLE:
            api.push.ring(user_id, view)

    def ring_stopped(self, user_id: str, call_id: str, reason: str) -> None:
        async def message(_: Connection) -> dict[str, Any]:
            return {"type": "ring-stop", "call_id": call_id, "reason": reason}

        self._send(message, lambda user: user.id == user_id)

    def voicemail_changed(self, voicemail_id: str) -> None:
        async def message(to: Connection) -> dict[str, Any] | None:
            assert self.api is not None
            if not await self.api.voicemails.may_hear(to.user, voicemail_id):
                return None
            record = await self.api.voicemails.get(voicemail_id)
            view = await voicemail_view(self.api, record, to.user.language)
            return {"type": "voicemail", "voicemail": view}

        self._send(message, lambda _: True)

    def country_request_changed(self, request_id: str, user_id: str) -> None:
        async def message(to: Connection) -> dict[str, Any]:
            assert self.api is not None
            asked = await self.api.desk.country_requests.get(request_id)
            view = await country_request_view(self.api, asked, to.user.language)
            return {"type": "country-request", "request": view}

        self._send(message, lambda user: user.id == user_id or may(user, Right.COUNTRIES))

    def number_request_changed(self, request_id: str, user_id: str) -> None:
        async def message(to: Connection) -> dict[str, Any]:
            assert self.api is not None
            asked = await self.api.office.number_requests.get(request_id)
            views = await NumberViews.of(self.api, to.user.language)
            return {"type": "number-request", "request": views.request(asked)}

        self._send(message, lambda user: user.id == user_id or may(user, Right.NUMBERS))

    def presence_changed(self, user_id: str, live: bool) -> None:
        async def message() -> dict[str, Any] | None:
            assert self.api is not None
            user = await self.api.directory.user(user_id)
            if user is None:
                return None
            presence = render.presence(self.api.presence.of(user_id))
            return {"type": "presence", "user": user.email, "live": live, "presence": presence}

        async def watched() -> dict[str, Any] | None:
            assert self.api is not None
            person = await self.api.overview.person(user_id)
            return {"type": "board-person", "person": live_person(person)} if person else None

        self._send(_made_once(message), lambda _: True)
        self._send_watching(_made_once(watched))

    def status_changed(self, user_id: str, status: Status) -> None:
        """They set it in one tab; the others show it as well."""

        async def message(_: Connection) -> dict[str, Any]:
            return {"type": "status", "status": status.value}

        self._send(message, lambda user: user.id == user_id)

    def phone_share_changed(self, user_id: str, task: str) -> None:
        async def message(_: Connection) -> dict[str, Any]:
            assert self.api is not None
            share = render.phone_share(await self.api.work.phone_share(task))
            return {"type": "phone-share", "task": task, "share": share}

        self._send(message, lambda user: user.id == user_id)

    # -------------------------------------------------------------- sockets

    async def serve(self, api: Api, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=10, max_msg_size=64 * 1024)
        await socket.prepare(request)
        connection = Connection(caller_of(request), socket)
        self._put(connection, lambda: self._hello(api, connection))
        self._connections.add(connection)
        sender = asyncio.create_task(self._sender(connection), name="live-sender")
        try:
            await self._receive(api, connection)
        finally:
            self._connections.discard(connection)
            api.presence.gone(connection.user.id, connection)
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
        return socket

    async def _receive(self, api: Api, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                said = msgspec.json.decode(message.data, type=Heartbeat | Rings | Watch)
            except msgspec.DecodeError as e:
                log.warning("live: unusable message: %s", e)
                continue
            if not await self._signed_in(api, connection):
                await connection.socket.close(code=SIGNED_OUT)
                return
            if isinstance(said, Watch):
                self._watch(api, connection, said.on)
                continue
            if isinstance(said, Rings):
                api.board.rings(connection.user.id, said.call_id)
                continue
            api.presence.beat(connection.user.id, connection, said.phone)
            self._put(connection, _heartbeat)

    @staticmethod
    async def _signed_in(api: Api, connection: Connection) -> bool:
        """Whether the session still holds; while the database is away, what it said last."""
        now = time.monotonic()
        if now - connection.checked < CHECK_SECONDS:
            return True
        connection.checked = now
        try:
            secret, user_id = connection.caller.secret, connection.user.id
            if api.office.staff.partings.user_of(hash_of(secret)):
                return True
            return await api.accounts.holds(secret, user_id)
        except Unavailable:
            return True

    async def sign_out(self, token_hash: str) -> None:
        """Nobody is reachable through a session that has ended."""
        for connection in list(self._connections):
            if hash_of(connection.caller.secret) == token_hash:
                await connection.socket.close(code=SIGNED_OUT)

    def user_changed(self, user: User) -> None:
        """Role, rights or name are different now: their pages get the whole picture again."""
        api = self.api
        for connection in self._connections:
            if api is not None and connection.user.id == user.id:
                connection.caller = replace(connection.caller, user=user)
                self._put(connection, partial(self._hello, api, connection))

    async def _sender(self, connection: Connection) -> None:
        while True:
            make = await connection.queue.get()
            try:
                message = await make()
            except PbxError as e:
                log.warning("live: message not made: %s", e)
                continue
            if message is not None and not connection.socket.closed:
                try:
                    await connection.socket.send_str(encode_json(message).decode())
                except ConnectionError:
                    return

    def _send(self, message: Message, to: Callable[[User], bool]) -> None:
        for connection in self._connections:
            if to(connection.user):
                self._put(connection, partial(message, connection))

    def _send_watching(self, message: Message) -> None:
        for connection in self._connections:
            if connection.watches:
                self._put(connection, partial(message, connection))

    def _watch(self, api: Api, connection: Connection, on: bool) -> None:
        """The whole picture at once, then what changes."""
        connection.watches = on and may(connection.user, Right.CALLS)
        if connection.watches:
            self._put(connection, partial(_board, api))

    def _put(
        self, connection: Connection, make: Callable[[], Awaitable[dict[str, Any] | None]]
    ) -> None:
        try:
            connection.queue.put_nowait(make)
        except asyncio.QueueFull:
            log.error("live: a browser of %s does not keep up", connection.user.id)
            self._closing.start(self._cut(connection), "cut")

    @staticmethod
    async def _cut(connection: Connection) -> None:
        await connection.socket.close(code=WSCloseCode.TRY_AGAIN_LATER)

    async def close(self) -> None:
        """Tell every browser that we go away."""
        for connection in list(self._connections):
            await connection.socket.close(code=WSCloseCode.GOING_AWAY)
        await self._closing.close()

    # -------------------------------------------------------------- messages

    async def _hello(self, api: Api, connection: Connection) -> dict[str, Any]:
        """The whole picture, on each connect."""
        user = connection.user
        calls = await api.calls.open_of(user)
        ringing = await api.calls.ringing_for(user)
        return {
            "type": "hello",
            "me": api.me(replace(user, status=api.presence.status(user.id))),
            "calls": [await self._call(connection, view) for view in [*calls, *ringing]],
            "server_time": datetime.now(UTC),
        }

    async def _call(self, to: Connection, view: CallView) -> object:
        assert self.api is not None
        return await render_call(self.api, view, to.caller)


def _made_once(make: Callable[[], Awaitable[dict[str, Any] | None]]) -> Message:
    """A message that is the same for everybody: one look-up, however many browsers there are."""
    made: list[dict[str, Any] | None] = []
    turn = asyncio.Lock()

    async def message(_: Connection) -> dict[str, Any] | None:
        async with turn:
            if not made:
                made.append(await make())
        return made[0]

    return message


async def _board(api: Api) -> dict[str, Any]:
    return {
        "type": "board",
        "calls": [live_call(call) for call in await api.overview.calls()],
        "people": [live_person(person) for person in await api.overview.people()],
    }


async def _heartbeat() -> dict[str, Any]:
    return {"type": "heartbeat"}


HUB: web.AppKey[LiveHub] = web.AppKey("hub", LiveHub)


@handles("live")
async def live(api: Api, request: web.Request) -> web.StreamResponse:
    return await request.app[HUB].serve(api, request)
