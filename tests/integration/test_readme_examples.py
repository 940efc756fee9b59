"""README's section for integrators is true: its very text runs against the API."""

import asyncio
import json
import os
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

import pytest

from pbx.domain.records import Moment, User
from pbx.settings import ROOT
from tests.support.exchange import Exchange
from tests.support.hooks import receiving
from tests.support.signing_in import Client

pytest_plugins = ["tests.support.served"]

Verify = Callable[[str, dict[str, str], bytes], bool]


def section() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^## For integrators\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", section(), re.MULTILINE | re.DOTALL)


async def run(script: str, **variables: str) -> str:
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-euo",
        "pipefail",
        "-c",
        script,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "NO_PROXY": "*", **variables},
    )
    said, wrong = await process.communicate()
    assert process.returncode == 0, said.decode() + wrong.decode()
    return said.decode()


def answers(said: str) -> list[object]:
    """The JSON values that were printed one behind the other."""
    found: list[object] = []
    decoder, at = json.JSONDecoder(), 0
    while at < len(said):
        value, at = decoder.raw_decode(said, at)
        found.append(value)
        at += len(said[at:]) - len(said[at:].lstrip())
    return found


async def test_every_example_works(
    office_client: Client, office: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The example verifies signatures by the real time; so this exchange lives in it.
    now = lambda: Moment(datetime.now(UTC), time.monotonic_ns() // 1_000_000, "boot")  # noqa: E731
    monkeypatch.setattr(office.clock, "now", now)
    boss = cast(User, await office.directory.user_by_email("boss@example.test"))
    token = await office.accounts.new_api_token(boss, "task app")
    url = str(office_client.make_url("")).rstrip("/")
    async with receiving() as receiver:
        script = "\n".join(blocks("bash")) + '\necho "\\"$secret\\""\n'
        *told, secret = answers(await run(script, PBX=url, TOKEN=token, HOOKS=receiver.url))
        assert len(told) == script.count("\napi ")
        for example in blocks("json"):
            assert json.loads(example) in told
        assert office.integration is not None
        await office.integration.post.look()
        await receiver.until(lambda: len(receiver.effects) == 3)

        namespace: dict[str, object] = {}
        (code,) = blocks("python")
        exec(code, namespace)
        is_ours = cast(Verify, namespace["is_ours"])
        kinds = set()
        for came in receiver.requests:
            headers = {
                "webhook-id": came.id,
                "webhook-timestamp": str(came.timestamp),
                "webhook-signature": " ".join(came.signatures),
            }
            kinds.add(came.told["type"])
            assert is_ours(str(secret), headers, came.body)
            assert not is_ours(str(secret), headers, came.body + b" ")
            assert not is_ours("whsec_" + "A" * 43 + "=", headers, came.body)
            old = {**headers, "webhook-timestamp": str(came.timestamp - 600)}
            assert not is_ours(str(secret), old, came.body)
        assert kinds == {"test", "customer.informed", "factor.changed"}


def test_every_event_that_is_told_of_is_listed() -> None:
    listed = set(re.findall(r"^\| `([a-z._]+)` \|", section(), re.MULTILINE))
    assert listed >= {"call.ended", "share.over_limit", "factor.changed", "statement.ready"}
