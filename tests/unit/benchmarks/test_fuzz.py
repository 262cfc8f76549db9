"""What attacks the service: the same for the same seed, sound where nothing was changed, and it notices what is wrong."""

from collections.abc import Iterator

import pytest

from benchmarks.fuzz.attacks import Answers
from benchmarks.fuzz.mutants import mutant, seeds
from benchmarks.fuzz.parsers import TARGETS
from benchmarks.fuzz.provocations import FILES
from benchmarks.fuzz.pulse import COLUMNS, Pulse
from benchmarks.fuzz.targets import FUNCTIONS, try_one
from ocr_service.decoding.decoder import Decoder
from ocr_service.decoding.unfolder import Budget
from ocr_service.opened import Upload
from tests.support.decoding import shared_decoder

CHEAP = [name for name in FILES if name not in {"PNG of 4,000 megapixels", "zip that unfolds to 1.1 GB", "JPEG of 2,000 scans"}]


@pytest.fixture
def decoder() -> Iterator[Decoder]:
    yield shared_decoder(3_000_000)


@pytest.mark.parametrize("format", sorted(seeds()))
def test_what_is_mutated_was_sound(format: str, decoder: Decoder) -> None:
    for content in seeds()[format]:
        found = list(decoder.unfolded(Upload(content, "a"), Budget(10, 10**8)))

        assert found
        assert [file.error for file in found] == [None] * len(found)


def test_a_mutant_is_made_again_by_its_number_and_seed() -> None:
    formats = len(seeds())

    assert [mutant(number, 1) for number in range(formats)] == [mutant(number, 1) for number in range(formats)]
    assert {mutant(number, 1).format for number in range(formats)} == set(seeds())
    assert mutant(0, 1).content != mutant(formats, 1).content != mutant(formats, 2).content


@pytest.mark.parametrize("name", CHEAP)
def test_provocations_can_be_made(name: str) -> None:
    assert 0 < len(FILES[name]()) < 6_000_000


def test_every_parser_has_its_function() -> None:
    assert set(TARGETS) == set(FUNCTIONS)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow tells of tags that it passes over
@pytest.mark.parametrize("name", sorted(TARGETS))
def test_a_parser_takes_or_refuses_mutants_of_every_format(name: str) -> None:
    for number in range(2 * len(seeds())):
        try_one(name, mutant(number, 3).content[:20_000])


def test_an_answer_of_500_is_a_fault_and_503_is_none() -> None:
    answers = Answers()
    for status in (202, 404, 503, 500, 502):
        answers.take("a file", status, "why")

    assert answers.faults == ["a file: 500 why", "a file: 502 why"]


@pytest.mark.parametrize("wrong", ["seconds", "silent", "megabytes", "refused"])
def test_a_service_that_is_slow_silent_large_or_sends_others_away_is_noticed(wrong: str) -> None:
    pulse = Pulse([0.01] * 100, 0, [100], [0.1])
    assert pulse.is_sound
    assert len(pulse.row()) == len(COLUMNS)

    if wrong == "seconds":
        pulse.seconds += [0.3, 0.3]
    if wrong == "silent":
        pulse.silent = 1
    if wrong == "megabytes":
        pulse.megabytes.append(401)
    if wrong == "refused":
        pulse.outcomes["refused"] += 1
    assert not pulse.is_sound
