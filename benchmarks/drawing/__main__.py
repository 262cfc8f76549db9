"""Write a labelled set of drawn documents: OUT_DIR/files and OUT_DIR/labels, one label a file.

With --kind they are clean papers of one kind (or of all): PNG files, TIFF where there are several pages; without it they are invoices of
the tax-control family as scanners and cameras see them.
"""

import argparse
import json
import sys
from pathlib import Path

from benchmarks.drawing.camera import encoded
from benchmarks.drawing.drawn_set import COMPOSED_KINDS, DRAWN_KINDS, Drawn, Picture, drawn, picture


def save(taken: Picture, files: Path, labels: Path | None) -> None:
    """Write one picture, and its label when a folder for labels is given."""
    content = encoded(taken.image, "PNG") if taken.quality is None else encoded(taken.image, "JPEG", quality=taken.quality)
    files.mkdir(parents=True, exist_ok=True)
    (files / taken.name).write_bytes(content)
    if labels is not None:
        labels.mkdir(parents=True, exist_ok=True)
        text = json.dumps(taken.label, ensure_ascii=False, indent=1)
        (labels / f"{Path(taken.name).stem}.json").write_text(text + "\n", encoding="utf-8")


def save_clean(document: Drawn, files: Path, labels: Path) -> None:
    """Write one document without loss, and its label."""
    files.mkdir(parents=True, exist_ok=True)
    labels.mkdir(parents=True, exist_ok=True)
    first, *others = (page.image for page in document.pages)
    path = files / f"{document.name}.{'tiff' if others else 'png'}"
    if others:
        first.save(path, "TIFF", save_all=True, append_images=others, compression="tiff_deflate", dpi=(document.dpi, document.dpi))
    else:
        first.save(path, "PNG", dpi=(document.dpi, document.dpi))
    text = json.dumps(document.label(path.name), ensure_ascii=False, indent=1)
    (labels / f"{document.name}.json").write_text(text + "\n", encoding="utf-8")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drawing", description=__doc__)
    parser.add_argument("out_dir", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=16)
    parser.add_argument("--kind", choices=(*DRAWN_KINDS, *COMPOSED_KINDS, "all"), help="draw clean papers of this kind, COUNT of each")
    parser.add_argument("--dpi", type=int, default=200, help="dots per inch of clean papers")
    args = parser.parse_args()
    for kind in (*DRAWN_KINDS, *COMPOSED_KINDS) if args.kind == "all" else (args.kind,) if args.kind else ():
        for place in range(args.count):
            save_clean(drawn(kind, args.seed, place, dpi=args.dpi), args.out_dir / "files", args.out_dir / "labels")
    if args.kind:
        return 0
    for place in range(args.count):
        save(picture(args.seed, place), args.out_dir / "files", args.out_dir / "labels")
    return 0


if __name__ == "__main__":
    sys.exit(main())
