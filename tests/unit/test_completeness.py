"""Whatever a file lists and does not hold is a finding, and never accepted."""

from dataclasses import replace

import pytest

from models.document import Scan
from models.errors import FileWithoutPages, LockedFile, UnreadableFile
from models.verification import Outcome, Verdict
from ocr_service.evidence import Sighting
from ocr_service.opened import Upload
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.completeness import CompletenessStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.intake import IntakeStage
from ocr_service.stages.rendering import RenderingStage
from ocr_service.stages.verification import VerificationStage
from tests.support.faces import a_page, a_special_invoice
from tests.support.ofd_files import an_ofd, page_of, printed, red_png, zipped
from tests.support.pdf_files import pages_pdf, text_pdf
from tests.unit.test_verification import QR, TODAY

MISSING_PICTURE = b'<Res BaseLoc="Res"><MultiMedias><MultiMedia ID="7"><MediaFile>seal.png</MediaFile></MultiMedia></MultiMedias></Res>'
ENCRYPTIONS = {"Encryptions.xml": b"<Encryptions/>"}


def scan_of(content: bytes) -> Scan:
    return IntakeStage().run(Upload(content, "x"))


def document_of(listing: str) -> dict[str, bytes]:
    body = f'<Document>{listing}<Pages><Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></Pages></Document>'
    return {"Doc_0/Document.xml": body.encode()}


@pytest.mark.parametrize(
    ("content", "missing"),
    [
        (pages_pdf(2, gone=[2]), ("第 2 页 page 2",)),
        (pages_pdf(1, listed=3), ("第 2 页 page 2", "第 3 页 page 3")),
        (pages_pdf(1, without_file="data.xml"), ("附件 attachment data.xml",)),
        (an_ofd("", page_of(printed()), parts={"Doc_0/Pages/Page_0/Content.xml": None}), ("第 1 页 page 1",)),
        (an_ofd(page_of(printed(), template='<ofd:Template TemplateID="9"/>')), ("模板 template 9",)),
        (an_ofd(attachments={"data.xml": b""}, parts={"Doc_0/Attachs/data.xml": None}), ("附件 attachment data.xml",)),
        (an_ofd(annotation="<a/>", parts={"Doc_0/Annots/Page_0/Annotation.xml": None}), ("注释 annotations Annotation.xml",)),
        (
            an_ofd(parts=document_of("<Attachments>Attachs/Attachments.xml</Attachments>")),
            ("附件 attachment Doc_0/Attachs/Attachments.xml",),
        ),
        (an_ofd(parts={"Doc_0/PublicRes.xml": MISSING_PICTURE}), ("图片 picture seal.png",)),
    ],
)
def test_what_is_listed_and_not_there_is_named(content: bytes, missing: tuple[str, ...]) -> None:
    assert CompletenessStage().run(scan_of(content)) == missing


@pytest.mark.parametrize("content", [pages_pdf(3), text_pdf(attachment=("a.xml", b"<x/>")), an_ofd(attachments={"a.xml": b"<x/>"})])
def test_a_file_that_holds_what_it_lists_lacks_nothing(content: bytes) -> None:
    assert CompletenessStage().run(scan_of(content)) == ()


def test_a_picture_lists_nothing() -> None:
    assert CompletenessStage().run(scan_of(red_png())) is None


@pytest.mark.parametrize(
    ("content", "numbers"),
    [(pages_pdf(3, gone=[1]), [2, 3]), (an_ofd("", page_of(printed()), parts={"Doc_0/Pages/Page_0/Content.xml": None}), [2])],
)
def test_the_pages_that_are_there_keep_their_numbers(content: bytes, numbers: list[int]) -> None:
    scan = scan_of(content)

    assert scan.document.pages == numbers[-1]
    assert [page.number for page in RenderingStage().run(scan)] == numbers


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (pages_pdf(0), FileWithoutPages, "no pages"),
        (pages_pdf(2, gone=[1, 2]), UnreadableFile, "lists 2 pages and holds none"),
        (an_ofd(parts={"Doc_0/Document.xml": b"<Document><Pages/></Document>"}), FileWithoutPages, "no pages"),
        (an_ofd(parts={**ENCRYPTIONS, "Doc_0/Document.xml": b"\x01\x02\x03"}), LockedFile, "encrypted, not damaged"),
        (an_ofd(parts={**ENCRYPTIONS, "Doc_0/Document.xml": None}), LockedFile, "encrypted, not damaged"),
        (an_ofd(parts={**ENCRYPTIONS, "Doc_0/Pages/Page_0/Content.xml": b"\x00"}), LockedFile, "encrypted, not damaged"),
    ],
)
def test_a_file_of_which_no_page_can_be_had_is_told_as_what_it_is(content: bytes, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        scan_of(content)
    assert type(caught.value) is error


def test_names_that_begin_with_a_point_are_found() -> None:
    listing = b'<Document><Pages><Page ID="1" BaseLoc="./Pages/./Page_0/Content.xml"/></Pages></Document>'
    entry = b"<OFD><DocBody><DocRoot>./Doc_0/Document.xml</DocRoot></DocBody></OFD>"
    parts = {"OFD.xml": entry, "Doc_0/Document.xml": listing, "Doc_0/Pages/Page_0/Content.xml": page_of(printed()).encode()}

    for content in (zipped(parts), zipped({f"./{name}": part for name, part in parts.items()})):
        scan = scan_of(content)
        assert scan.document.pages == 1
        assert CompletenessStage().run(scan) == ()


@pytest.mark.parametrize(("missing", "outcome"), [(None, Outcome.NOT_APPLICABLE), ((), Outcome.PASS), (("第 2 页 page 2",), Outcome.FAIL)])
def test_an_invoice_of_which_a_part_is_missing_is_never_accepted(missing: tuple[str, ...] | None, outcome: Outcome) -> None:
    page = replace(a_special_invoice(), qr_codes=a_page(qr=QR).qr_codes)
    classified = ClassificationStage().run(Sighting(page, missing=missing))
    invoice = VerificationStage(lambda: TODAY).run(ExtractionStage().run(classified))
    (check,) = (check for check in invoice.checks if check.rule == "file_holds_what_it_lists")

    assert check.outcome is outcome
    assert (invoice.verdict is Verdict.ACCEPTED) is (outcome is not Outcome.FAIL)
    assert check.actual is None or not missing or missing[0] in check.actual
