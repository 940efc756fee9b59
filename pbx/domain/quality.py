"""The quality of one person's calls over weeks: day by day, and what would make it better."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean

from pbx.domain.desk import Quality

LEAST_CALLS = 5
"""Fewer calls of a kind say nothing about it."""
LEAST_DAYS = 3
"""A bad hour on one day is no habit."""
LEAST_SECONDS = 10.0
"""Shorter calls are not judged: their figures are mostly their beginning."""
CLEAR = 0.3
"""A difference of MOS that people notice."""
GOOD_MOS = 3.9
"""From here on nobody needs advice."""
MANY_REJOINS = 0.3
"""Of a hundred calls so many lost their browser's leg."""
HIGH_LOSS = 2.0
"""Percent of packets; speech begins to break up."""
LONG_DELAY_MS = 300.0
"""Round trip; people begin to talk into each other's words (ITU-T G.114: 150 ms one way)."""
SILENT_SECONDS = 5.0
MANY_SILENT = 0.3


@dataclass(frozen=True, slots=True)
class Measured:
    at: datetime
    """Local time of the call's beginning."""
    quality: Quality


@dataclass(frozen=True, slots=True)
class Day:
    """Means over the day's calls, each weighted by its length."""

    day: date
    calls: int
    mos: float
    jitter_ms: float
    rtt_ms: float | None
    loss_percent: float
    rejoins: int


@dataclass(frozen=True, slots=True)
class Advice:
    id: str
    de: str
    en: str

    def text(self, language: str) -> str:
        return self.de if language.startswith("de") else self.en


def by_day(found: Iterable[Measured]) -> list[Day]:
    """Oldest first; days without calls are missing."""
    days: defaultdict[date, list[Quality]] = defaultdict(list)
    for measured in found:
        days[measured.at.date()].append(measured.quality)
    return [_day(day, days[day]) for day in sorted(days)]


def _day(day: date, calls: Sequence[Quality]) -> Day:
    timed = [(q.rtt_ms, q) for q in calls if q.rtt_ms is not None]
    return Day(
        day=day,
        calls=len(calls),
        mos=_weighted([(q.mos, q) for q in calls]),
        jitter_ms=_weighted([(q.jitter_ms, q) for q in calls]),
        rtt_ms=_weighted(timed) if timed else None,
        loss_percent=_weighted([(q.loss_percent, q) for q in calls]),
        rejoins=sum(q.rejoins for q in calls),
    )


def _weighted(values: Sequence[tuple[float, Quality]]) -> float:
    """The mean, where a longer call counts more; one of no length counts as a second."""
    weights = [max(1.0, q.seconds) for _, q in values]
    mean = sum(v * w for (v, _), w in zip(values, weights, strict=True)) / sum(weights)
    low, high = min(v for v, _ in values), max(v for v, _ in values)
    return min(high, max(low, mean))  # rounding must not leave the range


# ------------------------------------------------------------------ advice


def advice(found: Iterable[Measured]) -> list[Advice]:
    """What the figures suggest, the most useful first; nothing where they do not carry it."""
    judged = [m for m in found if m.quality.seconds >= LEAST_SECONDS]
    given = (rule(judged) for rule in RULES)
    return [one for one in given if one is not None]


Rule = Callable[[Sequence[Measured]], Advice | None]


def _groups(
    found: Iterable[Measured], key: Callable[[Measured], Hashable]
) -> dict[Hashable, list[Measured]]:
    groups: defaultdict[Hashable, list[Measured]] = defaultdict(list)
    for measured in found:
        groups[key(measured)].append(measured)
    return {name: group for name, group in groups.items() if len(group) >= LEAST_CALLS}


def _mos(group: Iterable[Measured]) -> float:
    return fmean(m.quality.mos for m in group)


def _network(found: Sequence[Measured]) -> Advice | None:
    networks = _groups(found, lambda m: m.quality.network)
    wifi, cable = networks.get("wifi"), networks.get("ethernet")
    if wifi and cable and _mos(cable) - _mos(wifi) >= CLEAR:
        return Advice(
            "wifi-worse",
            f"Über WLAN klingen Ihre Gespräche schlechter als über Kabel (Note {_de(_mos(wifi))}"
            f" statt {_de(_mos(cable))}). Bitte telefonieren Sie möglichst mit Netzwerkkabel.",
            f"Your calls sound worse over Wi-Fi than over cable ({_mos(wifi):.1f} instead of"
            f" {_mos(cable):.1f}). Please use a network cable where you can.",
        )
    if wifi and not cable and _mos(wifi) < GOOD_MOS - CLEAR:
        return Advice(
            "try-cable",
            "Ihre Gespräche über WLAN klingen oft schlecht. Bitte probieren Sie ein"
            " Netzwerkkabel aus, oder rücken Sie näher an den Router.",
            "Your calls over Wi-Fi often sound bad. Please try a network cable, or move"
            " closer to the router.",
        )
    return None


def _vpn(found: Sequence[Measured]) -> Advice | None:
    parts = _groups(found, lambda m: m.quality.network == "vpn")
    tunnel, plain = parts.get(True), parts.get(False)
    if tunnel and plain and _mos(plain) - _mos(tunnel) >= CLEAR:
        return Advice(
            "vpn-worse",
            "Mit eingeschaltetem VPN klingen Ihre Gespräche schlechter. Bitte schalten Sie es"
            " zum Telefonieren aus, wenn Sie es nicht brauchen.",
            "With the VPN switched on your calls sound worse. Please switch it off for calls"
            " where you do not need it.",
        )
    return None


