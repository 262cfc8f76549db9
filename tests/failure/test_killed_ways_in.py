"""A few kills of `piaogen watch` and `piaogen mail`; `python -m benchmarks.killed_ways_in` does fifty of each."""

import random
from pathlib import Path

from benchmarks.killed_ways_in import Folder, Mailbox, killed
from tests.support.dovecot import dovecot


def test_what_is_put_into_a_folder_outlives_kills_and_what_is_lost_would_be_noticed(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    way = Folder(inbox)

    verdict = killed(way, tmp_path / "archive", 2, random.Random(3))

    assert (verdict.lost, verdict.doubled, verdict.untold, verdict.findings) == ((), (), (), ())
    assert (verdict.pieces, verdict.documents) == (10, 6)
    next((inbox / "archived").rglob("0-0.png")).unlink()
    next((inbox / "refused").rglob("0.docx.*")).unlink()
    way.put["never.png"] = b"x"
    pretended = killed(way, tmp_path / "archive", 0, random.Random(3))
    assert {"0-0.png", "never.png"} <= set(pretended.lost)
    assert {"0.docx", "never.png"} <= set(pretended.untold)


def test_what_comes_by_mail_outlives_kills_and_what_is_lost_would_be_noticed(tmp_path: Path) -> None:
    with dovecot() as server:
        way = Mailbox(server)
        verdict = killed(way, tmp_path / "archive", 2, random.Random(3))
        way.sent.append(b"never delivered")
        pretended = killed(way, tmp_path / "archive", 0, random.Random(3))

    assert (verdict.lost, verdict.doubled, verdict.untold, verdict.findings) == ((), (), (), ())
    assert (verdict.pieces, verdict.documents) == (6, 4)
    assert (len(pretended.lost), len(pretended.untold)) == (1, 1)
