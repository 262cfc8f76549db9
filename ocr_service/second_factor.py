"""The second factor: codes of an authenticator (TOTP, RFC 6238) by pyotp, and codes on paper for whoever lost the phone."""

import base64
import hashlib
import re
import secrets
from datetime import datetime

import pyotp

from models.digest import Digest

STEP_SECONDS = 30
"""RFC 6238 recommends it, and every authenticator takes it."""
WINDOW = 1
"""Steps before and after now that are taken: clocks of phones are off by seconds, and typing takes some."""
RECOVERY_CODES = 8
_ISSUER = "Piaogen"
_SECRET_BYTES = 20
"""RFC 4226, section 4, recommends 160 bits."""


def offered_secret(token: str) -> str:
    """The secret that a session's person is offered: the same on every page of the session, and nobody else can tell it."""
    return base64.b32encode(hashlib.sha256(b"second factor " + token.encode()).digest()[:_SECRET_BYTES]).decode()


def address_of(secret: str, name: str) -> str:
    """What the QR code for an authenticator says."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=_ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step of time that this code is right for; None where it is wrong."""
    digits, totp, current = re.sub(r"\s", "", code), pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    for step in range(current - WINDOW, current + WINDOW + 1):
        if digits.isascii() and secrets.compare_digest(totp.at(step * STEP_SECONDS), digits):
            return step
    return None


def new_recovery_codes() -> tuple[str, ...]:
    """Codes of 80 random bits in groups of four: with so much chance in them SHA-256 is enough."""
    return tuple("-".join(re.findall("....", base64.b32encode(secrets.token_bytes(10)).decode().lower())) for _ in range(RECOVERY_CODES))


def hash_of_recovery(code: str) -> Digest:
    """What is kept of a code, however it was typed."""
    return Digest.of(re.sub(r"[^a-z2-7]", "", code.lower()).encode())
