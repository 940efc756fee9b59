"""A browser in a network of its own, with TCP tunnels out to ports of this machine and nothing
else: no UDP leaves it. Needs root; a network namespace (network_namespaces(7)) of its own
touches no rule of the machine and ends with its processes.
"""

import ctypes
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ADDRESS = "10.219.7.1"
"""The browser's own address inside; only loopback would give it no network at all."""
CLONE_NEWNET = 0x40000000
CHUNK = 65536

# Without addresses of IPv6's own making: one that appears a second later is a changed network to
# Chromium, which then gives up whatever it is loading.
SETUP = f"""
ip link set lo up
ip link add outside type veth peer name nowhere
ip link set outside addrgenmode none
ip link set nowhere addrgenmode none
ip addr add {ADDRESS}/24 dev outside
ip link set outside up
ip link set nowhere up
ip route add default via 10.219.7.2
echo ready
exec cat
"""


@dataclass(frozen=True, slots=True)
class Isolation:
    pid: int
    """Of the process that holds the namespace."""

    def wrapper(self, folder: Path, program: str) -> Path:
        """A program that starts `program` inside."""
        path = shutil.which(program)
        assert path, f"{program} is missing: tests/install-programs installs it"
        script = folder / f"isolated-{program}"
        script.write_text(f'#!/bin/sh\nexec nsenter -t {self.pid} -n -- {path} "$@"\n')
        script.chmod(0o755)
        return script

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        inside = ("nsenter", "-t", str(self.pid), "-n", "--", *command)
        return subprocess.run(inside, capture_output=True, text=True, timeout=20, check=False)


@contextmanager
def isolated(*ports: int) -> Iterator[Isolation]:
    """A namespace in which 127.0.0.1:port and ADDRESS:port are this machine's 127.0.0.1:port,
    over TCP only."""
    with ExitStack() as stack:
        process = subprocess.Popen(
            ["unshare", "-n", "sh", "-e", "-c", SETUP],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        stack.enter_context(process)
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n", "no network namespace: run as root"
        for port in ports:
            for host in ("127.0.0.1", ADDRESS):
                stack.callback(_tunnel(_listening(process.pid, host, port), port))
        try:
            yield Isolation(process.pid)
        finally:
            process.stdin.close()


def _listening(pid: int, host: str, port: int) -> socket.socket:
    """A socket of the namespace of process `pid`: whichever thread makes it, it stays there."""
    made: list[socket.socket | BaseException] = []

    def make() -> None:
        # Only this thread moves, and it ends at once.
        libc = ctypes.CDLL(None, use_errno=True)
        namespace = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
        try:
            if libc.setns(namespace, CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")
            made.append(socket.create_server((host, port)))
        except OSError as e:
            made.append(e)
        finally:
            os.close(namespace)

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    (found,) = made
    if isinstance(found, BaseException):
        raise found
    return found


class _tunnel:
    """Takes what arrives at `inside` to 127.0.0.1:port; calling it ends it."""

    def __init__(self, inside: socket.socket, port: int) -> None:
        self._inside = inside
        self._port = port
        self._open: set[socket.socket] = set()
        self._closed = False
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                one, _ = self._inside.accept()
                other = socket.create_connection(("127.0.0.1", self._port))
            except OSError:
                if self._closed:
                    return
                continue
            for end in (one, other):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open.add(end)
            for source, sink in ((one, other), (other, one)):
                thread = threading.Thread(target=self._copy, args=(source, sink), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _copy(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def __call__(self) -> None:
        self._closed = True
        with suppress(OSError):
            self._inside.shutdown(socket.SHUT_RDWR)
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for end in (self._inside, *self._open):
            end.close()
