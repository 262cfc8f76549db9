"""/v1/keys: what programs, scanners and phones show instead of a login."""

from datetime import UTC
from http import HTTPStatus

from fastapi import APIRouter

from api.access import AppAccess, allowed
from api.dependencies import NoQuery
from api.documentation import problems
from api.schemas.access import KeyBody, KeysBody, MadeKeyBody, NewKeyBody
from models.access import Right
from models.errors import InvalidAccess

router = APIRouter(prefix="/v1/keys", tags=["access"], dependencies=[allowed(Right.ADMINISTER), NoQuery])


@router.get("", responses=problems())
def list_keys(access: AppAccess) -> KeysBody:
    """Every key with its last use, also those that open nothing any more."""
    return KeysBody.of(access.keys())


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(400))
def make_key(wanted: NewKeyBody, access: AppAccess) -> MadeKeyBody:
    """Make a key; this answer is the only one that ever shows it."""
    expires_at = wanted.expires_at
    if expires_at is not None and (expires_at.tzinfo is None or expires_at <= access.clock()):
        raise InvalidAccess("expires_at is a time to come, with its zone")
    expiry = None if expires_at is None else expires_at.astimezone(UTC)
    key, secret = access.add_key(wanted.label, wanted.scopes, department=wanted.department, expires_at=expiry)
    return MadeKeyBody(**KeyBody.of(key).model_dump(), key=secret)


@router.post("/{key_id}/revoke", responses=problems(404))
def revoke_key(key_id: str, access: AppAccess) -> KeyBody:
    """Withdraw a key for ever; no request that begins later is let in with it."""
    return KeyBody.of(access.revoke_key(key_id))
