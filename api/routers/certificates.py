"""/v1/certificates: what a third party checks offline."""

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from api.access import allowed
from api.byte_response import attachment
from api.dependencies import AppSettings, NoQuery, Service
from api.documentation import content, problems
from models.access import Right
from ocr_service.certifying import certify, zipped
from ocr_service.signing import signer_at

router = APIRouter(prefix="/v1/certificates", tags=["records"])


@router.get(
    "/{invoice_id}",
    response_class=Response,
    responses={200: content("application/zip", "The certificate's files; VERIFY.md says how they are checked"), **problems(404)},
    dependencies=[allowed(Right.RECORDS), NoQuery],
)
def make_certificate(invoice_id: str, service: Service, settings: AppSettings) -> Response:
    """A signed certificate of an invoice's document as a zip: original, every record, its entries in the log with their proofs."""
    certificate = certify(service, invoice_id, signer_at(settings.signing_key))
    headers = {"Content-Disposition": attachment(f"certificate-{invoice_id[:40]}.zip"), "Cache-Control": "no-store"}
    return StreamingResponse(zipped(certificate.files), media_type="application/zip", headers=headers)
