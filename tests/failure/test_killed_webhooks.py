"""A few kills of processes that act and tell; `python -m benchmarks.webhooks` does fifty."""

from pathlib import Path

from benchmarks.webhooks.killing import killed_while_telling
from tests.support.webhook_receiver import receiver


def test_nothing_is_lost_or_doubled_by_kills(tmp_path: Path) -> None:
    with receiver() as erp:
        found = killed_while_telling(tmp_path / "archive", erp, kills=3, seed=5)

    assert (found.lost, found.doubled, found.false, found.unreported, found.forged) == ((), (), (), 0, 0)
    assert found.happened > 3
