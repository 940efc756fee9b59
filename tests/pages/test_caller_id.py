"""What the carrier saw as the caller: the head office, whatever anybody asks for."""

import re

import pytest

from pbx.demo.subscribers import example
from tests.support.api import VPA1, VPA2, Api, Json, eventually
from tests.support.browsing import OpenPhone, OpenVoice
from tests.support.stack import HEAD_OFFICE, VPA1_NUMBER

pytestmark = pytest.mark.asyncio(loop_scope="session")

OTHER = "+4930123456789"

REWRITE = """(() => {
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (typeof data === "string" && data.startsWith("INVITE ")) {
      %s
      window.rewritten = (window.rewritten ?? 0) + 1;
    }
    return send.call(this, data);
  };
})();"""
"""A browser in the hands of an attacker: what it sends is changed on the way out."""

HEADERS = (
    r"""
      data = data
        .replace(/^From: *("[^"]*" *)?</m, 'From: "OTHER" <')
        .replace(/^Contact: */m, 'Contact: "OTHER" ')
        .replace("\r\n", "\r\n" + [
          'P-Asserted-Identity: "OTHER" <sip:OTHER@pbx.invalid>',
          "P-Preferred-Identity: <sip:OTHER@pbx.invalid>",
          'Remote-Party-ID: "OTHER" <sip:OTHER@pbx.invalid>;party=calling;privacy=off',
          "Diversion: <sip:OTHER@pbx.invalid>;reason=unconditional",
          "Privacy: id", ""].join("\r\n"));
"""
).replace("OTHER", OTHER)

FROM_USER = (
    r"""
      data = data.replace(/^From: .*<sip:[^@]+@/m, "From: <sip:OTHER@");
"""
).replace("OTHER", OTHER)


def shows_only_the_head_office(carrier: Json) -> None:
    for header in ("from_header", "pai"):
        (user,) = re.findall(r"<sip:([^@>]+)@", carrier[header])
        assert user == HEAD_OFFICE, carrier
        assert OTHER not in carrier[header]
        name = carrier[header].partition("<")[0].strip(' "')
        assert name in ("", HEAD_OFFICE), f"a name is shown: {name!r}"
    assert carrier["from"] == HEAD_OFFICE
    assert not carrier["rpid"]
    assert not carrier["diversion"]


async def test_the_carrier_sees_the_head_office_in_from_and_pai(
    open_phone: OpenPhone, manager: Api
) -> None:
    number = example("DE", "0100")
    phone = await open_phone(VPA1)
    await phone.call(number.removeprefix("+49"))
    await phone.reaches("talking")
    shows_only_the_head_office(await manager.carrier_call(number))
    (call,) = await manager.calls(number=number)
    assert call["caller_id"] == HEAD_OFFICE


@pytest.mark.parametrize(
    "field",
    [
        {"caller_id": OTHER},
        {"callerId": OTHER},
        {"from": OTHER},
        {"pai": OTHER},
        {"headers": {"From": OTHER}},
        {"variables": {"CALLERID(num)": OTHER}},
        {"user": VPA2},
    ],
    ids=lambda field: next(iter(field)),
)
async def test_a_request_with_more_fields_is_refused(manager: Api, anna: Api, field: Json) -> None:
    before = len(await manager.carrier_calls())
    wish = {"number": example("DE", "0100"), "country": "DE", "task": "T-1001", **field}
    answer = await anna.post("/api/v1/calls", wish)
    assert (answer.status, answer.error_id) == (400, "bad-request")
    assert next(iter(field)) in answer.body["detail"]
    assert len(await manager.carrier_calls()) == before


async def test_headers_of_the_browsers_invite_change_nothing(
    open_phone: OpenPhone, manager: Api
) -> None:
    number = example("AT", "0100")
    phone = await open_phone(VPA1, script=REWRITE % HEADERS)
    await phone.call(number.removeprefix("+43"), country="AT")
    await phone.reaches("talking")
    assert await phone.page.evaluate("window.rewritten") >= 1
    shows_only_the_head_office(await manager.carrier_call(number))


async def test_another_from_user_in_the_browsers_invite_changes_nothing(
    open_phone: OpenPhone, manager: Api
) -> None:
    """Asterisk knows the browser by its account: another name is no account of ours, and
    the call is not even begun; or the name is not used."""
    number = example("CH", "0100")
    phone = await open_phone(VPA1, script=REWRITE % FROM_USER)
    await phone.call(number.removeprefix("+41"), country="CH")

    async def sent() -> bool:
        return bool(await phone.page.evaluate("window.rewritten >= 1"))

    await eventually(sent, 10, "the changed INVITE")
    (call,) = await manager.calls(number=number)
    call = await manager.progressed(call["id"], "waiting", seconds=2)
    for carrier in await manager.carrier_calls(number):
        shows_only_the_head_office(carrier)
    assert call["caller_id"] == HEAD_OFFICE


async def test_the_individual_number_is_shown_once_management_switched_that_on(
    open_voice: OpenVoice, manager: Api
) -> None:
    """F04: a setting of the number; the default is the head office."""
    number = example("DE", "0101")
    (own,) = [n for n in (await manager.get("/api/v1/numbers"))["items"] if n["user"] == VPA1]
    change = {key: own[key] for key in ("e164", "label", "ring_seconds", "language", "recipients")}
    page = await open_voice(VPA1)
    (await manager.put("/api/v1/numbers", {**change, "show_as_caller_id": True})).ok()
    try:
        call = await page.place(number)
    finally:
        (await manager.put("/api/v1/numbers", {**change, "show_as_caller_id": False})).ok()
    await page.join(call["voice"], "own number")
    carrier = await manager.carrier_call(number)
    assert own["e164"] == VPA1_NUMBER
    assert carrier["from"] == VPA1_NUMBER
    assert VPA1_NUMBER in carrier["pai"]
