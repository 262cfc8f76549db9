"""`piaogen loss …`: a case from what is remembered to its papers and its end, on the command line."""

from pathlib import Path

from tests.support.command import piaogen

REMEMBERED = ("--lost", "invoice", "--lost-by", "王样", "--kind", "vat_general", "--number", "11112222", "--amount", "88")


def test_a_case_is_opened_followed_printed_and_closed(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    opened = piaogen("loss", "open", *REMEMBERED, "--discovered-on", "2026-03-02", "--json", archive=archive)
    assert opened.code == 0, opened.err
    case = opened.lines[0]["id"]
    overdue = piaogen("loss", "list", "--overdue", "--json", archive=archive)
    reported = piaogen("loss", "step", case, "report", "--person", "李样", "--version", "1", "--json", archive=archive)
    stale = piaogen("loss", "step", case, "report", "--person", "李样", "--version", "1", archive=archive)
    changed = piaogen("loss", "change", case, "--set", "voucher=记-12", "--text", "course=搬家", "--json", archive=archive)
    packed = piaogen("loss", "pack", case, "-o", tmp_path / "papers.pdf", archive=archive)
    unfinished = piaogen("loss", "close", case, "--outcome", "replaced", archive=archive)
    closed = piaogen("loss", "close", case, "--outcome", "found", "--json", archive=archive)
    listed = piaogen("loss", "list", archive=archive)
    shown = piaogen("loss", "show", case, archive=archive)

    assert [step["step"] for step in overdue.lines] == ["report", "seller_request", "replacement"]
    assert {step["event"] for step in overdue.lines} == {"loss.step_overdue"}
    assert (reported.code, reported.lines[0]["overdue"]) == (0, ["seller_request", "replacement"])
    assert (stale.code, "stale_version" in stale.err) == (2, True)
    assert (changed.lines[0]["voucher"], changed.lines[0]["texts"]) == ("记-12", {"course": "搬家"})
    assert (packed.code, (tmp_path / "papers.pdf").read_bytes()[:5]) == (0, b"%PDF-")
    assert (unfinished.code, "case_unfinished" in unfinished.err) == (2, True)
    assert closed.lines[0]["state"] == "closed"
    assert (listed.code, listed.out) == (0, "")
    assert "原件找回" in shown.out


def test_what_is_typed_wrongly_is_told(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    nothing = piaogen("loss", "open", "--lost", "invoice", "--lost-by", "王样", archive=archive)
    copies = piaogen("loss", "open", *REMEMBERED[:4], "--kind", "digital_general", "--number", "1", archive=archive)
    unknown = piaogen("loss", "show", "none", archive=archive)
    ending = piaogen("loss", "pack", "none", "-o", tmp_path / "papers.doc", archive=archive)

    assert [result.code for result in (nothing, copies, unknown, ending)] == [2, 2, 4, 2]
    assert "file 电子文件" in copies.err
