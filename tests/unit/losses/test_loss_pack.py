"""The loss pack: every figure in it is the archive's, people's words are data, and what the archive lacks is said."""

import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest

from models.access import Visibility
from models.digest import Digest
from models.errors import InvalidCase, OutOfResources
from models.invoice import FIELD_NAMES, InvoiceKind
from models.loss import LossCase, LostInvoice
from models.loss_rules import Circumstance, LostCopy, StepKind
from ocr_service import typesetting
from ocr_service.acting import acting_as
from ocr_service.loss_matching import search_again
from ocr_service.loss_pack import pack
from ocr_service.loss_rules import rules_at
from ocr_service.loss_texts import TEXT_NAMES, texts_for
from ocr_service.losses import Losses, NewCase, SaidStep
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from ocr_service.typesetting import typeset
from tests.support.example_reading import SCAN, proved_invoice, reading_of
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import read_everything, service_in

RULES = rules_at("")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ArchiveService]:
    reader = ScriptedReader()
    reader.scripts[Digest.of(SCAN.read_bytes())] = lambda scan: reading_of(scan, proved_invoice())
    service = service_in(tmp_path, reader)
    service.submit(Upload(SCAN.read_bytes(), SCAN.name), "cli")
    read_everything(service, tmp_path)
    yield service
    service.catalogue.close()


def opened(service: ArchiveService, **known: object) -> LossCase:
    losses = Losses(service, RULES)
    wanted = {"lost": LostCopy.INVOICE_AND_DEDUCTION, "lost_by": "王样", "discovered_on": losses.today(), **known}
    return losses.open(NewCase(**wanted)).case  # type: ignore[arg-type]


def archived_invoice(service: ArchiveService) -> str:
    return service.invoices_of(Digest.of(SCAN.read_bytes()))[0].id


