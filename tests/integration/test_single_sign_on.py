"""Signing in with OpenID Connect against a real provider (`tests/support/oidc_provider.mjs`)."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from pbx.domain.rights import Role
from pbx.domain.sign_in import FactorRule
from pbx.oidc import OidcProvider, OidcRules
from pbx.services.single_sign_on import SingleSignOn
from pbx.store import Database
from tests.support.exchange import Exchange
from tests.support.oidc import (
    CALLBACK,
    CLIENT_ID,
    CLIENT_SECRET,
    HERE,
    OidcServer,
    running_provider,
)
from tests.support.signing_in import Client, as_anna, get
from tests.support.stack import free_ports

pytest_plugins = ["tests.support.served"]

START = "/api/v1/session/oidc"


def single_sign_on(
    database: Database, office: Exchange, issuer: str, *, create: bool = False, secret: str = ""
) -> SingleSignOn:
    return SingleSignOn(
        provider=OidcProvider(OidcRules(issuer, CLIENT_ID, secret or CLIENT_SECRET)),
        links=database.single_sign_ons,
        directory=office.directory,
        clock=office.clock,
        label="Company",
        redirect_uri=HERE + CALLBACK,
        after=HERE + "/login",
        create=create,
    )


@pytest.fixture(scope="session")
def oidc_provider() -> Iterator[OidcServer]:
    with running_provider(free_ports(1)[0], HERE + CALLBACK) as server:
        yield server


@pytest.fixture
async def configured(
    office: Exchange, empty_database: Database, oidc_provider: OidcServer
) -> AsyncIterator[None]:
    office.single_sign_on = single_sign_on(empty_database, office, oidc_provider.issuer)
    yield
    await oidc_provider.lie("")


@pytest.fixture
def client(configured: None, office_client: Client) -> Client:
    return office_client


async def begin(client: Client, to: str = "/call") -> str:
    """The provider's address, where the browser is led."""
    answer = await client.get(START, params={"to": to}, allow_redirects=False)
    assert answer.status == 302
    return answer.headers["Location"]


async def arrive(client: Client, path: str) -> str:
    """Come back from the provider; where that leads."""
    answer = await client.get(path, allow_redirects=False)
    assert answer.status == 302, await answer.text()
    return answer.headers["Location"]


async def whole(client: Client, server: OidcServer, login: str, go: str = "in") -> str:
    return await arrive(client, await server.sign_in(await begin(client), login, go))


async def test_a_company_account_signs_in(
    client: Client, office: Exchange, oidc_provider: OidcServer
) -> None:
    ways = await get(client, "/session/ways")
    assert ways == {"single_sign_on": "Company", "trouble": None}
    address = await begin(client, "/history?x=1")
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid email profile"]
    back = await oidc_provider.sign_in(address, "anna@example.test")
    assert await arrive(client, back) == "/history?x=1"
    assert (await get(client, "/session"))["id"] == office.anna.id
    (session,) = (await get(client, "/account/sessions"))["items"]
    assert session["current"]
    assert await arrive(client, back) == "/login?trouble=sso-stale", "an answer counts once"
    signed_out = await client.delete("/api/v1/session")
    assert (signed_out.status, signed_out.cookies["pbx_company"].value) == (200, "")
    assert (await client.get("/api/v1/session")).status == 401


async def test_signing_out_signs_out_at_the_company_too(
    client: Client, oidc_provider: OidcServer
) -> None:
    async with oidc_provider.browser() as browser:
        back = await browser.sign_in(await begin(client), "anna@example.test")
        assert await arrive(client, back) == "/call"
        assert not await browser.is_asked(await begin(client)), "signed in at the company"
        answer = await client.delete("/api/v1/session")
        way_out = (await answer.json())["to"]
        assert urlsplit(way_out).path == "/session/end"
        assert parse_qs(urlsplit(way_out).query)["id_token_hint"]
        assert await browser.sign_out(way_out) == "/login"
        assert await browser.is_asked(await begin(client)), "signed out at the company"
    # Who came with a password has nothing to end there, also after somebody who came from there.
    await whole(client, oidc_provider, "anna@example.test")
    await as_anna(client)
    assert await (await client.delete("/api/v1/session")).json() == {"to": None}


