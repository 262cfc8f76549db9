"""XML from strangers as a tree of plain names: entities refused, what vendors write wrongly put right, namespaces dropped."""

import re
from collections.abc import Iterator
from contextlib import suppress
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from models.errors import UnreadableFile

MAX_XML_BYTES = 8_000_000
"""Most bytes of one XML file; the page of a list with a hundred lines has 200 thousand."""
MAX_DEPTH = 60
"""Deepest nesting; an invoice has six levels, a page of an OFD twelve."""

MAX_TAGS = 400_000
"""Most tags, comments and the like of one XML file, before a tree is made of it: each element takes some hundred bytes of memory."""
_ENCODINGS = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii", "ascii"), "utf-8"),
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be", "utf-16-le", "utf-16-be"), "utf-16"),
    **dict.fromkeys(("gbk", "gb2312", "gb18030", "gb_2312-80", "gb2312-80", "cp936", "x-gbk"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs"), "big5hkscs"),
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1"), "latin-1"),
    "windows-1252": "cp1252",
}
"""What a declaration may name, and who decodes it. Python knows a hundred more codecs, quadratic ones (punycode) among them."""
_CDATA_START, _CDATA_END = "<![CDATA[", "]]>"

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*?\?>")
_DECLARED_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]+)["']""")
_EMPTY_PREFIX = re.compile(r"(</?):(?=\w)|\sxmlns:\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_ANY_PREFIX = re.compile(r"(</?)[\w.-]+:(?=[\w一-鿿])")
_PREFIXED_ATTRIBUTE = re.compile(r"(\s)(?:xmlns:)?[\w.-]+:([\w.-]+\s*=\s*[\"'])")
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def parse_xml(content: bytes) -> Element:
    """Parse, names without their namespaces; vendors' slips are put right only where the text does not parse as it stands.

    Put right: an empty namespace prefix (`<:eInvoice xmlns:="">`), prefixes that are declared nowhere, a bare `&` in a name, control
    characters. Nothing is invented: a tag that is not closed stays an error.

    Raises:
        UnreadableFile: not XML, cut off, too large or too deep, or it declares entities or a document type.
    """
    if len(content) > MAX_XML_BYTES:
        raise UnreadableFile(f"The XML has {len(content):,} bytes; no invoice needs that many.")
    text = _FORBIDDEN.sub("", _DECLARATION.sub("", decoded(content), count=1))
    if re.search(r"<!\s*(?:DOCTYPE|ENTITY)", text):
        raise UnreadableFile("The XML declares a document type or entities, which no invoice needs. Ask for the file as it was issued.")
    if text.count("<") > MAX_TAGS:
        raise UnreadableFile(f"The XML has more than {MAX_TAGS:,} tags; no invoice needs that many.")
    try:
        try:
            root: Element = fromstring(text, forbid_dtd=True)
        except ParseError:
            root = fromstring(_put_right(text), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        raise UnreadableFile("The XML is damaged or cut off. Ask for the file again.") from error
    _plain_names(root)
    return root


def decoded(content: bytes) -> str:
    """The text by its byte order mark, else by what the declaration says (GBK among them), else UTF-8; never an error."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    declared = _DECLARED_ENCODING.match(content[:300])
    encoding = _ENCODINGS.get(declared[1].decode("ascii").lower(), "utf-8") if declared else "utf-8"
    with suppress(UnicodeError):
        return content.decode(encoding)
    try:
        return content.decode("utf-8")
    except UnicodeError:
        return content.decode("gb18030", "replace")


def texts(root: Element) -> Iterator[tuple[str, str]]:
    """Every element without children as its name and its text, in the order of the file; blank ones left out."""
    for element in root.iter():
        if len(element) == 0 and element.text and element.text.strip():
            yield element.tag, element.text.strip()


def _put_right(text: str) -> str:
    """Outside CDATA, which may hold anything. Each character is looked at once, however many sections begin and never end."""
    parts, place = [], 0
    while (start := text.find(_CDATA_START, place)) >= 0:
        end = text.find(_CDATA_END, start)
        if end < 0:
            break
        after = end + len(_CDATA_END)
        parts += [_bare(text[place:start]), text[start:after]]
        place = after
    return "".join([*parts, _bare(text[place:])])


def _bare(markup: str) -> str:
    markup = _EMPTY_PREFIX.sub(lambda found: found[1] or "", markup)
    markup = _ANY_PREFIX.sub(r"\1", markup)
    # An attribute keeps its own name; a namespace declaration becomes an attribute that nobody asks for.
    markup = _PREFIXED_ATTRIBUTE.sub(r"\1ns-\2", markup)
    return _BARE_AMPERSAND.sub("&amp;", markup)


def _plain_names(root: Element) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise UnreadableFile("The XML is nested deeper than any invoice is.")
        for element in level:
            element.tag = str(element.tag).rpartition("}")[2]
        level = [child for element in level for child in element]
