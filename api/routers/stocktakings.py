"""/v1/stocktakings: papers counted by their labels, and what is missing."""

from http import HTTPStatus

from fastapi import APIRouter

from api.access import allowed
from api.dependencies import NoQuery, Service
from api.documentation import problems
from api.schemas.papers import NewStocktakingBody, SeenBody, StocktakingBody, StocktakingsBody
from models.access import Right
from models.stocktaking import Scope
from ocr_service.stocktaking import StocktakingKeeping

router = APIRouter(prefix="/v1/stocktakings", tags=["papers"])


@router.get("", responses=problems(), dependencies=[allowed(Right.READ), NoQuery])
def list_stocktakings(service: Service) -> StocktakingsBody:
    """The last 200 counts, the last changed first."""
    return StocktakingsBody(stocktakings=[StocktakingBody.of(one) for one in StocktakingKeeping.over(service).counts()])


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(400, 422), dependencies=[allowed(Right.CASES), NoQuery])
def begin_stocktaking(wanted: NewStocktakingBody, service: Service) -> StocktakingBody:
    """Begin to count a box or a period; what somebody has is not expected."""
    return StocktakingBody.of(StocktakingKeeping.over(service).begin(Scope(wanted.box, wanted.first, wanted.last)))


@router.get("/{count_id}", responses=problems(404), dependencies=[allowed(Right.READ), NoQuery])
def show_stocktaking(count_id: str, service: Service) -> StocktakingBody:
    """What is expected, seen, missing and more than expected."""
    return StocktakingBody.of(StocktakingKeeping.over(service).count(count_id))


@router.post("/{count_id}/seen", responses=problems(400, 404, 409, 412, 422), dependencies=[allowed(Right.CASES), NoQuery])
def count_papers(count_id: str, seen: SeenBody, service: Service) -> StocktakingBody:
    """Keep that papers were seen; several phones may count at once. A label that is unknown refuses all of them."""
    counts = StocktakingKeeping.over(service)
    return StocktakingBody.of(counts.see(count_id, [counts.papers.scanned(label) for label in seen.labels]))


@router.post("/{count_id}/close", responses=problems(404, 409, 412), dependencies=[allowed(Right.CASES), NoQuery])
def close_stocktaking(count_id: str, service: Service) -> StocktakingBody:
    """End a count: what was not seen is recorded as missing, what was missing and is seen as found."""
    return StocktakingBody.of(StocktakingKeeping.over(service).close(count_id))
