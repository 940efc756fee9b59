"""Second factor, sessions and API tokens over HTTP, on a real database."""

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from pbx.domain import totp
from pbx.domain.sign_in import FactorRule
from pbx.sealing import AesSeal
from pbx.services.second_factor import CODE_SECONDS, CODE_TRIES
from pbx.store import Database
from tests.support.exchange import Exchange
from tests.support.signing_in import Client, as_admin, as_anna, as_boss, as_root, get, send

pytest_plugins = ["tests.support.served"]

FACTOR = "/account/second-factor"
ANNA = {"email": "anna@example.test", "password": "secret word"}


def code_now(office: Exchange, secret: str, steps: int = 0) -> str:
    """What the app shows; each code counts once, so tests go on by whole steps."""
    office.clock.seconds += steps * totp.STEP_SECONDS
    padded = secret + "=" * (-len(secret) % 8)
    return totp.code_of(base64.b32decode(padded), totp.step_of(office.clock.now().at))


async def set_up(office: Exchange, client: Client) -> tuple[str, list[str]]:
    """A second factor for whoever is signed in: the app's secret, the recovery codes."""
    status, made = await send(client, "POST", FACTOR)
    assert status == 201
    status, answer = await send(client, "PUT", FACTOR, {"code": code_now(office, made["secret"])})
    assert status == 200, answer
    return made["secret"], answer["codes"]


async def sign_in(client: Client, **more: str) -> tuple[int, Any]:
    return await send(client, "POST", "/session", {**ANNA, **more})


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


# ------------------------------------------------------------------ second factor


async def test_with_a_second_factor_a_password_is_not_enough(
    office: Exchange, office_client: Client
) -> None:
    client = office_client
    await as_anna(client)
    secret, codes = await set_up(office, client)
    assert len(set(codes)) == 10
    seen = await get(client, FACTOR)
    assert (seen["on"], seen["recovery_codes_left"], seen["required"]) == (True, 10, False)
    client.session.cookie_jar.clear()
    status, problem = await sign_in(client)
    assert (status, problem["error_id"]) == (401, "second-factor-needed")
    used = code_now(office, secret)
    status, problem = await sign_in(client, code=used)
    assert (status, problem["error_id"]) == (401, "code-wrong"), "the set-up has used this code"
    code = code_now(office, secret, steps=1)
    spaced = f" {code[:3]} {code[3:]} "
    assert (await sign_in(client, code=spaced))[0] == 201
    assert (await get(client, "/session"))["email"] == ANNA["email"]
    assert (await sign_in(client, code=code))[1]["error_id"] == "code-wrong"
    assert (await sign_in(client, code=codes[0].lower()))[0] == 201
    assert (await sign_in(client, code=codes[0]))[1]["error_id"] == "code-wrong"
    assert (await get(client, FACTOR))["recovery_codes_left"] == 9


async def test_the_database_holds_no_secret_of_a_second_factor(
    office: Exchange, office_client: Client, empty_database: Database, tmp_path: Path
) -> None:
    client = office_client
    await as_anna(client)
    hers, _ = await set_up(office, client)
    # As earlier versions kept them: in the clear until the next start.
    old = b"twenty bytes, clear."
    assert await empty_database.second_factors.begin(office.ben.id, old)
    await empty_database.second_factors.confirm(office.ben, 1, ["code"], office.clock.now().at)

    def kept() -> bytes:
        return b"".join(file.read_bytes() for file in tmp_path.glob("pbx.sqlite3*"))

    assert old in kept()
    factors = office.accounts.factors
    assert (await factors.seal_all(), await factors.seal_all()) == (1, 0)
    bens = totp.as_text(old)
    for user, email, password, secret in (
        (office.anna, ANNA["email"], ANNA["password"], hers),
        (office.ben, "ben@example.test", "other word", bens),
    ):
        client.session.cookie_jar.clear()
        proof = {"email": email, "password": password, "code": code_now(office, secret, 2)}
        assert (await send(client, "POST", "/session", proof))[0] == 201, email
        sealed = (await empty_database.second_factors.secrets())[user.id]
        with pytest.raises(ValueError, match="something else"):
            factors._seal.open(sealed, office.ben.id + "x")
        with pytest.raises(ValueError, match="another key"):
            AesSeal(b"g" * 32).open(sealed, user.id)
    await empty_database.close()
    for secret in (hers, bens):
        raw = base64.b32decode(secret + "=" * (-len(secret) % 8))
        assert raw not in kept()
        assert secret.encode() not in kept()


