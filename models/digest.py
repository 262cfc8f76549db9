"""The identity of bytes: SHA-256, always written with its algorithm."""

import hashlib
import re
from dataclasses import dataclass
from typing import Self

_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """A SHA-256 digest; `str()` gives `sha256:` and 64 lower-case hex digits."""

    hex: str

    def __post_init__(self) -> None:
        """Raise ValueError unless `hex` is 64 lower-case hex digits."""
        if not _HEX.fullmatch(self.hex):
            raise ValueError(f"not a SHA-256 digest: {self.hex!r}")

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Hash the bytes."""
        return cls(hashlib.sha256(data).hexdigest())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `sha256:…`; raise ValueError for any other algorithm or form."""
        algorithm, separator, digits = text.partition(":")
        if not separator or algorithm != "sha256":
            raise ValueError(f"not a sha256: digest: {text!r}")
        return cls(digits)

    def __str__(self) -> str:
        return f"sha256:{self.hex}"
