"""How often one misread character ends as a wrong value that is vouched for, and which rules catch it.

`python -m benchmarks mutation` draws papers, reads each once, and proves it again with one character changed in what was read: every
field, look-alike and random digits. Exit code 1 when a wrong value was vouched for although only the first reading had the error.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.drawing.degradation import DEGRADATION_VERSION, DEGRADATIONS
from benchmarks.drawing.drawn_set import DRAWING_VERSION, DRAWN_KINDS
from benchmarks.labelled import Drawing, drawings
from benchmarks.mutation.papers import tried_on
from benchmarks.mutation.tables import report_of, silent_in_first
from benchmarks.mutation.trials import Trial
from benchmarks.report import arguments, names_among, positive, publish, stated
from benchmarks.scoring import VAT_FAMILY
from ocr_service.composition import build_weights
from ocr_service.logs import log_to_stderr
from ocr_service.settings import read_settings


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line."""
    options = _options(given)
    build_weights(read_settings())
    recipes = tuple(drawings(options.kinds, options.degradations, options.per_kind, options.seed))
    tried = list(_tried(recipes, options))
    trials = [trial for paper in tried for trial in paper or ()]
    skipped = tried.count(None)
    said = stated(options) | {"drawing version": DRAWING_VERSION, "degradation version": DEGRADATION_VERSION}
    publish(report_of(trials, len(tried) - skipped, skipped, said), options)
    return 1 if silent_in_first(trials) else 0


def _options(given: Sequence[str] | None) -> argparse.Namespace:
    parser = arguments("mutation", __doc__)
    parser.add_argument("--kinds", type=names_among(DRAWN_KINDS), default=VAT_FAMILY, help="kinds to draw, parted by commas")
    parser.add_argument("--per-kind", type=positive, default=2, help="papers to draw of each kind")
    parser.add_argument("--degradations", type=names_among(DEGRADATIONS), default=("scan",), help="|".join(DEGRADATIONS))
    parser.add_argument("--places", type=positive, default=20, help="at most so many places of each field of a paper, drawn by lot")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--workers", type=positive, default=1, help="processes")
    return parser.parse_args(given)


def _tried(recipes: Sequence[Drawing], options: argparse.Namespace) -> Iterator[tuple[Trial, ...] | None]:
    with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn"), initializer=log_to_stderr) as pool:
        pending = [pool.submit(tried_on, recipe, options.seed, options.places) for recipe in recipes]
        for place, paper in enumerate(pending, 1):
            yield paper.result()
            sys.stderr.write(f"{place} of {len(recipes)} papers tried\n")


if __name__ == "__main__":
    sys.exit(main())
