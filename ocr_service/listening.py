"""The address that a server listens on, taken before anything is started."""

import socket
from contextlib import ExitStack
from ipaddress import ip_address

from models.errors import BadUsage


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen on every address of the host, all on one port; 0 takes a free one.

    Raises:
        BadUsage: no such host, or the port is another program's.
    """
    with ExitStack() as taken:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
            sockets: list[socket.socket] = []
            for family, _, _, _, address in dict.fromkeys(found):
                chosen = sockets[0].getsockname()[1] if sockets else port
                listener = socket.create_server((str(address[0]), chosen), family=family)
                sockets.append(taken.enter_context(listener))
        except OSError as error:
            raise BadUsage(f"cannot listen on {host}:{port}: {error.strerror}; choose another --host or --port") from error
        taken.pop_all()
    return sockets


def is_loopback(host: str) -> bool:
    """Whether every address of the host can be reached from this machine alone; raise BadUsage when there is no such host."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise BadUsage(f"there is no host {host}: {error.strerror}; choose another --host") from error
    return all(ip_address(str(address[0]).partition("%")[0]).is_loopback for _, _, _, _, address in found)


def is_address(host: str) -> bool:
    """Whether a host is given in numbers."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
