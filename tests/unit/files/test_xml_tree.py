"""XML as vendors write it: their slips are put right, nothing else is, and nothing that expands is let in."""

import pytest

from models.errors import UnreadableFile
from ocr_service.files.xml_tree import MAX_DEPTH, MAX_TAGS, MAX_XML_BYTES, parse_xml, texts


def told(content: bytes | str) -> list[tuple[str, str]]:
    return list(texts(parse_xml(content.encode() if isinstance(content, str) else content)))


@pytest.mark.parametrize(
    "content",
    [
        '<fp:a xmlns:fp="urn:x"><fp:b>青禾</fp:b></fp:a>',
        '<a xmlns="urn:x"><b>青禾</b></a>',
        '<:a xmlns:=""><:b>青禾</:b></:a>',
        '<fp:a Version="1.0"><fp:b>青禾</fp:b></fp:a>',
        '<fp:a fp:v="1" xs:w="2"><fp:b>青禾</fp:b></fp:a>',
        "<a><b>青\x00禾\x0b</b></a>",
        "\ufeff<?xml version='1.0' encoding='UTF-8'?><a><b> 青禾\n</b></a>",
    ],
)
def test_names_come_without_namespaces_whatever_the_vendor_did_to_them(content: str) -> None:
    root = parse_xml(content.encode())

    assert root.tag == "a"
    assert list(texts(root)) == [("b", "青禾")]


@pytest.mark.parametrize("encoding", ["gbk", "gb2312", "gb18030", "utf-8", "utf-16"])
def test_the_declared_encoding_is_believed(encoding: str) -> None:
    content = f"<?xml version='1.0' encoding='{encoding}'?><a><b>青禾市</b></a>".encode(encoding)

    assert told(content) == [("b", "青禾市")]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_declaration_that_is_wrong_does_not_garble_the_text(encoding: str) -> None:
    declared = "gbk" if encoding == "utf-8" else "utf-8"

    text = dict(told(f"<?xml version='1.0' encoding='{declared}'?><a><b>市</b><c>x</c></a>".encode(encoding)))

    assert text["c"] == "x"


def test_a_bare_ampersand_is_kept_and_what_is_escaped_stays_escaped() -> None:
    assert told("<a><b>甲&乙公司</b><c>&lt;&amp;&#20013;</c></a>") == [("b", "甲&乙公司"), ("c", "<&中")]


def test_cdata_is_left_alone_when_the_rest_is_put_right() -> None:
    assert told("<a><b>甲&乙</b><c><![CDATA[03<fp:4&x;>]]></c></a>") == [("b", "甲&乙"), ("c", "03<fp:4&x;>")]


@pytest.mark.parametrize(
    "content",
    [
        '<!DOCTYPE a [<!ENTITY x "ha">]><a>&x;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><l>&c;</l>',
        "<! DOCTYPE a><a/>",
    ],
)
def test_entities_and_document_types_are_refused(content: str) -> None:
    with pytest.raises(UnreadableFile, match="entities"):
        parse_xml(content.encode())


def test_an_entity_in_utf_16_is_refused_as_well() -> None:
    with pytest.raises(UnreadableFile, match="entities"):
        parse_xml('<!DOCTYPE a [<!ENTITY x "ha">]><a>&x;</a>'.encode("utf-16"))


def test_an_entity_that_is_declared_nowhere_is_text() -> None:
    assert told("<a>&nbsp;x</a>") == [("a", "&nbsp;x")]


@pytest.mark.parametrize("content", ["", "x", "<a><b></a>", "<a", "<a><b>1</b>", "<a/><b/>", "\x00" * 100])
def test_what_is_not_whole_is_refused(content: str) -> None:
    with pytest.raises(UnreadableFile):
        parse_xml(content.encode())


def test_what_is_too_deep_or_too_long_is_refused() -> None:
    parse_xml(b"<a>" * (MAX_DEPTH - 1) + b"</a>" * (MAX_DEPTH - 1))
    with pytest.raises(UnreadableFile, match="deeper"):
        parse_xml(b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1))
    with pytest.raises(UnreadableFile):
        parse_xml(b"<a>" * 200_000 + b"</a>" * 200_000)
    with pytest.raises(UnreadableFile, match="bytes"):
        parse_xml(b"<a>" + b" " * MAX_XML_BYTES + b"</a>")


def test_sections_that_begin_and_never_end_are_looked_at_once() -> None:
    """Nine bytes for one more look at all that follows: 81 kB took 23 seconds. A megabyte of them would take an hour."""
    with pytest.raises(UnreadableFile):
        parse_xml(b"<a>&" + b"<![CDATA[" * 110_000)


@pytest.mark.parametrize("encoding", ["punycode", "utf-7", "idna", "unicode_escape", "hex", "zip", "rot13", "cp037"])
def test_an_encoding_that_no_invoice_has_is_not_believed(encoding: str) -> None:
    content = f"<?xml version='1.0' encoding='{encoding}'?><a><b>青禾市</b></a>".encode()

    assert told(content) == [("b", "青禾市")]


def test_more_tags_than_any_invoice_has_are_refused_before_a_tree_is_made() -> None:
    with pytest.raises(UnreadableFile, match="tags"):
        parse_xml(b"<a>" + b"<b/>" * MAX_TAGS + b"</a>")
