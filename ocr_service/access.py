"""People and keys: made, changed, withdrawn, and asked for what they show. The store keeps them, the catalogue finds them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self

import structlog

from models.access import Principal, Scope
from models.activity import Action
from models.errors import InvalidAccess, NotAuthenticated, StaleVersion, UserExists
from models.people import ApiKey, User, hash_of, new_key_id, new_secret, require_password
from ocr_service.acting import acting_as, actor
from ocr_service.activity import Recorder
from ocr_service.passwords import hashed
from storage.access_records import CONFIRMED_BY, AccessRecord, AccessRecords, Holder, record_named
from storage.catalogue.access import SOMEBODY, UNKNOWN, AccessIndex, KeyInUse
from storage.catalogue.catalogue import Catalogue
from storage.object_store import ObjectStore

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in. Every method may raise StoreUnavailable and CatalogueUnavailable; nobody is let in then."""

    records: AccessRecords
    index: AccessIndex
    recorder: Recorder
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @classmethod
    def over(cls, store: ObjectStore, catalogue: Catalogue, recorder: Recorder) -> Self:
        """The people and keys of one archive; what changes of them is noted in its log first."""
        return cls(AccessRecords(store), AccessIndex(catalogue.database), recorder)

    def take_in(self) -> None:
        """Make the index what the store says; a damaged record is logged and lets nobody in."""
        for error in self.index.take_in(self.records):
            _log.error("a record of access is damaged", reason=error.message)

    def has_users(self) -> bool:
        """Whether anybody has a login, also one that is disabled: from then on everybody says who they are."""
        found = self.index.logins()
        if found == UNKNOWN:
            self.take_in()
            found = self.index.logins()
        return found == SOMEBODY

    def users(self) -> tuple[User, ...]:
        """Everybody with a login, by name."""
        self._require_known()
        return tuple(record.holder for record in self.index.users() if isinstance(record.holder, User))

    def user(self, name: str) -> User:
        """One person; raise UserNotFound."""
        self._require_known()
        holder = self.index.user(name).holder
        assert isinstance(holder, User)
        return holder

    def keys(self) -> tuple[KeyInUse, ...]:
        """Every key, by id, with its last use."""
        self._require_known()
        return self.index.keys()

    def add_user(self, user: User, password: str | None) -> User:
        """Give somebody a login.

        Raises:
            UserExists: the name is taken, also by somebody who is disabled: a name stands for one person for ever.
            InvalidAccess: the password is none that can be.
        """
        self._require_known()
        if password is not None:
            require_password(password, user.name)
            user = replace(user, password_hash=hashed(password))
        try:
            self._keep(AccessRecord(user, 1, self.clock(), actor()))
        except StaleVersion:
            raise UserExists(f"{user.name} is somebody's login already; `piaogen user list` names all") from None
        return user

    def change_user(self, name: str, **changes: Any) -> User:  # noqa: ANN401  # values of User's fields
        """Change fields of a person, which ends their sessions.

        Raises:
            UserNotFound: nobody has this login.
            InvalidAccess: it is whoever does it, who would lock themselves out.
            StaleVersion: somebody else changed them at the same moment; nothing was changed.
        """
        self._require_known()
        standing = self.index.user(name)
        assert isinstance(standing.holder, User)
        changed = replace(standing.holder, **changes)
        if actor() == changed.principal.name and (changed.disabled or changed.role is not standing.holder.role):
            raise InvalidAccess("nobody takes the own role away: another administrator does, or `piaogen user` on the machine itself")
        self._follow(standing, changed)
        return changed

    def set_password(self, name: str, password: str) -> None:
        """Another password; raise UserNotFound, InvalidAccess."""
        require_password(password, name)
        self.change_user(name, password_hash=hashed(password))

    def reset_second_factor(self, name: str) -> User:
        """Take a person's second factor away, which ends their sessions; raise UserNotFound, StaleVersion."""
        return self.change_user(name, totp_secret=None, recovery_hashes=frozenset())

    def add_key(
        self, label: str, scopes: Iterable[Scope], *, department: str | None = None, expires_at: datetime | None = None
    ) -> tuple[ApiKey, str]:
        """Make a key; returns it with its secret, which nobody can ask for again. Raise InvalidAccess."""
        self._require_known()
        secret = new_secret()
        key = ApiKey(new_key_id(label), label, frozenset(scopes), department, hash_of(secret), expires_at, actor())
        self._keep(AccessRecord(key, 1, self.clock(), actor()))
        return key, secret

    def revoke_key(self, key_id: str) -> ApiKey:
        """Withdraw a key for ever; no request that begins later is let in with it. Raise KeyNotFound, StaleVersion."""
        self._require_known()
        standing = self.index.key(key_id)
        assert isinstance(standing.holder, ApiKey)
        revoked = replace(standing.holder, revoked=True)
        self._follow(standing, revoked)
        return revoked

    def by_key(self, secret: str) -> Principal:
        """Who acts with this key; raise NotAuthenticated for one that opens nothing."""
        principal = self.index.key_principal(hash_of(secret), self.clock(), self._note_use)
        if principal is None and self.index.logins() == UNKNOWN:
            self.take_in()
            principal = self.index.key_principal(hash_of(secret), self.clock(), self._note_use)
        if principal is None:
            raise NotAuthenticated("this key opens nothing: it is unknown, withdrawn or has expired; ask for another")
        return principal

    def by_session(self, token: str) -> Principal | None:
        """Who logged in with this token; None when that is over."""
        return self.index.session_principal(hash_of(token), self.clock())

    def _note_use(self, principal: Principal) -> None:
        with acting_as(principal.name):
            self.recorder.record(Action.KEY_USED, principal.name)

    def _require_known(self) -> None:
        """Have the records taken in, where a new index was not told of them yet."""
        self.has_users()

    def _follow(self, standing: AccessRecord, holder: Holder) -> None:
        if holder != standing.holder:
            self._keep(standing.followed_by(holder, self.clock(), actor()))
        else:
            # Perhaps asked for again after a crash that came before the log said that it stands.
            self._vouch(standing)

    def _keep(self, record: AccessRecord) -> None:
        # Noted before it is done: the audit tells by the record's digest whether it was, should a crash come between.
        told = {**record_named(record), CONFIRMED_BY: str(Action.ACCESS_KEPT), **_told(record.holder)}
        self.recorder.record(Action.ACCESS_CHANGED, record.holder.principal.name, **told)
        self.records.add(record)
        self.index.record(record)
        self._vouch(record)

    def _vouch(self, record: AccessRecord) -> None:
        """Whoever is told that a change stands can rely on it: taken back later, it is missed."""
        self.recorder.record(Action.ACCESS_KEPT, record.holder.principal.name, **record_named(record))


def _told(holder: Holder) -> dict[str, str]:
    """What the log says of a person or a key: never what opens anything."""
    if isinstance(holder, User):
        state = "disabled" if holder.disabled else "enabled"
        factor = "none" if holder.totp_secret is None else "totp"
        return {"role": holder.role.value, "departments": _listed(holder.departments), "state": state, "second_factor": factor}
    departments = None if holder.department is None else frozenset({holder.department})
    state = "revoked" if holder.revoked else "stands"
    return {"scopes": ",".join(sorted(holder.scopes)), "departments": _listed(departments), "state": state}


def _listed(departments: frozenset[str] | None) -> str:
    return "*" if departments is None else ",".join(sorted(departments))
