"""Signing in."""

import asyncio

import pytest

from pbx.errors import NotSignedIn, Refused
from pbx.passwords import Argon2Hasher
from pbx.services.accounts import TRIES, WINDOW_SECONDS
from pbx.services.voice import account_of
from tests.support.exchange import Exchange


async def test_in_and_out(exchange: Exchange) -> None:
    user, secret = await exchange.accounts.sign_in(" Anna@Example.test ", "secret word")
    assert user == exchange.anna
    assert await exchange.accounts.user_of_session(secret) == user
    assert await exchange.accounts.user_of_session(secret + "x") is None
    await exchange.accounts.sign_out(secret)
    assert await exchange.accounts.user_of_session(secret) is None


async def test_a_session_ends(exchange: Exchange) -> None:
    _, secret = await exchange.accounts.sign_in("anna@example.test", "secret word")
    exchange.clock.seconds += 13 * 3600
    assert await exchange.accounts.user_of_session(secret) is None


async def test_nobody_learns_who_has_an_account(exchange: Exchange) -> None:
    told = []
    for email in ("anna@example.test", "nobody@example.test"):
        with pytest.raises(NotSignedIn) as refused:
            await exchange.accounts.sign_in(email, "wrong")
        told.append((refused.value.error_id, refused.value.de))
    assert told[0] == told[1]


async def test_guessing_is_stopped_for_a_while(exchange: Exchange) -> None:
    for _ in range(TRIES):
        with pytest.raises(NotSignedIn):
            await exchange.accounts.sign_in("anna@example.test", "wrong")
    with pytest.raises(Refused) as refused:
        await exchange.accounts.sign_in("anna@example.test", "secret word")
    assert refused.value.error_id == "too-many-attempts"
    exchange.clock.seconds += WINDOW_SECONDS + 1
    await exchange.accounts.sign_in("anna@example.test", "secret word")


async def test_guesses_at_the_same_time_are_counted_too(exchange: Exchange) -> None:
    guesses = [exchange.accounts.sign_in("anna@example.test", f"{i}") for i in range(50)]
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(result, NotSignedIn) for result in results) == TRIES


async def test_a_new_password_ends_every_session(exchange: Exchange) -> None:
    _, secret = await exchange.accounts.sign_in("anna@example.test", "secret word")
    await exchange.accounts.set_password(exchange.anna, "another word")
    assert await exchange.accounts.user_of_session(secret) is None
    await exchange.accounts.sign_in("anna@example.test", "another word")


async def test_api_tokens(exchange: Exchange) -> None:
    token = await exchange.accounts.new_api_token(exchange.ben, "task app")
    assert await exchange.accounts.user_of_token(token) == exchange.ben
    assert await exchange.accounts.user_of_token("pbx_wrong") is None


def test_argon2() -> None:
    hasher = Argon2Hasher()
    stored = hasher.hash("secret word")
    assert stored.startswith("$argon2id$")
    assert hasher.verify(stored, "secret word")
    assert not hasher.verify(stored, "other")
    assert not hasher.verify("", "nobody has this password")
    assert not hasher.verify("not a hash", "secret word")


def test_voice_accounts_follow_from_the_session_and_from_nothing_else() -> None:
    one, again, other = account_of("a"), account_of("a"), account_of("b")
    assert one == again
    assert one.username != other.username
    assert one.password != other.password
    assert one.password != "a"
