"""Short-lived credentials for a TURN server that shares a secret with us.

As in "A REST API For Access To TURN Services" (draft-uberti-behave-turn-rest-00), which
coturn calls `use-auth-secret`: the user name says until when it is valid and for whom, the
password is its HMAC. Nothing is stored, and what leaks is worthless soon.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TurnRules:
    """Settings of the network between browsers and Asterisk."""

    stun_urls: tuple[str, ...] = ()
    turn_urls: tuple[str, ...] = ()
    secret: str = ""
    """Shared with the TURN server."""
    ttl_seconds: int = 3600
    """How long credentials can be used for new relays; those that run go on."""


@dataclass(frozen=True, slots=True)
class RelayServer:
    """What a browser's `RTCIceServer` needs; without user name: STUN."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = None


def credential(secret: str, username: str) -> str:
    """The password that belongs to `username`."""
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def servers(rules: TurnRules, user_id: str, now: float) -> list[RelayServer]:
    """The servers for this user; empty where none is set up.

    Args:
        now: seconds of the Unix epoch.
    """
    found = [RelayServer(rules.stun_urls)] if rules.stun_urls else []
    if rules.turn_urls:
        username = f"{int(now) + rules.ttl_seconds}:{user_id}"
        found.append(RelayServer(rules.turn_urls, username, credential(rules.secret, username)))
    return found
