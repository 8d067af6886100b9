"""Tokens: client assertion (RFC 7523), DPoP proof (RFC 9449), purpose in authorization_details (RFC 9396)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey

from .errors import FieldgateError

Key = ECKey | OKPKey

#: Seconds before its end at which a token is replaced.
MARGIN = 30


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signing_key(jwk: dict[str, Any]) -> tuple[Key, str]:
    """The key and its JWS algorithm. `alg` and `key_ops` of the file must not widen what the key is used for."""
    if jwk.get("kty") == "EC" and jwk.get("crv") == "P-256" and "d" in jwk:
        return ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y", "d")}), "ES256"
    if jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519" and "d" in jwk:
        return OKPKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "d")}), "EdDSA"
    raise ValueError("the signing key must be a private JWK of P-256 or Ed25519")


def sign(header: dict[str, Any], claims: dict[str, Any], key: Key) -> str:
    payload = json.dumps(claims, separators=(",", ":"))
    return jws.serialize_compact(header, payload, key, algorithms=[header["alg"]])


def public_jwk(key: ECKey) -> dict[str, str]:
    """Of a P-256 key. A coordinate has all 32 bytes (RFC 7518, 6.2.1.2); joserfc 1.1 leaves out leading zeros."""
    public = key.as_dict(private=False)
    x, y = (b64url(base64.urlsafe_b64decode(f"{public[name]}==").rjust(32, b"\0")) for name in ("x", "y"))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


class DPoP:
    """One proof key a connection, which never leaves the process, or the key of the person who has logged in."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", private=True)
        self.jwk = public_jwk(self.key)
        self.nonce: str | None = None

    def use(self, jwk: dict[str, Any]) -> bool:
        """Proofs are by this private key of P-256 from now on. Says whether it is another one."""
        changed = bool(jwk["x"] != self.jwk["x"])
        self.key = ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y", "d")})
        self.jwk = public_jwk(self.key)
        return changed

    def proof(self, method: str, url: str, skew: int, token: str | None = None) -> str:
        """A proof for one request; it serves once."""
        claims: dict[str, Any] = {
            "htm": method,
            "htu": url,
            "iat": int(time.time()) + skew,
            "jti": secrets.token_urlsafe(16),
        }
        if token is not None:
            claims["ath"] = b64url(hashlib.sha256(token.encode()).digest())
        elif self.nonce is not None:
            claims["nonce"] = self.nonce
        return sign({"alg": "ES256", "typ": "dpop+jwt", "jwk": self.jwk}, claims, self.key)


#: A login as `fieldgate login` keeps it: "accessToken", and the private "key" to which the issuer has bound it, if it binds any.
Login = dict[str, Any]

#: Access token or login of the officer who acts, or a function that gives it; None if the agency only names its officer.
Actor = str | Login | Callable[[], str | Login] | None

#: Sends a form to the token endpoint: (form, headers) → (status, headers, JSON).
Post = Callable[[dict[str, str], dict[str, str]], tuple[int, Any, dict[str, Any] | None]]


class Tokens:
    """One token for each purpose and justification, kept until shortly before its end."""

    def __init__(self, client_id: str, issuer: str, endpoint: str, key: Key, alg: str, kid: str | None, actor: Actor = None) -> None:
        self.client_id, self.issuer, self.endpoint = client_id, issuer, endpoint
        self.key, self.alg, self.kid = key, alg, kid
        self.actor = actor
        self.dpop = DPoP()
        self.skew = 0
        self.held: dict[str, tuple[str, float]] = {}

    def get(self, grant: dict[str, Any], post: Post) -> str:
        name = json.dumps(grant, sort_keys=True)
        token, until = self.held.get(name, ("", 0.0))
        if time.monotonic() < until:
            return token
        token, seconds = self.fetch(grant, post)
        self.held[name] = (token, time.monotonic() + seconds - MARGIN)
        return token

    def drop(self, grant: dict[str, Any]) -> None:
        self.held.pop(json.dumps(grant, sort_keys=True), None)

    def assertion(self) -> str:
        now = int(time.time()) + self.skew
        header: dict[str, Any] = {"alg": self.alg}
        if self.kid is not None:
            header["kid"] = self.kid
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.issuer,
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(16),
        }
        return sign(header, claims, self.key)

    def person(self) -> str | None:
        """The person's token. If it is bound to a key, the agency's tokens are bound to that one."""
        actor = self.actor() if callable(self.actor) else self.actor
        if not isinstance(actor, dict):
            return actor
        if "key" in actor and self.dpop.use(actor["key"]):
            self.held.clear()
        return str(actor["accessToken"])

    def fetch(self, grant: dict[str, Any], post: Post) -> tuple[str, float]:
        status, headers, body = 0, None, None
        # The second round brings the nonce that the first answer gave.
        for _ in range(2):
            form = {
                "grant_type": "client_credentials",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": self.assertion(),
                "authorization_details": json.dumps([{"type": "fieldgate", **grant}]),
            }
            actor = self.person()
            if actor is not None:
                form["actor_token"] = actor
                form["actor_token_type"] = "urn:ietf:params:oauth:token-type:access_token"
            status, headers, body = post(form, {"DPoP": self.dpop.proof("POST", self.endpoint, self.skew)})
            self.dpop.nonce = headers.get("dpop-nonce", self.dpop.nonce)
            if status == 200 or (body or {}).get("error") != "use_dpop_nonce":
                break
        if status == 200 and body and str(body.get("token_type", "")).lower() == "dpop":
            return str(body["access_token"]), float(body["expires_in"])
        oauth = (body or {}).get("error")
        if not isinstance(oauth, str):
            raise FieldgateError("UPSTREAM", f"status {status} of the token endpoint", status=status)
        said = str((body or {}).get("error_description", ""))
        # What is no fault of the request has a code of the gateway: the agency is suspended, or something is frozen.
        own = re.match(r"([A-Z]+(?:_[A-Z]+)+)[:：] ?(.+)", said, re.DOTALL)
        if own:
            raise FieldgateError(own[1], own[2], status=status, oauth=oauth)
        raise FieldgateError("TOKEN_REFUSED", f"{oauth}: {said}" if said else oauth, status=status, oauth=oauth)
