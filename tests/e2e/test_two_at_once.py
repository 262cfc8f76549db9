"""Two processes that ingest the same folder at the same time."""

import json
from pathlib import Path

from benchmarks.drawing.camera import encoded
from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import invent
from tests.support.command import piaogen, start_piaogen


def test_each_file_is_archived_and_read_once(tmp_path: Path) -> None:
    folder, archive = tmp_path / "in", tmp_path / "archive"
    folder.mkdir()
    for seed in (1, 2):
        (folder / f"{seed}.png").write_bytes(encoded(draw(invent("vat_roll", seed), dpi=110), "PNG"))
    processes = [start_piaogen("ingest", folder, "--json", archive=archive) for _ in range(2)]
    outputs = [process.communicate(timeout=300) for process in processes]
    audit = piaogen("audit", "--json", archive=archive).lines[0]

    assert [process.returncode for process in processes] == [0, 0], outputs
    assert [len(out.splitlines()) for out, _ in outputs] == [2, 2]
    assert {json.loads(line)["state"] for out, _ in outputs for line in out.splitlines()} <= {"done", "needs_review", "duplicate"}
    assert (audit["documents"], audit["manifests"], audit["findings"]) == (2, 2, [])
