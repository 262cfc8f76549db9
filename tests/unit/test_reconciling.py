"""A reconciliation from its files to its record: kept, run again, told what is new, and there after a rebuild."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from models.access import Visibility
from models.digest import Digest
from models.errors import BadUsage, RecordNotFound, UnknownTable
from models.invoice import FieldStatus, Invoice, InvoiceField, Witness
from models.own_companies import OwnCompany
from models.reconciliation import LineClass
from models.series import Hole
from ocr_service.companies import add_company
from ocr_service.log_inspection import check_log
from ocr_service.opened import Upload
from ocr_service.reconciling import Reconciliation, Reconciling, known_to_statements
from ocr_service.service import ArchiveService
from storage.catalogue.reconciliation_lines import PREFIX
from tests.support.example_reading import example_invoice, reading_of
from tests.support.pictures import a_picture
from tests.support.scripted_service import ScriptedReader, read_everything, service_in
from tests.support.statements import LIST, OURS, SELLER, export, number, row
from tests.support.workbooks import xlsx

SAID = {
    **{"invoice_number": number(1), "issue_date": "2025-03-04", "seller_tax_id": SELLER, "buyer_tax_id": OURS},
    **{"seller_name": "上海某某有限公司", "buyer_name": "北京某某有限公司", "tax_exclusive_amount": "100.00"},
    **{"tax_amount": "13.00", "tax_inclusive_amount": "113.00"},
}


@dataclass
class Archive:
    """A service in a folder, and scans that are read as somebody says."""

    service: ArchiveService
    reader: ScriptedReader
    folder: Path

    def scan(self, shade: int, department: str | None = None, **values: str) -> None:
        content = a_picture(shade)
        self.reader.scripts[Digest.of(content)] = lambda scan: reading_of(scan, saying(**values))
        self.service.submit(Upload(content, f"{shade}.png"), "test", department=department)
        read_everything(self.service, self.folder)

    @property
    def reconciling(self) -> Reconciling:
        return Reconciling.over(self.service)

    def begin(self, *contents: bytes, preview: bool = False, department: str | None = None) -> Reconciliation:
        uploads = [Upload(content, f"导出{place}.xlsx") for place, content in enumerate(contents)]
        return self.reconciling.begin(uploads, preview=preview, department=department)


def saying(**values: str) -> Invoice:
    """The example invoice with exactly these fields."""
    some = next(iter(example_invoice().fields.values()))
    field = replace(some, status=FieldStatus.READ, witnesses=(Witness.PRINTED,))
    fields: dict[str, InvoiceField] = {key: replace(field, value=value, raw=value) for key, value in {**SAID, **values}.items()}
    return replace(example_invoice(), fields=fields)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    reader = ScriptedReader()
    service = service_in(tmp_path, reader)
    add_company(service, OwnCompany("北京某某有限公司", (OURS,)))
    yield Archive(service, reader, tmp_path)
    service.close()


def classes(archive: Archive, found: Reconciliation) -> list[str]:
    return [one.line.main.value for one in archive.reconciling.lines(found.id)]


def test_what_both_have_what_only_one_has_and_what_differs(archive: Archive) -> None:
    archive.scan(10)
    archive.scan(11, invoice_number=number(2), tax_amount="12.00", tax_inclusive_amount="112.00")
    archive.scan(12, invoice_number=number(3), tax_inclusive_amount="9.00")

    found = archive.begin(export(number(1), number(2), number(4)))

    assert classes(archive, found) == ["equal", "differs", "statement_only", "archive_only"]
    assert (found.lines, found.new, found.is_clean, found.refused_rows) == (4, 3, False, 0)
    [placed] = archive.reconciling.lines(found.id, LineClass.DIFFERS)
    assert [one.field for one in placed.line.differences] == ["tax_amount", "tax_inclusive_amount"]


def test_a_clean_reconciliation_says_so(archive: Archive) -> None:
    archive.scan(10)

    assert archive.begin(export(number(1))).is_clean


def test_what_had_no_scan_is_tried_again_with_every_later_one(archive: Archive) -> None:
    found = archive.begin(export(number(1), number(2)))
    archive.scan(10)

    assert archive.reconciling.arrived(found.id) == 1
    again = archive.reconciling.run_again(found.id)

    assert (again.version, again.settled, again.counts[LineClass.EQUAL]) == (2, 1, 1)
    [settled] = archive.reconciling.lines(found.id, LineClass.EQUAL)
    assert settled.line.was is LineClass.STATEMENT_ONLY
    assert archive.reconciling.arrived(found.id) == 0


def test_a_paper_number_with_its_code_arrives_too(archive: Archive) -> None:
    found = archive.begin(xlsx({"s": [LIST, row("--", 发票代码="1100254130", 发票号码="12345678")]}))
    archive.scan(10, invoice_code="1100254130", invoice_number="12345678")

    assert archive.reconciling.arrived(found.id) == 1


def test_a_run_with_the_same_outcome_writes_nothing(archive: Archive) -> None:
    found = archive.begin(export(number(1)))

    assert archive.reconciling.run_again(found.id) == found


def test_an_overlapping_export_says_what_is_new(archive: Archive) -> None:
    archive.begin(export(number(1), number(2)))
    later = archive.begin(export(number(2), number(3)))

    assert later.new == 1
    assert [one.line.is_new for one in archive.reconciling.lines(later.id)] == [False, True]


def test_a_preview_counts_for_nothing_until_it_is_taken_in(archive: Archive) -> None:
    preview = archive.begin(export(number(1)), preview=True)

    assert not preview.is_taken_in
    assert archive.begin(export(number(1))).new == 1
    assert known_to_statements(archive.service, number=number(2)) == []
    taken = archive.reconciling.take_in(preview.id)
    assert (taken.is_taken_in, taken.version) == (True, 2)
    assert archive.begin(export(number(1))).new == 0


def test_it_is_there_after_a_rebuild_with_the_same_answers_and_its_files(archive: Archive) -> None:
    archive.scan(10)
    content = export(number(1), number(2))
    found = archive.begin(content)
    before = archive.reconciling.lines(found.id)
    archive.service.index.rebuild()

    assert archive.reconciling.get(found.id) == found
    assert archive.reconciling.lines(found.id) == before
    assert archive.reconciling.keeper.histories.attachment(Digest.parse(found.files[0]["digest"])) == content
    assert archive.service.audit().findings == ()
    assert check_log(archive.service).findings == ()


def test_a_search_that_finds_nothing_is_told_who_knows_the_invoice(archive: Archive) -> None:
    found = archive.begin(export(number(7)))

    [by_number] = known_to_statements(archive.service, number=number(7)[-10:])
    [by_clues] = known_to_statements(archive.service, seller="某某", total=by_number.line.entry.total if by_number.line.entry else None)
    assert by_number.subject == by_clues.subject == PREFIX + found.id
    assert known_to_statements(archive.service, number=number(8)) == []
    assert known_to_statements(archive.service, seller="某某") == []


def test_an_invoice_that_only_the_archive_has_is_not_known_to_the_statement(archive: Archive) -> None:
    archive.scan(10)
    archive.begin(export(number(2)))

    assert known_to_statements(archive.service, number=number(1)) == []
    assert archive.begin(export(number(1))).new == 1


def test_a_department_is_held_against_its_own_scans_and_others_see_nothing_of_it(archive: Archive) -> None:
    archive.scan(10, department="财务部")
    archive.scan(11, department="销售部", invoice_number=number(2))
    found = archive.begin(export(number(1), number(2)), department="财务部")
    elsewhere = Reconciling.over(archive.service.seen_by(Visibility(frozenset({"销售部"}))))

    assert classes(archive, found) == ["equal", "statement_only"]
    assert elsewhere.all() == []
    with pytest.raises(RecordNotFound):
        elsewhere.lines(found.id)
    assert elsewhere.index.mentions(number=number(1)) == []
    assert archive.reconciling.run_again(found.id) == found


def test_a_ledger_knows_what_is_booked_and_a_selection_what_is_not(archive: Archive) -> None:
    ledger = ["日期", "凭证字", "凭证号", "摘要", "科目名称", "借方金额", "贷方金额"]
    archive.scan(10)
    booked = archive.begin(xlsx({"s": [ledger, ["2025-03-31", "记", "1", f"NO.{number(1)}", "费用", "113.00", None]]}))
    selection = ["是否勾选*", "数电发票号码", "开票日期*", "金额*", "票面税额*", "销售方纳税人识别号"]
    selected = archive.begin(xlsx({"s": [selection, *(["是", number(n), "2025-03-04", "100.00", "13.00", SELLER] for n in (1, 2))]}))

    assert classes(archive, booked) == ["equal"]
    assert [one.line.also for one in archive.reconciling.lines(selected.id)] == [(), (LineClass.SELECTED_NOT_BOOKED,)]


def test_a_month_without_the_landlord_is_a_hint(archive: Archive) -> None:
    for month in (1, 2, 4):
        archive.scan(20 + month, invoice_number=number(month), issue_date=f"2025-{month:02d}-05", seller_name="房东有限公司")
    found = archive.begin(xlsx({"s": [LIST, row(number(90), 开票日期="2025-05-05", 销方名称="房东有限公司")]}))

    assert archive.reconciling.holes(found.id) == ([Hole("房东有限公司", ("2025-03",))], [])


def test_a_number_left_out_between_two_is_a_hint(archive: Archive) -> None:
    archive.scan(20, invoice_code="1100254130", invoice_number="00000011")
    found = archive.begin(xlsx({"s": [LIST, row("--", 发票代码="1100254130", 发票号码="00000013")]}))

    assert archive.reconciling.holes(found.id)[1] == [Hole("上海某某有限公司", ("00000012",), "1100254130")]


def test_a_mapping_is_kept_and_explains_every_later_table(archive: Archive) -> None:
    mine = xlsx({"s": [["票", "多少"], [number(1), "113.00"]]})
    with pytest.raises(UnknownTable):
        archive.begin(mine)
    archive.reconciling.keep_mapping("mine", {"票": "number", "多少": "total"})
    archive.service.index.rebuild()

    assert archive.begin(mine).kind.value == "mapped"
    assert [one.name for one in archive.reconciling.mappings()] == ["mine"]


@pytest.mark.parametrize(
    ("name", "columns"),
    [("Mine", {"票": "number"}), ("", {"票": "number"}), ("a", {}), ("a", {"票": "nothing"}), ("a", {" *": "number", "金额": "total"})],
)
def test_a_mapping_that_says_nothing_is_refused(archive: Archive, name: str, columns: dict[str, str]) -> None:
    with pytest.raises(BadUsage):
        archive.reconciling.keep_mapping(name, columns)


def test_a_mapping_that_nobody_kept_is_told(archive: Archive) -> None:
    with pytest.raises(BadUsage, match="theirs"):
        archive.reconciling.begin([Upload(export(number(1)), "a.xlsx")], mapping="theirs")
