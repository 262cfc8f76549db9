"""One pool of the children that open files, for all tests of a process: each of them would take a second to start its own."""

from functools import cache

from ocr_service.decoding.decoder import Decoder
from ocr_service.files.limits import DEFAULT_MAX_PAGES


@cache
def shared_decoder(max_bytes: int = 50_000_000) -> Decoder:
    """Children that stay until the tests end; no application that is closed takes them along."""
    return _Lasting(max_bytes=max_bytes, max_pages=DEFAULT_MAX_PAGES)


class _Lasting(Decoder):
    """Outlives the applications that it is lent to."""

    def start(self) -> None:
        """It starts when it is needed."""

    def close(self) -> None:
        """It ends with the tests."""
