"""/v1/files: ask before sending."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.access import allowed
from api.dependencies import NoQuery, Service
from api.documentation import problems
from models.access import Right
from models.digest import Digest
from models.errors import DocumentNotFound

router = APIRouter(prefix="/v1/files", tags=["uploads"], dependencies=[allowed(Right.UPLOAD, Right.READ), NoQuery])

DigestText = Annotated[
    str, Path(pattern=r"^sha256:[0-9a-f]{64}$", description="`sha256:` and 64 hex digits", examples=["sha256:" + "0" * 64])
]


@router.head("/{digest}", responses=problems(404))
def check_file(digest: DigestText, service: Service) -> Response:
    """Whether these bytes lie in the archive, as the store itself says now; saves a slow connection from sending them again.

    404 also where they came in once and are gone or cut off: sending them again puts them back.
    """
    if not service.holds(Digest.parse(digest)):
        raise DocumentNotFound(f"the original of {digest} is gone from the archive: send it again")
    return Response(status_code=HTTPStatus.OK)
