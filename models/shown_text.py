"""Text of strangers as people can be shown it: nothing in it moves a cursor, colours a terminal or turns the reading direction."""

_LAYOUT = frozenset("\n\t\r\u3000\u00a0")
"""Not printable by Python's word, and harmless."""


def as_shown(text: str) -> str:
    r"""The text with every control, bidi and invisible sign spelt out, as `\u202e`: `gpj.exe` must not pass for `exe.jpg`."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign in _LAYOUT else _spelt(sign) for sign in text)


def _spelt(sign: str) -> str:
    """Also valid inside a string of JSON."""
    number = ord(sign)
    if number <= 0xFFFF:
        return f"\\u{number:04x}"
    return "".join(f"\\u{int.from_bytes(pair, 'big'):04x}" for pair in _halves(sign))


def _halves(sign: str) -> tuple[bytes, bytes]:
    coded = sign.encode("utf-16-be")
    return coded[:2], coded[2:]
