"""A mail looked at in a child: what it says of itself, and which of its parts are files."""

from ocr_service.decoding.children import Children
from ocr_service.decoding.conversation import conversation, nonsense, number_of, text_of
from ocr_service.decoding.frames import Head
from ocr_service.letter import MOST_HOSTS, LeftOut, Letter

_MOST_PARTS = 1_000_000


def letter_in(children: Children, content: bytes) -> Letter:
    """What a mail says of itself.

    Raises:
        CannotBeOpened: it breaks the child, or takes more time or memory than any mail does.
        OutOfResources, Busy, Unavailable: nothing is said about it.
    """
    answers = [answer for answer, _ in conversation(children, {"task": "letter"}, content)]
    if not answers or answers[0].get("state") != "letter":
        raise nonsense()
    head = answers[0]
    links = head.get("links")
    hosts = tuple(str(link)[:255] for link in links[:MOST_HOSTS]) if isinstance(links, list) else ()
    return Letter(
        text_of(head, "subject"),
        text_of(head, "sender"),
        text_of(head, "sent"),
        text_of(head, "message_id"),
        hosts,
        number_of(head, "files", _MOST_PARTS),
        tuple(_left_out(answer) for answer in answers[1:]),
    )


def _left_out(answer: Head) -> tuple[int, str, LeftOut]:
    try:
        return number_of(answer, "place", _MOST_PARTS), text_of(answer, "name"), LeftOut(str(answer.get("why")))
    except ValueError as error:
        raise nonsense() from error
