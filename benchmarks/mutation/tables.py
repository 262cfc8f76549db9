"""The trials as tables: how each field fares, and which rule catches what."""

from collections import Counter
from collections.abc import Mapping, Sequence

from benchmarks.intervals import stated_share, wilson
from benchmarks.mutation.mutants import MUTATED, Manner
from benchmarks.mutation.trials import SILENT, End, Trial
from benchmarks.report import Cell, Report, Table, share

_NOTES = (
    "a mutant is one wrong digit (or numeral of an amount in words) at one place of a field that was read right: two for each place, one "
    "look-alike and one at random; each is tried in three manners",
    f"`{Manner.DOUBTED}`: the engine offers the true character second; `{Manner.SURE}`: it does not; in both the second reading is right, "
    f"as it nearly always is; `{Manner.ALIKE}`: the second reading of the same print has the same error",
    "`vouched for`: a wrong value, in this field or through it in another, ends proved or repaired; `accepted`: a wrong key value in an "
    "accepted invoice; silent is either, given such an error: times the rate of such errors it is the service's own rate",
)


def report_of(trials: Sequence[Trial], files: int, skipped: int, options: Mapping[str, Cell]) -> Report:
    """Everything about a run."""
    tables = (*(_fields(trials, manner) for manner in Manner), _rules(trials))
    notes = (*_NOTES, f"{len(trials)} trials on {files} pages; {skipped} papers left out, which are not one invoice on one page")
    return Report("mutation", options, tables, notes, {"silent": [_told(trial) for trial in trials if trial.end in SILENT]})


def silent_in_first(trials: Sequence[Trial]) -> int:
    """How many wrong values were vouched for although only the first reading was wrong."""
    return sum(trial.end in SILENT and trial.manner is not Manner.ALIKE for trial in trials)


def _fields(trials: Sequence[Trial], manner: Manner) -> Table:
    ends: dict[str, Counter[End]] = {key: Counter() for key in (*MUTATED, "all")}
    for trial in trials:
        if trial.manner is manner:
            ends[trial.mutant.key][trial.end] += 1
            ends["all"][trial.end] += 1
    rows = tuple((key, *_counts(counts)) for key, counts in ends.items() if counts)
    return Table(f"One wrong character: {manner}", ("field", "trials", *End, "silent (95 %)"), rows)


def _counts(counts: Counter[End]) -> tuple[Cell, ...]:
    tried, silent = counts.total(), sum(counts[end] for end in SILENT)
    bound = f"0 (at most {100 * wilson(0, tried).high:.2f} %)"
    return (tried, *(counts[end] for end in End), stated_share(silent, tried) if silent else bound)


def _rules(trials: Sequence[Trial]) -> Table:
    """Of the mutants that did not end right, the share by which each rule broke."""
    tried: Counter[str] = Counter()
    caught: Counter[tuple[str, str]] = Counter()
    for trial in trials:
        if trial.end is not End.RIGHT:
            tried[trial.mutant.key] += 1
            caught.update((trial.mutant.key, rule) for rule in trial.broken)
    keys = [key for key in MUTATED if tried[key]]
    rules = sorted({rule for _, rule in caught}, key=lambda rule: -sum(caught[key, rule] for key in keys))
    rows = tuple((rule, *(share(caught[key, rule], tried[key]) if caught[key, rule] else None for key in keys)) for rule in rules)
    return Table("Rules that broke, of mutants that did not end right", ("rule", *keys), rows)


def _told(trial: Trial) -> Mapping[str, object]:
    mutant = trial.mutant
    return {
        **{"file": trial.file, "kind": trial.kind, "field": mutant.key, "place": mutant.place, "read as": mutant.sign, "how": mutant.how},
        **{"manner": trial.manner.value, "end": trial.end.value, "said": dict(trial.vouched), "broken": list(trial.broken)},
    }
