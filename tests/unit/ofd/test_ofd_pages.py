"""The pages of an OFD: every character where the standard puts it, every picture and line drawn, whatever the vendor left out."""

import numpy as np
import pytest

from models.errors import FileTooLarge, UnreadableFile
from models.geometry import Box
from ocr_service.ofd.package import OfdDocument, OfdPackage
from ocr_service.ofd.painter import OfdCanvas
from ocr_service.opened import Upload
from ocr_service.stages.intake import IntakeStage
from tests.support.ofd_files import FACE, an_ofd, page_of, printed, text_object, zipped

SCALE = 200 / 25.4
FILLING = printed([(10, 130, 3, "一二三四五六七八九十一二三四五六七八九十")])
"""Twenty characters, without which a page counts as a picture."""


def canvas(*pages: str, number: int = 0, **options: object) -> OfdCanvas:
    return OfdCanvas(OfdPackage.of(an_ofd(*pages, **options)).pages[number + 1])  # type: ignore[arg-type]


def lines(objects: str, **options: object) -> dict[str, Box]:
    """The lines of a page with these objects in millimetres, but for the filling."""
    found = canvas(page_of(objects + FILLING), **options).lines()
    boxes = {line.text: line.polygon.box for line in found if not line.text.startswith("一二三")}
    return {text: Box(*(round(edge / SCALE, 1) for edge in (box.left, box.top, box.right, box.bottom))) for text, box in boxes.items()}