async def test_nobody_learns_of_a_second_factor_without_the_password(
    office: Exchange, office_client: Client
) -> None:
    client = office_client
    await as_anna(client)
    secret, _ = await set_up(office, client)
    code = code_now(office, secret, steps=1)
    told = [
        await send(client, "POST", "/session", {"email": email, "password": "wrong", "code": code})
        for email in (ANNA["email"], "ben@example.test", "nobody@example.test")
    ]
    assert told[0] == told[1] == told[2]
    assert told[0][1]["error_id"] == "wrong-password"


async def test_guessing_codes_is_stopped_for_longer(
    office: Exchange, office_client: Client
) -> None:
    client = office_client
    await as_anna(client)
    secret, codes = await set_up(office, client)
    for n in range(CODE_TRIES):
        wrong = "000000" if code_now(office, secret) != "000000" else "111111"
        # Asking for the password alone in between must not open the way again.
        assert (await sign_in(client))[1]["error_id"] == "second-factor-needed"
        assert (await sign_in(client, code=wrong))[1]["error_id"] == "code-wrong", n
    right = code_now(office, secret, steps=1)
    for code in (right, codes[0]):
        status, problem = await sign_in(client, code=code)
        assert (status, problem["error_id"]) == (403, "too-many-attempts")
    off = {"password": ANNA["password"], "code": right}
    status, problem = await send(client, "DELETE", FACTOR, off)
    assert (status, problem["error_id"]) == (403, "too-many-attempts"), "the other way"
    office.clock.seconds += CODE_SECONDS + 1
    assert (await sign_in(client, code=code_now(office, secret)))[0] == 201


async def test_a_second_factor_goes_with_password_and_code(
    office: Exchange, office_client: Client
) -> None:
    client = office_client
    await as_anna(client)
    secret, codes = await set_up(office, client)
    status, problem = await send(client, "POST", FACTOR)
    assert (status, problem["error_id"]) == (409, "second-factor-on")
    code = code_now(office, secret, steps=1)
    status, problem = await send(client, "DELETE", FACTOR, {"password": "wrong", "code": code})
    assert (status, problem["error_id"]) == (400, "wrong-password")
    status, fresh = await send(client, "POST", f"{FACTOR}/recovery-codes", {"code": code})
    assert status == 200
    assert not set(fresh["codes"]) & set(codes)
    wish = {"password": ANNA["password"], "code": codes[1]}
    assert (await send(client, "DELETE", FACTOR, wish))[1]["error_id"] == "code-wrong"
    wish["code"] = fresh["codes"][0]
    assert (await send(client, "DELETE", FACTOR, wish))[0] == 204
    assert (await sign_in(client))[0] == 201
    assert (await send(client, "DELETE", FACTOR, wish))[1]["error_id"] == "no-second-factor"


async def test_setting_up_ends_all_other_sessions(office: Exchange, office_client: Client) -> None:
    client = office_client
    await as_anna(client)
    (old,) = [c.value for c in client.session.cookie_jar]
    client.session.cookie_jar.clear()
    await as_anna(client)
    await set_up(office, client)
    assert (await get(client, "/session"))["email"] == ANNA["email"]
    assert await office.accounts.user_of_session(old) is None


async def test_who_must_have_one_is_led_to_it_first(
    office: Exchange, office_client: Client
) -> None:
    client = office_client
    office.accounts.factors.rule = FactorRule.ADMINS
    await as_boss(client)
    assert (await get(client, "/session"))["second_factor_due"] is False
    status, me = await send(
        client, "POST", "/session", {"email": "admin@example.test", "password": "admin"}
    )
    assert (status, me["second_factor_due"]) == (201, True)
    for method, path in [("GET", "/users"), ("GET", "/account/tokens"), ("GET", "/tasks")]:
        status, problem = await send(client, method, path)
        assert (status, problem["error_id"]) == (403, "second-factor-required")
    with pytest.raises(WSServerHandshakeError):
        await client.ws_connect("/api/v1/live")
    secret, _ = await set_up(office, client)
    assert (await get(client, "/session"))["second_factor_due"] is False
    assert (await get(client, "/users"))["items"]
    code = code_now(office, secret, steps=1)
    assert (await send(client, "DELETE", FACTOR, {"password": "admin", "code": code}))[0] == 204
    assert (await get(client, "/session"))["second_factor_due"] is True


async def test_management_helps_who_lost_everything(
    office: Exchange, office_client: Client
) -> None:
    client = office_client
    await as_anna(client)
    await set_up(office, client)
    path = f"/users/{office.anna.id}/second-factor"
    client.session.cookie_jar.clear()
    await as_admin(client)
    assert (await send(client, "DELETE", path))[0] == 204
    assert (await send(client, "DELETE", path))[1]["error_id"] == "no-second-factor"
    assert await office.accounts.sessions_of(office.anna.id) == []
    assert (await sign_in(client))[0] == 201


