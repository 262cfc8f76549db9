"""Keys that people get for a phone app by their own login: they hand files in, and open nothing once the person may not any more."""

from datetime import datetime, timedelta

from models.access import Principal, Right, Scope
from models.errors import InvalidAccess, KeyNotFound, NotAllowed, NotAuthenticated, UserNotFound
from models.people import ApiKey, User
from ocr_service.access import Access
from ocr_service.acting import acting_as

APP_DAYS = 365
"""Once a year a person shows that they still know their password."""
MOST_KEYS = 5
"""Phones and tablets of one person; with a further one the key is withdrawn that was not used for longest."""
_LABEL = "app of "
_PREFIX = "key:app-of-"


def app_key(access: Access, user: User) -> str:
    """The secret of a new key of a person for an app, which can only hand files in.

    Raises:
        NotAllowed: they may not hand files in.
        InvalidAccess: they belong to several departments, and a key to one.
        StoreUnavailable, CatalogueUnavailable.
    """
    if not user.principal.may(Right.UPLOAD):
        raise NotAllowed(f"{user.name} may not hand files in")
    departments = sorted(user.departments or ())
    if len(departments) > 1:
        raise InvalidAccess("you belong to several departments: have an administrator make a key for one of them, and use it as the token")
    with acting_as(user.principal.name):
        for key in _surplus(access, user):
            access.revoke_key(key.id)
        expires_at = access.clock() + timedelta(days=APP_DAYS)
        department = departments[0] if departments else None
        _, secret = access.add_key(_LABEL + user.name, [Scope.UPLOADS_WRITE], department=department, expires_at=expires_at)
    return secret


def require_maker(access: Access, principal: Principal) -> Principal:
    """Whoever shows a key, as long as the person may hand files in whose app it belongs to; raise NotAuthenticated."""
    if not principal.name.startswith(_PREFIX):
        return principal
    try:
        key = access.index.key(principal.name.partition(":")[2]).holder
        kind, _, name = key.made_by.partition(":") if isinstance(key, ApiKey) else ("", "", "")
        if kind != "user" or not _is_of_an_app(key, name):
            return principal
        user = access.user(name)
    except (KeyNotFound, UserNotFound):
        user = None
    if user is None or user.disabled or not user.principal.may(Right.UPLOAD):
        raise NotAuthenticated("this key opens nothing: the person whose app it is may not hand files in any more")
    if not all(map(user.principal.sees, principal.departments or [None])):
        raise NotAuthenticated("this key opens nothing: its person belongs to another department now and logs in again in the app")
    return principal


def _is_of_an_app(key: object, name: str) -> bool:
    return isinstance(key, ApiKey) and key.label == _LABEL + name


def _surplus(access: Access, user: User) -> list[ApiKey]:
    """The keys that make room for another one."""
    now, known = access.clock(), access.keys()
    standing = [used for used in known if _is_of_an_app(used.key, user.name) and used.key.opens(now)]
    standing.sort(key=lambda used: used.last_used_at or _made_at(used.key, now))
    return [used.key for used in standing[: max(0, len(standing) - MOST_KEYS + 1)]]


def _made_at(key: ApiKey, now: datetime) -> datetime:
    return now if key.expires_at is None else key.expires_at - timedelta(days=APP_DAYS)
