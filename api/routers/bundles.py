"""/v1/bundles: originals, and one page beside them that checks them in any browser."""

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from api.access import allowed
from api.byte_response import attachment
from api.dependencies import NoQuery, Service
from api.documentation import content, problems
from models.access import Right
from ocr_service.bundling import bundled
from ocr_service.certifying import zipped

router = APIRouter(prefix="/v1/bundles", tags=["records"])


@router.get(
    "/{invoice_id}",
    response_class=Response,
    responses={200: content("application/zip", "`index.html` and the original beside it"), **problems(404)},
    dependencies=[allowed(Right.RECORDS), NoQuery],
)
def make_bundle(invoice_id: str, service: Service) -> Response:
    """An invoice's original with a page that checks it offline, as a zip."""
    made = bundled(service, [invoice_id])
    headers = {"Content-Disposition": attachment(f"bundle-{invoice_id[:40]}.zip"), "Cache-Control": "no-store"}
    return StreamingResponse(zipped(made.files), media_type="application/zip", headers=headers)
