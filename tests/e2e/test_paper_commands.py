"""`piaogen paper …`: from the label to the count, on the command line."""

from pathlib import Path

from models.digest import Digest
from ocr_service.opened import Upload
from tests.support.command import piaogen
from tests.support.example_reading import example_invoice, reading_of
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import read_everything, service_in


def archived(folder: Path) -> tuple[Path, str]:
    """An archive with one invoice, and the invoice's id."""
    reader = ScriptedReader()
    reader.scripts[Digest.of(a_picture())] = lambda scan: reading_of(scan, example_invoice())
    service = service_in(folder, reader)
    service.submit(Upload(a_picture(), "a.png"), "cli")
    read_everything(service, folder)
    invoice = service.invoices_of(Digest.of(a_picture()))[0].id
    service.close()
    archive = folder / "archive"
    assert piaogen("rebuild", archive=archive).code == 0
    return archive, invoice


def test_a_paper_is_labelled_boxed_lent_and_counted(tmp_path: Path) -> None:
    archive, invoice = archived(tmp_path)

    def paper(*arguments: str | Path) -> dict[str, object]:
        result = piaogen("paper", *arguments, "--json", archive=archive)
        assert result.code == 0, result.err
        return result.lines[0]

    assert paper("label", invoice, "-o", tmp_path / "labels.pdf")["labels"] == 1
    assert (tmp_path / "labels.pdf").read_bytes()[:5] == b"%PDF-"
    assert paper("event", invoice, "boxed", "--box", "2026-01", "--note", "散票")["state"] == "boxed"
    count = paper("count", "--box", "2026-01")
    assert (count["expected"], count["missing"]) == ([invoice], [invoice])
    assert paper("count", invoice, "--id", str(count["id"]), "--close")["missing"] == []
    assert paper("event", invoice, "lent", "--person", "李四", "--due", "2026-04-01")["due"] == "2026-04-01"
    assert paper("list")["invoice"] == invoice
    events = paper("show", invoice)["events"]
    assert isinstance(events, list) and [event["kind"] for event in events] == ["boxed", "lent"]


def test_what_cannot_be_is_told_with_the_exit_code(tmp_path: Path) -> None:
    archive, invoice = archived(tmp_path)
    returned = piaogen("paper", "event", invoice, "returned", archive=archive)
    unsaid = piaogen("paper", "event", invoice, "eaten", archive=archive)
    unknown = piaogen("paper", "show", "0" * 20 + "-1", archive=archive)
    nothing = piaogen("paper", "count", archive=archive)
    nowhere = piaogen("paper", "label", invoice, "-o", tmp_path / "missing" / "labels.pdf", archive=archive)

    assert [result.code for result in (returned, unsaid, unknown, nothing, nowhere)] == [2, 2, 4, 2, 3]
    assert "unreadable_path" in nowhere.err and "Traceback" not in nowhere.err
    assert "record first that it was lent or taken" in returned.err
