"""The key that signs certificates: ECDSA on P-256, which every `openssl` checks. Made on demand, readable by its owner alone."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from platformdirs import user_data_path

from models.digest import Digest
from models.errors import InvalidSetting


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key that does not show itself."""

    key: ec.EllipticCurvePrivateKey

    @property
    def public_pem(self) -> bytes:
        """The public key as PEM (SubjectPublicKeyInfo): what others check signatures with."""
        return self.key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    @property
    def fingerprint(self) -> Digest:
        """The digest of the PEM file with the public key, as `sha256sum` tells it."""
        return Digest.of(self.public_pem)

    def sign(self, data: bytes) -> bytes:
        """An ECDSA signature over the SHA-256 of the data, in DER."""
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


def signer_at(setting: str) -> Signer:
    """The key in the file that a setting names, or in the user's data folder when it names none; made when there is none yet.

    Raises:
        InvalidSetting: the file cannot be read or written, or holds no such key.
    """
    path = Path(setting).expanduser() if setting else user_data_path("piaogen") / "signing-key.pem"
    try:
        if not path.exists():
            _make(path)
        content = path.read_bytes()
    except OSError as error:
        raise InvalidSetting(f"cannot use the signing key {path}: {error.strerror}; name another file in PIAOGEN_SIGNING_KEY") from error
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InvalidSetting(f"{path} holds no private key without password; name another file in PIAOGEN_SIGNING_KEY") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise InvalidSetting(f"{path} holds a key that is not one of P-256; name another file in PIAOGEN_SIGNING_KEY")
    return Signer(key)


def _make(path: Path) -> None:
    """Write a new key; of two processes that do so at the same time the first wins."""
    made = ec.generate_private_key(ec.SECP256R1())
    pem = made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    incoming = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(incoming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        if not path.exists():
            try:
                os.link(incoming, path)
            except FileExistsError:
                return
    finally:
        incoming.unlink()
