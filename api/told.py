"""What a client is told of an error on this side, whose own message names paths, addresses and what a database said: the log's business."""

from collections.abc import Mapping

from models.errors import (
    Busy,
    CatalogueUnavailable,
    IntegrityViolated,
    ObjectNotFound,
    OutOfResources,
    PiaogenError,
    RecognitionFailed,
    StoreUnavailable,
    Unavailable,
    WeightsUnavailable,
)

_AS_THEY_SAY = (Busy, OutOfResources, RecognitionFailed)
"""Errors that are raised with nothing but numbers of ours in their messages."""
RETRY_AFTER = "retry_after"
"""The detail, in seconds, of errors that are raised for whoever sent the request, and say nothing about the inside either."""
_TOLD: Mapping[type[PiaogenError], str] = {
    PiaogenError: "The service is not set up as it should be.",
    IntegrityViolated: "What is archived does not agree with itself: `piaogen audit` names it, a backup has it.",
    ObjectNotFound: "The archive misses something that it acknowledged: `piaogen audit` names it, a backup has it.",
    Unavailable: "Something that this needs does not answer. Trying again is safe.",
    StoreUnavailable: "The archive's store does not answer, refuses or is full. Trying again is safe, sending a file again too.",
    CatalogueUnavailable: "The index does not answer, is gone or damaged: `piaogen rebuild` makes it anew from the archive.",
    WeightsUnavailable: "The OCR weights are not in place: `piaogen weights` brings them.",
}
_WHERE = " The log has the rest under this request's id."


def told(error: PiaogenError) -> str:
    """A text that is the same for every error of its class."""
    if isinstance(error, _AS_THEY_SAY) or RETRY_AFTER in error.details:
        return error.message
    return next(_TOLD[ancestor] for ancestor in type(error).__mro__ if ancestor in _TOLD) + _WHERE
