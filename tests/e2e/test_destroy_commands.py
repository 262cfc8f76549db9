"""`piaogen destroy due` as a keeper types it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from models.digest import Digest
from ocr_service.acting import acting_as
from ocr_service.opened import Upload
from ocr_service.retaining import set_hold
from tests.support.command import Result, piaogen
from tests.support.destroyed import DOCUMENT
from tests.support.example_reading import NUMBER, SCAN, proved_invoice, reading_of, unread
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import read_everything, service_in

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`piaogen` on an archive of an invoice of 2018 and a scan of this year, by terms of one year."""
    reader = ScriptedReader()
    reader.scripts = {DOCUMENT: lambda scan: reading_of(scan, proved_invoice()), Digest.of(a_picture()): unread}
    service = service_in(tmp_path, reader)
    service.submit(Upload(SCAN.read_bytes(), SCAN.name), "cli")
    service.submit(Upload(a_picture(), "a.png"), "cli")
    read_everything(service, tmp_path)
    with acting_as("user:lawyer"):
        set_hold(service, [str(DOCUMENT)], "诉讼")
    service.catalogue.close()
    (tmp_path / "terms.toml").write_text("dated = 2026-11-30\n[years]\ndefault = 1\n", encoding="utf-8")

    def run(*arguments: str) -> Result:
        settings = {"database": f"sqlite:///{tmp_path / 'catalogue.sqlite'}", "retention": str(tmp_path / "terms.toml")}
        return piaogen("destroy", "due", *arguments, archive=tmp_path / "archive", **settings)

    return run


def test_what_is_due_is_named_with_what_keeps_it(run: Run) -> None:
    told, wire = run(), run("--json")

    assert (told.code, wire.code) == (0, 0)
    assert NUMBER in told.out and "期满 due 2020-01-01" in told.out and "诉讼" in told.out
    [one] = wire.lines
    assert (one["document"], one["accounting_year"], one["due"]) == (str(DOCUMENT), 2018, "2020-01-01")
    assert one["invoices"][0]["number"] == NUMBER
    assert ["user:lawyer" in reason for reason in one["kept_by"]] == [True]


def test_a_year_a_kind_and_what_is_none(run: Run) -> None:
    other, wrong = run("--year", "2017"), run("--kind", "no_kind")

    assert (other.code, other.out, "没有期满的" in other.err) == (0, "", True)
    assert len(run("--kind", "vat_special", "--year", "2018", "--json").lines) == 1
    assert (wrong.code, "vat_special" in wrong.err) == (2, True)
