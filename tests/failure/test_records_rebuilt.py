"""The database is deleted with fifty cases, two hundred events of papers and three reconciliations in it: all answer again."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from models.digest import Digest
from models.invoice import InvoiceKind
from models.loss import LostInvoice
from models.loss_rules import LostCopy, StepKind
from models.papers import PaperEvent, PaperEventKind
from ocr_service.log_inspection import check_log
from ocr_service.loss_rules import rules_at
from ocr_service.losses import Losses, NewCase, SaidStep
from ocr_service.opened import Upload
from ocr_service.papers import PaperKeeping
from ocr_service.reconciling import Reconciling
from ocr_service.service import ArchiveService
from tests.support.example_reading import example_invoice, reading_of
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import read_everything, service_in
from tests.support.statements import export, number

CASES, PAPERS, RECONCILIATIONS = 50, 10, 3
EVENTS = [PaperEvent(PaperEventKind.RECEIVED, person="王样"), PaperEvent(PaperEventKind.BOXED, box="2026-01", note="散票，不装订")]
for _ in range(9):
    EVENTS += [PaperEvent(PaperEventKind.LENT, person="李四", due=date(2026, 4, 1)), PaperEvent(PaperEventKind.RETURNED)]


def answers(service: ArchiveService) -> list[object]:
    """Everything that is told of cases, papers and reconciliations."""
    losses, papers, reconciling = Losses(service, rules_at("")), PaperKeeping.over(service), Reconciling.over(service)
    cases = [(case, losses.history(case.case.id)) for case in losses.listed()]
    names = [service.invoices_of(Digest.of(a_picture(shade)))[0].id for shade in range(PAPERS)]
    events = [(papers.paper(name), papers.history(name)) for name in names]
    lists = [(found, reconciling.lines(found.id)) for found in reconciling.all()]
    assert (len(cases), sum(len(history) for _, history in events), len(lists)) == (CASES, 200, RECONCILIATIONS)
    return [cases, losses.overdue(), events, papers.boxes(), papers.out(), lists]


def test_what_stood_in_the_database_stands_there_again(tmp_path: Path) -> None:
    reader = ScriptedReader()
    for shade in range(PAPERS):
        reader.scripts[Digest.of(a_picture(shade))] = lambda scan: reading_of(scan, example_invoice())
    service = service_in(tmp_path, reader)
    for shade in range(PAPERS):
        service.submit(Upload(a_picture(shade), f"{shade}.png"), "cli")
    read_everything(service, tmp_path)
    papers = PaperKeeping.over(service)
    for shade in range(PAPERS):
        for event in EVENTS:
            papers.record(service.invoices_of(Digest.of(a_picture(shade)))[0].id, event)
    losses = Losses(service, rules_at(""))
    for place in range(CASES):
        remembered = LostInvoice(InvoiceKind.VAT_SPECIAL, "4200174130", f"634621{place:02d}", total=Decimal(place + 1))
        opened = losses.open(NewCase(LostCopy.INVOICE_AND_DEDUCTION, "王样", date(2026, 3, 2), remembered))
        if place % 2:
            losses.step(opened.case.id, opened.version, SaidStep(StepKind.REPORT, date(2026, 3, 2), "李样"))
    for place in range(RECONCILIATIONS):
        Reconciling.over(service).begin([Upload(export(number(place), number(place + 1)), "导出.xlsx")])
    before = answers(service)
    service.catalogue.close()

    for file in tmp_path.glob("catalogue.sqlite*"):
        file.unlink()
    again = service_in(tmp_path, reader, renew=True)
    again.index.rebuild()

    assert answers(again) == before
    assert again.audit().sound
    assert check_log(again).sound
    again.catalogue.close()
