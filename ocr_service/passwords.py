"""Passwords as argon2id hashes (RFC 9106) by pwdlib, the library that is kept where passlib no longer is.

A check takes 64 MB and a quarter of a second on purpose: whoever calls sees to it that few run at once.
"""

from functools import cache

from pwdlib import PasswordHash


def hashed(password: str) -> str:
    """What is kept of a password: the hash with its salt and parameters."""
    return _hasher().hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Whether this is the password; as slow where nothing is kept, so that nobody learns by time who has a login."""
    is_right = _hasher().verify(password, kept or _nobodys())
    return is_right and kept is not None


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys() -> str:
    """A hash that every unknown login is held against."""
    return _hasher().hash("nobody has this password")
