"""The demo's outside world, as far as it needs no Asterisk."""

import json
import re
from pathlib import Path

import phonenumbers
import pytest

from pbx.asterisk.config import DIALPLAN
from pbx.asterisk.home import carrier_home
from pbx.asterisk.runtime import Runtime
from pbx.demo.carrier import SOUNDS, CallIn, call_in_of, carrier_files, check
from pbx.demo.subscribers import BEHAVIOURS, STEMS, example, table
from pbx.demo.witness import CarrierCall, Witness, id_of_call_in, item
from pbx.errors import BadRequest, ConfigError
from pbx.settings import Settings
from pbx.settings_file import load
from tests.support.telephony import loudness, samples, seconds_of, share_of

RUNTIME = Runtime(("asterisk",), Path("/lib/modules"), Path("/share/asterisk"), "22.10.1")


def read(folder: Path, text: str = '[smtp]\nsecurity = "none"\n') -> Settings:
    file = folder / "pbx.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, folder / "data", {})


# ------------------------------------------------------------------ subscribers


@pytest.mark.parametrize("country", STEMS)
def test_every_example_is_a_number_that_may_be_dialled(country: str) -> None:
    for behaviour in BEHAVIOURS:
        number = phonenumbers.parse(example(country, behaviour.ending))
        assert phonenumbers.is_valid_number(number), behaviour
        assert phonenumbers.region_code_for_number(number) == country
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE


def test_table_and_dialplan_know_the_same_endings() -> None:
    text = (DIALPLAN / "carrier.conf").read_text(encoding="utf-8")
    behaviours = text.split("[behaviours]")[1].split("\n[")[0]
    endings = re.findall(r"^exten => (\S+?),1,", behaviours, re.MULTILINE)
    told = [e.removeprefix("_").replace("[1-9]", "N").replace("other", "") for e in endings]
    told.remove("T")
    assert told == [b.ending for b in BEHAVIOURS]


def test_rows_are_complete_in_both_languages() -> None:
    for row in table():
        assert row["de"]
        assert row["en"]
        assert set(row["examples"]) == set(STEMS)
        assert all(n.endswith(row["ending"].replace("N", "3")) for n in row["examples"].values())


# ------------------------------------------------------------------ sounds


def test_the_speech_is_continuous() -> None:
    file = SOUNDS / "speech.wav"
    assert seconds_of(file) > 10
    quiet = run = 0.0
    whole = samples(file)
    for begin in range(0, len(whole) - 400, 400):
        run = run + 0.05 if loudness(whole[begin : begin + 400]) < 300 else 0.0
        quiet = max(quiet, run)
    assert quiet < 1.0, "seconds of the longest pause"
    assert loudness(samples(file, 0, 0.3)) > 300, "it begins at once"


def test_silence_is_silent_and_no_sound_is_a_tone() -> None:
    assert loudness(samples(SOUNDS / "silence.wav")) < 10
    assert share_of(samples(SOUNDS / "speech.wav"), 1000) < 0.05


# ------------------------------------------------------------------ calls in


def test_a_call_in_is_understood() -> None:
    data = {"from": "+4917112345678", "to": "+4922182829980", "sound": "tone", "seconds": 3}
    assert call_in_of(data) == CallIn("+4917112345678", "+4922182829980", "tone", 3.0)
    assert call_in_of({**data, "from": "anonymous"}).caller == ""
    assert call_in_of({**data, "hangup_after": 1.5}).hangup_after == 1.5
    assert call_in_of({**data, "wait_for_beep": False}).wait_for_beep is False
    assert call_in_of({**data, "hertz": 700}).variables()["HERTZ"] == "700"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"from": "0171"}, "from"),
        ({"from": 4917}, "from"),
        ({"to": ""}, "to"),
        ({"to": "+49221,evil"}, "to"),
        ({"to": "+49221\n"}, "to"),
        ({"sound": "music"}, "sound"),
        ({"seconds": 0}, "seconds"),
        ({"seconds": 3601}, "seconds"),
        ({"seconds": "5"}, "seconds"),
        ({"seconds": True}, "seconds"),
        ({"wait_for_beep": "no"}, "wait_for_beep"),
        ({"hangup_after": -1}, "hangup_after"),
        ({"hertz": 20}, "hertz"),
        ({"hertz": "700"}, "hertz"),
    ],
)
def test_what_is_wrong_with_a_call_in_is_told(change: dict[str, object], field: str) -> None:
    data = {"from": "+4917112345678", "to": "+4922182829980", "sound": "speech", "seconds": 5}
    with pytest.raises(BadRequest) as caught:
        call_in_of({**data, **change})
    assert caught.value.extra == {"field": field}
    with pytest.raises(BadRequest):
        call_in_of([data])


@pytest.mark.parametrize(
    ("call", "limit", "beep"),
    [
        (CallIn("", "+491", "speech", 5), "20.000", "yes"),
        (CallIn("", "+491", "speech", 45), "45.000", "yes"),
        (CallIn("", "+491", "speech", 5, wait_for_beep=False), "5.000", "no"),
        (CallIn("", "+491", "speech", 5, hangup_after=2), "2.000", "no"),
    ],
)
def test_how_long_an_outside_phone_stays(call: CallIn, limit: str, beep: str) -> None:
    variables = call.variables()
    assert (variables["LIMIT"], variables["BEEP"]) == (limit, beep)


