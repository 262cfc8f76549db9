"""/v1/papers: where the paper of each invoice is, and what happened to it."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query

from api.access import allowed
from api.dependencies import NoQuery, Service, only_query
from api.documentation import problems
from api.schemas.papers import NewPaperEventBody, PaperBody, PaperHistoryBody, PapersBody, PastEventBody
from models.access import Right
from ocr_service.papers import PaperKeeping

router = APIRouter(prefix="/v1/papers", tags=["papers"])

PaperId = Annotated[str, Path(max_length=200, description="The invoice's id, or what its label says")]


@router.get("", responses=problems(), dependencies=[allowed(Right.READ), Depends(only_query("state", "box"))])
def list_papers(
    service: Service, state: Literal["out", "missing"] = "out", box: Annotated[str | None, Query(max_length=200)] = None
) -> PapersBody:
    """Papers that somebody has, those that should be back first at the top; those that are missing; or those of a box."""
    papers = PaperKeeping.over(service)
    if box is not None:
        return PapersBody.of(papers.in_box(box), papers.today())
    return PapersBody.of(papers.missing() if state == "missing" else papers.out(), papers.today())


@router.get("/{paper_id}", responses=problems(404), dependencies=[allowed(Right.READ), NoQuery])
def show_paper(paper_id: PaperId, service: Service) -> PaperHistoryBody:
    """Where a paper stands and everything that happened to it."""
    papers = PaperKeeping.over(service)
    invoice = papers.scanned(paper_id)
    standing = PaperBody.of(papers.paper(invoice), papers.today())
    events = [PastEventBody.of(past) for past in papers.history(invoice)]
    return PaperHistoryBody(**standing.model_dump(), label=papers.label(invoice), events=events)


@router.post(
    "/{paper_id}/events",
    status_code=HTTPStatus.CREATED,
    responses=problems(400, 404, 409, 412),
    dependencies=[allowed(Right.CASES), NoQuery],
)
def record_event(paper_id: PaperId, said: NewPaperEventBody, service: Service) -> PaperBody:
    """Record what happened to a paper: each event stays on record; what cannot have happened is refused (409)."""
    papers = PaperKeeping.over(service)
    return PaperBody.of(papers.record(papers.scanned(paper_id), said.event(), said.version), papers.today())
