"""`piaogen watch`: a folder emptied into the archive, on the command line."""

from pathlib import Path

from tests.support.command import piaogen, start_piaogen
from tests.support.pictures import a_picture
from tests.support.waiting import until

QUICK = {"watch_still_seconds": "1"}


def test_what_is_there_is_taken_once_and_what_is_refused_is_told(tmp_path: Path) -> None:
    inbox, archive = tmp_path / "收票", tmp_path / "archive"
    (inbox / "三月").mkdir(parents=True)
    (inbox / "三月" / "a.png").write_bytes(a_picture(1))
    (inbox / "b.docx").write_bytes(b"no invoice")

    taken = piaogen("watch", inbox, "--once", "--json", archive=archive, **QUICK)

    assert taken.code == 3, taken.err
    refused, kept = taken.lines
    assert [(Path(line["file"]).name, line["state"]) for line in (refused, kept)] == [("b.docx", "refused"), ("a.png", "queued")]
    assert Path(kept["moved_to"]).read_bytes() == a_picture(1)
    assert refused["files"][0]["error"]["code"] == "unsupported_media_type"
    assert piaogen("watch", inbox, "--once", archive=archive, **QUICK).code == 0


def test_it_goes_on_until_it_is_told_to_end(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    process = start_piaogen("watch", inbox, "--json", archive=tmp_path / "archive", **QUICK)
    (inbox / "a.png").write_bytes(a_picture(1))
    until(lambda: any((inbox / "archived").rglob("a.png")))
    second = piaogen("watch", inbox, "--once", archive=tmp_path / "archive", **QUICK)
    process.terminate()
    out, err = process.communicate(timeout=60)

    assert (process.returncode, len(out.splitlines())) == (0, 1), err
    assert (second.code, "looks after" in second.err) == (2, True)


def test_a_folder_in_the_archive_and_one_that_is_not_there_are_told(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    (archive / "in").mkdir(parents=True)

    within = piaogen("watch", archive / "in", "--once", archive=archive)
    missing = piaogen("watch", tmp_path / "nowhere", "--once", archive=archive)

    assert (within.code, "within each other" in within.err) == (2, True)
    assert (missing.code, "No such file" in missing.err) == (2, True)
