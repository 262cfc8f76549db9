"""Names of files as old programs write them: bytes without a word about their encoding."""

_LEVEL_ONE = {"gb2312": (0xB0, 0xD7), "big5": (0xA4, 0xC6)}
"""First bytes of the characters that each standard calls the common ones (GB/T 2312 level 1, Big5 level 1)."""


def decoded_name(raw: bytes) -> str:
    """A name in UTF-8, GBK or Big5, whichever it is; what is none of them keeps its bytes as Latin letters.

    Text in UTF-8 is hardly ever valid by accident. Between the other two, that one is right of which more characters are common ones:
    the bytes of one standard's common characters are rare characters, kana or nothing in the other.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    commonest = max(_LEVEL_ONE, key=lambda standard: _share_of_common(raw, standard))
    for encoding in (commonest, "gb18030", "big5"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _share_of_common(raw: bytes, standard: str) -> float:
    """Share of the characters beyond ASCII that are common ones; 0 where the bytes are no text of this standard."""
    try:
        characters = [character.encode(standard) for character in raw.decode(standard) if not character.isascii()]
    except UnicodeDecodeError:
        return 0.0
    first, last = _LEVEL_ONE[standard]
    return sum(first <= character[0] <= last for character in characters) / max(1, len(characters))
