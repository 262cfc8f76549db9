"""Logging in and out: a password, and where there is one a second factor, for a session; a door that closes after wrong ones."""

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from models.access import Right, Stage
from models.activity import Action
from models.errors import InvalidAccess, NotAllowed, NotAuthenticated, TooManyLogins, UserNotFound, WrongCode, WrongLogin
from models.people import MOST_PASSWORD, User, hash_of
from ocr_service.access import Access
from ocr_service.acting import acting_as
from ocr_service.passwords import fits
from ocr_service.second_factor import hash_of_recovery, new_recovery_codes, offered_secret, step_of

NOBODY = "nobody"
"""The actor of a login that failed: whoever it was."""
NETWORK, ALWAYS, NEVER = "network", "always", "never"
"""When administrators need a second factor, as the setting says it: where they do not sit at this machine, ever, or as they like."""
_HALF_WAY = timedelta(minutes=10)
"""How long a password counts while its second factor is still asked for."""
_AN_ACCOUNT_FROM_AN_ADDRESS = RateLimitItemPerMinute(10, 15)
_AN_ADDRESS = RateLimitItemPerMinute(30, 15)
_AN_ACCOUNT = RateLimitItemPerMinute(50, 15)
"""Failed logins in a quarter of an hour, by each server process: a person mistypes less often, and a list of passwords takes years.
From one address nobody can close another's account for everybody else."""
_CODES = RateLimitItemPerHour(10)
"""Wrong codes of an account, from anywhere: only who knows the password gets so far, and needs four years, as three of a million codes
are right at a time."""

