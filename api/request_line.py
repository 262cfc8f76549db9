"""Addresses as people type them: raw UTF-8 in a request line counts as its escaped form."""

import re

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_LONGEST_LINE = 65_536
"""Bytes; the parser behind takes no longer address either."""


class EscapingProtocol(HttpToolsProtocol):
    """HTTP/1.1 whose addresses may hold bytes that RFC 3986 wants escaped, as `curl` sends them and other servers take them.

    Only the first line of a request is touched, and only where it begins a piece of data: a client that sends the next request
    before the last one was answered has to escape it itself.
    """

    _line: bytes | None = b""
    """The request line as far as it came; None behind its end."""

    def data_received(self, data: bytes) -> None:
        """Pass bytes on once the line that they begin with is whole."""
        if self._line is not None:
            line, newline, rest = (self._line + data).partition(b"\n")
            if not newline and len(line) <= _LONGEST_LINE:
                self._line = line
                return
            self._line = None
            data = _NOT_ASCII.sub(_escaped, line) + newline + rest
        super().data_received(data)

    def on_message_begin(self) -> None:
        """The parser is inside a request, whatever began it."""
        self._line = None
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """The request has ended: what comes now begins another."""
        super().on_message_complete()
        self._line = b""


def _escaped(found: re.Match[bytes]) -> bytes:
    return b"%%%02X" % found[0][0]
