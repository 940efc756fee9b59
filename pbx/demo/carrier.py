"""The demo's carrier: a second Asterisk that the exchange reaches over SIP like a real trunk."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import aiohttp

from pbx.asterisk.addresses import is_any, is_loopback
from pbx.asterisk.config import DIALPLAN, TEMPLATES, directories, render_files, value
from pbx.asterisk.home import Home, carrier_home, kept_secret
from pbx.asterisk.process import AsteriskProcess
from pbx.asterisk.runtime import Runtime
from pbx.demo.witness import CarrierCall, Witness, id_of_call_in
from pbx.errors import BadRequest, ConfigError, SwitchRefused, SwitchUnreachable
from pbx.settings import Settings

SOUNDS = Path(__file__).resolve().parent / "sounds"
USER = "demo"
SHARED = ("asterisk.conf", "http.conf", "ari.conf", "indications.conf", "logger.conf")
"""Templates of the exchange that the carrier uses as well."""

BEEP_WAIT_SECONDS = 20
"""So long after the answer a voicemail's beep may come (greetings are shorter)."""

RING_SECONDS = 180
"""An outside telephone gives up after that."""

MAX_SECONDS = 3600

Sound = Literal["speech", "silence", "tone", "keys"]


@dataclass(frozen=True, slots=True)
class CallIn:
    """A call that an outside telephone is to make.

    caller: E.164, or empty for a withheld number.
    seconds: of sound; after the beep where one is heard, else after the answer.
    wait_for_beep: whether a voicemail may answer. Then the telephone stays on the line
        for `BEEP_WAIT_SECONDS` at least, and starts its sound anew at the beep.
    hangup_after: seconds after the answer at which it hangs up, whatever it hears.
    hertz: of the sounds `tone` and `keys`.
    keys: what the telephone presses after a second, with the sound `keys`.
    """

    caller: str
    to: str
    sound: Sound
    seconds: float
    wait_for_beep: bool = True
    hangup_after: float | None = None
    hertz: int = 1000
    keys: str = ""

    def variables(self) -> dict[str, str]:
        """What the dialplan's `outside-phone` needs."""
        limit = self.seconds
        if self.hangup_after is not None:
            limit = self.hangup_after
        elif self.wait_for_beep:
            limit = max(self.seconds, BEEP_WAIT_SECONDS)
        listens = self.wait_for_beep and self.hangup_after is None
        return {
            "SOUND": self.sound,
            "HERTZ": str(self.hertz),
            "KEYS": self.keys,
            "SECONDS": f"{self.seconds:.3f}",
            "LIMIT": f"{limit:.3f}",
            "BEEP": "yes" if listens else "no",
        }


class Carrier:
    """The carrier's process, its record of calls, and telephones outside that call us."""

    def __init__(self, settings: Settings, runtime: Runtime) -> None:
        check(settings)
        self.home = carrier_home(settings)
        self.recordings = self.home.path / "recordings"
        self.witness = Witness(self.home.log / "cel-custom" / "calls.csv")
        self.url = f"http://127.0.0.1:{settings.demo.carrier_http_port}"
        password = kept_secret(self.home.path / "ari.secret")
        self._headers = {"Authorization": aiohttp.encode_basic_auth(USER, password)}
        self.process = AsteriskProcess(
            name="carrier",
            runtime=runtime,
            home=self.home,
            files=carrier_files(settings, runtime, self.home, password),
            url=self.url,
            user=USER,
            password=password,
        )

    async def start(self) -> bool:
        """Start or adopt it; True where it was adopted."""
        self.recordings.mkdir(parents=True, exist_ok=True)
        return await self.process.start()

    async def stop(self) -> None:
        await self.process.stop()

    def calls(self) -> list[CarrierCall]:
        """All calls that the carrier has a record of, newest first."""
        return self.witness.read()

    def recording(self, call_id: str) -> Path | None:
        """The WAV of what the exchange sent in that call, as far as written."""
        if not re.fullmatch(r"[0-9A-Za-z.-]{1,100}", call_id):
            return None
        file = self.recordings / f"{call_id}.wav"
        return file if file.is_file() else None

    async def call_in(self, call: CallIn) -> str:
        """Let an outside telephone call; the id of the call in the carrier's record.

        Raises:
            SwitchRefused, SwitchUnreachable: of the carrier's Asterisk.
        """
        call_id = id_of_call_in(call.caller, call.to, secrets.token_hex(4))
        withheld = {} if call.caller else {"CALLERID(pres)": "prohib"}
        body = {
            "endpoint": f"PJSIP/{call.to}@pbx",
            "channelId": call_id,
            "context": "outside-phone",
            "extension": "talk",
            "priority": 1,
            "callerId": f"<{call.caller or 'anonymous'}>",
            "timeout": RING_SECONDS,
            "variables": {**call.variables(), **withheld},
        }
        await self._post("/ari/channels", body)
        return call_id

    async def _post(self, path: str, body: Mapping[str, object]) -> None:
        timeout = aiohttp.ClientTimeout(total=5)
        try:
            async with (
                aiohttp.ClientSession(headers=self._headers, timeout=timeout) as session,
                session.post(self.url + path, json=body) as response,
            ):
                if response.status >= 400:
                    raise SwitchRefused(response.status, await response.text())
        except (aiohttp.ClientError, TimeoutError) as e:
            raise SwitchUnreachable(str(e)) from e


