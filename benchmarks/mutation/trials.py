"""A page read rightly, then again and again with one wrong character: what becomes of each."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from benchmarks.labelled import Truth
from benchmarks.mutation.mutants import Manner, Mutant, mutants, spoiled_page
from benchmarks.mutation.remembered import Misreading, RememberingRecognizer
from benchmarks.scoring import KEY_FIELDS, TICKET_FIELD, outcome_of
from models.document import RecognizedPage
from models.invoice import FIELD_KEYS, FieldStatus, Invoice
from models.verification import Outcome, Verdict
from ocr_service.evidence import ClassifiedPage, Sighting
from ocr_service.page_image import PageImage
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from ocr_service.stages.second_look import SecondLookStage
from ocr_service.stages.verification import VerificationStage

_VOUCHED = frozenset({FieldStatus.PROVED, FieldStatus.REPAIRED})
_KEYS = (*KEY_FIELDS, TICKET_FIELD)


class End(StrEnum):
    """What became of a mutant. The last two are silent: a wrong value that the service vouches for, in this field or through it in another.

    `refuted` is a wrong value in conflict, or one by which a rule broke; `merely read` one that nothing speaks for or against, shown as
    read by one witness alone in an invoice that waits for a person.
    """

    RIGHT = "right after all"
    REFUTED = "refuted"
    READ = "merely read"
    LOST = "lost"
    VOUCHED = "vouched for"
    ACCEPTED = "accepted"


SILENT = frozenset({End.VOUCHED, End.ACCEPTED})


class Trial(NamedTuple):
    """One mutant in one manner: its end, the rules that broke by it, and the wrong values that were vouched for."""

    file: str
    kind: str
    mutant: Mutant
    manner: Manner
    end: End
    broken: tuple[str, ...] = ()
    vouched: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Bench:
    """Proves a page as the service does, from its lines on."""

    recognizer: RememberingRecognizer
    verification: VerificationStage = field(default_factory=VerificationStage)

    def prove(self, image: PageImage, page: RecognizedPage) -> Invoice:
        """Kind, fields, second look, proof."""
        return self.prove_classified(image, ClassificationStage().run(Sighting(page)))

    def prove_classified(self, image: PageImage, page: ClassifiedPage) -> Invoice:
        """All but the kind, which no alternative of a character touches."""
        extraction = ExtractionStage()
        second_look = SecondLookStage(self.recognizer, extraction)
        return self.verification.run(second_look.run((image, extraction.run(page))))

    def trials(self, file: str, image: PageImage, page: RecognizedPage, truth: Truth, seed: int, places: int) -> Iterator[Trial]:
        """Every mutant of a page in every manner; at most so many `places` of each field."""
        self.recognizer.misreading = None
        before = self.prove(image, page)
        for mutant in mutants(page, before, truth, random.Random(f"{seed} {file}"), places):
            classified = ClassificationStage().run(Sighting(spoiled_page(page, mutant, Manner.SURE)))
            for manner in Manner:
                self.recognizer.misreading = Misreading.of(page, mutant) if manner is Manner.ALIKE else None
                after = self.prove_classified(image, replace(classified, page=spoiled_page(page, mutant, manner)))
                yield judged(Trial(file, truth["kind"], mutant, manner, End.RIGHT), before, after, truth)


def judged(trial: Trial, before: Invoice, after: Invoice, truth: Truth) -> Trial:
    """The trial with its end: what the invoice says after it, held against what is printed and what was said before."""
    key = trial.mutant.key
    broken = tuple(sorted(_broken(after) - _broken(before)))
    wrong = [other for other in FIELD_KEYS if other in truth and _is_wrong(other, after, truth) and not _is_wrong(other, before, truth)]
    vouched = tuple((other, after.value(other)) for other in wrong if after.fields[other].status in _VOUCHED)
    accepted = tuple((other, after.value(other)) for other in wrong if other in _KEYS and after.verdict is Verdict.ACCEPTED)
    found = after.fields.get(key)
    if accepted:
        end = End.ACCEPTED
    elif vouched:
        end = End.VOUCHED
    elif found is None or found.value is None:
        end = End.LOST
    elif key not in wrong:
        end = End.RIGHT
    else:
        end = End.REFUTED if broken or found.status is FieldStatus.CONFLICT else End.READ
    return trial._replace(end=end, broken=broken, vouched=accepted or vouched)


def _is_wrong(key: str, invoice: Invoice, truth: Truth) -> bool:
    return outcome_of(key, truth[key] or None, invoice.value(key)) in {"wrong", "invented"}


def _broken(invoice: Invoice) -> set[str]:
    return {check.rule for check in invoice.checks if check.outcome is Outcome.FAIL}
