"""One call and one message against a running stack with the demo's outside world.

    python -m tests.smoke http://127.0.0.1:8080

Signs in as a VPA in a real Chromium, calls a subscriber who plays 1000 Hz while the
fake microphone says 440 Hz, hangs up; then an outside telephone leaves a message at the
head office. Progress goes to standard error, one JSON object to standard output:

    click_to_invite_ms      click on Call until the carrier got the INVITE; at most 2000
    answer_to_sound_ms      the far party's answer until it is heard in the browser; at most 1500:
                            Chromium needs up to a second where the far party's RTP clock begins
                            below that of the ringing tone
    caller_id               what the carrier saw in From and in P-Asserted-Identity; must be
                            the number that the preview promised
    sound_out               strongest frequency in the carrier's recording; 440 Hz, +-15
    sound_in                strongest frequency in the browser; 1000 Hz, +-15
    billed_seconds          of the call, by the ledger
    carrier_seconds         of the call, by the carrier; at most 0.2 s apart
    hangup_to_mail_seconds  the caller's hang-up until the mail was accepted; at most 5
    mp3_seconds             of the attached MP3; at most 0.5 s from what was spoken

Ends with 0, or with 1 and a line on standard error for each figure that is off.
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser
from playwright.async_api import Error as BrowserError

from pbx.demo.subscribers import example
from tests.support import sound
from tests.support.api import TASK, VPA1, Api, Json, at, eventually
from tests.support.browser import (
    CARRIER_HERTZ,
    MICROPHONE_HERTZ,
    TOLERANCE_HERTZ,
    Softphone,
    chromium,
    is_tone,
)

SUBSCRIBER = example("DE", "0006")
CALLER = "+491705550199"
MESSAGE_SECONDS = 6.0
TALK_SECONDS = 3.0


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


async def smoke(url: str) -> tuple[Json, list[str]]:
    """The figures, and what is off."""
    async with Api(url, VPA1) as api:
        promised = await api.get("/api/v1/numbers/check", country="DE", number=SUBSCRIBER)
        head_office = (await api.get("/demo/subscribers"))["our_numbers"][0]
        with tempfile.TemporaryDirectory() as folder:
            async with chromium(Path(folder)) as browser:
                figures = await _call(browser, api)
        message, spoken = await _message(api, head_office)
        figures |= message
    return figures, list(_faults(figures, str(promised["caller_id"]), spoken))


async def _call(browser: Browser, api: Api) -> Json:
    """A call out of the softphone to the subscriber who plays a tone."""
    phone = await Softphone.open(browser, api.url, VPA1)
    say("signed in; calling ...")
    before = {call["id"] for call in await api.carrier_calls(SUBSCRIBER)}
    clicked = await phone.call(SUBSCRIBER.removeprefix("+49"), TASK)
    await phone.reaches("talking")
    heard_at = await phone.hears(CARRIER_HERTZ)
    carrier = await api.carrier_call(SUBSCRIBER, "answered_at")
    if carrier["id"] in before:
        raise AssertionError("the carrier got no INVITE for this call")
    say("answered and heard; talking for a moment ...")
    await asyncio.sleep(TALK_SECONDS)
    heard = [each for each in await phone.heard(heard_at) if is_tone(each, CARRIER_HERTZ)]
    recorded = sound.samples_of(await api.recording(carrier["id"]))
    await phone.hang_up()
    carrier = await api.carrier_call(carrier["id"], "ended_at")
    (call, *_) = await api.calls(number=SUBSCRIBER)
    call = await api.ended(call["id"])
    await phone.close()
    return {
        "click_to_invite_ms": round((at(carrier["invited_at"]) - clicked) * 1000),
        "answer_to_sound_ms": round((heard_at - at(carrier["answered_at"])) * 1000),
        "caller_id": _shown(carrier),
        "sound_out": round(sound.main_hertz(recorded[-2 * sound.RATE :]), 1),
        "sound_in": round(sum(each["hertz"] for each in heard) / len(heard), 1),
        "billed_seconds": call["talk_seconds"],
        "carrier_seconds": carrier["duration_seconds"],
    }


def _shown(carrier: Json) -> str:
    """The caller ID where From and P-Asserted-Identity agree, else both."""
    headers = (carrier["from_header"] or "", carrier["pai"] or "")
    found = {"".join(re.findall(r"<sip:([^@>]+)@", header)) for header in headers}
    return " / ".join(sorted(found))


async def _message(api: Api, head_office: str) -> tuple[Json, float]:
    """A message at the head office: its figures, and the seconds that were spoken."""
    say("leaving a message at the head office ...")
    known = {mail["id"] for mail in await api.mails()}
    called = await api.call_in(head_office, CALLER, "speech", seconds=MESSAGE_SECONDS)
    carrier = await api.carrier_call(called, "ended_at", 90)
    spoken = at(carrier["ended_at"]) - at(carrier["spoke_at"])

    async def mail() -> Json | None:
        new = [m for m in await api.mails() if m["id"] not in known and CALLER in m["text"]]
        return new[0] if new else None

    received = await eventually(mail, 30, "the mail with the message")
    mp3 = await sound.decode(await api.download(received["attachments"][0]["url"]))
    figures = {
        "hangup_to_mail_seconds": round(at(received["at"]) - at(carrier["ended_at"]), 3),
        "mp3_seconds": round(sound.seconds(mp3), 3),
    }
    return figures, spoken


def _faults(figures: Json, promised: str, spoken: float) -> Iterator[str]:
    """A line for each figure that is off."""

    def near(key: str, wanted: float, tolerance: float) -> bool:
        return bool(abs(figures[key] - wanted) <= tolerance)

    limits = {
        "click_to_invite_ms": 2000,
        "answer_to_sound_ms": 1500,
        "hangup_to_mail_seconds": 5,
    }
    for key, most in limits.items():
        if figures[key] > most:
            yield f"{key}: {figures[key]}, at most {most}"
    if figures["caller_id"] != promised:
        yield f"caller_id: {figures['caller_id']}, promised was {promised}"
    for key, hertz in (("sound_out", MICROPHONE_HERTZ), ("sound_in", CARRIER_HERTZ)):
        if not near(key, hertz, TOLERANCE_HERTZ):
            yield f"{key}: {figures[key]} Hz, expected {hertz}"
    if not near("billed_seconds", figures["carrier_seconds"], 0.2):
        yield f"billed_seconds: {figures['billed_seconds']}, carrier {figures['carrier_seconds']}"
    if not near("mp3_seconds", spoken, 0.5):
        yield f"mp3_seconds: {figures['mp3_seconds']}, spoken were {spoken:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="One call and one message, figures as JSON.")
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:8080")
    arguments: Any = parser.parse_args()
    began = time.monotonic()
    try:
        figures, faults = asyncio.run(smoke(arguments.url.rstrip("/")))
    except (AssertionError, BrowserError, aiohttp.ClientError, TimeoutError) as e:
        say(f"smoke failed: {type(e).__name__}: {e}")
        sys.exit(1)
    print(json.dumps(figures, indent=2))
    for fault in faults:
        say(f"off: {fault}")
    say(f"{'failed' if faults else 'all well'} after {time.monotonic() - began:.0f} s")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
