"""Are the ports free that are about to be bound? Found out before anything starts."""

import errno
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from pbx.asterisk.home import carrier_home, pbx_home
from pbx.asterisk.process import living
from pbx.settings import Settings


@dataclass(frozen=True, slots=True)
class Listener:
    """A port that this start wants to bind.

    setting: the key to change where it is taken; hint: another way to change it.
    """

    setting: str
    kind: socket.SocketKind
    host: str
    port: int
    hint: str = ""

    @property
    def change(self) -> str:
        return f"change {self.setting}" + (f" (or {self.hint})" if self.hint else "")


def check_ports(settings: Settings, *, demo: bool = False) -> list[str]:
    """One line for each problem; empty where everything can be bound.

    Ports of an Asterisk of ours that still runs do not count: it will be adopted.

    Args:
        demo: also the demo's carrier and mail server are started.
    """
    problems = []
    seen: dict[tuple[socket.SocketKind, int], str] = {}
    for wanted in listeners(settings, demo):
        kind = "UDP" if wanted.kind is socket.SOCK_DGRAM else "TCP"
        place = (wanted.kind, wanted.port)
        if place in seen:
            problems.append(
                f"{kind} port {wanted.port} is used by both {seen[place]} and {wanted.setting}:"
                f" {wanted.change}"
            )
        elif problem := _problem(wanted, kind):
            problems.append(problem)
        seen.setdefault(place, wanted.setting)
    return problems


def listeners(settings: Settings, demo: bool) -> Iterator[Listener]:
    """What will be bound, without what a running Asterisk of ours holds already."""
    tcp, udp = socket.SOCK_STREAM, socket.SOCK_DGRAM
    yield Listener("http.port", tcp, settings.http.host, settings.http.port, "PORT=n")
    if settings.asterisk.managed and living(pbx_home(settings)) is None:
        yield Listener(
            "asterisk.http_port", tcp, settings.asterisk.host, settings.asterisk.http_port
        )
        trunk = settings.trunk
        kind = udp if trunk.transport == "udp" else tcp
        yield Listener("trunk.local_port", kind, trunk.local_host, trunk.local_port)
    if demo:
        if living(carrier_home(settings)) is None:
            yield Listener("trunk.port", udp, settings.trunk.host, settings.trunk.port)
            port = settings.demo.carrier_http_port
            yield Listener("demo.carrier_http_port", tcp, "127.0.0.1", port)
        yield Listener("smtp.port", tcp, settings.smtp.host, settings.smtp.port)


def _problem(wanted: Listener, kind: str) -> str:
    """Why `wanted` cannot be bound, and what to change; empty where it can."""
    try:
        found = socket.getaddrinfo(wanted.host, wanted.port, type=wanted.kind)
    except OSError:
        return _not_here(wanted)
    family, kind_of_socket, protocol, _, address = found[0]
    with socket.socket(family, kind_of_socket, protocol) as probe:
        if kind_of_socket is socket.SOCK_STREAM:
            # Connections of an earlier run that are still closing do not matter.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            return f"{kind} port {wanted.port} may not be opened by this user: {wanted.change}"
        except OSError as e:
            if e.errno == errno.EADDRNOTAVAIL:
                return _not_here(wanted)
            return f"{kind} port {wanted.port} is taken: {wanted.change}"
    return ""


def _not_here(wanted: Listener) -> str:
    return f"{wanted.host} is no address of this machine: change the host of {wanted.setting}"
