"""`piaogen reconcile` as a user runs it."""

from pathlib import Path

from tests.support.command import piaogen
from tests.support.statements import LIST, OURS, export, number, row
from tests.support.workbooks import xlsx


def test_an_export_is_held_against_the_archive_and_kept(tmp_path: Path) -> None:
    archive, sent = tmp_path / "archive", tmp_path / "导出.xlsx"
    sent.write_bytes(export(number(1), number(2)))
    piaogen("company", "add", "北京某某有限公司", OURS, archive=archive)

    said = piaogen("reconcile", sent, "--json", archive=archive)
    [found] = said.lines
    again = piaogen("reconcile", sent, archive=archive)
    rebuilt = piaogen("rebuild", "--json", archive=archive)

    assert said.code == again.code == rebuilt.code == 0
    assert (found["counts"], found["side"], found["new"], found["equal"]) == ({"statement_only": 2}, "received", 2, False)
    assert "清单有、档案无 2" in again.out and number(2) in again.out and "新 0" in again.out
    assert piaogen("audit", "--json", archive=archive).code == 0


def test_rows_that_cannot_be_matched_are_exit_3_and_told(tmp_path: Path) -> None:
    sent = tmp_path / "a.xlsx"
    sent.write_bytes(xlsx({"s": [LIST, row("2.51E+19")]}))

    said = piaogen("reconcile", sent, archive=tmp_path / "archive")

    assert said.code == 3
    assert "号码丢失" in said.out


def test_a_mapping_in_toml_or_json_explains_a_ledger(tmp_path: Path) -> None:
    ledger, mapping = tmp_path / "ledger.csv", tmp_path / "U8 采购.toml"
    ledger.write_bytes(f"票据号,总额\n{number(1)},113.00\n".encode("gb18030"))
    mapping.write_text('"票据号" = "number"\n"总额" = "total"\n', encoding="utf-8")
    wrong = tmp_path / "wrong.json"
    wrong.write_text('["number"]', encoding="utf-8")

    refused = piaogen("reconcile", ledger, archive=tmp_path / "archive")
    explained = piaogen("reconcile", ledger, "--mapping", mapping, "--json", archive=tmp_path / "archive")
    kept = piaogen("reconcile", ledger, "--json", archive=tmp_path / "archive")

    assert (refused.code, "unknown_table" in refused.err) == (3, True)
    assert [one.lines[0]["kind"] for one in (explained, kept)] == ["mapped", "mapped"]
    assert piaogen("reconcile", ledger, "--mapping", wrong, archive=tmp_path / "archive").code == 2
    assert piaogen("reconcile", tmp_path / "nowhere.xlsx", archive=tmp_path / "archive").code == 3