def _hour(found: Sequence[Measured]) -> Advice | None:
    worst: tuple[float, int] | None = None
    for hour, group in _groups(found, lambda m: m.at.hour).items():
        others = [m for m in found if m.at.hour != hour]
        days = {m.at.date() for m in group}
        if len(others) < LEAST_CALLS or len(days) < LEAST_DAYS or _mos(group) >= GOOD_MOS:
            continue
        drop = _mos(others) - _mos(group)
        if drop >= CLEAR and isinstance(hour, int):
            worst = max(worst or (drop, hour), (drop, hour))
    if worst is None:
        return None
    hour = worst[1]
    return Advice(
        "bad-hour",
        f"Zwischen {hour} und {hour + 1} Uhr ist Ihre Leitung regelmäßig schlechter. Bitte"
        " prüfen Sie, was dann sonst noch läuft: Datensicherung, Streaming, große Downloads.",
        f"Between {hour}:00 and {(hour + 1) % 24}:00 your line is regularly worse. Please check"
        " what else is running then: backups, streaming, large downloads.",
    )


def _microphone(found: Sequence[Measured]) -> Advice | None:
    labels = _groups((m for m in found if m.quality.microphone), lambda m: m.quality.microphone)
    if len(labels) < 2:
        return None
    ranked = sorted((_trouble(group), str(label)) for label, group in labels.items())
    (least, good), (most, bad) = ranked[0], ranked[-1]
    if most < MANY_SILENT or most - least < MANY_SILENT:
        return _microphone_mos(labels)
    return Advice(
        "microphone-silent",
        f"Das Mikrofon „{bad}“ bleibt öfter stumm als „{good}“. Bitte prüfen Sie seinen Stecker"
        " und seinen Stummschalter, oder nehmen Sie das andere.",
        f'The microphone "{bad}" is silent more often than "{good}". Please check its plug and'
        " its mute switch, or use the other one.",
    )


def _microphone_mos(labels: dict[Hashable, list[Measured]]) -> Advice | None:
    ranked = sorted((_mos(group), str(label)) for label, group in labels.items())
    (low, bad), (high, good) = ranked[0], ranked[-1]
    if high - low < CLEAR or low >= GOOD_MOS:
        return None
    return Advice(
        "microphone-worse",
        f"Mit dem Mikrofon „{bad}“ sind Ihre Gespräche schlechter als mit „{good}“. Bitte nehmen"
        " Sie möglichst das bessere; bei Funk-Headsets hilft oft weniger Abstand.",
        f'With the microphone "{bad}" your calls are worse than with "{good}". Please use the'
        " better one; wireless headsets often work better at a shorter distance.",
    )


def _trouble(group: Sequence[Measured]) -> float:
    """The share of calls in which the microphone gave nothing for a while."""
    return fmean(m.quality.silent_seconds >= SILENT_SECONDS for m in group)


def _rejoins(found: Sequence[Measured]) -> Advice | None:
    if len(found) < LEAST_CALLS:
        return None
    lost = [m for m in found if m.quality.rejoins]
    if len(lost) / len(found) < MANY_REJOINS:
        return None
    return Advice(
        "many-rejoins",
        f"In {len(lost)} von {len(found)} Gesprächen musste die Verbindung neu aufgebaut werden."
        " Bitte prüfen Sie Router und Netzwerkkabel, und lassen Sie den Rechner nicht in den"
        " Ruhezustand gehen.",
        f"In {len(lost)} of {len(found)} calls the connection had to be made anew. Please check"
        " router and network cable, and keep the computer from going to sleep.",
    )


def _relay(found: Sequence[Measured]) -> Advice | None:
    parts = _groups(found, lambda m: m.quality.relay)
    relayed, direct = parts.get(True), parts.get(False)
    if not relayed:
        return None
    loss = fmean(m.quality.loss_percent for m in relayed)
    if loss < HIGH_LOSS or (direct and loss - _loss(direct) < HIGH_LOSS / 2):
        return None
    return Advice(
        "relay-loss",
        f"Ihre Gespräche laufen über einen Umweg (TURN), und dabei gehen {_de(loss)} % des Tons"
        " verloren. Bitte fragen Sie Ihre IT, ob der Router UDP nach außen erlauben kann.",
        f"Your calls take a detour (TURN), and {loss:.1f} % of the sound is lost on it. Please"
        " ask your IT whether the router can let UDP out.",
    )


def _loss(group: Iterable[Measured]) -> float:
    return fmean(m.quality.loss_percent for m in group)


def _delay(found: Sequence[Measured]) -> Advice | None:
    delays = [m.quality.rtt_ms for m in found if m.quality.rtt_ms is not None]
    if len(delays) < LEAST_CALLS or fmean(delays) < LONG_DELAY_MS:
        return None
    return Advice(
        "long-delay",
        f"Der Ton braucht lange (im Mittel {fmean(delays):.0f} ms hin und zurück). Bitte beenden"
        " Sie beim Telefonieren Downloads und Videos, und schalten Sie ein VPN aus.",
        f"The sound takes long ({fmean(delays):.0f} ms there and back on average). Please stop"
        " downloads and videos while you are on the phone, and switch off a VPN.",
    )


RULES: tuple[Rule, ...] = (_network, _vpn, _relay, _rejoins, _hour, _microphone, _delay)


def _de(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")
