"""A greeting recorded by telephone: the code, the call, the library."""

import pytest

from pbx.domain import messages as m
from pbx.domain.call import CallState
from pbx.domain.records import Outcome
from tests.support.api import eventually
from tests.support.exchange import ANNAS, HEAD_OFFICE, Exchange
from tests.support.signing_in import Client, as_anna, as_boss, get, send

pytest_plugins = ["tests.support.served"]

CHANNEL = "net-in1"
SPOKEN = b"five!"


async def code_for(client: Client, **wish: str) -> str:
    status, code = await send(client, "POST", "/greetings/telephone-codes", wish)
    assert status == 201, code
    assert (code["number"], code["printed"]) == (HEAD_OFFICE, "+49 221 82829-980")
    assert len(code["code"]) == 6
    return str(code["code"])


class Caller:
    """Somebody who calls while nobody is live, and hears the greeting."""

    def __init__(self, office: Exchange) -> None:
        assert office.dictations is not None
        self.office = office
        self.dictations = office.dictations

    def tell(self, event: m.Event) -> None:
        self.dictations.event("in1", event)

    async def executed(self, kind: type[m.Command], name: str = "") -> m.Command:
        async def found() -> m.Command | None:
            for _, command in self.office.switch.executed:
                if isinstance(command, kind) and getattr(command, "name", "") == name:
                    return command
            return None

        return await eventually(found, 10, f"{kind.__name__} {name}")

    async def hears_the_greeting(self) -> None:
        await self.office.caller_calls(ANNAS)
        await self.executed(m.Answer)
        self.tell(m.LegAnswered(self.office.clock.now(), m.Leg.FAR, CHANNEL))
        await self.executed(m.Play, "greeting")

    def presses(self, digits: str) -> None:
        for digit in digits:
            self.tell(m.DigitPressed(self.office.clock.now(), m.Leg.FAR, digit))

    async def ends(self) -> None:
        await self.executed(m.HangUp)
        self.tell(m.LegGone(self.office.clock.now(), m.Leg.FAR, CHANNEL, 16))


@pytest.fixture
async def caller(office: Exchange, office_client: Client) -> Caller:
    await as_boss(office_client)
    return Caller(office)


async def test_from_the_code_to_the_greeting(
    office: Exchange, office_client: Client, caller: Caller
) -> None:
    code = await code_for(office_client, name="Am Telefon", valid_from="now")
    await caller.hears_the_greeting()
    caller.presses("0" + code)
    await caller.executed(m.StopPlay, "greeting")
    await caller.executed(m.Play, "dictation")
    call = office.board.actor("in1").call
    assert call.state is CallState.DICTATING
    caller.tell(m.PlaybackDone(office.clock.now(), "greeting"))
    caller.tell(m.PlaybackDone(office.clock.now(), "dictation"))
    record = await caller.executed(m.Record)
    assert record == m.Record(CHANNEL, 180)
    office.switch.recordings["in1"] = SPOKEN
    caller.presses("#")
    await caller.executed(m.StopRecording)
    caller.tell(m.RecordingDone(office.clock.now(), "in1"))
    again = await caller.executed(m.Play, "again")
    [made] = (await get(office_client, "/greetings"))["items"]
    [version] = made["versions"]
    assert (made["name"], version["source"], version["state"]) == (
        "Am Telefon",
        "telephone",
        "current",
    )
    assert isinstance(again, m.Play)
    assert again.files[0].endswith(f"/{version['id']}.wav")
    caller.tell(m.PlaybackDone(office.clock.now(), "again"))
    office.clock.seconds += 30
    await caller.ends()

    async def over() -> bool:
        return (await get(office_client, "/calls/in1"))["call"]["outcome"] == "dictated"

    await eventually(over, 10, "the end of the call")
    told = await get(office_client, "/calls/in1")
    assert told["call"]["platform_seconds"] == 30
    assert any(line["cause"] == "dictation-begun" for line in told["timeline"])
    [typed] = [line["text"] for line in told["timeline"] if line["cause"] == "digits"]
    assert typed == f"The caller typed: 0{code}"
    [sums] = (await get(office_client, "/statistics", by="direction"))["items"]
    assert (sums["calls"], sums["answered"], sums["missed"]) == (1, 0, 0)
    assert office.switch.recordings == {}
    assert (await get(office_client, "/voicemails"))["items"] == []
    assert await (await office_client.get(version["audio"])).read() == SPOKEN


async def test_a_code_is_good_once_and_for_ten_minutes(
    office: Exchange, office_client: Client, caller: Caller
) -> None:
    first = await code_for(office_client, name="A")
    second = await code_for(office_client, name="B")
    await caller.hears_the_greeting()
    if first != second:
        caller.presses(first)
    await office.clock.advance(601)
    caller.presses(second)
    call = office.board.find_actor("in1")
    assert call is not None
    assert call.call.state.value == "greeting"
    assert not [c for _, c in office.switch.executed if isinstance(c, m.StopPlay)]


async def test_guessing_ends_after_some_digits(
    office_client: Client, office: Exchange, caller: Caller
) -> None:
    code = await code_for(office_client, name="A")
    await caller.hears_the_greeting()
    wrong = "0" if code[0] != "0" else "1"
    caller.presses(wrong * 13 + code)
    assert office.board.find_actor("in1") is not None
    assert not [c for _, c in office.switch.executed if isinstance(c, m.StopPlay)]


async def test_a_new_version_that_cannot_be_kept_leaves_the_greeting(
    office: Exchange, office_client: Client, caller: Caller
) -> None:
    answer = await office_client.post("/api/v1/greetings", data=b"sound", params={"name": "A"})
    made = await answer.json()
    code = await code_for(office_client, greeting=made["id"])
    await caller.hears_the_greeting()
    caller.presses(code)
    await caller.executed(m.Play, "dictation")
    caller.tell(m.PlaybackDone(office.clock.now(), "dictation"))
    office.switch.recordings["in1"] = b"broken"
    caller.tell(m.RecordingDone(office.clock.now(), "in1"))
    again = await caller.executed(m.Play, "again")
    assert again == m.Play(CHANNEL, "again", ("beep", "beep"))
    assert (await get(office_client, "/greetings"))["items"] == [made]
    caller.tell(m.PlaybackDone(office.clock.now(), "again"))
    await caller.ends()


async def test_after_a_lost_connection_nothing_is_a_dictation(
    office: Exchange, office_client: Client, caller: Caller
) -> None:
    code = await code_for(office_client, name="A")
    await caller.hears_the_greeting()
    caller.presses(code)
    await caller.executed(m.Play, "dictation")
    caller.dictations.connected()
    await caller.dictations.stop()
    await caller.executed(m.HangUp)
    assert office.board.actor("in1").call.outcome is Outcome.DICTATED
    assert (await get(office_client, "/greetings"))["items"] == []


async def test_who_gets_a_code_for_what(office_client: Client) -> None:
    await as_anna(office_client)
    path = "/greetings/telephone-codes"
    assert (await send(office_client, "POST", path, {"name": "A"}))[0] == 403
    await as_boss(office_client)
    for wish, status, error_id in (
        ({}, 400, "no-greeting-name"),
        ({"greeting": "nobody"}, 404, "unknown-greeting"),
        ({"name": "A", "valid_from": "soon"}, 400, "bad-time"),
    ):
        found, problem = await send(office_client, "POST", path, wish)
        assert (found, problem["error_id"]) == (status, error_id)
