"""Sending bytes to an address that somebody typed: never into a network that is not meant, never where another address leads.

The name is resolved once, what it resolves to is looked at, and that very address is connected to, so that a name that resolves to
something else a moment later changes nothing. No redirect is followed, no proxy asked, and after some seconds the line is cut however
slowly the other side trickles.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

from models.errors import InvalidSetting

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

WAIT_SECONDS = 5.0
"""How long each step may take: to connect, to shake hands, to go on with the answer."""
WHOLE_SECONDS = 15.0
"""How long all may take together. Standard Webhooks recommends 15 to 30 seconds."""

_NAT64 = ip_network("64:ff9b::/96")
"""RFC 6052: an IPv4 address in its last 32 bits."""


class Answer(NamedTuple):
    """The status that was answered, or why there was none; and how long it took.

    `error`: `no_address` the name leads nowhere · `address_refused` it leads into a network that is not meant · `not_encrypted` http over
    the public internet · `certificate_refused` · `no_connection` · `too_slow` · `broken_answer`.
    """

    status: int | None
    error: str | None
    milliseconds: int


def networks_of(text: str) -> tuple[Network, ...]:
    """The networks that a setting names, separated by commas; raise InvalidSetting."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise InvalidSetting(f"PIAOGEN_WEBHOOK_NETWORKS must name networks such as 10.20.0.0/16, separated by commas: {error}") from None


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, also by an IPv4 address that it carries."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address.teredo is not None:
            inner = address.teredo[1]
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:  # RFC 3879 ended it, and Python takes it for global
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


@dataclass(frozen=True, slots=True)
class Sender:
    """Posts to addresses of the public internet, and to those inside the networks that the setting names."""

    networks: Sequence[Network] = ()
    whole_seconds: float = WHOLE_SECONDS

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send and wait for the status; of the answer nothing else is read."""
        began = time.monotonic()
        status, error = self._posted(url, body, headers)
        return Answer(status, error, round((time.monotonic() - began) * 1000))

    def is_meant(self, address: Address) -> bool:
        """Whether this address may be connected to."""
        return is_public(address) or self._is_named(address)

    def _is_named(self, address: Address) -> bool:
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network for network in self.networks)

    def _posted(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int | None, str | None]:
        parts = urlsplit(url)
        host, is_https = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if is_https else 80)
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return None, "no_address"
        addresses = [ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in found]
        meant = next(filter(self.is_meant, addresses), None)
        if meant is None:
            return None, "address_refused"
        if not is_https and not self._is_named(meant):
            return None, "not_encrypted"
        line = _Line(host, port, meant, ssl.create_default_context() if is_https else None)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return _status(line, path, body, headers, self.whole_seconds)


def _status(line: "_Line", path: str, body: bytes, headers: Mapping[str, str], seconds: float) -> tuple[int | None, str | None]:
    is_over = threading.Event()

    def cut() -> None:
        is_over.set()
        line.cut()

    clock = threading.Timer(seconds, cut)
    clock.daemon = True
    clock.start()
    try:
        line.request("POST", path, body=body, headers=dict(headers))
        return line.getresponse().status, None
    except ssl.SSLCertVerificationError:
        return None, "certificate_refused"
    except TimeoutError:
        return None, "too_slow"
    except http.client.HTTPException:
        return None, "too_slow" if is_over.is_set() else "broken_answer"
    except (OSError, ValueError):
        return None, "too_slow" if is_over.is_set() else "no_connection"
    finally:
        clock.cancel()
        line.close()
        line.let_go()


class _Line(http.client.HTTPConnection):
    """A connection to one address, whatever the name leads to by now; TLS holds the certificate against the name."""

    def __init__(self, host: str, port: int, address: Address, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=WAIT_SECONDS)
        self.default_port = 80 if context is None else 443
        self._address = address
        self._context = context
        self._raw: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the address that was looked at."""
        plain = socket.create_connection((str(self._address), self.port), WAIT_SECONDS)
        self._raw = plain.dup()
        self.sock = plain if self._context is None else self._context.wrap_socket(plain, server_hostname=self.host)

    def cut(self) -> None:
        """End it from another thread, also in the midst of a handshake."""
        with suppress(OSError):
            if self._raw is not None:
                self._raw.shutdown(socket.SHUT_RDWR)

    def let_go(self) -> None:
        """Close what `cut` needed."""
        if self._raw is not None:
            self._raw.close()
