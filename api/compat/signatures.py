"""Who sends a vendor's request: a key of this service in the places of both id and secret, and what was signed with it.

The service keeps hashes of keys alone, so that the key itself must come along: as Baidu's `client_secret` and `access_token`, as
Tencent's SecretId, as Aliyun's AccessKey id. The signature is checked with it, so that nothing was changed on the way.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote

from api.compat.refusals import Refusal, Refused

_TENCENT = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<key>[^/\s,]+)/(?P<date>[0-9-]{10})/(?P<service>\w+)/tc3_request, ?"
    r"SignedHeaders=(?P<headers>[\w;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
_ALIYUN = re.compile(
    r"ACS3-HMAC-SHA256 Credential=(?P<key>[^\s,]+), ?SignedHeaders=(?P<headers>[\w;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
_UNSIGNED = "UNSIGNED-PAYLOAD"


def baidu_key(authorization: str) -> str | None:
    """The id in an Authorization header of bce-auth-v1, which Baidu's programs send where no token was given; None where it is none."""
    parts = authorization.split("/")
    return parts[1] if parts[0] == "bce-auth-v1" and len(parts) > 1 else None


def tencent_key(authorization: str) -> str | None:
    """The key in an Authorization header of TC3-HMAC-SHA256; None where it is none."""
    found = _TENCENT.fullmatch(authorization)
    return None if found is None else found["key"]


def aliyun_key(authorization: str) -> str | None:
    """The key in an Authorization header of ACS3-HMAC-SHA256; None where it is none."""
    found = _ALIYUN.fullmatch(authorization)
    return None if found is None else found["key"]


def check_tencent(method: str, path: str, headers: Mapping[str, str], body: bytes) -> None:
    """Hold a request against its TC3-HMAC-SHA256 signature; raise Refused."""
    found = _TENCENT.fullmatch(headers.get("authorization", ""))
    if found is None:
        raise Refused(Refusal.SIGNATURE, "Authorization must be TC3-HMAC-SHA256")
    is_unsigned = headers.get("x-tc-content-sha256") == _UNSIGNED
    payload = hashlib.sha256(_UNSIGNED.encode() if is_unsigned else body).hexdigest()
    canonical = _canonical(method, path, "", headers, found["headers"], payload)
    scope = f"{found['date']}/{found['service']}/tc3_request"
    text = f"TC3-HMAC-SHA256\n{headers.get('x-tc-timestamp', '')}\n{scope}\n{_hash(canonical)}"
    secret = b"TC3" + found["key"].encode()
    for part in (found["date"], found["service"], "tc3_request"):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    _require(hmac.new(secret, text.encode(), hashlib.sha256).hexdigest(), found["signature"])


def check_aliyun(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> None:
    """Hold a request against its ACS3-HMAC-SHA256 signature and the body against the hash that was signed; raise Refused."""
    found = _ALIYUN.fullmatch(headers.get("authorization", ""))
    if found is None:
        raise Refused(Refusal.SIGNATURE, "Authorization must be ACS3-HMAC-SHA256")
    payload = hashlib.sha256(body).hexdigest()
    _require(payload, headers.get("x-acs-content-sha256", ""))
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    asked = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
    canonical = _canonical(method, path, asked, headers, found["headers"], payload)
    signed = hmac.new(found["key"].encode(), f"ACS3-HMAC-SHA256\n{_hash(canonical)}".encode(), hashlib.sha256).hexdigest()
    _require(signed, found["signature"])


def _canonical(method: str, path: str, query: str, headers: Mapping[str, str], names: str, payload: str) -> str:
    lines = "".join(f"{name}:{headers.get(name, '').strip()}\n" for name in names.split(";"))
    return f"{method}\n{path}\n{query}\n{lines}\n{names}\n{payload}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _require(expected: str, given: str) -> None:
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise Refused(Refusal.SIGNATURE, "the signature is wrong: id and secret must both be the same key of this service")