# ------------------------------------------------------------------ the carrier's record


def line(event: str, at: float, id: str, exten: str = "", kind: str = "", extra: str = "") -> str:
    fields = (event, f"{at:.6f}", id, exten, "+4922182829980", kind, extra.replace('"', '""'))
    return ",".join(f'"{f}"' for f in fields) + "\n"


def said(text: str) -> str:
    return json.dumps({"extra": text})


def test_a_call_of_the_exchange_is_read_as_it_happens(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    witness = Witness(file)
    assert witness.read() == []
    headers = said(
        "from=%22A%22%20%3Csip%3A%2B4922182829980%40h%3E&pai=%3Csip%3A%2B49%40h%3E&rpid="
    )
    parts = [
        line("CHAN_START", 100.0, "1.0", "+492214710012"),
        line("USER_DEFINED", 100.1, "1.0", kind="INVITE", extra=headers),
        line("USER_DEFINED", 100.2, "1.0", kind="RINGING", extra=said("")),
        line("ANSWER", 102.5, "1.0"),
        line("HANGUP", 110.75, "1.0", extra=json.dumps({"hangupcause": 16})),
    ]
    file.write_text(parts[0] + parts[1] + parts[2][:20])
    (call,) = witness.read()
    assert (call.called, call.ringing_at) == ("+492214710012", None)
    with file.open("a") as f:
        f.write(parts[2][20:] + parts[3] + parts[4])
    assert witness.read() == [
        CarrierCall(
            id="1.0",
            direction="out",
            called="+492214710012",
            caller="+4922182829980",
            invited_at=100.0,
            from_header='"A" <sip:+4922182829980@h>',
            pai="<sip:+49@h>",
            ringing_at=100.2,
            answered_at=102.5,
            ended_at=110.75,
            cause=16,
        )
    ]
    shown = item(call, recorded=True)
    assert shown["duration_seconds"] == 8.25
    assert shown["answered_at"] == "1970-01-01T00:01:42.500000+00:00"
    assert shown["recording"] == "/demo/calls/1.0/recording.wav"


def test_a_call_in_tells_who_calls_whom_from_its_first_line(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    known = id_of_call_in("+491712345678", "+4922182829980", "ab12")
    hidden = id_of_call_in("", "+4922182829980", "cd34")
    file.write_text(line("CHAN_START", 1.0, known) + line("CHAN_START", 2.0, hidden))
    second, first = Witness(file).read()
    assert (first.direction, first.caller, first.called) == (
        "in",
        "+491712345678",
        "+4922182829980",
    )
    assert second.caller == "anonymous"
    assert item(first, recorded=False)["duration_seconds"] is None


def test_keys_are_kept_in_their_order(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    pressed = [
        line("USER_DEFINED", 2.0 + n, "1.0", kind="KEY", extra=said(k))
        for n, k in enumerate("5#*5")
    ]
    file.write_text(line("CHAN_START", 1.0, "1.0", "+492214710009") + "".join(pressed))
    (call,) = Witness(file).read()
    assert item(call, recorded=False)["keys"] == "5#*5"


def test_an_unanswered_call_has_no_duration_and_odd_lines_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(
        line("HANGUP", 1.0, "unknown")
        + "half a line\n"
        + line("CHAN_START", 1.0, "2.0", "+49")
        + line("USER_DEFINED", 1.1, "2.0", kind="INVITE", extra="no json")
        + line("HANGUP", 2.0, "2.0", extra="no json")
    )
    (call,) = Witness(file).read()
    assert (call.cause, call.from_header) == (None, "")
    assert item(call, recorded=False)["duration_seconds"] == 0.0


# ------------------------------------------------------------------ configuration


def test_the_carrier_is_the_far_end_of_the_trunk(tmp_path: Path) -> None:
    settings = read(tmp_path, '[smtp]\nsecurity="none"\n[trunk]\nport = 5999\nlocal_port = 5998\n')
    files = carrier_files(settings, RUNTIME, carrier_home(settings), "secret")
    assert [name for name, text in files.items() if "{{" in text] == []
    assert "bind = 127.0.0.1:5999" in files["pjsip.conf"]
    assert "match = 127.0.0.1:5998" in files["pjsip.conf"]
    assert "contact = sip:127.0.0.1:5998" in files["pjsip.conf"]
    assert "auth" not in files["pjsip.conf"].split("[pbx]")[1]
    assert "Stasis" not in files["extensions.conf"]
    assert "cel_custom" in files["modules.conf"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[trunk]\nhost = "sip.example.test"\n[smtp]\nsecurity="none"\n', "trunk.host"),
        ('[trunk]\ntransport = "tcp"\n[smtp]\nsecurity="none"\n', "trunk.transport"),
        ('[smtp]\nsecurity = "tls"\n', "smtp.security"),
        (
            '[trunk]\nregister = true\nusername = "a]b"\n[smtp]\nsecurity="none"\n',
            "trunk.username",
        ),
    ],
)
def test_settings_that_the_demo_cannot_work_with_are_told(
    tmp_path: Path, text: str, key: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        check(read(tmp_path, text))
    assert caught.value.key == key