# ------------------------------------------------------------------ sessions


async def test_sessions_are_seen_and_ended(office: Exchange, office_client: Client) -> None:
    client = office_client
    for agent in ("Firefox", "Chromium", "Safari"):
        client.session.cookie_jar.clear()
        answer = await client.post("/api/v1/session", json=ANNA, headers={"User-Agent": agent})
        assert answer.status == 201
        office.clock.seconds += 90
    seen = (await get(client, "/account/sessions"))["items"]
    assert [(each["agent"], each["current"]) for each in seen] == [
        ("Safari", True),
        ("Chromium", False),
        ("Firefox", False),
    ]
    assert seen[0]["used_at"] > seen[0]["opened_at"]
    assert (await send(client, "DELETE", f"/account/sessions/{seen[2]['id']}"))[0] == 204
    again = await send(client, "DELETE", f"/account/sessions/{seen[2]['id']}")
    assert (again[0], again[1]["error_id"]) == (404, "unknown-session")
    assert (await send(client, "DELETE", "/account/sessions"))[0] == 204
    assert [s["agent"] for s in (await get(client, "/account/sessions"))["items"]] == ["Safari"]


async def test_with_a_session_end_its_socket_its_sip_account_and_its_push(
    office: Exchange, office_client: Client
) -> None:
    client = office_client
    await as_anna(client)
    (cookie,) = client.session.cookie_jar
    account = await office.voice.ensure(office.anna.id, cookie.value)
    keys = {"p256dh": "B" + "A" * 86, "auth": "A" * 22}
    wish = {"endpoint": "https://push.example.test/1", "keys": keys}
    assert (await send(client, "PUT", "/push/subscription", wish))[0] == 204
    async with client.ws_connect("/api/v1/live") as live:
        assert (await live.receive_json())["type"] == "hello"
        client.session.cookie_jar.clear()
        await as_admin(client)
        path = f"/users/{office.anna.id}/sessions"
        (session,) = (await get(client, path))["items"]
        assert (await send(client, "DELETE", f"{path}/{session['id']}"))[0] == 204
        message = await live.receive(timeout=5)
        assert (message.type, message.data) == (WSMsgType.CLOSE, 4401)
    assert office.voice.owner(account.username) is None
    assert account.username not in office.switch.endpoints
    assert list(await office.push_store.of_user(office.anna.id)) == []
    (change, *_) = (await get(client, "/audit", kind="session"))["items"]
    assert (change["action"], change["by"], change["subject"]) == (
        "session.ended",
        "admin@example.test",
        "anna@example.test",
    )


async def test_an_admin_cannot_touch_a_superadmin(office: Exchange, office_client: Client) -> None:
    client = office_client
    await as_root(client)
    root = (await get(client, "/session"))["id"]
    secret = await office.accounts.new_api_token(await _user(office, root), "app")
    (token,) = (await get(client, f"/users/{root}/tokens"))["items"]
    client.session.cookie_jar.clear()
    await as_admin(client)
    wish = {"name": "x", "scopes": ["own:read"]}
    for method, path, body in [
        ("GET", "sessions", None),
        ("DELETE", "sessions", None),
        ("GET", "tokens", None),
        ("POST", "tokens", wish),
        ("DELETE", f"tokens/{token['id']}", None),
        ("DELETE", "second-factor", None),
    ]:
        status, problem = await send(client, method, f"/users/{root}/{path}", body)
        assert (status, problem["error_id"]) == (403, "role-above-yours"), path
    assert len(await office.accounts.sessions_of(root)) == 1
    assert await office.accounts.user_of_token(secret) is not None
    assert (await send(client, "GET", "/users/nobody/sessions"))[0] == 404
    # A right alone lifts nobody above their role.
    path = f"/people/{office.anna.id}"
    assert (await send(client, "PATCH", path, {"granted": ["people"]}))[0] == 200
    admin = (await get(client, "/session"))["id"]
    client.session.cookie_jar.clear()
    await as_anna(client)
    assert (await send(client, "GET", f"/users/{admin}/sessions"))[0] == 403
    assert (await send(client, "GET", f"/users/{office.ben.id}/sessions"))[0] == 200


async def _user(office: Exchange, user_id: str) -> Any:
    return await office.directory.user(user_id)


# ------------------------------------------------------------------ API tokens


