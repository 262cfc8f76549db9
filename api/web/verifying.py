"""How an archive is checked without Piaogen, as a page shows it: the document that auditors are given, taken apart."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_CODE = re.compile(r"`([^`]*)`")


class Piece(NamedTuple):
    """Some words of a line; `is_code` where they are to be typed or found letter by letter."""

    text: str
    is_code: bool


class Block(NamedTuple):
    """A part of the document: a `heading`, a `paragraph` by its lines, or `commands` as one text."""

    kind: str
    lines: tuple[tuple[Piece, ...], ...] = ()
    text: str = ""


@cache
def instructions() -> tuple[Block, ...]:
    """The document from its beginning, without its title."""
    text = files("storage").joinpath("VERIFYING.md").read_text(encoding="utf-8")
    return tuple(_blocks(text))[1:]


def _blocks(text: str) -> Iterator[Block]:
    for place, part in enumerate(re.split(r"```\w*\n", text)):
        if place % 2:
            yield Block("commands", text=part)
            continue
        for paragraph in filter(None, map(str.strip, part.split("\n\n"))):
            yield _block(paragraph)


def _block(paragraph: str) -> Block:
    heading = re.fullmatch(r"#+ (.*)", paragraph)
    if heading is not None:
        return Block("heading", text=heading[1])
    return Block("paragraph", tuple(tuple(_pieces(line)) for line in paragraph.splitlines()))


def _pieces(line: str) -> Iterator[Piece]:
    plain = _LINK.sub(r"\1", line).replace("**", "")
    for place, text in enumerate(_CODE.split(plain)):
        if text:
            yield Piece(text, bool(place % 2))