def call_in_of(data: object) -> CallIn:
    """The JSON of `POST /demo/call-in` as a `CallIn`.

    Raises:
        BadRequest: `bad-request`, naming the field.
    """
    if not isinstance(data, dict):
        raise _bad("JSON", '{"from", "to", "sound", "seconds"}')
    caller, to, sound = (data.get(k, d) for k, d in (("from", ""), ("to", ""), ("sound", "speech")))
    if caller in ("anonymous", None):
        caller = ""
    if not isinstance(caller, str) or (caller and not _is_number(caller)):
        raise _bad("from", "+4917112345678, anonymous")
    if not isinstance(to, str) or not _is_number(to):
        raise _bad("to", "+4922182829980")
    if sound not in ("speech", "silence", "tone", "keys"):
        raise _bad("sound", "speech, silence, tone, keys")
    keys = data.get("keys", "")
    if not isinstance(keys, str) or not re.fullmatch(r"[0-9*#]{0,20}", keys):
        raise _bad("keys", "0 ... 9, *, #")
    wait = data.get("wait_for_beep", True)
    if not isinstance(wait, bool):
        raise _bad("wait_for_beep", "true, false")
    after = data.get("hangup_after")
    seconds = _seconds("seconds", data.get("seconds", 10))
    after = None if after is None else _seconds("hangup_after", after)
    hertz = data.get("hertz", 1000)
    if isinstance(hertz, bool) or not isinstance(hertz, int) or not 300 <= hertz <= 3400:
        raise _bad("hertz", "300 ... 3400")
    return CallIn(caller, to, sound, seconds, wait, after, hertz, keys)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\+[1-9][0-9]{5,14}", text) is not None


def _seconds(key: str, number: object) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise _bad(key, "1 ... 3600")
    if not 0.1 <= number <= MAX_SECONDS:
        raise _bad(key, "0.1 ... 3600")
    return float(number)


def _bad(key: str, expected: str) -> BadRequest:
    return BadRequest(
        "bad-request",
        f"Feld „{key}“: erwartet wird {expected}.",
        f"Field “{key}”: expected {expected}.",
        field=key,
    )


# ------------------------------------------------------------------ configuration


def check(settings: Settings) -> None:
    """Settings that the demo cannot work with.

    Raises:
        ConfigError: naming the key.
    """
    file, trunk = str(settings.file), settings.trunk
    if not is_loopback(trunk.host):
        raise ConfigError(
            file, "trunk.host", trunk.host, "127.0.0.1 in the demo (`pbx serve` uses a real trunk)"
        )
    if settings.smtp.security != "none":
        raise ConfigError(file, "smtp.security", settings.smtp.security, '"none" in the demo')
    if trunk.transport != "udp":
        raise ConfigError(file, "trunk.transport", trunk.transport, '"udp" in the demo')
    if trunk.register and not re.fullmatch(r"[A-Za-z0-9_.-]+", trunk.username):
        raise ConfigError(file, "trunk.username", trunk.username, "letters and digits in the demo")


def carrier_files(
    settings: Settings, runtime: Runtime, home: Home, password: str
) -> dict[str, str]:
    """The carrier's configuration, file name -> text."""
    values = {
        **directories(runtime, home),
        **_trunk(settings),
        "http_bind": "127.0.0.1",
        "http_port": str(settings.demo.carrier_http_port),
        "ari_user": USER,
        "ari_password": password,
        "rtp_min": str(settings.demo.carrier_rtp_port_min),
        "rtp_max": str(settings.demo.carrier_rtp_port_max),
        "sounds": str(SOUNDS),
        "recordings": str(home.path / "recordings"),
    }
    folders = (TEMPLATES, TEMPLATES / "carrier")
    return render_files(folders, DIALPLAN / "carrier.conf", values, only_of_first=SHARED)


def _trunk(settings: Settings) -> dict[str, str]:
    """The far end of what `pbx.asterisk.config` makes of the same settings."""
    trunk = settings.trunk
    local = "127.0.0.1" if is_any(trunk.local_host) else trunk.local_host
    values = {
        "trunk_bind": f"{trunk.host}:{trunk.port}",
        "media_address": trunk.host,
        "pbx_match": f"{local}:{trunk.local_port}",
        "pbx_aor": "pbx",
        "pbx_aor_contact": f"contact = sip:{local}:{trunk.local_port}",
        "pbx_endpoint_extra": "",
        "pbx_auth": "",
    }
    if trunk.username:
        name, password = value(trunk.username), value(trunk.password)
        values["pbx_endpoint_extra"] = "auth = pbx"
        values["pbx_auth"] = (
            "\n[pbx]\ntype = auth\nauth_type = userpass\n"
            f"username = {name}\npassword = {password}\n"
        )
    if trunk.register:
        # A REGISTER names its address of record, which is the trunk's user name.
        values["pbx_aor"] = trunk.username
        values["pbx_aor_contact"] = "max_contacts = 1\nremove_existing = yes"
    return values
