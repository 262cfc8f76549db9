"""Cases over a real archive: opened, followed, met by invoices that turn up, kept through a rebuild, and walled off by department."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from models.access import Visibility
from models.activity import Action
from models.digest import Digest
from models.errors import CaseClosed, CaseExists, InvalidCase, InvoiceNotFound, RecordNotFound, ReplacementRefused, StaleVersion
from models.invoice import FieldStatus, Invoice, InvoiceKind
from models.loss import LinkState, LostInvoice, Outcome
from models.loss_rules import LostCopy, StepKind
from ocr_service.loss_matching import search_again
from ocr_service.loss_rules import rules_at
from ocr_service.losses import Losses, NewCase, SaidStep
from ocr_service.open_matters import open_matters
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from storage.log_audit import audit_log
from tests.support.example_reading import NUMBER, SCAN, SELLER, TOTAL, proved_invoice, reading_of
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import read_everything, service_in

RULES = rules_at("")
LOST = SCAN.read_bytes()
COPY, OTHER = a_picture(1), a_picture(2)
REMEMBERED = LostInvoice(InvoiceKind.VAT_SPECIAL, "4200174130", NUMBER, total=Decimal(TOTAL))


def with_field(invoice: Invoice, key: str, value: str, status: FieldStatus = FieldStatus.PROVED) -> Invoice:
    return replace(invoice, fields={**invoice.fields, key: replace(invoice.fields[key], value=value, status=status)})


@pytest.fixture
def reader() -> ScriptedReader:
    reader = ScriptedReader()
    reader.scripts[Digest.of(LOST)] = lambda scan: reading_of(scan, proved_invoice())
    reader.scripts[Digest.of(COPY)] = lambda scan: reading_of(scan, proved_invoice())
    reader.scripts[Digest.of(OTHER)] = lambda scan: reading_of(scan, with_field(proved_invoice(), "invoice_number", "63462198"))
    return reader


@pytest.fixture
def service(tmp_path: Path, reader: ScriptedReader) -> Iterator[ArchiveService]:
    service = service_in(tmp_path, reader)
    yield service
    service.catalogue.close()


def archived(service: ArchiveService, folder: Path, content: bytes, department: str | None = None) -> str:
    service.submit(Upload(content, "a.jpg"), "cli", department=department)
    read_everything(service, folder)
    return service.invoices_of(Digest.of(content))[0].id


def losses(service: ArchiveService) -> Losses:
    return Losses(service, RULES)


def new(service: ArchiveService, **known: object) -> NewCase:
    wanted = {"lost": LostCopy.INVOICE_AND_DEDUCTION, "lost_by": "王样", "discovered_on": losses(service).today(), **known}
    return NewCase(**wanted)  # type: ignore[arg-type]


def said(service: ArchiveService, kind: StepKind, **more: object) -> SaidStep:
    return SaidStep(kind, losses(service).today(), "王样", **more)  # type: ignore[arg-type]


def test_a_case_from_an_archived_invoice_knows_it_at_once(service: ArchiveService, tmp_path: Path) -> None:
    invoice = archived(service, tmp_path, LOST)

    case = losses(service).open(new(service, from_invoice=invoice)).case

    assert case.established is not None and case.established.invoice == invoice
    assert (case.invoice.number, case.invoice.seller_name, case.invoice.total) == (NUMBER, SELLER, Decimal(TOTAL))


def test_every_change_is_a_version_in_the_log_and_the_log_vouches_for_the_case(service: ArchiveService) -> None:
    opened = losses(service).open(new(service, invoice=REMEMBERED))
    losses(service).step(opened.case.id, opened.version, said(service, StepKind.REPORT))

    assert [standing.version for standing in losses(service).history(opened.case.id)] == [1, 2]
    entries = [entry for block in service.activity.log.after(None) for entry in block.block.entries]
    assert [entry.details["version"] for entry in entries if entry.action == Action.RECORD_CHANGED] == [1, 2]
    assert audit_log(service.archive).findings == ()


def test_the_newest_version_counts_and_nobody_overwrites_anothers_unseen(service: ArchiveService) -> None:
    opened = losses(service).open(new(service, invoice=REMEMBERED))
    losses(service).change(opened.case.id, opened.version, {"voucher": "记-12"})

    with pytest.raises(StaleVersion):
        losses(service).step(opened.case.id, opened.version, said(service, StepKind.REPORT))
    assert losses(service).get(opened.case.id).case.voucher == "记-12"


def test_a_case_is_closed_once(service: ArchiveService) -> None:
    case = losses(service).open(new(service, invoice=REMEMBERED)).case
    losses(service).close(case.id, None, Outcome.FOUND)

    with pytest.raises(CaseClosed, match="found"):
        losses(service).close(case.id, None, Outcome.FOUND)
    with pytest.raises(CaseClosed):
        losses(service).change(case.id, None, {"voucher": "x"})


def test_one_loss_has_one_open_case(service: ArchiveService, tmp_path: Path) -> None:
    first = losses(service).open(new(service, invoice=REMEMBERED)).case

    with pytest.raises(CaseExists, match=first.id):
        losses(service).open(new(service, invoice=REMEMBERED))
    losses(service).close(first.id, None, Outcome.MISTAKEN)
    losses(service).open(new(service, invoice=REMEMBERED))
    losses(service).open(new(service, invoice=REMEMBERED, lost=LostCopy.DEDUCTION))


def test_a_case_of_an_invoice_that_is_not_there_is_not_opened(service: ArchiveService) -> None:
    with pytest.raises(InvoiceNotFound):
        losses(service).open(new(service, from_invoice="0" * 20 + "-1"))
    with pytest.raises(InvalidCase):
        losses(service).open(new(service))
    assert losses(service).listed() == ()


def test_an_invoice_whose_proved_number_was_told_is_linked_by_itself_when_it_turns_up(service: ArchiveService, tmp_path: Path) -> None:
    opened = losses(service).open(new(service, invoice=REMEMBERED))

    invoice = archived(service, tmp_path, LOST)

    found = losses(service).get(opened.case.id)
    assert found.case.link is not None
    assert (found.case.link.invoice, found.case.link.state, found.by) == (invoice, LinkState.PROVED, "piaogen")
    assert found.case.invoice.seller_name == SELLER


@pytest.mark.parametrize("told", [LostInvoice(number=NUMBER), LostInvoice(InvoiceKind.VAT_SPECIAL, seller_name="试印文具", number=NUMBER)])
def test_a_number_alone_is_only_proposed_for_eight_digits_are_not_unique(
    service: ArchiveService, tmp_path: Path, told: LostInvoice
) -> None:
    opened = losses(service).open(new(service, invoice=told))

    archived(service, tmp_path, LOST)

    link = losses(service).get(opened.case.id).case.link
    assert link is not None and link.state is LinkState.PROPOSED


def test_seller_amount_and_day_propose_and_a_person_says(service: ArchiveService, tmp_path: Path) -> None:
    told = LostInvoice(InvoiceKind.VAT_SPECIAL, seller_name="试印文具", total=Decimal(TOTAL), issued_on=date(2018, 10, 2))
    opened = losses(service).open(new(service, invoice=told))
    invoice = archived(service, tmp_path, LOST)
    proposed = losses(service).get(opened.case.id)
    assert proposed.case.established is None and proposed.case.link is not None

    confirmed = losses(service).link(opened.case.id, proposed.version, invoice)

    assert confirmed.case.established is not None
    assert confirmed.case.invoice.number == NUMBER


def test_what_a_person_rejected_is_not_proposed_again(service: ArchiveService, tmp_path: Path) -> None:
    opened = losses(service).open(new(service, invoice=LostInvoice(number=NUMBER)))
    invoice = archived(service, tmp_path, LOST)

    losses(service).link(opened.case.id, None, invoice, is_it=False)

    assert search_again(service, RULES) == 0
    assert losses(service).get(opened.case.id).case.link is None


def test_a_misread_or_another_invoice_is_not_linked(service: ArchiveService, tmp_path: Path) -> None:
    opened = losses(service).open(new(service, invoice=replace(REMEMBERED, code="", total=Decimal("1.00"))))

    archived(service, tmp_path, LOST)

    assert losses(service).get(opened.case.id).case.link is None


def test_a_case_that_missed_its_invoice_meets_it_in_the_next_search(service: ArchiveService, tmp_path: Path) -> None:
    invoice = archived(service, tmp_path, LOST)
    opened = losses(service).open(new(service, invoice=REMEMBERED))

    assert search_again(service, RULES) == 1
    link = losses(service).get(opened.case.id).case.link
    assert link is not None and link.invoice == invoice
    assert search_again(service, RULES) == 0


def test_a_replacement_is_a_scan_of_the_same_invoice(service: ArchiveService, tmp_path: Path) -> None:
    invoice = archived(service, tmp_path, LOST)
    other, copy = archived(service, tmp_path, OTHER), archived(service, tmp_path, COPY)
    case = losses(service).open(new(service, from_invoice=invoice)).case

    with pytest.raises(ReplacementRefused, match="63462197 / 63462198"):
        losses(service).step(case.id, None, said(service, StepKind.REPLACEMENT, invoice=other))
    with pytest.raises(ReplacementRefused, match="itself"):
        losses(service).step(case.id, None, said(service, StepKind.REPLACEMENT, invoice=invoice))
    with pytest.raises(InvalidCase):
        losses(service).step(case.id, None, said(service, StepKind.REPLACEMENT))

    done = losses(service).step(case.id, None, said(service, StepKind.REPLACEMENT, invoice=copy)).case
    assert done.steps[StepKind.REPLACEMENT].document == Digest.of(COPY)


def test_a_file_that_was_fetched_again_is_held_against_the_archived_one(
    service: ArchiveService, tmp_path: Path, reader: ScriptedReader
) -> None:
    digital = replace(with_field(proved_invoice(), "invoice_number", "26312000000012345678"), kind=InvoiceKind.DIGITAL_GENERAL)
    for content in (LOST, COPY):
        reader.scripts[Digest.of(content)] = lambda scan: reading_of(scan, digital)
    invoice, copy = archived(service, tmp_path, LOST), archived(service, tmp_path, COPY)
    case = losses(service).open(new(service, from_invoice=invoice, lost=LostCopy.FILE)).case

    with pytest.raises(InvalidCase, match="from where"):
        losses(service).step(case.id, None, said(service, StepKind.FETCH_AGAIN, invoice=copy))
    again = losses(service).step(case.id, None, said(service, StepKind.FETCH_AGAIN, invoice=copy, source="税务数字账户")).case
    same = losses(service).step(case.id, None, said(service, StepKind.FETCH_AGAIN, digest=Digest.of(LOST), source="开票方")).case

    assert [one.steps[StepKind.FETCH_AGAIN].refetched.is_equal for one in (again, same)] == [False, True]  # type: ignore[union-attr]
    assert losses(service).close(case.id, None, Outcome.FETCHED_AGAIN).case.is_open is False


def test_what_is_overdue_is_told_the_oldest_term_first(service: ArchiveService) -> None:
    today = losses(service).today()
    old = losses(service).open(new(service, invoice=REMEMBERED, discovered_on=today - timedelta(days=40))).case
    late = losses(service).open(new(service, invoice=LostInvoice(InvoiceKind.VAT_GENERAL, seller_name="甲"), lost=LostCopy.INVOICE)).case

    overdue = losses(service).overdue()
    assert [(step.case, step.step) for step in overdue] == [
        (old.id, StepKind.REPORT),
        (old.id, StepKind.SELLER_REQUEST),
        (old.id, StepKind.REPLACEMENT),
    ]
    assert [standing.case.id for standing in losses(service).listed(is_open=True)] == [old.id, late.id]


def test_an_open_case_keeps_its_documents_from_destruction(service: ArchiveService, tmp_path: Path) -> None:
    invoice, copy = archived(service, tmp_path, LOST), archived(service, tmp_path, COPY)
    case = losses(service).open(new(service, from_invoice=invoice)).case
    losses(service).step(case.id, None, said(service, StepKind.REPLACEMENT, invoice=copy))
    matters = open_matters(service)

    assert case.id in matters.reasons(Digest.of(LOST))[0]
    assert matters.reasons(Digest.of(COPY))
    losses(service).close(case.id, None, Outcome.FOUND)
    assert matters.reasons(Digest.of(LOST)) == matters.reasons(Digest.of(COPY)) == ()


def test_the_invoice_of_a_case_is_set_right_where_it_is_archived(service: ArchiveService, tmp_path: Path) -> None:
    case = losses(service).open(new(service, from_invoice=archived(service, tmp_path, LOST))).case

    with pytest.raises(InvalidCase, match="archived"):
        losses(service).change(case.id, None, {"number": "1"})


def test_texts_are_kept_until_they_are_emptied(service: ArchiveService) -> None:
    case = losses(service).open(new(service, invoice=REMEMBERED)).case

    assert losses(service).change(case.id, None, {"texts": {"course": "搬家"}}).case.texts == {"course": "搬家"}
    assert losses(service).change(case.id, None, {"texts": {"search": "已找"}}).case.texts == {"course": "搬家", "search": "已找"}
    assert losses(service).change(case.id, None, {"texts": {"course": " "}}).case.texts == {"search": "已找"}


def test_cases_are_the_same_after_the_database_was_deleted(service: ArchiveService, tmp_path: Path, reader: ScriptedReader) -> None:
    invoice = archived(service, tmp_path, LOST)
    opened = losses(service).open(new(service, from_invoice=invoice))
    losses(service).step(opened.case.id, None, said(service, StepKind.REPORT))
    waiting = losses(service).open(new(service, invoice=LostInvoice(number="11112222"), lost=LostCopy.WHOLE))
    before = losses(service).listed()
    service.catalogue.close()
    (tmp_path / "catalogue.sqlite").unlink()

    anew = service_in(tmp_path, reader, renew=True)
    anew.index.rebuild()

    assert losses(anew).listed() == before
    assert losses(anew).get(waiting.case.id) == waiting
    assert open_matters(anew).reasons(Digest.of(LOST))
    assert anew.audit().findings == ()
    anew.catalogue.close()


def test_a_department_sees_and_meets_its_own_cases_and_invoices_only(service: ArchiveService, tmp_path: Path) -> None:
    finance, sales = (service.seen_by(Visibility(frozenset({name}))) for name in ("财务部", "销售部"))
    case = losses(finance).open(new(service, invoice=REMEMBERED, department="财务部")).case

    archived(service, tmp_path, LOST, department="销售部")

    assert losses(finance).get(case.id).case.link is None
    assert losses(sales).listed() == ()
    with pytest.raises(RecordNotFound):
        losses(sales).change(case.id, None, {"voucher": "x"})
    with pytest.raises(InvoiceNotFound):
        losses(finance).link(case.id, None, service.invoices_of(Digest.of(LOST))[0].id)
    losses(sales).open(new(service, invoice=REMEMBERED, department="销售部"))


def test_an_invoice_that_has_not_the_copy_that_was_told_is_only_proposed(service: ArchiveService, tmp_path: Path) -> None:
    told = replace(REMEMBERED, kind=None)
    opened = losses(service).open(new(service, invoice=told, lost=LostCopy.WHOLE))
    invoice = archived(service, tmp_path, LOST)

    proposed = losses(service).get(opened.case.id).case
    assert proposed.established is None and proposed.invoice == told
    with pytest.raises(InvalidCase, match="no copy called whole"):
        losses(service).link(opened.case.id, None, invoice)
    losses(service).change(opened.case.id, None, {"lost": LostCopy.DEDUCTION})
    assert losses(service).link(opened.case.id, None, invoice).case.established is not None
