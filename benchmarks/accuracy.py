"""How much is read right, and whether anything is silently wrong: there must be nothing.

`python -m benchmarks accuracy` draws documents of every kind and damages them; `--labels DIR --files DIR` takes any labelled set.
Other text readers with a plain extractor read the same files in the same run. Exit code 1 when anything was silently wrong.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.accuracy_report import report_of
from benchmarks.drawing.degradation import DEGRADATION_VERSION, DEGRADATIONS, RANGES
from benchmarks.drawing.drawn_set import DRAWING_VERSION, DRAWN_KINDS
from benchmarks.examinees import OURS, Exam, examined, prepare
from benchmarks.labelled import Recipe, drawings, labels
from benchmarks.peers.environment import PEERS, version_of
from benchmarks.report import arguments, names_among, positive, publish, stated
from benchmarks.scoring import Score

_TOLD_EVERY = 20


@dataclass(slots=True)
class Result:
    """What a run gave: a score for each examinee, failures by examinee and code, seconds, and what was read."""

    scores: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    failures: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    files: Counter[str] = field(default_factory=Counter)
    settings: dict[str, Mapping[str, object]] = field(default_factory=dict)


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line."""
    options = _options(given)
    names = (OURS, *options.peers)
    prepare(names)
    recipes = _recipes(options)
    result = collected(_told(examined(recipes, names, options.workers), len(recipes)))
    said = stated(options) | {f"{peer} version": version_of(peer) for peer in options.peers}
    if options.labels is None:
        said |= {"drawing version": DRAWING_VERSION, "degradation version": DEGRADATION_VERSION}
        said |= {f"{name}: {what}": how for name in options.degradations for what, how in RANGES[name].items()}
    publish(report_of(result.scores, result.failures, result.seconds, result.files, result.settings, said), options)
    return 1 if result.scores[OURS].silent else 0


def collected(exams: Iterable[Exam]) -> Result:
    """Score every answer; a file that is refused or cannot be read counts as nothing found."""
    result = Result()
    for exam in exams:
        result.files[exam.file.medium] += 1
        result.settings[exam.file.name] = exam.file.settings
        for name, answer in exam.answers.items():
            result.scores[name].add_file(exam.file, answer.invoices)
            result.seconds[name] += answer.wall
            if answer.failure is not None:
                result.failures[name][answer.failure] += 1
    return result


def _options(given: Sequence[str] | None) -> argparse.Namespace:
    parser = arguments("accuracy", __doc__)
    parser.add_argument("--kinds", type=names_among(DRAWN_KINDS), default=DRAWN_KINDS, help="kinds to draw, parted by commas")
    parser.add_argument("--per-kind", type=positive, default=4, help="papers to draw of each kind")
    parser.add_argument("--degradations", type=names_among(DEGRADATIONS), default=("scan", "photo"), help="|".join(DEGRADATIONS))
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--labels", type=Path, help="a folder of labels, instead of drawing")
    parser.add_argument("--files", type=Path, help="the folder of the files that they speak of")
    parser.add_argument("--peers", type=names_among(PEERS), default=PEERS, help="whose reading to set beside ours, or `none`")
    parser.add_argument("--workers", type=positive, default=1, help="processes")
    options = parser.parse_args(given)
    if (options.labels is None) != (options.files is None):
        parser.error("--labels and --files belong together")
    return options


def _recipes(options: argparse.Namespace) -> Sequence[Recipe]:
    if options.labels is not None:
        return tuple(labels(options.labels, options.files))
    return tuple(drawings(options.kinds, options.degradations, options.per_kind, options.seed))


def _told(exams: Iterable[Exam], count: int) -> Iterator[Exam]:
    """The same, with a word now and then on how far it is: a run may take an hour."""
    for place, exam in enumerate(exams, 1):
        if place % _TOLD_EVERY == 0:
            sys.stderr.write(f"{place} of {count} files read\n")
        yield exam


if __name__ == "__main__":
    sys.exit(main())
