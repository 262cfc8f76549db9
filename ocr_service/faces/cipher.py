"""The cipher area of VAT invoices: several lines without meaning for anybody but the tax authority's machine."""

import re

_CIPHER = re.compile(r"(?=(?:[^+*/<>]*[+*/<>]){3})[0-9+\-−±×*/<>\s]{16,}")


def is_cipher(text: str) -> bool:
    """Whether a line is one of it, as far as it was read at all."""
    return _CIPHER.fullmatch(text) is not None
