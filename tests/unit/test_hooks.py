"""Webhooks: form, signature, plan of attempts, and where they must not go."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from pbx.domain import hooks
from pbx.domain.hooks import Attempt, DeliveryState
from pbx.errors import BadRequest
from pbx.hook_sender import GuardedResolver, HttpHookSender, NotAllowed, may_connect, networks
from tests.support.hooks import receiving

AT = datetime(2026, 11, 27, 21, 5, tzinfo=UTC)


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example of the specification's own libraries."""
    secret = hooks.secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    told = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert hooks.signature([secret], *told) == expected
    both = hooks.signature([b"new" * 10, secret], *told).split(" ")
    assert both[1] == expected
    assert hooks.secret_bytes(hooks.secret_text(secret)) == secret


def test_attempts_wait_longer_and_longer_and_end() -> None:
    waits = (5, 300)

    def after(tries: int, status: int | None) -> tuple[DeliveryState, datetime]:
        return hooks.after_attempt(tries, Attempt(AT, status, 1, "", ""), waits, AT)

    assert after(1, 204) == (DeliveryState.DELIVERED, AT)
    assert after(1, 500) == (DeliveryState.WAITING, AT + timedelta(seconds=5))
    assert after(2, None) == (DeliveryState.WAITING, AT + timedelta(seconds=300))
    assert after(3, 404) == (DeliveryState.FAILED, AT)
    assert after(1, 410) == (DeliveryState.FAILED, AT)
    assert after(1, 302)[0] is DeliveryState.WAITING


@pytest.mark.parametrize(
    "url",
    [
        "https://tasks.example.test/hooks?x=1",
        "https://tasks.example.test:8443/",
        "http://127.0.0.1:9000/hooks",
        "http://localhost/hooks",
        "http://[::1]:9000/",
    ],
)
def test_addresses_that_may_be_named(url: str) -> None:
    assert hooks.check_url(f" {url} ") == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "http://tasks.example.test/hooks",
        "http://127.0.0.1.example.test/",
        "ftp://tasks.example.test/",
        "https://user:word@tasks.example.test/",
        "https://tasks.example.test/#part",
        "https://tasks.example.test/a b",
        "https://evil.example\\.example.test/",
        "https://[::1/",
        "https:///hooks",
        "https://tasks.example.test/" + "x" * 2000,
    ],
)
def test_addresses_that_may_not(url: str) -> None:
    with pytest.raises(BadRequest, match="bad-hook-url"):
        hooks.check_url(url)


INSIDE = [
    "127.0.0.1",
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "::1",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
]


@pytest.mark.parametrize("address", INSIDE)
def test_only_public_addresses_unless_a_network_is_allowed(address: str) -> None:
    found = ip_address(address)
    assert not may_connect(found, ())
    assert may_connect(found, networks([f"{address}/{found.max_prefixlen}"]))
    assert may_connect(ip_address("8.8.8.8"), ())
    assert may_connect(ip_address("2001:4860:4860::8888"), ())


async def test_what_a_name_stands_for_counts_not_the_name() -> None:
    resolver = GuardedResolver(())
    with pytest.raises(NotAllowed):
        await resolver.resolve("localhost", 80)
    assert await GuardedResolver(networks(["127.0.0.0/8", "::1/128"])).resolve("localhost", 80)


async def test_nothing_is_sent_inside_by_name_or_by_number() -> None:
    async with receiving() as receiver:
        guarded = HttpHookSender((), 2)
        told = {"127.0.0.1": "not-allowed", "localhost": "not-allowed", "127.1": "unreachable"}
        for host, error in told.items():
            url = receiver.url.replace("127.0.0.1", host)
            assert (await guarded.send(url, {}, b"{}")).error == error
        await guarded.close()
        assert receiver.requests == []
        open_ = HttpHookSender(networks(["127.0.0.0/8"]), 2)
        nobody = receiver.url.replace("http:", "https:")
        assert (await open_.send(nobody, {}, b"{}")).error == "tls"
        assert (await open_.send("http://127.0.0.1:9/", {}, b"{}")).error == "unreachable"
        await open_.close()
