"""REST over WebSocket: what stands in a text frame (Asterisk >= 22.4). No I/O.

One socket carries both directions: our requests, Asterisk's answers (matched by
`request_id`), and events. Parameters always travel as a JSON body: mixing the four
ways Asterisk knows has a surprising precedence.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from pbx.ari import events


class RestRequest(TypedDict, total=False):
    type: str
    method: str
    uri: str
    request_id: str
    content_type: str
    message_body: str


@dataclass(frozen=True, slots=True)
class RestResponse:
    """The answer to request `request_id`; `body` is decoded JSON or None."""

    request_id: str
    status: int
    reason: str
    body: Any


@dataclass(frozen=True, slots=True)
class Unusable:
    """A frame that we cannot read; `why` for the log."""

    why: str


Frame = RestResponse | events.AriEvent | Unusable | None


def request(request_id: str, method: str, uri: str, body: Mapping[str, Any] | None) -> str:
    """The text frame of a request. `uri` has no leading slash, e.g. `channels/create`."""
    raw: RestRequest = {
        "type": "RESTRequest",
        "method": method,
        "uri": uri,
        "request_id": request_id,
    }
    if body is not None:
        raw["content_type"] = "application/json"
        raw["message_body"] = json.dumps(body)
    return json.dumps(raw)


def read(frame: str | bytes) -> Frame:
    """What a received frame says; None for an event type that we do not use."""
    try:
        raw = json.loads(frame)
        if raw["type"] == "RESTResponse":
            body = raw.get("message_body")
            return RestResponse(
                request_id=raw.get("request_id", ""),
                status=int(raw["status_code"]),
                reason=raw.get("reason_phrase", ""),
                body=json.loads(body) if body else None,
            )
        return events.read(raw)
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        return Unusable(f"{type(e).__name__}: {e}")
