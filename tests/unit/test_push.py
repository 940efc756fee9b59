"""Web Push: encryption as in RFC 8291, who is pushed to, and what a push service's answer does."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from pbx.errors import BadRequest, Refused
from pbx.push import CURVE, base64url, encrypt, kept_key, public_point, vapid_token
from pbx.services.push import PushRules, Sent, check_endpoint
from tests.fakes.edges import settle
from tests.support.exchange import ANNAS, Exchange
from tests.support.push import BrowserKeys


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# ------------------------------------------------------------------ encryption


def test_the_example_of_rfc_8291() -> None:
    """Section 5 and appendix A."""
    sender = ec.derive_private_key(
        int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), CURVE
    )
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        decoded(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        decoded("BTBZMqHH6r4Tts7J_aSIgg"),
        salt=decoded("DGv6ra1nlYgDCS1FRnbzlw"),
        sender=sender,
    )
    assert base64url(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc"
        "InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLV"
        "WGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_only_the_browser_can_read_it_and_no_two_look_alike() -> None:
    keys = BrowserKeys()
    one, two = (encrypt("Grüße".encode(), keys.p256dh, keys.auth) for _ in range(2))
    assert one != two
    assert keys.decrypt(one) == keys.decrypt(two) == "Grüße".encode()
    with pytest.raises(ValueError, match="cannot be read"):
        BrowserKeys().decrypt(one)


def test_a_key_that_is_no_point_and_too_much_text() -> None:
    keys = BrowserKeys()
    with pytest.raises(ValueError, match=r"."):
        encrypt(b"x", b"\x04" + bytes(64), keys.auth)
    with pytest.raises(ValueError, match="one record"):
        encrypt(bytes(5000), keys.p256dh, keys.auth)


def test_the_token_says_who_we_are() -> None:
    key = ec.generate_private_key(CURVE)
    header, claims, signature = vapid_token(key, "https://p.test", "mailto:a@b.test", 99).split(".")
    assert json.loads(decoded(header)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(decoded(claims)) == {
        "aud": "https://p.test",
        "exp": 99,
        "sub": "mailto:a@b.test",
    }
    raw = decoded(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    signed = f"{header}.{claims}".encode()
    key.public_key().verify(der, signed, ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        key.public_key().verify(der, signed + b"x", ec.ECDSA(hashes.SHA256()))


def test_our_key_is_made_once_and_nobody_elses(tmp_path: Path) -> None:
    file = tmp_path / "data" / "push.key"
    first = public_point(kept_key(file))
    assert public_point(kept_key(file)) == first
    assert file.stat().st_mode & 0o777 == 0o600


# ------------------------------------------------------------------ where we write to

RULES = PushRules(("fcm.googleapis.com", "notify.windows.com"))


@pytest.mark.parametrize(
    "endpoint",
    ["https://fcm.googleapis.com/fcm/send/x", "https://wns2-by3p.notify.windows.com/w/?token=x"],
)
def test_known_services(endpoint: str) -> None:
    check_endpoint(endpoint, RULES)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://evilfcm.googleapis.com.example/x",
        "https://notfcm.googleapis.com/x",
        "https://fcm.googleapis.com@169.254.169.254/x",
        "https://fcm.googleapis.com:8443/x",
        "https://127.0.0.1/x",
        "http://127.0.0.1:9/x",
        "https://[::1/x",
        "https://[::1%25.fcm.googleapis.com]/x",
        "https://evil.example\\.fcm.googleapis.com/x",
        "https://evil.example%2f.fcm.googleapis.com/x",
        "https://evil.example .fcm.googleapis.com/x",
        "file:///etc/passwd",
        "nonsense",
    ],
)
def test_nothing_else_is_written_to(endpoint: str) -> None:
    with pytest.raises(Refused) as refused:
        check_endpoint(endpoint, RULES)
    assert refused.value.error_id == "push-service-unknown"


def test_this_machine_only_where_it_is_allowed() -> None:
    check_endpoint("http://127.0.0.1:9/x", PushRules((), loopback=True))
    with pytest.raises(Refused):
        check_endpoint("http://127.0.0.2.example/x", PushRules((), loopback=True))


# ------------------------------------------------------------------ subscriptions and calls

ENDPOINT = "https://push.example.test/anna"


async def subscribe(exchange: Exchange, endpoint: str = ENDPOINT, session: str = "s") -> None:
    keys = BrowserKeys()
    await exchange.push.subscribe(
        exchange.anna.id, session, endpoint, base64url(keys.p256dh), base64url(keys.auth)
    )


def ring_all(exchange: Exchange) -> list[tuple[str, str]]:
    return [
        (endpoint, message.content["type"] or "") for endpoint, message in exchange.push_sender.sent
    ]


async def test_a_call_is_pushed_with_what_the_notice_says(exchange: Exchange) -> None:
    await subscribe(exchange)
    await exchange.caller_calls(ANNAS, caller="+493012345")
    view = await exchange.board.view_of("in1")
    exchange.push.ring(exchange.anna.id, view)
    await settle()
    ((endpoint, message),) = exchange.push_sender.sent
    assert (endpoint, message.topic, message.ttl_seconds) == (ENDPOINT, "in1", 20)
    assert message.content == {
        "type": "ring",
        "call_id": "in1",
        "number": "+493012345",
        "national": "030 12345",
        "label": "Anna",
        "task": "Support",
        "language": "de",
    }


async def test_nobody_else_is_pushed_to(exchange: Exchange) -> None:
    await subscribe(exchange)
    await exchange.caller_calls(ANNAS)
    exchange.push.ring(exchange.ben.id, await exchange.board.view_of("in1"))
    await settle()
    assert exchange.push_sender.sent == []


async def test_a_subscription_that_is_over_is_forgotten(exchange: Exchange) -> None:
    await subscribe(exchange)
    await subscribe(exchange, ENDPOINT + "2")
    exchange.push_sender.answers[ENDPOINT] = [Sent.GONE]
    await exchange.caller_calls(ANNAS)
    exchange.push.ring(exchange.anna.id, await exchange.board.view_of("in1"))
    await settle()
    assert set(exchange.push_store.subscriptions) == {ENDPOINT + "2"}
    assert exchange.push.reaches(exchange.anna.id)


async def test_attempts_are_few(exchange: Exchange) -> None:
    await subscribe(exchange)
    exchange.push_sender.answers[ENDPOINT] = [Sent.LATER] * 9
    await exchange.caller_calls(ANNAS)
    exchange.push.ring(exchange.anna.id, await exchange.board.view_of("in1"))
    await settle()
    assert len(ring_all(exchange)) == 1
    await exchange.clock.advance(1)
    await exchange.clock.advance(60)
    assert len(ring_all(exchange)) == 3
    assert exchange.push.reaches(exchange.anna.id), "it may work the next time"


async def test_signing_out_ends_the_subscriptions_of_that_session(exchange: Exchange) -> None:
    await subscribe(exchange, session="one")
    await subscribe(exchange, ENDPOINT + "2", session="two")
    await exchange.push.signed_out("one")
    assert set(exchange.push_store.subscriptions) == {ENDPOINT + "2"}
    await exchange.push.unsubscribe(exchange.ben.id, ENDPOINT + "2")
    assert exchange.push.reaches(exchange.anna.id), "another's is not theirs to end"
    await exchange.push.unsubscribe(exchange.anna.id, ENDPOINT + "2")
    assert not exchange.push.reaches(exchange.anna.id)


async def test_of_many_browsers_the_newest_are_kept(exchange: Exchange) -> None:
    for n in range(10):
        exchange.clock.seconds += 1
        await subscribe(exchange, f"{ENDPOINT}{n}")
    assert set(exchange.push_store.subscriptions) == {f"{ENDPOINT}{n}" for n in range(2, 10)}


@pytest.mark.parametrize(
    ("p256dh", "auth"), [("AAAA", "AAAA"), ("", ""), ("ä", "ö"), ("B" * 87, "A" * 21)]
)
async def test_keys_must_be_keys(exchange: Exchange, p256dh: str, auth: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await exchange.push.subscribe(exchange.anna.id, "s", ENDPOINT, p256dh, auth)
    assert refused.value.error_id == "bad-push-keys"
