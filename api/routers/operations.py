"""What operators and other programs ask about the service itself."""

from http import HTTPStatus

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.access import PUBLIC, allowed
from api.dependencies import AppContext, AppMetrics, AppSettings, AppUploadGate, NoQuery
from api.documentation import content, problems
from api.limits import MAX_FILES, MAX_WAIT_SECONDS, max_request_bytes
from api.readiness import readiness
from api.schemas.operations import AliveBody, CapabilitiesBody, LimitsBody, ReadinessBody
from models.access import Right
from models.clues import MAX_LIMIT
from models.document import MediaType
from models.invoice import FIELD_KEYS, InvoiceKind
from models.reading import SCHEMA_VERSION
from ocr_service.files.fonts import chinese_font
from ocr_service.version import installed_version

router = APIRouter(tags=["operations"], dependencies=[NoQuery])


@router.get("/v1/capabilities", responses=problems(), dependencies=[allowed()])
def show_capabilities(settings: AppSettings) -> CapabilitiesBody:
    """What this service takes, reads and answers."""
    return CapabilitiesBody(
        version=installed_version(),
        schema_version=SCHEMA_VERSION,
        media_types=[media_type.value for media_type in MediaType],
        kinds={kind.value: kind.chinese for kind in InvoiceKind},
        fields=list(FIELD_KEYS),
        chinese_font=chinese_font() is not None,
        limits=LimitsBody(
            max_file_bytes=settings.max_upload_bytes,
            max_pages=settings.max_pages,
            max_request_bytes=max_request_bytes(settings),
            max_files=MAX_FILES,
            max_hits=MAX_LIMIT,
            max_wait_seconds=MAX_WAIT_SECONDS,
        ),
    )


@router.get("/livez", responses=problems(), dependencies=[PUBLIC])
def check_alive() -> AliveBody:
    """The process answers; nothing else is looked at."""
    return AliveBody()


@router.get(
    "/readyz",
    responses={503: {"model": ReadinessBody, "description": "A component is not ready; each is named with its reason"}},
    dependencies=[PUBLIC],
)
def check_ready(context: AppContext, gate: AppUploadGate, response: Response) -> ReadinessBody:
    """Whether work may be sent here: the store takes writes, the catalogue answers, an upload would be let in, the weights
    lie there, a worker lives.

    A Chinese font is named as well; without it work goes on.
    """
    found = readiness(context, gate)
    if not found.ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return found


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: content("text/plain", "Prometheus text format"), **problems()},
    dependencies=[allowed(Right.METRICS)],
)
def show_metrics(metrics: AppMetrics) -> Response:
    """Figures for Prometheus."""
    return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
