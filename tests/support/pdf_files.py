"""PDF files with a text layer, written by hand: a Chinese font that is not embedded, and any fault that is asked for."""

from collections.abc import Mapping, Sequence

PrintedText = tuple[float, float, int, str]
"""x and y of the base line in points from the bottom left, size in points, text."""

FACE: Sequence[PrintedText] = (
    (200, 350, 18, "电子发票（普通发票）"),
    (400, 350, 10, "发票号码：25119900000012345678"),
    (400, 330, 10, "开票日期：2025年03月19日"),
    (60, 290, 10, "名称：青禾市示例商贸有限公司"),
    (60, 270, 10, "项目名称"),
    (260, 270, 10, "金额"),
    (60, 120, 10, "价税合计（大写）"),
    (160, 120, 10, "壹佰圆整"),
    (300, 120, 10, "（小写）¥100.00"),
)


def text_pdf(
    texts: Sequence[PrintedText] = FACE,
    *,
    render_mode: int = 0,
    said: Mapping[str, str] | None = None,
    picture: bool = False,
    drawing: bytes = b"",
    turn: int = 0,
    attachment: tuple[str, bytes] | None = None,
    properties: Mapping[str, str] | None = None,
    fields: Sequence[PrintedText] = (),
    field: bytes = b"/FT/Tx/F 4",
    with_appearance: bool = True,
) -> bytes:
    """One page of 595 x 400 points; `render_mode` 3 is invisible text, `said` has what the font claims that some characters mean.

    With `picture` a grey picture covers the page under its text;
    `drawing` are operators that go before the text; `turn` is the page's own turn clockwise in degrees. `fields` are texts (ASCII) that
    form fields show; `field` is what each is besides, and without an appearance of its own a viewer has to make one.
    """
    drawn = (b"q 595 0 0 400 0 0 cm /P Do Q\n" if picture else b"") + drawing
    for x, y, size, text in texts:
        drawn += b"BT %d Tr /F %d Tf %g %g Td <%s> Tj ET\n" % (render_mode, size, x, y, text.encode("utf-16-be").hex().encode())
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R" + (b"/Names<</EmbeddedFiles<</Names[(a) 9 0 R]>>>>" if attachment else b"") + b">>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 400]/Rotate %d/Contents 6 0 R"
        b"/Resources<</Font<</F 4 0 R>>/XObject<</P 7 0 R>>>>>>" % turn,
        4: b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[5 0 R]"
        + (b"/ToUnicode 8 0 R" if said else b"")
        + b">>",
        5: b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
        b"/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>/DW 1000/W[1 95 500]>>",
        6: stream(drawn),
        7: stream(b"\xc0", b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"),
        8: stream(_to_unicode(said or {})),
    }
    if attachment:
        objects[9] = b"<</Type/Filespec/F(%s)/EF<</F 10 0 R>>>>" % attachment[0].encode("ascii")
        objects[10] = stream(attachment[1], b"/Type/EmbeddedFile")
    for number, (x, y, size, text) in enumerate(fields):
        rectangle = b"[%g %g %g %g]" % (x, y - 0.3 * size, x + size * len(text), y + size)
        shown = b"/AP<</N %d 0 R>>" % (21 + 2 * number) if with_appearance else b""
        entries = b"/T(%d)/V(%s)/DA(/H %d Tf 0 g)/Rect%s" % (number, text.encode("ascii"), size, rectangle)
        objects[20 + 2 * number] = b"<</Type/Annot/Subtype/Widget/P 3 0 R%s%s%s>>" % (field, entries, shown)
        operators = b"q BT /H %d Tf 0 %g Td (%s) Tj ET Q" % (size, 0.3 * size, text.encode("ascii"))
        form = b"/Type/XObject/Subtype/Form/BBox[0 0 %g %g]/Resources<</Font<</H 12 0 R>>>>" % (size * len(text), 1.3 * size)
        objects[21 + 2 * number] = stream(operators, form)
    if fields:
        listed = b" ".join(b"%d 0 R" % (20 + 2 * number) for number in range(len(fields)))
        objects[12] = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
        objects[1] = objects[1][:-2] + b"/AcroForm<</Fields[%s]/DR<</Font<</H 12 0 R>>>>>>>>" % listed
        objects[3] = objects[3][:-2] + b"/Annots[%s]>>" % listed
    told = b"".join(b"/%s(%s)" % (name.encode(), value.encode()) for name, value in (properties or {}).items())
    objects[11] = b"<<" + told + b">>"
    return pdf_of(objects, b"/Info 11 0 R")