_Tries = tuple[tuple[RateLimitItem, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Session:
    """A session that was opened; nobody can ask for its token again.

    Attributes:
        stage: whether it opens anything yet, or what is still asked for.
        seconds: how long it lasts.
    """

    user: User
    token: str
    seconds: int
    stage: Stage = Stage.COMPLETE


class LoginDesk:
    """Where people log in. The failed tries are counted in this process; whoever runs several servers lets so many more be tried."""

    def __init__(self, access: Access, hours: int, second_factor: str = NETWORK) -> None:
        """`hours` is how long a session lasts; `second_factor` when administrators need one."""
        self._access = access
        self._lasts = timedelta(hours=hours)
        self._second_factor = second_factor
        self._failed = MovingWindowRateLimiter(MemoryStorage())
        self.refused = 0
        """Logins that this process refused since it began, those of a closed door included."""

    def log_in(self, name: str, password: str, address: str) -> Session:
        """Open a session for whoever knows the password; `address` is where they ask from.

        Returns:
            A session that opens nothing before `finish` or `set_up` where a second factor is still asked for.

        Raises:
            WrongLogin: login and password do not fit, or the person is let in no more: which of it nobody learns.
            TooManyLogins: too many were wrong before, whoever tried; nothing was looked at.
        """
        tries = _tries(name, address)
        self._require_few(tries)
        user = self._person(name)
        kept = None if user is None or user.disabled else user.password_hash
        if len(password) > MOST_PASSWORD or not fits(password, kept) or user is None:
            self._note_failure(tries, "user:?" if user is None else user.principal.name, address)
            raise WrongLogin("login and password do not fit")
        return self._open(user, address, self._stage(user, address))

    def finish(self, token: str, code: str, address: str) -> Session:
        """Open the session of whoever knows the password and now shows a code, of the authenticator or from the paper.

        Raises:
            NotAuthenticated: no password was given before, or it was too long ago.
            WrongCode: the code is wrong, or was used before.
            TooManyLogins: too many were wrong before; nothing was looked at.
        """
        user, _ = self._half_way(token, Stage.CODE)
        tries = (*_tries(user.name, address), (_CODES, ("code", user.name)))
        self._require_few(tries)
        if not self._takes(user, code):
            self._note_failure(tries, user.principal.name, address, factor="code")
            raise WrongCode("this code is wrong, or was used before; wait for the next one")
        self._access.index.close_session(hash_of(token))
        return self._open(user, address, Stage.COMPLETE)

    def offered(self, token: str) -> tuple[User, str, Stage]:
        """Whose session this is, the secret that it may set up, and how far it has come.

        Raises:
            NotAuthenticated: no password was given before, or it was too long ago.
            NotAllowed: there is a second factor, which a stolen session must not be able to replace.
        """
        user, stage = self._half_way(token, Stage.SET_UP, Stage.COMPLETE)
        if user.totp_secret is not None:
            raise NotAllowed("you have a second factor; an administrator takes it away when it is lost")
        return user, offered_secret(token), stage

    def set_up(self, token: str, code: str, address: str) -> tuple[Session, tuple[str, ...]]:
        """Keep the offered secret once a code shows that an authenticator has it; every other session of the person ends.

        Returns:
            A new session, and the codes for the paper, which nobody can ask for again.

        Raises:
            NotAuthenticated, NotAllowed: as of `offered`.
            WrongCode: the authenticator does not have the secret.
            TooManyLogins: too many were wrong before; nothing was looked at.
        """
        user, secret, _ = self.offered(token)
        tries: _Tries = ((_CODES, ("set up", user.name)),)
        self._require_few(tries)
        step = step_of(secret, code, self._access.clock())
        if step is None:
            self._note_failure(tries, user.principal.name, address, factor="code")
            raise WrongCode("this code is wrong; take the one that the authenticator shows now")
        codes = new_recovery_codes()
        with acting_as(user.principal.name):
            user = self._access.change_user(user.name, totp_secret=secret, recovery_hashes=frozenset(map(hash_of_recovery, codes)))
        self._access.index.use_step(user.name, step, anew=True)
        return self._open(user, address, Stage.COMPLETE), codes

    def change_password(self, token: str, old: str, new: str, address: str) -> Session:
        """Give whoever is logged in another password, who knows the old one; every other session of theirs ends.

        The second factor stays as it is, and is not asked for again: the session has shown it.

        Returns:
            A new session in the place of the one that asked.

        Raises:
            NotAuthenticated: nobody is logged in with this token.
            WrongLogin: the old password is wrong.
            TooManyLogins: too many were wrong before, here or at the login; nothing was looked at.
            InvalidAccess: the new one is none that can be, or the old one again; or somebody else keeps this person's password.
        """
        user, _ = self._half_way(token, Stage.COMPLETE)
        if user.password_hash is None:
            raise InvalidAccess("you have no password here: change it where you log in", field="old_password")
        tries = _tries(user.name, address)
        self._require_few(tries)
        if len(old) > MOST_PASSWORD or not fits(old, user.password_hash):
            self._note_failure(tries, user.principal.name, address, factor="old password")
            raise WrongLogin("the old password is wrong")
        if new == old:
            raise InvalidAccess("this is the password that you have: choose another one", field="new_password")
        with acting_as(user.principal.name):
            self._access.set_password(user.name, new)
        return self._open(self._access.user(user.name), address, Stage.COMPLETE)

    def open_elsewhere(self, user: User, address: str) -> Session:
        """Open a session for whom a provider of logins vouches; it sees to the second factor, unless there is one here."""
        return self._open(user, address, Stage.COMPLETE if user.totp_secret is None else Stage.CODE)

    def note_failure_elsewhere(self, address: str) -> None:
        """Log that a provider of logins brought nobody."""
        self._note_failure((), "user:?", address, factor="oidc")

    def log_out(self, token: str) -> None:
        """End a session; harmless when it is over."""
        person = self._access.by_session(token)
        if person is not None:
            with acting_as(person.name):
                self._access.recorder.record(Action.LOGOUT, person.name)
        self._access.index.close_session(hash_of(token))

    def _stage(self, user: User, address: str) -> Stage:
        if user.totp_secret is not None:
            return Stage.CODE
        if not user.principal.may(Right.ADMINISTER) or self._second_factor == NEVER:
            return Stage.COMPLETE
        return Stage.COMPLETE if self._second_factor == NETWORK and _is_loopback(address) else Stage.SET_UP

    def _open(self, user: User, address: str, stage: Stage) -> Session:
        lasts = self._lasts if stage is Stage.COMPLETE else _HALF_WAY
        if stage is Stage.COMPLETE:
            with acting_as(user.principal.name):
                self._access.recorder.record(Action.LOGIN, user.principal.name, address=address)
        token, now = secrets.token_urlsafe(32), self._access.clock()
        self._access.index.open_session(hash_of(token), user.name, now, now + lasts, stage)
        return Session(user, token, int(lasts.total_seconds()), stage)

    def _half_way(self, token: str, *stages: Stage) -> tuple[User, Stage]:
        found = self._access.index.session_user(hash_of(token), self._access.clock())
        if found is None or found[1] not in stages:
            raise NotAuthenticated("log in with login and password first")
        return found

    def _takes(self, user: User, code: str) -> bool:
        """Whether a code opens the session; it is used up then."""
        assert user.totp_secret is not None
        step = step_of(user.totp_secret, code, self._access.clock())
        if step is not None:
            return self._access.index.use_step(user.name, step)
        used = hash_of_recovery(code)
        if used not in user.recovery_hashes:
            return False
        with acting_as(user.principal.name):
            self._access.change_user(user.name, recovery_hashes=user.recovery_hashes - {used})
        return True

    def _require_few(self, tries: _Tries) -> None:
        for limit, whose in tries:
            if not self._failed.test(limit, *whose):
                self.refused += 1
                seconds = max(1, round(self._failed.get_window_stats(limit, *whose).reset_time - time.time()))
                raise TooManyLogins(f"too many logins failed; try again in {seconds} seconds", retry_after=seconds)

    def _note_failure(self, tries: _Tries, subject: str, address: str, **details: str) -> None:
        self.refused += 1
        for limit, whose in tries:
            self._failed.hit(limit, *whose)
        with acting_as(NOBODY):
            self._access.recorder.record(Action.LOGIN_FAILED, subject, address=address, **details)

    def _person(self, name: str) -> User | None:
        try:
            return self._access.user(name)
        except UserNotFound:
            return None


def _tries(name: str, address: str) -> _Tries:
    """What a failed login counts against."""
    return (
        (_AN_ACCOUNT_FROM_AN_ADDRESS, ("both", name, address)),
        (_AN_ADDRESS, ("address", address)),
        (_AN_ACCOUNT, ("account", name)),
    )


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
