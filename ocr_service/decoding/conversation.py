"""One job with a child, from the question to its last answer; what it says is checked, whoever may have made it say so."""

import re
from collections.abc import Generator, Iterator
from contextlib import closing

import structlog

from models.errors import CannotBeOpened, FieldNotFound, OutOfResources, PiaogenError, RefusedInput
from ocr_service.decoding import limits
from ocr_service.decoding.children import Children
from ocr_service.decoding.frames import Head

_log = structlog.get_logger(__name__)

_LAST = ("end", "refused", "broken")
_LONGEST_TEXT = 2_000
Answers = Generator[tuple[Head, bytes], None, None]
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def conversation(children: Children, head: Head, content: bytes, most_bytes: int = 0, least_seconds: int = 0) -> Answers:
    """Every answer of one job but the last, each with at most `most_bytes`; the child is free after the last.

    Processor time and time are those of a job on so much content, `least_seconds` of the former at least.

    A child that the system killed before its first answer says nothing about the file: another one is asked.

    Raises:
        RefusedInput, FieldNotFound: what the child raised.
        CannotBeOpened: the file takes more time or memory than any invoice does, or breaks the child.
        OutOfResources, Busy, Unavailable: nothing is said about the file.
    """
    seconds = max(least_seconds, limits.seconds_for(len(content)))
    job = {**head, "seconds": seconds}
    for is_last_try in (False, True):
        is_answered = False
        try:
            with closing(_once(children, job, content, limits.WALL_FACTOR * seconds, most_bytes)) as answers:
                for answer in answers:
                    is_answered = True
                    yield answer
            return
        except OutOfResources:
            if is_answered or is_last_try:
                raise


def _once(children: Children, head: Head, content: bytes, seconds: float, most_bytes: int) -> Answers:
    with children.lent() as child:
        child.ask(head, content, seconds)
        answer, blob = child.answer(seconds, most_bytes)
        while answer.get("state") not in _LAST:
            yield answer, blob
            answer, blob = child.answer(seconds, most_bytes)
    error = error_of(answer)
    if error is not None:
        raise error


def error_of(answer: Head) -> PiaogenError | None:
    """The error that an answer speaks of; None for one that speaks of none."""
    if answer.get("state") == "broken":
        _log.warning("a file broke what opens it", why=text_of(answer, "why"))
        return nonsense()
    if "code" not in answer:
        return None
    if answer["code"] == OutOfResources.code:
        return CannotBeOpened("The file takes more memory to open than any invoice. Scan the paper at 300 dpi and send that.")
    kind: type[PiaogenError] = _ERRORS.get(str(answer["code"]), CannotBeOpened)
    return kind(text_of(answer, "message"), **_details(answer))


def text_of(answer: Head, key: str) -> str:
    """A text of an answer, on one line and of bounded length."""
    return _CONTROLS.sub(" ", str(answer.get(key, "")))[:_LONGEST_TEXT]


def number_of(answer: Head, key: str, most: int) -> int:
    """A whole number of an answer, from 0 to `most`; raise CannotBeOpened when it is none."""
    number = answer.get(key)
    if type(number) is not int or not 0 <= number <= most:
        raise nonsense()
    return number


def nonsense() -> CannotBeOpened:
    """What a child that answers something impossible comes to."""
    return CannotBeOpened("The file breaks the program that opens it. Scan the paper, or save it as a picture or PDF anew, and send that.")


def _details(answer: Head) -> dict[str, int | float]:
    details = answer.get("details")
    if not isinstance(details, dict):
        return {}
    return {key: value for key, value in details.items() if isinstance(value, int | float) and str(key).isidentifier() and key != "message"}


def _kinds(kind: type[PiaogenError]) -> Iterator[type[PiaogenError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)


_KINDS: list[type[PiaogenError]] = [*_kinds(RefusedInput), FieldNotFound]
_ERRORS = {kind.code: kind for kind in _KINDS}
"""What a child may say of a file; whatever else it says, the file cannot be opened."""
