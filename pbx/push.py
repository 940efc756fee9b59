"""Web Push from our side (adapter of `PushSender`).

RFC 8291 encrypts a message for one browser, RFC 8188 is its form (`aes128gcm`), RFC 8292
says who we are (VAPID), RFC 8030 carries it. Each is a few lines on `cryptography`.
"""

import base64
import json
import logging
import os
import time
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pbx.domain.records import PushSubscription
from pbx.services.push import PushMessage, Sent

log = logging.getLogger(__name__)

CURVE = ec.SECP256R1()
RECORD_BYTES = 4096
"""RFC 8291 section 4: one record, and no push service must take more."""
LAST_RECORD = b"\x02"
TOKEN_SECONDS = 12 * 3600
"""RFC 8292 allows 24 hours; clocks differ."""
TOKEN_FRESH_SECONDS = 3600
"""A token is used again while it holds at least that long."""
TIMEOUT = aiohttp.ClientTimeout(total=8)
TOPIC_CHARACTERS = 32


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# ------------------------------------------------------------------ encrypting (pure)


def encrypt(
    plain: bytes,
    p256dh: bytes,
    auth: bytes,
    *,
    salt: bytes | None = None,
    sender: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The body of a push message.

    Args:
        plain: at most about 4000 bytes.
        p256dh, auth: the browser's public key and secret.
        salt, sender: made for each message; given only to compare with the RFC's example.

    Raises:
        ValueError: the key is no point of the curve, or there is too much text.
    """
    salt = salt or os.urandom(16)
    sender = sender or ec.generate_private_key(CURVE)
    ours = public_point(sender)
    shared = sender.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, p256dh))
    secret = _derived(shared, auth, b"WebPush: info\0" + p256dh + ours, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(key).encrypt(nonce, plain + LAST_RECORD, None)
    header = salt + RECORD_BYTES.to_bytes(4) + len(ours).to_bytes(1) + ours
    if len(header) + len(sealed) > RECORD_BYTES:
        raise ValueError("more than one record")
    return header + sealed


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def vapid_token(key: ec.EllipticCurvePrivateKey, audience: str, contact: str, until: int) -> str:
    """A JSON Web Token (ES256) that says to the push service `audience` who we are."""
    header = {"typ": "JWT", "alg": "ES256"}
    claims = {"aud": audience, "exp": until, "sub": contact}
    text = ".".join(
        base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims)
    )
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{text}.{base64url(r.to_bytes(32) + s.to_bytes(32))}"


# ------------------------------------------------------------------ our key


def kept_key(file: Path) -> ec.EllipticCurvePrivateKey:
    """Our VAPID key, made on first use; only its owner may read it.

    Browsers tie their subscriptions to it: with another one all of them are void.
    """
    try:
        text = file.read_bytes()
    except FileNotFoundError:
        key = ec.generate_private_key(CURVE)
        file.parent.mkdir(parents=True, exist_ok=True)
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as f:
            f.write(
                key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
        return key
    found = serialization.load_pem_private_key(text, None)
    if not isinstance(found, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{file}: no P-256 key")
    return found


# ------------------------------------------------------------------ sending


class WebPushSender:
    """Args: `contact`: `mailto:` or `https:` address for the push services' operators."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, contact: str) -> None:
        self._key = key
        self._contact = contact
        self._public_key = base64url(public_point(key))
        self._tokens: dict[str, tuple[float, str]] = {}
        self._http: aiohttp.ClientSession | None = None

    @property
    def public_key(self) -> str:
        return self._public_key

    async def send(self, to: PushSubscription, message: PushMessage) -> Sent:
        try:
            body = encrypt(json.dumps(message.content).encode(), to.p256dh, to.auth)
        except ValueError as e:
            log.warning("push: not to be encrypted: %s", e)
            return Sent.GONE
        topic = base64url(sha256(message.topic.encode()).digest())[:TOPIC_CHARACTERS]
        headers = {
            "Authorization": f"vapid t={self._token(to.endpoint)}, k={self._public_key}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(message.ttl_seconds),
            "Urgency": "high",
            "Topic": topic,
        }
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=TIMEOUT)
        service = urlsplit(to.endpoint).hostname
        try:
            # Where a push service sends us elsewhere, we do not go: it may be anywhere.
            async with self._http.post(
                to.endpoint, data=body, headers=headers, allow_redirects=False
            ) as answer:
                status = answer.status
        except (TimeoutError, aiohttp.ClientError, OSError) as e:
            log.warning("push: %s cannot be reached: %s", service, type(e).__name__)
            return Sent.LATER
        if 200 <= status < 300:
            return Sent.DONE
        if status in (404, 410):
            return Sent.GONE
        log.warning("push: %s answers %d", service, status)
        return Sent.LATER if status == 429 or status >= 500 else Sent.REFUSED

    def _token(self, endpoint: str) -> str:
        address = urlsplit(endpoint)
        audience = f"{address.scheme}://{address.netloc}"
        now = time.time()
        until, token = self._tokens.get(audience, (0.0, ""))
        if until - now < TOKEN_FRESH_SECONDS:
            until = now + TOKEN_SECONDS
            token = vapid_token(self._key, audience, self._contact, int(until))
            self._tokens[audience] = until, token
        return token

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
