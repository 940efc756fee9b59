"""A real OpenID provider on loopback, and people who sign in there."""

import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.support.stack import ROOT

CLIENT_ID = "vermittlung"
CLIENT_SECRET = "a secret: with %41 signs"
CALLBACK = "/api/v1/session/oidc/callback"
HERE = "http://127.0.0.1:8080"
"""Where tests without a stack say that we are; they take the answer out of the redirect."""


@dataclass(frozen=True, slots=True)
class OidcServer:
    issuer: str

    async def lie(self, how: str) -> None:
        """From now on its ID tokens are wrong in this way; "" ends that."""
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.issuer}/lies", data=how) as response,
        ):
            assert response.status == 204

    async def sign_in(self, address: str, login: str, go: str = "in") -> str:
        """Go to `address` in a browser of one's own, sign in there; where that leads back."""
        async with self.browser() as browser:
            return await browser.sign_in(address, login, go)

    @asynccontextmanager
    async def browser(self) -> AsyncIterator["Browser"]:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            yield Browser(http, self.issuer)


class Browser:
    """Goes where the provider leads it, but not to us: tests do that themselves."""

    def __init__(self, http: aiohttp.ClientSession, issuer: str) -> None:
        self._http = http
        self._issuer = issuer

    async def _go(self, method: str, there: str, **more: Any) -> tuple[str, str]:
        """The last address and its page; for an address of ours its path, and no page."""
        while True:
            if there.startswith(HERE):
                return there.removeprefix(HERE), ""
            there = re.sub(r"^(?=/)", self._issuer, there)
            async with self._http.request(method, there, allow_redirects=False, **more) as answer:
                if answer.status not in (302, 303):
                    assert answer.status == 200, await answer.text()
                    return there, await answer.text()
                method, there, more = "GET", answer.headers["Location"], {}

    async def is_asked(self, address: str) -> bool:
        """Whether the provider asks there who it is."""
        return bool((await self._go("GET", address))[1])

    async def sign_in(self, address: str, login: str, go: str = "in") -> str:
        """Where that leads back."""
        form, _ = await self._go("GET", address)
        posted = {"login": login, "password": "any", "go": go}
        return (await self._go("POST", form, data=posted))[0]

    async def sign_out(self, address: str) -> str:
        """Say yes to the provider's question; where that leads back."""
        _, page = await self._go("GET", address)
        action = re.findall(r'action="([^"]+)"', page)[0]
        xsrf = re.findall(r'name="xsrf" value="([^"]+)"', page)[0]
        return (await self._go("POST", action, data={"xsrf": xsrf, "logout": "yes"}))[0]


@contextmanager
def running_provider(port: int, *redirects: str) -> Iterator[OidcServer]:
    node = shutil.which("node")
    assert node, "Node.js is missing: the Makefile installs it"
    environment = {**os.environ, "PORT": str(port), "REDIRECTS": ",".join(redirects)}
    with (ROOT / "tests" / "support" / "oidc_provider.mjs").open("rb") as program:
        process = subprocess.Popen(
            [node, "--input-type=module", "-"],
            cwd=ROOT / "softphone_web",
            stdin=program,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n", "the provider does not start"
        yield OidcServer(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.communicate()
