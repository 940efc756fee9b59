"""What kind of address is this, and which ones does this machine have?"""

import fcntl
import ipaddress
import socket
import struct

SIOCGIFADDR = 0x8915


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_any(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def own_address(towards: str) -> str:
    """The address that packets to `towards` leave from; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((towards, 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def own_addresses() -> list[str]:
    """IPv4 addresses of this machine's network interfaces, without loopback.

    Linux, netdevice(7): SIOCGIFADDR answers a `struct ifreq`, whose address stands in the
    bytes 20 to 23.
    """
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            try:
                answer = fcntl.ioctl(probe.fileno(), SIOCGIFADDR, request)
            except OSError:  # an interface without an address
                continue
            address = socket.inet_ntoa(answer[20:24])
            if not is_loopback(address):
                found.append(address)
    return found
