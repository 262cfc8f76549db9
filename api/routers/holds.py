"""/v1/holds: what nobody may destroy, whatever its term."""

from http import HTTPStatus

from fastapi import APIRouter

from api.access import allowed
from api.dependencies import NoQuery, Service
from api.documentation import problems
from api.schemas.retention import HoldBody, HoldReasonBody, HoldsBody, NewHoldBody
from models.access import Right
from ocr_service.retaining import holds, release_hold, set_hold

router = APIRouter(prefix="/v1/holds", tags=["records"])


@router.get("", responses=problems(), dependencies=[allowed(Right.RECORDS), NoQuery])
def list_holds(service: Service) -> HoldsBody:
    """Every hold, newest first, also those that are lifted."""
    return HoldsBody.of(holds(service))


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(400, 404, 422), dependencies=[allowed(Right.ADMINISTER), NoQuery])
def make_hold(wanted: NewHoldBody, service: Service) -> HoldBody:
    """Keep documents, or everything, until the hold is lifted; it is a record of the archive that nobody can change."""
    return HoldBody.of(set_hold(service, wanted.documents, wanted.reason, everything=wanted.everything))


@router.post("/{hold_id}/release", responses=problems(400, 404, 412, 422), dependencies=[allowed(Right.ADMINISTER), NoQuery])
def lift_hold(hold_id: str, why: HoldReasonBody, service: Service) -> HoldBody:
    """Lift a hold for ever; both who set it and who lifted it stay on record."""
    return HoldBody.of(release_hold(service, hold_id, why.reason))
