"""The carrier's own record of each call, read from what its Asterisk wrote (CEL).

Independent of our controller: Asterisk appends a line the moment something happens.
The fields of a line are those of `config/asterisk/carrier/cel_custom.conf`.
"""

import csv
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs

PREFIX_IN = "in-"
"""Ids of calls into the exchange: `in-<from>-<to>-<random>`, digits only or `anonymous`."""


@dataclass(slots=True)
class CarrierCall:
    """One call as the carrier saw it. Times are epoch seconds; None: did not happen (yet).

    direction: `out` where the exchange called a subscriber, `in` where an outside
        telephone called the exchange.
    from_header, pai, rpid, diversion: raw, of a received INVITE; empty where there was none.
    spoke_at: when an outside telephone began to speak after a voicemail's beep.
    keys: what was pressed, in the order in which it was heard.
    """

    id: str
    direction: Literal["in", "out"]
    called: str
    caller: str
    invited_at: float
    from_header: str = ""
    pai: str = ""
    rpid: str = ""
    diversion: str = ""
    ringing_at: float | None = None
    answered_at: float | None = None
    spoke_at: float | None = None
    ended_at: float | None = None
    cause: int | None = None
    keys: str = ""


@dataclass(slots=True)
class Witness:
    """Follows the carrier's record; `read` takes in what was written since the last time."""

    file: Path
    calls: dict[str, CarrierCall] = field(default_factory=dict)
    _offset: int = 0

    def read(self) -> list[CarrierCall]:
        """All calls, newest first."""
        try:
            with self.file.open("rb") as f:
                f.seek(self._offset)
                new = f.read()
        except FileNotFoundError:
            new = b""
        whole = new[: new.rfind(b"\n") + 1]  # a line may be half written
        self._offset += len(whole)
        for row in csv.reader(whole.decode("utf-8", "replace").splitlines()):
            if len(row) == 7:
                self._take(*row)
        return sorted(self.calls.values(), key=lambda c: c.invited_at, reverse=True)

    def _take(
        self, event: str, time: str, id: str, exten: str, number: str, kind: str, extra: str
    ) -> None:
        at = float(time)
        if event == "CHAN_START":
            self.calls[id] = _begun(id, at, exten, number)
            return
        call = self.calls.get(id)
        if call is None:
            return
        if event == "ANSWER":
            call.answered_at = call.answered_at or at
        elif event == "HANGUP":
            call.ended_at = at
            call.cause = _cause(extra)
        elif kind == "INVITE":
            headers = parse_qs(_said(extra))
            call.from_header = headers.get("from", [""])[0]
            call.pai = headers.get("pai", [""])[0]
            call.rpid = headers.get("rpid", [""])[0]
            call.diversion = headers.get("diversion", [""])[0]
        elif kind == "RINGING":
            call.ringing_at = at
        elif kind == "SPEAKING":
            call.spoke_at = at
        elif kind == "KEY":
            call.keys += _said(extra)


def id_of_call_in(caller: str, to: str, random: str) -> str:
    """The channel id under which a call into the exchange tells who calls whom.

    Asterisk writes its first line before any variable is set, so the id carries it.
    """
    return f"{PREFIX_IN}{caller.lstrip('+') or 'anonymous'}-{to.lstrip('+')}-{random}"


def _begun(id: str, at: float, exten: str, number: str) -> CarrierCall:
    if id.startswith(PREFIX_IN):
        _, caller, to, _ = id.split("-", 3)
        shown = caller if caller == "anonymous" else f"+{caller}"
        return CarrierCall(id, "in", called=f"+{to}", caller=shown, invited_at=at)
    return CarrierCall(id, "out", called=exten, caller=number, invited_at=at)


def _cause(extra: str) -> int | None:
    """The Q.850 cause in a HANGUP line's JSON; None where Asterisk noted none (0)."""
    try:
        return int(json.loads(extra)["hangupcause"]) or None
    except (ValueError, KeyError, TypeError):
        return None


def _said(extra: str) -> str:
    """What the dialplan gave to CELGenUserEvent; Asterisk wraps it into JSON."""
    try:
        return str(json.loads(extra)["extra"])
    except (ValueError, KeyError, TypeError):
        return ""


def item(call: CarrierCall, recorded: bool) -> dict[str, object]:
    """`call` as `GET /demo/calls` shows it; durations in seconds, from answer to end."""
    duration = None
    if call.ended_at is not None:
        duration = round(call.ended_at - call.answered_at, 3) if call.answered_at else 0.0
    return {
        "id": call.id,
        "direction": call.direction,
        "called": call.called,
        "from": call.caller,
        "from_header": call.from_header or None,
        "pai": call.pai or None,
        "rpid": call.rpid or None,
        "diversion": call.diversion or None,
        "invited_at": _iso(call.invited_at),
        "ringing_at": _iso(call.ringing_at),
        "answered_at": _iso(call.answered_at),
        "spoke_at": _iso(call.spoke_at),
        "ended_at": _iso(call.ended_at),
        "duration_seconds": duration,
        "cause": call.cause,
        "keys": call.keys,
        "recording": f"/demo/calls/{call.id}/recording.wav" if recorded else None,
    }


def _iso(at: float | None) -> str | None:
    return (
        None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")
    )
