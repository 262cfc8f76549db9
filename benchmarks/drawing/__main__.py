"""Write a labelled set of drawn invoices: OUT_DIR/files/NNN.jpg|png and OUT_DIR/labels/NNN.json."""

import argparse
import json
import sys
from pathlib import Path

from benchmarks.drawing.camera import encoded
from benchmarks.drawing.drawn_set import Picture, picture


def save(drawn: Picture, files: Path, labels: Path | None) -> None:
    """Write one picture, and its label when a folder for labels is given."""
    content = encoded(drawn.image, "PNG") if drawn.quality is None else encoded(drawn.image, "JPEG", quality=drawn.quality)
    files.mkdir(parents=True, exist_ok=True)
    (files / drawn.name).write_bytes(content)
    if labels is not None:
        labels.mkdir(parents=True, exist_ok=True)
        text = json.dumps(drawn.label, ensure_ascii=False, indent=1)
        (labels / f"{Path(drawn.name).stem}.json").write_text(text + "\n", encoding="utf-8")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drawing", description=__doc__)
    parser.add_argument("out_dir", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=16)
    args = parser.parse_args()
    for place in range(args.count):
        save(picture(args.seed, place), args.out_dir / "files", args.out_dir / "labels")
    return 0


if __name__ == "__main__":
    sys.exit(main())
