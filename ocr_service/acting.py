"""Who acts: whoever the activity log names as the one that did something."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LOCAL = "local"
"""Nobody said who acts: a program on this machine, or a service without logins."""

_actor: ContextVar[str] = ContextVar("actor", default=LOCAL)


def actor() -> str:
    """Who acts now: `user:wang`, `key:scanner-1`, `cli:<name on this machine>`, or `local`."""
    return _actor.get()


@contextmanager
def acting_as(name: str) -> Iterator[None]:
    """Whatever happens inside, also in threads that copy this context, is done by `name`."""
    token = _actor.set(name)
    try:
        yield
    finally:
        _actor.reset(token)


def act_as(name: str) -> None:
    """Whatever happens from here on in this context is done by `name`: for a request or a command that ends with its context."""
    _actor.set(name)


def act_as_machine_user() -> None:
    """From here on it is the user of this machine who acts: `cli:<name>`, or the number of one who has no name."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid())
    act_as(f"cli:{name}")
