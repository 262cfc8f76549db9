"""Draw the committed pictures in `examples/`: `python -m benchmarks.drawing.examples [DIR] [--labels DIR]`."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.drawing.__main__ import save
from benchmarks.drawing.camera import photograph, scan, sheet_of
from benchmarks.drawing.drawn_set import Picture
from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import DrawnInvoice, invent

FOLDER = Path(__file__).parents[2] / "examples"


def _screenshot(name: str, invoice: DrawnInvoice) -> Picture:
    # a palette keeps a screenshot's file small without the smear of JPEG
    return Picture(name, "screenshot", draw(invoice, dpi=140).quantize(96), (invoice,))


def pictures() -> Iterator[Picture]:
    """Draw the examples one after another."""
    yield _screenshot("screen-01.png", invent("vat_electronic_general", 11, lines=3))

    special = invent("vat_special", 12, lines=3)
    yield Picture("scan-01.jpg", "scan", scan(draw(special, dpi=140), seed=12, skew_degrees=1.4, noise=1.5), (special,), 72)

    general = invent("vat_general", 13, lines=2)
    page = draw(general, dpi=150, seal_shift=(-72.0, -4.0), seal_strength=0.7)
    photo = photograph(page, seed=13, turn_degrees=3.5, perspective=0.1, blur=0.5, noise=1.5, light=0.72)
    yield Picture("photo-01.jpg", "photo", photo, (general,), 72)

    yield _screenshot("screen-02.png", invent("digital_special", 14, lines=2))

    discounted = invent("digital_general", 15, lines=2, discount=True)
    photo = photograph(draw(discounted, dpi=150), seed=15, turn_degrees=-5.0, perspective=0.06, background="cloth", blur=0.4, light=0.85)
    yield Picture("photo-02.jpg", "photo", photo, (discounted,), 75)

    toll = invent("toll_electronic", 16, lines=3)
    yield Picture("scan-02.jpg", "scan", scan(draw(toll, dpi=140), seed=16, skew_degrees=-0.6, grey=True, noise=2.0), (toll,), 75)

    turned = invent("vat_electronic_general", 17, lines=2, taxation="exempt")
    yield Picture("scan-03.jpg", "scan", scan(draw(turned, dpi=140), seed=17, skew_degrees=180.8, noise=1.5), (turned,), 72)

    pair = (invent("vat_special", 18, lines=1, with_qr=True, copy_name="抵扣联"), invent("digital_general", 18, lines=2))
    sheet = sheet_of([draw(invoice, dpi=165) for invoice in pair], dpi=165)
    yield Picture("sheet-01.jpg", "scan", scan(sheet, seed=18, skew_degrees=0.5, noise=0.0), pair, 70)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drawing.examples", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--labels", type=Path, default=None, help="also write what is on them, one JSON file a picture")
    args = parser.parse_args()
    for drawn in pictures():
        save(drawn, args.folder, args.labels)
    return 0


if __name__ == "__main__":
    sys.exit(main())
