"""A real OpenID provider on loopback, and people who sign in there."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

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
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            async with browser.get(address) as form:
                assert form.status == 200, await form.text()
                posted = {"login": login, "password": "any", "go": go}
                response = await browser.post(form.url, data=posted, allow_redirects=False)
            while not (there := response.headers["Location"]).startswith(HERE):
                there = re.sub(r"^(?=/)", self.issuer, there)
                response = await browser.get(there, allow_redirects=False)
            return there.removeprefix(HERE)


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
