"""Sending webhooks over HTTP, and not to where they must not go (adapter of `HookSender`).

Whoever may set an endpoint could otherwise make this server ask what only it can reach: other
services on the machine, the cloud's metadata, devices in the company's network. So only public
addresses are connected to, and those of `hooks.allowed_networks`. What counts is the address of
the connection, looked up and checked in one step: a name that changes its address in between
gains nothing. Redirects are not followed.
"""

import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from pbx.domain.hooks import REPLY_CHARACTERS
from pbx.services.hook_ports import Sent

READ_BYTES = 4 * REPLY_CHARACTERS
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
NAT64 = ip_network("64:ff9b::/96")


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Raises `ValueError`: one is no network such as `10.0.0.0/8`."""
    return tuple(ip_network(text) for text in texts)


def may_connect(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether it is public, or in one of the networks; in whatever way IPv6 carries IPv4."""
    meant = _carried(address) or address
    if any(each in network for network in allowed for each in (address, meant)):
        return True
    return all(each.is_global and not each.is_multicast for each in (address, meant))


def _carried(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]


class NotAllowed(OSError):
    """The name stands for addresses that may not be connected to."""


class GuardedResolver(AbstractResolver):
    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = allowed
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        fit = [each for each in found if may_connect(ip_address(each["host"]), self._allowed)]
        if not fit:
            raise NotAllowed(host)
        return fit

    async def close(self) -> None:
        await self._inner.close()


class HttpHookSender:
    """Args:
    allowed: networks beside the public ones.
    timeout_seconds: for an attempt as a whole.
    """

    def __init__(self, allowed: Sequence[Network], timeout_seconds: float) -> None:
        self._allowed = tuple(allowed)
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._http: aiohttp.ClientSession | None = None

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Sent:
        began = time.monotonic()
        status, error, reply = await self._post(url, headers, body)
        return Sent(status, round((time.monotonic() - began) * 1000), error, reply)

    async def _post(
        self, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int | None, str, str]:
        if not self._literal_allowed(url):
            return None, "not-allowed", ""
        try:
            async with self._session().post(
                url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return answer.status, "", await _beginning(answer)
        except TimeoutError:
            return None, "timeout", ""
        except (aiohttp.ClientError, OSError, ValueError) as e:
            return None, _why(e), ""

    def _literal_allowed(self, url: str) -> bool:
        """aiohttp asks no resolver about an address that is written out."""
        try:
            address = ip_address(urlsplit(url).hostname or "")
        except ValueError:
            return True
        return may_connect(address, self._allowed)

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            connector = aiohttp.TCPConnector(
                resolver=GuardedResolver(self._allowed), use_dns_cache=False
            )
            self._http = aiohttp.ClientSession(
                connector=connector,
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._http

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = None


async def _beginning(answer: aiohttp.ClientResponse) -> str:
    """Of the body; an answer that breaks off was an answer all the same."""
    try:
        read = await answer.content.read(READ_BYTES)
    except (TimeoutError, aiohttp.ClientError, OSError):
        return ""
    text = read.decode("utf-8", "replace")
    clean = "".join(c if c.isprintable() else " " for c in text)
    return clean[:REPLY_CHARACTERS].strip()


def _why(error: BaseException) -> str:
    chain: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and len(chain) < 5:
        chain.append(step)
        step = step.__cause__ or getattr(step, "os_error", None)
    if any(isinstance(each, NotAllowed) for each in chain):
        return "not-allowed"
    if any(isinstance(each, ssl.SSLError | ssl.CertificateError) for each in chain):
        return "tls"
    return "unreachable"