def ink(pixels: np.ndarray, left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """Pixels of an area in millimetres."""
    return pixels[round(top * SCALE) : round(bottom * SCALE), round(left * SCALE) : round(right * SCALE)]


def test_a_page_has_its_size_at_200_dpi_and_its_text() -> None:
    page = canvas()

    assert page.pixels().shape == (round(140 * SCALE), round(210 * SCALE), 3)
    assert [line.text for line in page.lines()] == [text for *_, text in FACE]
    for line in page.lines():
        box = line.polygon.box
        assert (page.pixels()[int(box.top) : int(box.bottom), int(box.left) : int(box.right)] < 128).any()


def test_a_character_stands_on_its_base_line_as_high_as_its_font() -> None:
    assert lines(text_object(50, 40, 5, "合计")) == {"合计": Box(50.0, 35.7, 60.0, 40.7)}


@pytest.mark.parametrize(
    ("deltas", "text", "right"),
    [
        ("g 3 5", "甲乙丙丁", 70.0),
        ("g 2 5 10", "甲乙丙丁", 75.0),
        ("5", "甲乙丙丁", 70.0),
        ("", "甲乙丙丁", 70.0),
        ("g 99999999 5", "甲乙丙丁", 70.0),
    ],
)
def test_runs_of_equal_steps_are_unfolded(deltas: str, text: str, right: float) -> None:
    found = lines(text_object(50, 40, 5, text, deltas=deltas))

    assert max(box.right for box in found.values()) == right


def test_a_text_that_goes_back_and_down_is_two_lines() -> None:
    wrapped = (
        '<ofd:TextObject ID="1" Boundary="50 30 90 30" Font="3" Size="5">'
        '<ofd:TextCode X="0" Y="10" DeltaX="g 3 5 -15 g 2 5" DeltaY="g 3 0 8 g 2 0">甲乙丙丁戊己庚</ofd:TextCode></ofd:TextObject>'
    )

    assert lines(wrapped) == {"甲乙丙丁": Box(50.0, 35.7, 70.0, 40.7), "戊己庚": Box(50.0, 43.7, 65.0, 48.7)}


def test_a_matrix_scales_and_turns_what_it_holds() -> None:
    found = lines(
        text_object(50, 20, 5, "放大", attributes='CTM="2 0 0 2 0 0"') + text_object(150, 60, 5, "向下", attributes='CTM="0 1 -1 0 10 0"')
    )

    assert found["放大"] == Box(50.0, 21.4, 70.0, 31.4)
    assert (found["向下"].width, found["向下"].height) == (5.0, 10.0)


def test_templates_lie_under_the_page_and_appearances_over_it() -> None:
    form = page_of(printed([(20, 40, 4, "名称：")]))
    seal = '<ofd:Appearance Boundary="100 50 40 40">' + text_object(0, 10, 4, "国家税务总局") + "</ofd:Appearance>"
    page = page_of(FILLING + text_object(32, 40, 4, "青禾"), template='<ofd:Template TemplateID="9"/>')

    found = canvas(page, annotation=seal, parts={"Doc_0/Tpls/Tpl_0/Content.xml": form.encode()}).lines()

    assert {"名称：青禾", "国家税务总局"} <= {line.text for line in found}
    assert next(line for line in found if line.text == "国家税务总局").polygon.box.left == pytest.approx(100 * SCALE)


@pytest.mark.parametrize(
    "hidden",
    [
        text_object(20, 200, 4, "页外"),
        text_object(20, 40, 4, "透明", attributes='Alpha="0"'),
        text_object(20, 40, 4, "隐藏", attributes='Visible="false"'),
        text_object(20, 40, 4, "白字").replace("<ofd:TextCode", '<ofd:FillColor Value="255 255 255"/><ofd:TextCode'),
        text_object(20, 40, 4, "斜印", attributes='CTM="0.7 0.7 -0.7 0.7 0 0"'),
        text_object(20, 40, 0, "无形"),
    ],
)
def test_what_nobody_sees_is_not_read(hidden: str) -> None:
    assert lines(hidden) == {}


def test_a_page_that_is_only_a_picture_is_left_to_its_pixels() -> None:
    page = canvas(
        page_of('<ofd:ImageObject ID="5" ResourceID="7" Boundary="20 30 40 30" CTM="40 0 0 30 0 0"/>' + text_object(5, 5, 3, "1/1"))
    )

    assert page.lines() == ()
    assert (ink(page.pixels(), 21, 31, 59, 59) == [0, 0, 255]).all()
    assert (ink(page.pixels(), 62, 31, 80, 59) == 255).all()


def test_a_picture_may_lie_on_its_side() -> None:
    page = canvas(page_of('<ofd:ImageObject ID="5" ResourceID="7" Boundary="60 30 20 40" CTM="0 40 -20 0 20 0"/>'))

    assert (ink(page.pixels(), 61, 31, 79, 69) == [0, 0, 255]).all()
    assert (ink(page.pixels(), 61, 72, 79, 90) == 255).all()


def test_lines_are_drawn_in_their_colour_and_areas_are_filled() -> None:
    objects = (
        '<ofd:PathObject ID="1" Boundary="10 20 100 1" DrawParam="4">'
        "<ofd:AbbreviatedData>M 0 0.5 L 100 0.5</ofd:AbbreviatedData></ofd:PathObject>"
        '<ofd:PathObject ID="2" Boundary="10 40 20 20" Stroke="false" Fill="true"><ofd:FillColor Value="0 0 255"/>'
        "<ofd:AbbreviatedData>M 0 0 L 20 0 Q 20 10 20 20 B 10 20 5 20 0 20 C</ofd:AbbreviatedData></ofd:PathObject>"
        '<ofd:PathObject ID="3" Boundary="50 40 20 20" Stroke="false" Fill="true">'
        "<ofd:AbbreviatedData>M 0 0 L 20 0 L 20 20 L 0 20 C</ofd:AbbreviatedData></ofd:PathObject>"
    )
    pixels = canvas(page_of(objects)).pixels()

    assert (ink(pixels, 12, 20.4, 108, 20.6) == [0, 0, 128]).all()
    assert (ink(pixels, 11, 41, 29, 59) == [255, 0, 0]).all()
    assert (ink(pixels, 51, 41, 69, 59) == 255).all(), "without a colour a filling is clear"


def test_a_clip_bounds_what_is_filled() -> None:
    clip = '<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 20 1"/></ofd:Area></ofd:Clip></ofd:Clips>'
    area = (
        f'<ofd:PathObject ID="2" Boundary="10 40 20 20" Stroke="false" Fill="true"><ofd:FillColor Value="0 0 255"/>{clip}'
        "<ofd:AbbreviatedData>M 0 0 L 20 0 L 20 20 L 0 20 C</ofd:AbbreviatedData></ofd:PathObject>"
    )
    pixels = canvas(page_of(area)).pixels()

    assert (ink(pixels, 11, 40.2, 29, 40.8) == [255, 0, 0]).all()
    assert (ink(pixels, 11, 43, 29, 59) == 255).all()


def test_objects_that_are_used_by_name_are_drawn_where_they_are_used() -> None:
    unit = (
        f'<ofd:CompositeGraphicUnit ID="20"><ofd:Content>{text_object(0, 10, 4, "国家税务总局")}</ofd:Content></ofd:CompositeGraphicUnit>'
    )
    resources = f'<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CompositeGraphicUnits>{unit}</ofd:CompositeGraphicUnits></ofd:Res>'
    used = '<ofd:CompositeObject ID="21" ResourceID="20" Boundary="100 50 40 40"/>'

    found = lines(used, parts={"Doc_0/PublicRes.xml": resources.encode()})

    assert found["国家税务总局"].left == 100.0


def test_a_unit_that_holds_itself_ends() -> None:
    unit = '<CompositeGraphicUnit ID="20"><Content><CompositeObject ID="21" ResourceID="20"/></Content></CompositeGraphicUnit>'

    assert lines('<ofd:CompositeObject ResourceID="20"/>', parts={"Doc_0/PublicRes.xml": f"<Res>{unit}</Res>".encode()}) == {}


def test_glyphs_without_a_meaning_leave_the_page_to_its_pixels() -> None:
    assert canvas(page_of(FILLING + text_object(20, 40, 4, "".join(chr(0xE000 + n) for n in range(8))))).lines() == ()
    assert canvas(page_of(FILLING + text_object(20, 40, 4, "\ue000壹佰圆整"))).lines()


def test_a_damaged_or_missing_picture_leaves_its_place_blank() -> None:
    page = page_of('<ofd:ImageObject ID="5" ResourceID="7" Boundary="20 30 40 30" CTM="40 0 0 30 0 0"/>')

    for content in (b"", b"\x89PNG\r\n\x1a\n cut off", b"GIF89a"):
        assert (canvas(page, parts={"Doc_0/Res/picture.png": content}).pixels() == 255).all()


def test_the_malformed_parts_of_one_vendor_are_read_all_the_same() -> None:
    content = page_of(printed()).replace("ofd:", ":").replace("xmlns:=", "xmlns:=")

    assert [line.text for line in canvas(content).lines()] == [text for *_, text in FACE]


def test_names_are_found_from_the_root_and_beside_the_file_that_has_them() -> None:
    document = an_ofd()
    package = OfdPackage.of(document)
    (page,) = package.pages.values()

    assert page.document.resolve("/Doc_0/Pages/x.xml") == "Doc_0/Pages/x.xml"
    assert page.document.resolve("Pages/x.xml") == "Doc_0/Pages/x.xml"
    assert page.document.resolve("x.xml", "Doc_0/Annots/Annotations.xml") == "Doc_0/Annots/x.xml"
    assert page.document.resolve("../../../etc/passwd") == "../../etc/passwd"
    assert package.xml("../../etc/passwd") is None


@pytest.mark.parametrize("box", ["0 0 210", "a b c d", "0 0 0 140", "0 0 -5 140", "0 0 nan 140", "0 0 1e30 140"])
def test_a_page_whose_size_makes_no_sense_is_an_a4_page(box: str) -> None:
    assert canvas(page_of(FILLING, box=box)).size == (round(210 * SCALE), round(297 * SCALE))


def test_a_poster_is_drawn_no_larger_than_a_form_needs() -> None:
    assert max(canvas(page_of(FILLING, box="0 0 9000 9000")).size) == 4000


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (zipped({"OFD.xml": b"<OFD/>"}), "no pages"),
        (an_ofd(parts={"Doc_0/Document.xml": b"<Document><Pages/></Document>"}), "no pages"),
        (
            an_ofd(parts={"Doc_0/Document.xml": b'<Document><Pages><Page BaseLoc="gone.xml"/></Pages></Document>'}),
            "lists 1 pages and holds none",
        ),
        (an_ofd(parts={"Doc_0/Document.xml": b"<Document>"}), "damaged"),
        (an_ofd(parts={"OFD.xml": b"PK"}), "damaged"),
        (an_ofd(parts={"OFD.xml": b'<!DOCTYPE a [<!ENTITY x "y">]><OFD>&x;</OFD>'}), "entities"),
    ],
)
def test_a_file_without_pages_or_with_broken_ones_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        OfdPackage.of(content)


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(FileTooLarge, match="51 pages"):
        IntakeStage(max_pages=50).run(Upload(an_ofd(*[page_of("")] * 51), "x.ofd"))


