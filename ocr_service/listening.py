"""The address that a server listens on, taken before anything is started."""

import socket
from contextlib import ExitStack

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
