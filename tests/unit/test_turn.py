"""Credentials of the TURN REST API."""

import base64
import hashlib
import hmac

from pbx.domain.turn import RelayServer, TurnRules, credential, servers


def test_the_password_is_an_hmac_of_the_user_name() -> None:
    """The user name and its password as `turnutils`' side computes them."""
    expected = hmac.new(b"north", b"1433895918:mbzrxpgjys", hashlib.sha1).digest()
    assert credential("north", "1433895918:mbzrxpgjys") == base64.b64encode(expected).decode()
    # From coturn's documentation of use-auth-secret: base64(hmac(secret, user name)).
    assert len(base64.b64decode(credential("s", "1:u"))) == 20


def test_no_servers_without_settings() -> None:
    assert servers(TurnRules(), "anna", 1000) == []


def test_stun_needs_no_password_and_turn_a_fresh_one() -> None:
    rules = TurnRules(("stun:t:3478",), ("turn:t:3478", "turns:t:443?transport=tcp"), "north", 600)
    stun, turn = servers(rules, "anna", 1000.9)
    assert stun == RelayServer(("stun:t:3478",))
    assert (turn.urls, turn.username) == (rules.turn_urls, "1600:anna")
    assert turn.credential == credential("north", "1600:anna")
    assert credential("south", "1600:anna") != turn.credential
