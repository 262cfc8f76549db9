"""A network made again in eight bits, beside the weights that it was made from.

It is made at set-up (`python -m benchmarks.eight_bits`), not fetched: a record beside it says from which weights, and its own hashes.
"""

import json
import shutil
import tempfile
from pathlib import Path

from models.digest import Digest
from models.errors import DigestMismatch
from ocr_service.engines.weights import Weights

_PARTS = ("model.xml", "model.bin")
_RECORD = "made.json"


def eight_bit_model(weights: Weights, name: str) -> Path | None:
    """The OpenVINO file of a model in eight bits; None where nobody has made it from these very weights.

    Raises:
        DigestMismatch: it is not what was made.
    """
    folder = _folder(weights, name)
    if not (folder / _RECORD).is_file():
        return None
    record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
    if record["source"] != _source(weights, name):
        return None
    for part in _PARTS:
        actual = _sha256(folder / part) if (folder / part).is_file() else "missing"
        if actual != record[part]:
            raise DigestMismatch(
                f"{folder / part} is not what was made: delete {folder}, or make it anew", file=part, expected=record[part], actual=actual
            )
    return folder / _PARTS[0]


def keep_eight_bits(weights: Weights, name: str, made: Path) -> Path:
    """Put a model that was made from these weights (`model.xml` and `model.bin` in `made`) beside them; returns where it stands now."""
    folder = _folder(weights, name)
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".incoming-", ignore_cleanup_errors=True) as incoming:
        fresh = Path(incoming) / name
        fresh.mkdir()
        for part in _PARTS:
            shutil.copyfile(made / part, fresh / part)
        record = {"source": _source(weights, name), **{part: _sha256(fresh / part) for part in _PARTS}}
        (fresh / _RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    return folder


def _folder(weights: Weights, name: str) -> Path:
    return weights.folder / "eight-bits" / name


def _source(weights: Weights, name: str) -> str:
    return _sha256(weights.model(name) / "inference.onnx")


def _sha256(path: Path) -> str:
    return Digest.of(path.read_bytes()).hex
