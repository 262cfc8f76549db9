"""How often a lost invoice is found from vague memory, and how soon: stories told as clues and as sentences, on every database.

`python -m benchmarks.remembering [--rows N] [--stories N] [--databases sqlite,postgresql] [--plain] [--departments] [--keep DIR]`.
`--plain` asks the same sentences of FTS5 and of LIKE over the same rows. `--departments` tells each story to somebody of the invoice's
department as well, who sees a twentieth of all. `--keep` fills databases once and asks them again the next time.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from itertools import islice, product
from pathlib import Path
from typing import NamedTuple

from benchmarks.catalogue_size import SIZE_COLUMNS, sizes
from benchmarks.machine import file_system
from benchmarks.remembering.copying import copied
from benchmarks.remembering.filling import filled as filled_by_table
from benchmarks.remembering.plainly import asked_plainly
from benchmarks.remembering.stories import Story, story
from benchmarks.remembering.world import TODAY, Told, documents, told
from benchmarks.report import Cell, Report, Table, arguments, percentiles, positive, publish, scratch_folder, share, stated
from benchmarks.search import FILL_COLUMNS, databases, served
from models.access import EVERYTHING, Visibility
from models.remembered import Answer, Memory
from ocr_service.understanding.sentence import Circumstances, understand
from storage.catalogue.catalogue import Catalogue

COLUMNS = ("stories told as", "of", "first", "among five", "said to be it", "none a hit", "p50 ms", "p95 ms", "max ms", "p95 CPU ms")
ABSENT_COLUMNS = ("stories told as", "of", "none said to be it", "none a hit", "told what the nearest lacks")
THING_COLUMNS = ("stories told as", "thing", "of", "first", "among five")
_TOGETHER = 2_000
_PLAIN_STORIES = 60


class World(NamedTuple):
    """How many invoices, drawn from which seed."""

    rows: int
    seed: int

    def told(self, place: int) -> Told:
        """What the invoice at a place says."""
        return told(place, self.rows, self.seed)

    def stories(self, count: int) -> list[Story]:
        """Of invoices that are there."""
        rng = random.Random(f"there/{self.seed}")
        return [story(self.told(rng.randrange(self.rows)), rng) for _ in range(count)]

    def absent(self, count: int) -> list[Story]:
        """Of invoices of the same companies that are not there."""
        rng = random.Random(f"absent/{self.seed}")
        return [story(self.told(self.rows + rng.randrange(self.rows)), rng, is_there=False) for _ in range(count)]


class Asked(NamedTuple):
    """What is asked beside the stories for whoever sees all: plain searches, and people of one department."""

    plain: bool
    departments: bool

    @property
    def views(self) -> Iterator[tuple[str, bool]]:
        """What is added to the name of a row, and whether it is about one department."""
        yield "", False
        if self.departments:
            yield ", one department", True


class Outcome(NamedTuple):
    """The place of the right invoice in an answer from 0, None where it is not among the twenty.

    `cpu` is the processor time of it in seconds, in this process alone: with a server, that of the server is not in it.
    `is_claimed`: whether one was said to be it; of stories of invoices that are there, rightly.
    """

    place: int | None
    seconds: float
    cpu: float
    is_claimed: bool
    answer: Answer | None = None


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = arguments("remembering", __doc__)
    parser.add_argument("--rows", type=positive, default=50_000, help="invoices in the catalogue")
    parser.add_argument("--stories", type=positive, default=300, help="lost invoices that are there; a third as many are not")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--databases", type=databases, default=("sqlite", "postgresql"), metavar="NAMES", help="sqlite, postgresql or both")
    parser.add_argument("--plain", action="store_true", help="ask plain FTS5 and LIKE as well")
    parser.add_argument("--departments", action="store_true", help="ask as somebody of the invoice's department as well")
    parser.add_argument("--keep", type=Path, default=None, metavar="DIR", help="keep the databases here, and ask those that are there")
    options = parser.parse_args(given)
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
    with scratch_folder(options) if options.keep is None else nullcontext(options.keep) as folder:
        world = World(options.rows, options.seed)
        report = measure(folder, options.databases, world, options.stories, stated(options), Asked(options.plain, options.departments))
    publish(report, options)
    return 0


def measure(folder: Path, names: Sequence[str], world: World, count: int, options: dict[str, Cell], also: Asked) -> Report:
    """Fill the catalogues and tell them the stories."""
    there, absent = world.stories(count), world.absent(max(count // 3, 1))
    found: list[tuple[Cell, ...]] = []
    not_there: list[tuple[Cell, ...]] = []
    things: list[tuple[Cell, ...]] = []
    filled: list[tuple[Cell, ...]] = []
    size: list[tuple[Cell, ...]] = []
    for name in names:
        with served(name, folder, folder / "postgresql") as catalogue:
            if catalogue.migrate():
                filled.append((name, world.rows, *_filled(name, catalogue, folder, world)))
            for (form, memory), (whose, is_walled) in product(_FORMS.items(), also.views):
                told_as = f"{form}, {name}{whose}"
                outcomes = [_ask(catalogue, memory(one), one, world, is_walled=is_walled) for one in (there[0], *there)][1:]
                found.append((told_as, *_summary(outcomes)))
                things += [(told_as, *row) for row in _by_thing(there, outcomes)]
                asked = [_ask(catalogue, memory(one), one, world, is_walled=is_walled) for one in absent]
                not_there.append((told_as, len(absent), *_honesty(asked)))
            size += sizes(name, catalogue.database, world.rows)
    for how, places in asked_plainly(world.rows, world.told, there[:_PLAIN_STORIES]) if also.plain else ():
        found.append((f"sentences, {how}", *_summary([Outcome(place, seconds, seconds, is_claimed=False) for place, seconds in places])))
    notes = (
        f"Filling is the time inside Catalogue.record_readings on {file_system(folder)}, {_TOGETHER} documents in a durable transaction; "
        "PostgreSQL is given the rows of the SQLite file, where there is one, and makes its indexes afterwards.",
    )
    tables = (
        Table("Found", COLUMNS, tuple(found)),
        Table("Not there", ABSENT_COLUMNS, tuple(not_there)),
        Table("By thing", THING_COLUMNS, tuple(things)),
        Table("Filling", FILL_COLUMNS, tuple(filled)),
        Table("Size", SIZE_COLUMNS, tuple(size)),
    )
    return Report("remembering", options, tables, notes)


def _in_a_sentence(one: Story) -> Memory:
    return understand(one.sentence, Circumstances(TODAY))


_FORMS: dict[str, Callable[[Story], Memory]] = {"clues": lambda one: one.memory, "sentences": _in_a_sentence}


def _filled(name: str, catalogue: Catalogue, folder: Path, world: World) -> tuple[Cell, ...]:
    file = folder / "catalogue.sqlite"
    if name == "postgresql" and file.exists():
        return copied(file, catalogue)
    if name == "sqlite":
        return filled_by_table(file, world.rows, world.seed)
    seconds = 0.0
    every = documents(world.rows, world.seed)
    while some := list(islice(every, _TOGETHER)):
        begun = time.perf_counter()
        catalogue.record_readings(some)
        seconds += time.perf_counter() - begun
    return round(seconds, 1), round(world.rows / seconds)


def _ask(catalogue: Catalogue, memory: Memory, one: Story, world: World, *, is_walled: bool) -> Outcome:
    sees = Visibility(frozenset({one.department})) if is_walled else EVERYTHING
    begun, cpu = time.perf_counter(), time.process_time()
    answer = catalogue.remember(memory, sees)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    if one.place is None:
        return Outcome(None, seconds, cpu, answer.found is not None, answer)
    wanted = world.told(one.place).number
    places = [place for place, candidate in enumerate(answer.candidates) if candidate.invoice.number == wanted]
    is_right = answer.found is not None and answer.found.invoice.number == wanted
    return Outcome(places[0] if places else None, seconds, cpu, is_right, answer)


def _summary(outcomes: Sequence[Outcome]) -> tuple[Cell, ...]:
    many = len(outcomes)
    first = sum(outcome.place == 0 for outcome in outcomes)
    five = sum(outcome.place is not None and outcome.place < 5 for outcome in outcomes)
    claimed = sum(outcome.is_claimed for outcome in outcomes)
    none = sum(outcome.answer is not None and not outcome.answer.hits for outcome in outcomes)
    seconds = [outcome.seconds for outcome in outcomes]
    shares = (share(count, many) for count in (first, five, claimed, none))
    late = percentiles([outcome.cpu for outcome in outcomes])[1]
    return many, *shares, *percentiles(seconds), round(1000 * max(seconds), 1), late


def _by_thing(stories: Sequence[Story], outcomes: Sequence[Outcome]) -> Iterator[tuple[Cell, ...]]:
    for how in sorted({thing.how for one in stories for thing in one.things}):
        some = [outcome for one, outcome in zip(stories, outcomes, strict=True) if any(thing.how == how for thing in one.things)]
        yield how, *_summary(some)[:3]


def _honesty(outcomes: Sequence[Outcome]) -> tuple[Cell, ...]:
    many = len(outcomes)
    none_claimed = sum(not outcome.is_claimed for outcome in outcomes)
    answers = [outcome.answer for outcome in outcomes if outcome.answer is not None]
    without = [answer for answer in answers if not answer.hits]
    return share(none_claimed, many), share(len(without), many), share(sum(map(_tells_what_lacks, without)), len(without))


def _tells_what_lacks(answer: Answer) -> bool:
    """Whether the nearest invoice is shown, with something that it does not say as it is remembered."""
    return bool(answer.nearest) and not all(comparison.is_as_said for comparison in answer.nearest[0].comparisons)


if __name__ == "__main__":
    sys.exit(main())
