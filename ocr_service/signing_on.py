"""Logging in elsewhere: OpenID Connect (the code flow with PKCE) by Authlib, its ID tokens checked by joserfc.

What ties the provider's answer to the browser that asked lies in one secret that only this browser holds: state, nonce and verifier are
made of it, so that nothing is kept between the two requests.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from models.access import Role
from models.errors import InvalidAccess, InvalidSetting, LoginElsewhereFailed, ProviderUnavailable, UserExists
from models.people import User, role_named
from ocr_service.access import Access
from ocr_service.acting import acting_as
from ocr_service.settings import Settings

_SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Those that only the provider can make; `none` and those by a shared secret are not among them."""
_SECONDS = 10.0
_LEEWAY_SECONDS = 60
_ALL = "*"
"""What the provider says for all departments."""

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Provider:
    """Who logs people in, and what is believed of what it says.

    Attributes:
        back: the one address that it sends people back to.
        roles: groups and the roles that they give, the first that somebody is in counts; empty where the archive says the role.
        new_role: of people whom the archive does not know; None where they are refused.
    """

    issuer: str
    client_id: str
    client_secret: str
    back: str
    role_claim: str
    roles: tuple[tuple[str, Role], ...]
    department_claim: str
    new_role: Role | None

    @classmethod
    def of(cls, settings: Settings) -> "Provider | None":
        """The provider in the settings; None without one.

        Raises:
            InvalidSetting: its address stands there without the client's id or the service's own address, or a role is none.
        """
        if not settings.oidc_issuer:
            return None
        if not settings.oidc_client_id or not settings.public_url:
            raise InvalidSetting("PIAOGEN_OIDC_ISSUER needs PIAOGEN_OIDC_CLIENT_ID and PIAOGEN_PUBLIC_URL as well")
        try:
            pairs = (pair.rsplit("=", 1) for pair in settings.oidc_roles.split())
            roles = tuple((group, role_named(role)) for group, role in pairs)
            new_role = role_named(settings.oidc_new_role) if settings.oidc_new_role else None
        except InvalidAccess as error:
            raise InvalidSetting(f"PIAOGEN_OIDC_ROLES, PIAOGEN_OIDC_NEW_ROLE: {error.message}") from None
        return cls(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            back=settings.public_url.rstrip("/") + "/login/elsewhere/back",
            role_claim=settings.oidc_role_claim,
            roles=roles,
            department_claim=settings.oidc_department_claim,
            new_role=new_role,
        )