async def test_no_second_factor_on_top_of_the_companys(
    client: Client, office: Exchange, oidc_provider: OidcServer
) -> None:
    office.accounts.factors.rule = FactorRule.ALL
    await whole(client, oidc_provider, "anna@example.test")
    assert (await get(client, "/session"))["second_factor_due"] is False
    assert (await get(client, "/tasks"))["items"]


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        ("nonce", "another sign-in (nonce)"),
        ("no-nonce", 'missing the "nonce" claim'),
        ("audience", "Audience doesn't match"),
        ("party", "made for another client"),
        ("issuer", "Invalid issuer"),
        ("expired", "Signature has expired"),
        ("future", "not yet valid"),
        ("signature", "Signature verification failed"),
        ("none", "signed with 'none'"),
        ("symmetric", "signed with 'HS256'"),
    ],
)
async def test_an_id_token_that_does_not_hold_is_refused(
    client: Client,
    oidc_provider: OidcServer,
    lie: str,
    why: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await oidc_provider.lie(lie)
    led = await whole(client, oidc_provider, "anna@example.test")
    assert led == "/login?trouble=sso-invalid"
    assert why in caplog.text
    assert (await client.get("/api/v1/session")).status == 401
    told = await get(client, "/session/ways", trouble="sso-invalid")
    assert told["trouble"].startswith("Die Antwort")


async def test_the_provider_may_change_its_keys(
    client: Client, oidc_provider: OidcServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await whole(client, oidc_provider, "anna@example.test") == "/call"
    await oidc_provider.lie("rotated")
    assert (await whole(client, oidc_provider, "anna@example.test")).endswith("sso-invalid"), (
        "the keys are not asked for again at once"
    )
    monkeypatch.setattr("pbx.oidc.AGAIN_SECONDS", 0)
    assert await whole(client, oidc_provider, "anna@example.test") == "/call"


async def test_an_answer_to_another_sign_in_is_refused(
    client: Client, oidc_provider: OidcServer
) -> None:
    stolen = await oidc_provider.sign_in(await begin(client), "anna@example.test")
    await begin(client)
    assert await arrive(client, stolen) == "/login?trouble=sso-stale"
    client.session.cookie_jar.clear()
    assert await arrive(client, stolen) == "/login?trouble=sso-stale"
    await begin(client)
    mine = await oidc_provider.sign_in(await begin(client), "anna@example.test")
    state = parse_qs(urlsplit(mine).query)["state"][0]
    foreign = f"{CALLBACK}?code=x&state={state}&iss=https://id.example.test"
    assert await arrive(client, foreign) == "/login?trouble=sso-invalid"


async def test_a_code_without_its_verifier_is_worth_nothing(
    client: Client, oidc_provider: OidcServer
) -> None:
    """PKCE: a code that was taken from another browser's way back."""
    theirs = await oidc_provider.sign_in(await begin(client), "anna@example.test")
    client.session.cookie_jar.clear()
    mine = await oidc_provider.sign_in(await begin(client), "ben@example.test")
    code = parse_qs(urlsplit(theirs).query)["code"][0]
    state = parse_qs(urlsplit(mine).query)["state"][0]
    mixed = f"{CALLBACK}?code={code}&state={state}"
    assert await arrive(client, mixed) == "/login?trouble=sso-invalid"


@pytest.mark.parametrize(
    ("login", "go", "trouble"),
    [
        ("unverified-anna@example.test", "in", "sso-email-unverified"),
        ("stranger@example.test", "in", "sso-no-account"),
        ("anna@example.test", "no", "sso-cancelled"),
    ],
)
async def test_who_is_not_let_in_is_told_what_to_do(
    client: Client, oidc_provider: OidcServer, login: str, go: str, trouble: str
) -> None:
    assert await whole(client, oidc_provider, login, go) == f"/login?trouble={trouble}"
    assert (await get(client, "/session/ways", trouble=trouble))["trouble"]
    assert (await client.get("/api/v1/session")).status == 401


async def test_an_address_that_somebody_else_got_later_does_not_open_the_account(
    client: Client, oidc_provider: OidcServer
) -> None:
    assert await whole(client, oidc_provider, "anna@example.test") == "/call"
    led = await whole(client, oidc_provider, "anna@example.test#2")
    assert led == "/login?trouble=sso-other-account"


async def test_accounts_are_made_where_that_is_wished(
    client: Client, office: Exchange, empty_database: Database, oidc_provider: OidcServer
) -> None:
    way = single_sign_on(empty_database, office, oidc_provider.issuer, create=True)
    address, begun = await way.begin("/call", "en")
    back = await oidc_provider.sign_in(address, "new@example.test")
    query = {key: values[0] for key, values in parse_qs(urlsplit(back).query).items()}
    user = (await way.finish(begun, query, "en")).user
    assert (user.email, user.role, user.language) == ("new@example.test", Role.VPA, "en")
    assert user.name == "Company new@example.test"
    wrong = {"email": "new@example.test", "password": ""}
    assert (await client.post("/api/v1/session", json=wrong)).status == 401


async def test_a_provider_that_is_away_and_one_that_refuses_us(
    client: Client,
    office: Exchange,
    empty_database: Database,
    tmp_path: Path,
    oidc_provider: OidcServer,
) -> None:
    way = single_sign_on(empty_database, office, "http://127.0.0.1:9")
    with pytest.raises(Exception, match="sso-unreachable"):
        await way.begin("/", "de")
    assert await way.leave("", "de") is None, "it keeps nobody signed in here"
    way = single_sign_on(empty_database, office, oidc_provider.issuer, secret="wrong")
    address, begun = await way.begin("/", "de")
    back = await oidc_provider.sign_in(address, "anna@example.test")
    query = {key: values[0] for key, values in parse_qs(urlsplit(back).query).items()}
    with pytest.raises(Exception, match="sso-invalid"):
        await way.finish(begun, query, "de")
    other = single_sign_on(empty_database, office, oidc_provider.issuer + "/")
    with pytest.raises(Exception, match="sso-"):
        await other.begin("/", "de")


async def test_without_a_provider_there_is_no_button(office_client: Client) -> None:
    assert (await get(office_client, "/session/ways"))["single_sign_on"] is None
    answer = await office_client.get(START, allow_redirects=False)
    assert (answer.status, (await answer.json())["error_id"]) == (404, "sso-off")