def test_a_page_of_endless_text_ends() -> None:
    endless = text_object(10, 10, 3, "票" * 30_000, deltas="g 99999 0.001")

    assert len(canvas(page_of(endless)).lines()) < 100


def test_a_part_is_parsed_once_however_often_the_file_refers_to_it() -> None:
    """Sixteen kilobytes of references to one long page took hours."""
    listed = '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>' * 400
    document = f'<Document xmlns:ofd="x"><ofd:Pages>{listed}</ofd:Pages></Document>'
    content = an_ofd(page_of(printed()), parts={"Doc_0/Document.xml": document.encode()})

    pages = OfdPackage.of(content).pages

    assert len(pages) == 400
    assert len({id(page.tree) for page in pages.values()}) == 1


def test_a_file_with_more_xml_than_any_has_is_refused() -> None:
    pages = [page_of(f"<!--{'x' * 6_000_000}-->")] * 6

    with pytest.raises(FileTooLarge, match="XML"):
        OfdPackage.of(an_ofd(*pages))


def test_a_list_of_resources_that_two_entries_name_means_the_same_pictures() -> None:
    document = an_ofd(page_of('<ofd:ImageObject ID="5" Boundary="20 20 10 10" ResourceID="7"/>'))
    twice = OfdPackage.of(document).documents[0]

    first, again = (dict(resources_of(twice)) for _ in range(2))

    assert first == again


def resources_of(document: OfdDocument) -> list[tuple[str, str | None]]:
    found = OfdDocument(document.package, document.place, document.tree).resources
    return [(identity, media.text) for identity, element in found.items() for media in element.iter("MediaFile")]


def test_composites_that_hold_each_other_by_the_hundred_end() -> None:
    many = '<ofd:CompositeObject Boundary="0 0 10 10" ResourceID="20"/>' * 300
    unit = (
        f'<ofd:Res xmlns:ofd="x"><ofd:CompositeGraphicUnit ID="20"><ofd:Content>{many}</ofd:Content></ofd:CompositeGraphicUnit></ofd:Res>'
    )
    page = canvas(page_of(many), parts={"Doc_0/PublicRes.xml": unit.encode()})

    assert page.objects == ()
