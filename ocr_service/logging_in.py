"""Logging in and out: a password for a session, and a door that closes for a while after wrong ones."""

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from models.activity import Action
from models.errors import TooManyLogins, UserNotFound, WrongLogin
from models.people import MOST_PASSWORD, User, hash_of
from ocr_service.access import Access
from ocr_service.acting import acting_as
from ocr_service.passwords import fits

NOBODY = "nobody"
"""The actor of a login that failed: whoever it was."""
_AN_ACCOUNT_FROM_AN_ADDRESS = RateLimitItemPerMinute(10, 15)
_AN_ADDRESS = RateLimitItemPerMinute(30, 15)
_AN_ACCOUNT = RateLimitItemPerMinute(50, 15)
"""Failed logins in a quarter of an hour, by each server process: a person mistypes less often, and a list of passwords takes years.
From one address nobody can close another's account for everybody else."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session that was opened; nobody can ask for its token again."""

    user: User
    token: str
    seconds: int


class LoginDesk:
    """Where people log in. The failed tries are counted in this process; whoever runs several servers lets so many more be tried."""

    def __init__(self, access: Access, hours: int) -> None:
        """`hours` is how long a session lasts."""
        self._access = access
        self._seconds = hours * 3600
        self._failed = MovingWindowRateLimiter(MemoryStorage())
        self.refused = 0
        """Logins that this process refused since it began, those of a closed door included."""

    def log_in(self, name: str, password: str, address: str) -> Session:
        """Open a session for whoever knows the password; `address` is where they ask from.

        Raises:
            WrongLogin: login and password do not fit, or the person is let in no more: which of it nobody learns.
            TooManyLogins: too many were wrong before, whoever tried; nothing was looked at.
        """
        tries = _tries(name, address)
        for limit, whose in tries:
            if not self._failed.test(limit, *whose):
                self.refused += 1
                seconds = max(1, round(self._failed.get_window_stats(limit, *whose).reset_time - time.time()))
                raise TooManyLogins(f"too many logins failed; try again in {seconds} seconds", retry_after=seconds)
        user = self._person(name)
        kept = None if user is None or user.disabled else user.password_hash
        if len(password) > MOST_PASSWORD or not fits(password, kept) or user is None:
            self.refused += 1
            for limit, whose in tries:
                self._failed.hit(limit, *whose)
            subject = "user:?" if user is None else user.principal.name
            with acting_as(NOBODY):
                self._access.recorder.record(Action.LOGIN_FAILED, subject, address=address)
            raise WrongLogin("login and password do not fit")
        with acting_as(user.principal.name):
            self._access.recorder.record(Action.LOGIN, user.principal.name, address=address)
        token, now = secrets.token_urlsafe(32), self._access.clock()
        self._access.index.open_session(hash_of(token), user.name, now, now + timedelta(seconds=self._seconds))
        return Session(user, token, self._seconds)

    def log_out(self, token: str) -> None:
        """End a session; harmless when it is over."""
        person = self._access.by_session(token)
        if person is not None:
            with acting_as(person.name):
                self._access.recorder.record(Action.LOGOUT, person.name)
        self._access.index.close_session(hash_of(token))

    def _person(self, name: str) -> User | None:
        try:
            return self._access.user(name)
        except UserNotFound:
            return None


def _tries(name: str, address: str) -> tuple[tuple[RateLimitItem, tuple[str, ...]], ...]:
    """What a failed login counts against."""
    return (
        (_AN_ACCOUNT_FROM_AN_ADDRESS, ("both", name, address)),
        (_AN_ADDRESS, ("address", address)),
        (_AN_ACCOUNT, ("account", name)),
    )
