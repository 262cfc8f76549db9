"""One form for text that is written in several ways, so that what is kept and what is looked for meet."""

import unicodedata

from storage.catalogue.traditional import SIMPLIFIED

_DROPPED = frozenset({"Cc", "Cf", "Cs"})
"""Control and format characters and lone surrogates: never seen on paper, and databases refuse some of them."""


def simplified(text: str) -> str:
    """Traditional characters as simplified ones, one for one."""
    return text if text.isascii() else text.translate(SIMPLIFIED)


def plain(text: str) -> str:
    """Full width as half width, case folded, traditional characters as simplified ones, without spaces and invisible characters."""
    return simplified(_visible(text))


def _visible(text: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if folded.isprintable():  # The only space that counts as printable is U+0020, and nothing invisible does.
        kept = folded.replace(" ", "")
        return unicodedata.normalize("NFKC", kept)
    kept = "".join(character for character in folded if not character.isspace() and unicodedata.category(character) not in _DROPPED)
    # Without the space between them, a letter and its accent are one character again.
    return unicodedata.normalize("NFKC", kept)


def identifier(text: str) -> str:
    """Letters and digits alone, in upper case and half width: of numbers, codes and tax ids."""
    return "".join(character for character in plain(text).upper() if character.isalnum())


def pattern(text: str) -> str:
    """An identifier that may hold `?` for one character and `*` for any number of them."""
    kept = "".join(character for character in plain(text).upper() if character.isalnum() or character in "?*")
    while "**" in kept:
        kept = kept.replace("**", "*")
    return kept


def storable(text: str) -> str:
    """The text with what no database takes (lone surrogates, NUL) replaced by U+FFFD; all else untouched."""
    return "".join("\ufffd" if character == "\0" or "\ud800" <= character <= "\udfff" else character for character in text)
