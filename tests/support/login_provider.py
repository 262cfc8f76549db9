"""A small OpenID provider with keys of its own on loopback: it logs its one person in without asking, and lies where a test wants it to."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from tests.support.served import served

CLIENT, SECRET = "piaogen", "secret of the client"


@dataclass
class LoginProvider:
    """What the provider knows and says; `claims` are added to an ID token's, or replace them (None: left out)."""

    back: str
    issuer: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "248289761001"})
    claims: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    is_forged: bool = False
    asked: dict[str, str] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))

    def token(self) -> str:
        """The ID token for what was asked last."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": self.asked["nonce"],
            **self.person,
            **self.claims,
        }
        key: RSAKey | OctKey = RSAKey.generate_key(2048, {"kid": "1"}) if self.is_forged else self.key
        if self.algorithm == "HS256":
            key = OctKey.import_key(SECRET)
        told = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            parts = ({"alg": "none"}, told)
            return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."
        return jwt.encode({"alg": self.algorithm, "kid": "1"}, told, key, algorithms=[self.algorithm])

    def app(self) -> FastAPI:
        """Its four addresses."""
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def tell() -> dict[str, str]:
            paths = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
            return {"issuer": self.issuer} | {name: self.issuer + path for name, path in paths.items()}

        @app.get("/keys")
        def keys() -> dict[str, Any]:
            return KeySet([self.key]).as_dict(private=False)  # type: ignore[return-value]

        @app.get("/authorize")
        def authorize(request: Request) -> RedirectResponse:
            self.asked = dict(request.query_params)
            if self.asked.get("redirect_uri") != self.back or self.asked.get("client_id") != CLIENT:
                raise HTTPException(400, "not the address that was agreed on")
            return RedirectResponse(self.back + "?" + urlencode({"code": "once", "state": self.asked["state"]}), 302)

        @app.post("/token")
        async def token(request: Request) -> dict[str, Any]:
            form = dict(await request.form())
            known = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            challenge = base64.urlsafe_b64encode(hashlib.sha256(str(form["code_verifier"]).encode()).digest()).rstrip(b"=").decode()
            if request.headers["authorization"] != known or challenge != self.asked["code_challenge"] or form["code"] != "once":
                raise HTTPException(400, "not who asked")
            return {"access_token": "x", "token_type": "Bearer", "id_token": self.token()}

        return app


@contextmanager
def login_provider(back: str) -> Iterator[LoginProvider]:
    """A running provider that sends people back to this address alone."""
    provider = LoginProvider(back)
    with served(provider.app()) as address:
        provider.issuer = address
        yield provider