def pages_pdf(count: int, *, listed: int | None = None, gone: Sequence[int] = (), without_file: str = "") -> bytes:
    """A PDF of this many blank pages, in a few hundred bytes: one page object, told many times.

    It may say that there are `listed`; pages `gone` (from 1) are named and not there, as is the file of an attachment `without_file`.
    """
    kids = b" ".join(b"99 0 R" if number in gone else b"3 0 R" for number in range(1, count + 1))
    names = b"/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(%s)/EF<</F 99 0 R>>>>]>>>>" % without_file.encode("ascii")
    return pdf_of(
        {
            1: b"<</Type/Catalog/Pages 2 0 R%s>>" % (names if without_file else b""),
            2: b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count if listed is None else listed),
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
        }
    )


def portfolio_pdf(listed: Mapping[str, bytes], pinned: Mapping[str, bytes] | None = None) -> bytes:
    """A blank cover page with files attached to the document, and files that annotations pin to the page."""
    objects: dict[int, bytes] = {}
    files: list[bytes] = []
    for name, content in (*listed.items(), *(pinned or {}).items()):
        number = 10 + 2 * len(files)
        text = b"\xfe\xff" + name.encode("utf-16-be")
        objects[number] = b"<</Type/Filespec/UF<%s>/EF<</UF %d 0 R>>>>" % (text.hex().encode(), number + 1)
        objects[number + 1] = stream(content, b"/Type/EmbeddedFile")
        files.append(b"%d 0 R" % number)
    names = b"".join(b"(%03d)%s" % (place, file) for place, file in enumerate(files[: len(listed)]))
    pins = b"".join(b"<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS %s>>" % file for file in files[len(listed) :])
    objects[1] = b"<</Type/Catalog/Pages 2 0 R/Collection<<>>/Names<</EmbeddedFiles<</Names[%s]>>>>>>" % names
    objects[2] = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    objects[3] = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[%s]>>" % pins
    return pdf_of(objects)


def large_pdf(width: int, height: int) -> bytes:
    """One blank page of this many points."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]>>" % (width, height)
    return pdf_of({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>", 3: page})


def _to_unicode(said: Mapping[str, str]) -> bytes:
    """A CMap from the codes of characters to what the font claims they are; each stands for itself where nothing else is claimed."""
    pairs = "".join(f"<{ord(code):04x}> <{ord(claim):04x}>\n" for code, claim in said.items())
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(said)} beginbfchar\n{pairs}endbfchar endcmap end end"
    ).encode("ascii")


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object with these entries in its dictionary."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def pdf_of(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A file of these objects by their numbers; 1 is the catalogue."""
    for number in range(1, max(objects)):
        objects = {**objects, number: objects.get(number, b"null")}
    pdf, places = b"%PDF-1.6\n", {}
    for number, body in sorted(objects.items()):
        places[number] = len(pdf)
        pdf += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(places))
    start = len(pdf)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    return pdf + head + table + b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, trailer, start)


LOCKED_PDF = pdf_of(
    {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
        4: b"<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -44>>" % (b"1f" * 32, b"2e" * 32),
    },
    b"/Encrypt 4 0 R/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]",
)
"""A PDF that opens with a password that nobody knows."""