def text_of(pdf: bytes) -> str:
    """The text of all pages without white space, since a line may end anywhere, and in the usual forms of its characters."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    finally:
        document.close()
    return plain("".join(pages))


def plain(text: str) -> str:
    return re.sub(r"[\s\u200b\ufffe\u00ad]", "", unicodedata.normalize("NFKC", text))


def test_every_figure_is_the_archives(service: ArchiveService) -> None:
    case = opened(service, from_invoice=archived_invoice(service))
    text = text_of(pack(service, RULES, case.id).pdf)
    stored = service.show(archived_invoice(service))

    for key, field in stored.invoice.fields.items():
        assert field.value is not None
        assert plain(f"{FIELD_NAMES[key]}{field.value}") in text, key
    for key in ("invoice_code", "invoice_number", "issue_date", "seller_name", "tax_inclusive_amount"):
        # account, letter, approval sheet and evidence
        assert text.count(plain(f"{FIELD_NAMES[key]}{stored.invoice.value(key)}")) == 4, key
    assert stored.received.document.digest.hex in text
    assert str(stored.received.document.size) in text
    known = " ".join(field.value or "" for field in stored.invoice.fields.values())
    assert {amount for amount in re.findall(r"\d+\.\d\d(?!\d)", text) if amount not in known} == set()


def test_the_papers_are_those_that_the_loss_needs(service: ArchiveService) -> None:
    case = opened(service, from_invoice=archived_invoice(service))
    text = text_of(pack(service, RULES, case.id).pdf)

    for title in ("遗失案办理清单", "发票遗失情况说明", "报告表", "关于提供发票复印件的函", "遗失凭证替代件审批单", "存档证据"):
        assert title in text
    assert "重新取得记录" not in text and "由税务机关调出" not in text
    assert "不要求重新开具发票,也不要求开具红字发票" in text
    assert not re.search("声明作废|登报声明", text)


@pytest.mark.parametrize(
    ("kind", "lost", "circumstance", "title", "absent"),
    [
        (InvoiceKind.DIGITAL_GENERAL, LostCopy.FILE, Circumstance.ORDINARY, "电子发票重新取得记录", "遗失情况说明"),
        (InvoiceKind.TRAIN, LostCopy.WHOLE, Circumstance.ORDINARY, "票据遗失当事人说明", "关于提供发票复印件的函"),
        (InvoiceKind.VAT_SPECIAL, LostCopy.INVOICE, Circumstance.HELD_BY_TAX_BUREAU, "由税务机关调出的保管记录", "遗失情况说明"),
        (InvoiceKind.VAT_SPECIAL, LostCopy.INVOICE, Circumstance.SELLER_GONE, "无法取得替代件的证明资料清单", "关于提供发票复印件的函"),
    ],
)
def test_other_cases_have_their_own_papers(
    service: ArchiveService, kind: InvoiceKind, lost: LostCopy, circumstance: Circumstance, title: str, absent: str
) -> None:
    case = opened(service, invoice=LostInvoice(kind, number="11112222"), lost=lost, circumstance=circumstance)
    text = text_of(pack(service, RULES, case.id).pdf)

    assert title in text
    assert absent not in text
    if circumstance is Circumstance.SELLER_GONE:
        assert "第十四条,用于遗失是推断〔推断,仅供参考,不是规定〕" in text


def test_a_case_without_an_archived_invoice_says_so(service: ArchiveService) -> None:
    told = LostInvoice(InvoiceKind.VAT_GENERAL, number="11112222", seller_name="某某商店", total=Decimal("88"))
    text = text_of(pack(service, RULES, opened(service, invoice=told, lost=LostCopy.INVOICE).id).pdf)

    assert "档案中没有这张发票的影像" in text
    assert "88.00" in text and "某某商店" in text
    assert "原件指纹" not in text


def test_what_people_write_is_never_markup(service: ArchiveService) -> None:
    hostile = '#panic("x") *粗* $x^2$ @preview/evil:1.0.0 \\ <label> "引号" // 注释 #read("/etc/passwd")'
    case = opened(service, from_invoice=archived_invoice(service), lost_by="#王[样]")
    Losses(service, RULES).change(case.id, None, {"texts": {"course": f"{hostile}\n第二段"}})

    text = text_of(pack(service, RULES, case.id).pdf)

    assert plain(hostile) in text
    assert "第二段" in text and "#王[样]" in text
    assert "root:" not in text


def test_every_text_of_a_case_is_printed_as_somebody_wrote_it(service: ArchiveService) -> None:
    cases = [
        opened(service, from_invoice=archived_invoice(service)),
        opened(service, invoice=LostInvoice(InvoiceKind.TRAIN, number="Z1"), lost=LostCopy.WHOLE),
        opened(service, invoice=LostInvoice(InvoiceKind.VAT_SPECIAL, number="1"), circumstance=Circumstance.SELLER_GONE),
        opened(service, invoice=LostInvoice(InvoiceKind.VAT_SPECIAL, number="2"), circumstance=Circumstance.HELD_BY_TAX_BUREAU),
    ]
    for case in cases:
        names = texts_for(case, RULES)
        Losses(service, RULES).change(case.id, None, {"texts": {name: f"亲笔{place}号" for place, name in enumerate(names)}})
        text = text_of(pack(service, RULES, case.id).pdf)
        assert [name for place, name in enumerate(names) if f"亲笔{place}号" not in text] == []
    assert {name for case in cases for name in texts_for(case, RULES)} == set(TEXT_NAMES)


def test_steps_and_their_people_are_printed(service: ArchiveService) -> None:
    case = opened(service, from_invoice=archived_invoice(service))
    losses = Losses(service, RULES)
    losses.step(case.id, None, SaidStep(StepKind.REPORT, losses.today(), "李办税", note="受理号XB-7"))
    losses.step(case.id, None, SaidStep(StepKind.UNIT_HEAD, losses.today(), "赵负责"))

    text = text_of(pack(service, RULES, case.id).pdf)

    assert "李办税" in text and "受理号XB-7" in text
    assert "单位领导人同意赵负责" in text


def test_the_zip_holds_papers_sources_case_and_original_with_their_digests(service: ArchiveService) -> None:
    case = opened(service, from_invoice=archived_invoice(service))

    files = zipfile.ZipFile(io.BytesIO(pack(service, RULES, case.id, with_original=True).zipped()))

    sums = dict(line.split("  ")[::-1] for line in files.read("SHA256SUMS").decode().splitlines())
    assert {name: Digest.of(files.read(name)).hex for name in sums} == sums
    assert files.read("original.jpg") == SCAN.read_bytes()
    assert json.loads(files.read("case.json"))["id"] == case.id
    again = {name.removeprefix("typst/"): files.read(name).decode() for name in sums if name.startswith("typst/")}
    assert text_of(typeset(again)) == text_of(files.read("papers.pdf"))


def test_taking_a_pack_out_is_in_the_log_of_the_document(service: ArchiveService) -> None:
    case = opened(service, from_invoice=archived_invoice(service))
    pack(service, RULES, case.id)

    told = [one.entry for one in service.activity.of_document(Digest.of(SCAN.read_bytes())) if one.entry.details.get("case")]

    assert [(entry.action, entry.details["case"]) for entry in told] == [("exported", case.id)]


def test_what_cannot_be_set_is_refused_and_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidCase):
        typeset({"main.typ": "#panic()"})
    with pytest.raises(InvalidCase):
        typeset({"main.typ": '#read("/etc/hostname")'})
    monkeypatch.setattr(typesetting, "WALL_SECONDS", 0.01)
    with pytest.raises(OutOfResources):
        typeset({"main.typ": "x"})


def test_a_document_that_never_ends_takes_bounded_time_and_memory() -> None:
    with pytest.raises((OutOfResources, InvalidCase)):
        typeset({"main.typ": '#let s = "x" * 1000\n#while true { s = s + s }'})


def test_a_proposed_invoice_is_no_evidence(service: ArchiveService) -> None:
    case = opened(service, invoice=LostInvoice(InvoiceKind.VAT_SPECIAL, number=proved_invoice().value("invoice_number") or ""))
    assert search_again(service, RULES) == 1
    text = text_of(pack(service, RULES, case.id).pdf)

    assert "等待人工确认" in text and "原件指纹" not in text


def test_whoever_does_not_see_all_is_told_of_their_own_acts_only(service: ArchiveService) -> None:
    service.submit(Upload(SCAN.read_bytes(), SCAN.name), "cli", department="财务部")
    finance = service.seen_by(Visibility(frozenset({"财务部"})))
    case = opened(service, invoice=LostInvoice(InvoiceKind.VAT_SPECIAL, number="1"), department="财务部")
    service.index.look_again(Digest.of(SCAN.read_bytes()))
    Losses(finance, RULES).link(case.id, None, archived_invoice(finance))
    with acting_as("user:other"):
        service.original(archived_invoice(service))
    with acting_as("user:wang"):
        text, whole = text_of(pack(finance, RULES, case.id).pdf), text_of(pack(service, RULES, case.id).pdf)

    assert "user:other" not in text and "只列打印人自己的记录" in text
    assert "user:other" in whole and "只列打印人自己的记录" not in whole