@dataclass(frozen=True, slots=True)
class SignOn:
    """The way to the provider and back. Methods may raise ProviderUnavailable, StoreUnavailable and CatalogueUnavailable."""

    provider: Provider
    access: Access

    def way_there(self, secret: str) -> str:
        """The address at the provider where a person logs in; `secret` is what their browser keeps meanwhile."""
        with self._client() as client:
            endpoint = _metadata(client, self.provider.issuer)["authorization_endpoint"]
            address, _ = client.create_authorization_url(
                endpoint, state=_derived("state", secret), nonce=_derived("nonce", secret), code_verifier=_derived("verifier", secret)
            )
        return str(address)

    def person(self, secret: str, state: str, code: str) -> User:
        """Who came back, as the archive knows them; what the provider says of role and departments counts from now on.

        Raises:
            LoginElsewhereFailed: this browser did not ask, the provider's word does not hold, or nobody here is meant by it.
        """
        if not secrets.compare_digest(state.encode(), _derived("state", secret).encode()):
            raise LoginElsewhereFailed("the answer belongs to another login; begin again")
        claims = self._claims(secret, code)
        with acting_as(f"oidc:{urlsplit(self.provider.issuer).hostname}"):
            user = self._known(claims) or self._new(claims)
            if user.disabled:
                raise LoginElsewhereFailed("this person is let in no more")
            return self.access.change_user(user.name, **self._told(claims))

    def _claims(self, secret: str, code: str) -> Claims:
        """What the provider vouches for; raise LoginElsewhereFailed for anything less."""
        provider = self.provider
        with self._client() as client:
            metadata = _metadata(client, provider.issuer)
            try:
                token = client.fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    redirect_uri=provider.back,
                    code_verifier=_derived("verifier", secret),
                )
                keys = KeySet.import_key_set(_fetched(client, metadata["jwks_uri"]))
                claims = jwt.decode(token["id_token"], keys, algorithms=_SIGNATURES).claims
                _registry(provider, _derived("nonce", secret), self.access.clock).validate(claims)
            except httpx2.HTTPError as error:
                raise ProviderUnavailable("the provider of logins does not answer") from error
            except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
                raise LoginElsewhereFailed(f"what the provider says does not hold: {type(error).__name__}") from error
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != provider.client_id:
            raise LoginElsewhereFailed("the provider speaks to another program")
        return claims

    def _known(self, claims: Claims) -> User | None:
        """The person whom an administrator meant by this subject or, once, by an address that the provider has verified."""
        subject = f"{self.provider.issuer} {claims['sub']}"
        by_subject = {user.oidc_subject: user for user in self.access.users() if user.oidc_subject is not None}
        if subject in by_subject:
            return by_subject[subject]
        email = f"{self.provider.issuer} {claims.get('email')}"
        if claims.get("email_verified") is not True or email not in by_subject:
            return None
        return self.access.change_user(by_subject[email].name, oidc_subject=subject)

    def _new(self, claims: Claims) -> User:
        if self.provider.new_role is None:
            raise LoginElsewhereFailed("nobody here is meant by this login; an administrator has to say who it is")
        name = re.sub(r"[^a-z0-9._-]+", "-", str(claims.get("preferred_username") or claims["sub"]).lower()).strip("._-")[:32]
        told = self._told(claims)
        try:
            user = User(
                name, _printable(claims.get("name")) or name, self.provider.new_role, oidc_subject=f"{self.provider.issuer} {claims['sub']}"
            )
            return self.access.add_user(replace(user, **told), None)
        except (InvalidAccess, UserExists):
            # Whoever has this login here is somebody else until an administrator says otherwise.
            raise LoginElsewhereFailed("the login is taken here, or cannot be one; an administrator has to say who it is") from None

    def _told(self, claims: Claims) -> dict[str, Any]:
        """What becomes of role and departments; raise LoginElsewhereFailed where the provider gives none and has to."""
        told: dict[str, Any] = {}
        if self.provider.roles:
            groups = _texts(claims.get(self.provider.role_claim))
            given = [role for group, role in self.provider.roles if group in groups]
            if not given:
                raise LoginElsewhereFailed("the provider names no group that has a role here")
            told["role"] = given[0]
        if self.provider.department_claim:
            departments = _texts(claims.get(self.provider.department_claim))
            if not departments:
                raise LoginElsewhereFailed("the provider names no department")
            told["departments"] = None if _ALL in departments else departments
        return told

    def _client(self) -> OAuth2Client:
        provider = self.provider
        return OAuth2Client(
            provider.client_id,
            provider.client_secret or None,
            token_endpoint_auth_method="client_secret_basic" if provider.client_secret else "none",
            scope="openid profile email",
            redirect_uri=provider.back,
            code_challenge_method="S256",
            timeout=_SECONDS,
            follow_redirects=False,
        )


def _metadata(client: OAuth2Client, issuer: str) -> Mapping[str, str]:
    """What the provider says of itself (OpenID Connect Discovery 1.0, section 4), its addresses on no lesser connection than its own."""
    found: Mapping[str, str] = _fetched(client, issuer.rstrip("/") + "/.well-known/openid-configuration")
    scheme = urlsplit(issuer).scheme
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if urlsplit(str(found.get(name, ""))).scheme not in ("https", scheme):
            raise ProviderUnavailable(f"the provider of logins tells no {name} that can be used")
    if found.get("issuer") != issuer:
        raise ProviderUnavailable("the provider of logins calls itself otherwise than PIAOGEN_OIDC_ISSUER does")
    return found


def _fetched(client: OAuth2Client, address: str) -> Any:  # noqa: ANN401  # JSON of somebody else
    try:
        answer = client.request("GET", address, withhold_token=True)
        answer.raise_for_status()
        found = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise ProviderUnavailable("the provider of logins does not answer, or with something else") from error
    if not isinstance(found, dict):
        raise ProviderUnavailable("the provider of logins answers with something else")
    return found


def _registry(provider: Provider, nonce: str, clock: Callable[[], datetime]) -> jwt.JWTClaimsRegistry:
    """The claims that an ID token has to have (OpenID Connect Core 1.0, section 3.1.3.7)."""
    return jwt.JWTClaimsRegistry(
        now=int(clock().timestamp()),
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )


def _derived(what: str, secret: str) -> str:
    """64 signs that nobody can tell without the secret."""
    return hashlib.sha256(f"{what} {secret}".encode()).hexdigest()


def _texts(claim: object) -> frozenset[str]:
    if isinstance(claim, str):
        return frozenset({claim}) if claim else frozenset()
    return frozenset(text for text in claim if isinstance(text, str) and text) if isinstance(claim, list) else frozenset()


def _printable(text: object) -> str:
    return re.sub(r"[()（）:：]", "", text)[:100].strip() if isinstance(text, str) and text.isprintable() else ""
