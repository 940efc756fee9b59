"""The fast path after a change of network: new candidates for the same leg, no new leg."""

import time

import pytest

from pbx.demo.subscribers import example
from tests.support.api import VPA1, Api, eventually
from tests.support.browser import CARRIER_HERTZ, QUIET_DB, Softphone
from tests.support.browsing import OpenPhone
from tests.support.scenes import carrier_hears_the_microphone

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.calm]

CONNECTIONS = """(() => {
  const Original = window.RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Original {
    constructor(...all) {
      super(...all);
      window.connections.push(this);
    }
  };
})();"""

DIP = """() => {
  const connection = connections.at(-1);
  const dip = { value: "disconnected", configurable: true };
  Object.defineProperty(connection, "iceConnectionState", dip);
  connection.dispatchEvent(new Event("iceconnectionstatechange"));
  setTimeout(() => { delete connection.iceConnectionState; }, 600);
}"""
"""The page believes for a moment that the way is lost, as when the network changes."""

CANDIDATES = "connections.at(-1).localDescription.sdp.split('ufrag:')[1].slice(0, 4)"


async def invites(phone: Softphone, since: float) -> int:
    return sum(each.method == "INVITE" and each.sent for each in phone.sip if each.at > since)


async def test_new_candidates_for_the_same_leg(open_phone: OpenPhone, manager: Api) -> None:
    number = example("FR", "0006")
    phone = await open_phone(VPA1, script=CONNECTIONS)
    await phone.call(number.removeprefix("+33"), country="FR")
    await phone.reaches("talking")
    await phone.hears(CARRIER_HERTZ)
    carrier = await manager.carrier_call(number, "answered_at")
    before = await phone.page.evaluate(CANDIDATES)
    legs = await phone.page.evaluate("connections.length")
    dipped = time.time()
    await phone.page.evaluate(DIP)

    async def restarted() -> bool:
        return bool(await phone.page.evaluate(CANDIDATES) != before)

    await eventually(restarted, 5, "new candidates")
    # Longer than the patience after which a leg would be replaced.
    await phone.page.wait_for_timeout(2000)
    looks = await phone.heard(dipped)
    silent = [each for each in looks if each["db"] < QUIET_DB]
    print(f"{len(silent)} of {len(looks)} looks were silent")
    assert len(looks) > 40
    assert not silent
    assert await phone.page.evaluate("connections.length") == legs, "a new leg was made"
    assert await invites(phone, dipped) == 1
    await carrier_hears_the_microphone(manager, carrier["id"])
    await phone.hang_up()
