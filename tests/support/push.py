"""A browser's side of Web Push: its keys, reading a message, and a push service of our own."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

CURVE = ec.SECP256R1()


class BrowserKeys:
    """Key pair and secret of one subscription, as a browser makes them."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(CURVE)
        self.auth = os.urandom(16)
        self.p256dh = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def decrypt(self, body: bytes) -> bytes:
        """The text of a message in `aes128gcm` (RFC 8188 section 2, RFC 8291 section 3.4).

        Raises:
            ValueError: it is not for us.
        """
        salt, length = body[:16], body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self._key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs)
        )
        info = b"WebPush: info\0" + self.p256dh + theirs
        prk = _hmac(salt, _expand(_hmac(self.auth, shared), info, 32))
        key = _expand(prk, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _expand(prk, b"Content-Encoding: nonce\0", 12)
        try:
            padded = AESGCM(key).decrypt(nonce, sealed, None)
        except InvalidTag as e:
            raise ValueError("the message cannot be read with these keys") from e
        text, end, padding = padded.rpartition(b"\x02")
        if not end or padding.strip(b"\0"):
            raise ValueError("not the last record")
        return text


def _hmac(key: bytes, data: bytes) -> bytes:
    made = HMAC(key, hashes.SHA256())
    made.update(data)
    return made.finalize()


def _expand(secret: bytes, info: bytes, length: int) -> bytes:
    return HKDFExpand(algorithm=hashes.SHA256(), length=length, info=info).derive(secret)


@dataclass
class PushEndpoint:
    """What was pushed to `url`; answers with `status`."""

    url: str = ""
    status: int = 201
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@asynccontextmanager
async def push_endpoint() -> AsyncIterator[PushEndpoint]:
    """A push service on loopback."""
    endpoint = PushEndpoint()

    async def take(request: web.Request) -> web.Response:
        endpoint.got.append((dict(request.headers), await request.read()))
        return web.Response(status=endpoint.status)

    app = web.Application()
    app.router.add_post("/push/{name}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        endpoint.url = f"http://127.0.0.1:{port}/push/one"
        yield endpoint
    finally:
        await runner.cleanup()
