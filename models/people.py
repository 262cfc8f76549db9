"""People who log in and keys that programs use: what the archive keeps of each."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from models.access import RIGHTS_OF_ROLE, Principal, Role, Scope, rights_of, rights_within
from models.digest import Digest
from models.errors import InvalidAccess

LEAST_PASSWORD = 10
"""Characters of a password. NIST SP 800-63B asks for 8 where guessing is throttled, as it is here."""
MOST_PASSWORD = 200
"""Hashing takes longer the longer it is."""
_LONGEST_WORDS = 100
_USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_NOT_IN_WORDS = re.compile(r"[()（）:：]")
"""Signs that would let a display name pass for a signature with somebody else's login."""
_SECRET_PREFIX = "piaogen_"
"""Tells a key that was left in a text for what it is."""


@dataclass(frozen=True, slots=True)
class User:
    """A person with a login.

    Attributes:
        name: what they log in with: small letters, digits and `._-`.
        display_name: as colleagues know them, in the signature of all they say.
        departments: whose invoices they see; None for those of all.
        password_hash: argon2id with its parameters; None for who logs in elsewhere.
        disabled: kept, and let in no more.
        totp_secret: of a second factor, base32; None without one.
        oidc_subject: `issuer subject` of a login elsewhere.
        recovery_hashes: of the codes on paper that stand in for the second factor, each once.

    Raises:
        InvalidAccess: a name that cannot be one.
    """

    name: str
    display_name: str
    role: Role
    departments: frozenset[str] | None = None
    password_hash: str | None = None
    disabled: bool = False
    totp_secret: str | None = None
    oidc_subject: str | None = None
    recovery_hashes: frozenset[Digest] = frozenset()

    def __post_init__(self) -> None:
        if not _USER_NAME.fullmatch(self.name):
            raise InvalidAccess(f"a login has 1 to 32 small letters, digits, dots, dashes or underscores, not {self.name!r}")
        _require_words("a display name", self.display_name)
        _require_departments(self.departments)

    @property
    def principal(self) -> Principal:
        """Who acts when they do."""
        rights = rights_within(RIGHTS_OF_ROLE[self.role], self.departments)
        return Principal(f"user:{self.name}", self.display_name, rights, self.departments, self.role)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What a program, a scanner or a phone shows instead of a login.

    Attributes:
        id: what lists and the log call it; no secret.
        label: what it is for, in the words of who made it.
        department: whose it is; None for no one's in particular, which sees all.
        secret_hash: SHA-256 of the secret, of which nothing else is kept.
        expires_at: from then on it opens nothing.
        made_by: the principal that made it.

    Raises:
        InvalidAccess: a label, a department or scopes that cannot be.
    """

    id: str
    label: str
    scopes: frozenset[Scope]
    department: str | None
    secret_hash: Digest
    expires_at: datetime | None
    made_by: str
    revoked: bool = False

    def __post_init__(self) -> None:
        if not _KEY_ID.fullmatch(self.id):
            raise InvalidAccess(f"not the id of a key: {self.id!r}")
        _require_words("a key's label", self.label)
        if not self.scopes:
            raise InvalidAccess(f"a key needs at least one scope of {', '.join(Scope)}")
        _require_departments(None if self.department is None else frozenset({self.department}))

    @property
    def principal(self) -> Principal:
        """Who acts when it is used."""
        departments = None if self.department is None else frozenset({self.department})
        return Principal(f"key:{self.id}", self.label, rights_within(rights_of(self.scopes), departments), departments)

    def opens(self, now: datetime) -> bool:
        """Whether it is neither withdrawn nor too old."""
        return not self.revoked and (self.expires_at is None or now < self.expires_at)


def new_key_id(label: str) -> str:
    """An id that no other key has and that shows what it is for, as far as the label has letters or digits of ASCII."""
    readable = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:20].strip("-")
    return f"{readable or 'key'}-{secrets.token_hex(3)}"


def new_secret() -> str:
    """32 random bytes as text, shown once."""
    return _SECRET_PREFIX + secrets.token_urlsafe(32)


def hash_of(secret: str) -> Digest:
    """What is kept of a key's or a session's secret: with so much chance in it nothing slower than SHA-256 is needed."""
    return Digest.of(secret.encode("utf-8", "surrogatepass"))


def role_named(text: str) -> Role:
    """The role of this name; raise InvalidAccess."""
    try:
        return Role(text)
    except ValueError:
        raise InvalidAccess(f"no role is called {text!r}; there are {', '.join(Role)}") from None


def scopes_named(texts: Iterable[str]) -> frozenset[Scope]:
    """The scopes of these names; raise InvalidAccess."""
    found = set()
    for text in texts:
        try:
            found.add(Scope(text))
        except ValueError:
            raise InvalidAccess(f"no scope is called {text!r}; there are {', '.join(Scope)}") from None
    return frozenset(found)


def require_department(name: str) -> None:
    """Raise InvalidAccess for what cannot be the name of a department."""
    _require_words("a department", name)


def require_password(password: str, name: str) -> None:
    """Raise InvalidAccess for a password that would be guessed, or that nothing could hash in time."""
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise InvalidAccess(f"a password has {LEAST_PASSWORD} to {MOST_PASSWORD} characters")
    if name in password.lower() and len(password) - len(name) < LEAST_PASSWORD:
        raise InvalidAccess("a password that is little more than the login is guessed first; take another")


def _require_words(what: str, text: str) -> None:
    if not text.strip() or len(text) > _LONGEST_WORDS or not text.isprintable() or _NOT_IN_WORDS.search(text):
        raise InvalidAccess(f"{what} has 1 to {_LONGEST_WORDS} printable characters without brackets and colons")


def _require_departments(departments: frozenset[str] | None) -> None:
    if departments is not None and not departments:
        raise InvalidAccess("name a department, or none at all for all of them")
    for department in departments or ():
        require_department(department)
