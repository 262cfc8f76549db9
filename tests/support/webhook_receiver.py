"""A program that is told by webhooks: a real HTTP server on loopback that checks every signature and keeps what it was told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook


@dataclass
class Receiver:
    """What came in, in order; `secret` is what signatures are checked with, `statuses` what is answered, 204 once they are used up.

    `trickles`: the answer comes a byte at a time and never ends.
    """

    url: str = ""
    secret: str = ""
    statuses: list[int] = field(default_factory=list)
    trickles: bool = False
    told: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    forged: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def types(self) -> list[str]:
        """The kinds of what was told, in order."""
        return [message["type"] for message in self.told]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """What was told of this kind."""
        return [message for message in self.told if message["type"] == kind]


@contextmanager
def receiver(port: int = 0) -> Iterator[Receiver]:
    """Receive until the block ends."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        """One request each."""

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["content-length"]))
            found.paths.append(self.path)
            if found.trickles:
                while not found.over.wait(0.02):
                    self.wfile.write(b"H")
                return
            if found.secret and not self._is_signed(content):
                found.forged += 1
            status = found.statuses.pop(0) if found.statuses else 204
            if 200 <= status < 300:
                found.told.append({"id": self.headers["webhook-id"], **json.loads(content)})
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", found.url + "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _is_signed(self, content: bytes) -> bool:
            # The library's `verify` would refuse the times of tests that look days ahead.
            at = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
            expected = Webhook(found.secret).sign(self.headers["webhook-id"], at, content.decode())
            return expected in self.headers["webhook-signature"].split()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="receiver")
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield found
    finally:
        found.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
