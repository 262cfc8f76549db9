"""The command `piaogen find`: by clues that narrow, or by what somebody remembers in their own words."""

from typing import TYPE_CHECKING, Annotated

import typer

from models.archive import DocumentState
from models.clue_texts import parse_clues
from models.clues import MAX_LIMIT
from models.errors import InvalidClue
from ocr_service.terminal import Archive, AsJson, notes, open_service, say, settings_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.clues import Clues
    from ocr_service.service import ArchiveService


def find(  # noqa: PLR0913  # one option a clue
    sentence: Annotated[
        str | None, typer.Argument(metavar="[TEXT]", help="What you remember, in your own words, Chinese or English")
    ] = None,
    *,
    number: str | None = None,
    code: str | None = None,
    seller: str | None = None,
    buyer: str | None = None,
    tax_id: str | None = None,
    amount: Annotated[str | None, typer.Option(help="1200, 1200.50, or 1200~ for about")] = None,
    amount_min: str | None = None,
    amount_max: str | None = None,
    date: Annotated[str | None, typer.Option(help="2025-09-20, 2025-09, 2025-Q3 or 2025")] = None,
    date_from: str | None = None,
    date_to: str | None = None,
    kind: str | None = None,
    verdict: Annotated[str | None, typer.Option(help="accepted, confirmed, needs_review, unread; more than one with commas")] = None,
    state: Annotated[str | None, typer.Option(help="withdrawn: only those that were withdrawn (作废)")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT)] = 20,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Find invoices by whatever is remembered of them; `?` and `*` stand for unknown characters in numbers."""
    from ocr_service.indexing import explained

    given = {
        **{"sentence": sentence, "number": number, "code": code, "seller": seller, "buyer": buyer, "tax_id": tax_id, "kind": kind},
        **{"verdict": verdict, "state": state},
        **{"amount": amount, "amount_min": amount_min, "amount_max": amount_max},
        **{"date": date, "date_from": date_from, "date_to": date_to},
    }
    texts = {name: value for name, value in given.items() if value is not None}
    if state is not None and sentence is not None:
        # A sentence is answered from what is listed; here its words are looked for.
        texts["text"] = texts.pop("sentence")
    # What is wrong with a clue is said before anything is opened.
    clues = None if texts.get("sentence", "").strip() else parse_clues(texts, limit)
    with open_service(settings_at(archive), create=False) as service:
        found = _recalled(service, texts, limit, as_json=as_json) if clues is None else _narrowed(service, clues, as_json=as_json)
        stale = explained(service.index.state())
        if stale:
            notes.print(f"注意：目录与档案不一致，结果可能不全  {stale}", markup=False, soft_wrap=True)
        if not found:
            unread = sum(service.counts().get(state, 0) for state in (DocumentState.QUEUED, DocumentState.UNREAD, DocumentState.CANCELLED))
            notes.print(f"没有找到；另有 {unread} 份尚未识别的扫描件  nothing found; {unread} scans are not read yet")


def _narrowed(service: "ArchiveService", clues: "Clues", *, as_json: bool) -> bool:
    from ocr_service.report import describe_hit, encode_hit

    hits = service.find(clues)
    for hit in hits:
        say(encode_hit(hit) if as_json else describe_hit(hit))
    return bool(hits)


def _recalled(service: "ArchiveService", texts: "Mapping[str, str]", limit: int, *, as_json: bool) -> bool:
    from ocr_service.recall_report import describe_recalled, encode_recalled
    from ocr_service.recalling import recall

    recalled = recall(service, texts, limit=limit)
    if not recalled.hits and _found_as_words(service, texts, limit, as_json=as_json):
        return True
    for line in encode_recalled(recalled) if as_json else describe_recalled(recalled):
        say(line)
    return bool(recalled.hits)


def _found_as_words(service: "ArchiveService", texts: "Mapping[str, str]", limit: int, *, as_json: bool) -> bool:
    """Whether the very words stand on pages that meet the other clues, whatever the words may mean."""
    fields = {name: text for name, text in texts.items() if name != "sentence"}
    try:
        clues = parse_clues({**fields, "text": texts["sentence"]}, limit)
        return _narrowed(service, clues, as_json=as_json)
    except InvalidClue:
        # They are fit for a sentence alone.
        return False