async def test_a_token_does_what_its_scopes_say(office: Exchange, office_client: Client) -> None:
    client = office_client
    await as_boss(client)
    wish = {"name": "task app", "scopes": ["tasks:write", "own:read"]}
    status, made = await send(client, "POST", "/account/tokens", wish)
    assert status == 201
    client.session.cookie_jar.clear()
    with_it = bearer(made["secret"])
    task = {"title": "Neu", "customer": "K", "area": "sales_de", "budget_minutes": 90}
    put = await client.put("/api/v1/tasks/N-1", json=task, headers=with_it)
    assert put.status == 201
    assert (await client.get("/api/v1/tasks", headers=with_it)).status == 200
    for method, path, error in [
        ("GET", "/audit", "token-scope-missing"),
        ("PUT", "/session/language", "token-scope-missing"),
        ("GET", "/account/tokens", "sign-in-needed"),
        ("POST", "/account/tokens", "sign-in-needed"),
        ("POST", "/account/second-factor", "sign-in-needed"),
    ]:
        answer = await client.request(method, f"/api/v1{path}", headers=with_it, json={})
        assert (answer.status, (await answer.json())["error_id"]) == (403, error), path
    with pytest.raises(WSServerHandshakeError):
        await client.ws_connect("/api/v1/live", headers=with_it)
    await as_boss(client)
    (token,) = (await get(client, "/account/tokens"))["items"]
    assert token["scopes"] == ["own:read", "tasks:write"]
    assert token["used_at"] is not None
    assert made["secret"] not in str(token)
    assert (await send(client, "DELETE", f"/account/tokens/{token['id']}"))[0] == 204
    client.session.cookie_jar.clear()
    assert (await client.get("/api/v1/tasks", headers=with_it)).status == 401


async def test_a_token_never_does_more_than_its_owner(
    office: Exchange, office_client: Client
) -> None:
    client = office_client
    await as_anna(client)
    wish = {"name": "x", "scopes": ["numbers:read"]}
    status, problem = await send(client, "POST", "/account/tokens", wish)
    assert (status, problem["error_id"]) == (403, "scope-beyond-rights")
    everything = await office.accounts.new_api_token(office.anna, "made at the command line")
    answer = await client.get("/api/v1/audit", headers=bearer(everything))
    assert (answer.status, (await answer.json())["error_id"]) == (403, "not-allowed")
    assert (await client.get("/api/v1/tasks", headers=bearer(everything))).status == 200


async def test_a_token_of_somebody_else_is_made_by_a_person_with_all_its_rights(
    office: Exchange, office_client: Client
) -> None:
    client = office_client
    await as_admin(client)
    path = f"/users/{office.anna.id}/tokens"
    status, problem = await send(client, "POST", path, {"name": "x", "scopes": ["people:read"]})
    assert (status, problem["error_id"]) == (403, "scope-beyond-rights"), "anna has no right"
    own = {"name": "reads", "scopes": ["own:read"]}
    assert (await send(client, "POST", path, own))[0] == 201
    people = {"name": "x", "scopes": ["people:write"]}
    _, made = await send(client, "POST", "/account/tokens", people)
    client.session.cookie_jar.clear()
    answer = await client.post(f"/api/v1{path}", json=own, headers=bearer(made["secret"]))
    assert (answer.status, (await answer.json())["error_id"]) == (403, "sign-in-needed")
    listed = await client.get(f"/api/v1{path}", headers=bearer(made["secret"]))
    assert [t["name"] for t in (await listed.json())["items"]] == ["reads"]


async def test_a_token_expires(office: Exchange, office_client: Client) -> None:
    client = office_client
    await as_anna(client)
    wish = {"name": "x", "scopes": ["own:read"], "expires_at": "2020-01-01T00:00:00Z"}
    status, problem = await send(client, "POST", "/account/tokens", wish)
    assert (status, problem["error_id"]) == (400, "bad-expiry")
    client.session.cookie_jar.clear()
    end = office.clock.now().at + timedelta(hours=1)
    secret = await office.accounts.new_api_token(office.anna, "short", expires_at=end)
    assert (await client.get("/api/v1/tasks", headers=bearer(secret))).status == 200
    office.clock.seconds += 3600
    assert (await client.get("/api/v1/tasks", headers=bearer(secret))).status == 401


async def test_the_command_line_helps_the_last_superadmin(
    office: Exchange, office_client: Client
) -> None:
    client = office_client
    await as_root(client)
    root = await _user(office, (await get(client, "/session"))["id"])
    await set_up(office, client)
    await office.accounts.reset_factor(root)
    assert (await client.get("/api/v1/session")).status == 401
    await as_root(client)
    (change, *_) = (await get(client, "/audit", kind="second-factor"))["items"]
    assert (change["action"], change["by"]) == ("second-factor.off", "system")
