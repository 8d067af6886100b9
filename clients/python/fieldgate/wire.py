"""One authorised call: metadata, token, proof, repeats where they are safe."""

from __future__ import annotations

import errno
import os
import random
import socket
import ssl
import time
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx

from .agency import Agency
from .errors import FieldgateError, of_problem
from .heads import HEADER, Heads
from .tokens import Actor, Tokens, signing_key

#: `repeatable` may be done twice, `keyed` carries an Idempotency-Key, `once` is never sent twice if it may have happened.
Safety = Literal["repeatable", "keyed", "once"]

ATTEMPTS = 5
BASE = 0.25
LONGEST = 20.0


class Wire:
    """Holds what a connection learns: the gateway's addresses, tokens, its clock."""

    def __init__(self, agency: Agency, timeout: float, transport: httpx.BaseTransport | None, actor: Actor = None) -> None:
        address = urlsplit(agency.issuer)
        local = address.hostname in ("127.0.0.1", "::1", "localhost")
        if address.scheme != "https" and not (address.scheme == "http" and local):
            raise ValueError("the issuer must use https; http is for a gateway on this machine only")
        self.agency = agency
        self.base = agency.issuer.rstrip("/")
        self.heads = Heads()
        verify = _presenting(agency)
        self.http = httpx.Client(timeout=timeout, transport=transport, verify=verify, follow_redirects=False)
        answer = self._send("GET", f"{self.base}/.well-known/oauth-authorization-server", "repeatable")
        self.metadata = _object(answer) or {}
        if self.metadata.get("issuer") != agency.issuer:
            raise FieldgateError("ANSWER_INVALID", "the gateway does not describe itself as this issuer")
        key, alg = signing_key(agency.sig)
        endpoint, kid = self.metadata["token_endpoint"], agency.sig.get("kid")
        self.tokens = Tokens(agency.client_id, agency.issuer, endpoint, key, alg, kid, actor)
        self.tokens.skew = _skew(answer)
        self._keys: dict[str, Any] | None = None

    def close(self) -> None:
        self.http.close()

    def keys(self, fresh: bool = False) -> dict[str, Any]:
        """The gateway's key set, fetched once and again if a key is unknown."""
        if self._keys is None or fresh:
            self._keys = _object(self._send("GET", self.metadata["jwks_uri"], "repeatable")) or {}
        return self._keys

    def call(
        self,
        method: str,
        path: str,
        grant: dict[str, Any],
        *,
        safety: Safety = "repeatable",
        body: Any = None,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """A successful answer. Raises FieldgateError for any other."""
        url = self.base + path
        params = {name: value for name, value in (query or {}).items() if value is not None}
        for renewed in (False, True):
            token = self.tokens.get(grant, self._form)

            def sign() -> dict[str, str]:
                proof = self.tokens.dpop.proof(method, url, self.tokens.skew, token)
                return {"Authorization": f"DPoP {token}", "DPoP": proof, **(headers or {})}

            answer = self._send(method, url, safety, headers=sign, json=body, params=params)
            if answer.is_success:
                self.heads.hear(answer.headers.get(HEADER))
                return answer
            error = of_problem(answer.status_code, _object(answer), _retry_after(answer))
            # The next token is of the login of then, also if the caller itself repeats the call.
            if error.code in ("TOKEN_INVALID", "STEP_UP_REQUIRED"):
                self.tokens.drop(grant)
            if error.code != "TOKEN_INVALID" or renewed:
                raise error
        raise AssertionError("unreachable")

    def _form(self, form: dict[str, str], headers: dict[str, str]) -> tuple[int, Any, dict[str, Any] | None]:
        answer = self._send("POST", self.metadata["token_endpoint"], "repeatable", headers=lambda: headers, data=form)
        return answer.status_code, answer.headers, _object(answer)

    def _send(
        self,
        method: str,
        url: str,
        safety: Safety,
        *,
        headers: Any = dict,
        json: Any = None,
        data: Any = None,
        params: Any = None,
    ) -> httpx.Response:
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            try:
                made = {"accept": "application/json", **headers()}
                answer = self.http.request(method, url, headers=made, json=json, data=data, params=params or None)
            except (httpx.ConnectError, httpx.ConnectTimeout) as never:
                if last:
                    raise FieldgateError("UNREACHABLE", _unreachable(url, never), obstacle=_obstacle(never)) from None
                _pause(attempt, 0)
                continue
            except httpx.HTTPError as lost:
                if safety == "once":
                    raise FieldgateError(
                        "ANSWER_LOST", "the request was sent but no answer came back; look at the log"
                    ) from None
                if last:
                    raise FieldgateError("UNREACHABLE", _unreachable(url, lost), obstacle=_obstacle(lost)) from None
                _pause(attempt, 0)
                continue
            wait = _retry_after(answer) or 0.0
            if last or wait > LONGEST or not _may_repeat(answer, attempt, safety):
                return answer
            _pause(attempt, wait)
        raise AssertionError("unreachable")


def _presenting(agency: Agency) -> ssl.SSLContext | bool:
    """The connection's TLS, with the client certificate if the agency has one."""
    cert = os.environ.get("FIELDGATE_CLIENT_CERT") or agency.client_cert
    if cert is None:
        return True
    key = os.environ.get("FIELDGATE_CLIENT_KEY") or (None if "FIELDGATE_CLIENT_CERT" in os.environ else agency.client_key)
    context = ssl.create_default_context()
    # Without a passphrase OpenSSL would ask for one at the terminal.
    passphrase = os.environ.get("FIELDGATE_CLIENT_KEY_PASSPHRASE", "")
    try:
        context.load_cert_chain(cert, key, passphrase)
    except OSError:
        raise ValueError(f"the client certificate {cert} with the key {key or cert} cannot be used") from None
    return context


def _may_repeat(answer: httpx.Response, attempt: int, safety: Safety) -> bool:
    if answer.status_code == 429:
        return True
    problem = _object(answer)
    if answer.status_code == 409:
        # The first try, whose answer was lost, may still be at work under the same key.
        return safety == "keyed" and attempt > 1 and (problem or {}).get("code") == "CONFLICT"
    # A 503 of the gateway says that nothing was released; one of a proxy in between says nothing.
    return answer.status_code == 503 and (safety != "once" or "code" in (problem or {}))


def _pause(attempt: int, asked: float) -> None:
    time.sleep(asked + random.uniform(0, min(BASE * 2 ** (attempt - 1), LONGEST)))


def _object(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        body = answer.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _retry_after(answer: httpx.Response) -> float | None:
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isdigit() else None


def _skew(answer: httpx.Response) -> int:
    """Seconds by which the gateway's clock is ahead; 0 if the difference is small."""
    try:
        theirs = parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, ValueError):
        return 0
    seconds = round(theirs - time.time())
    return seconds if abs(seconds) > 5 else 0


def _unreachable(url: str, why: Exception) -> str:
    """Names the origin alone: a path or a query may name a person, the part before an `@` a password.

    The cause is what the system said of the connection, which has no part of the address in it.
    """
    address = urlsplit(url)
    port = "" if address.port is None else f":{address.port}"
    return f"the gateway at {address.scheme}://{address.hostname}{port} cannot be reached ({why or type(why).__name__})"


# Of X.509, as OpenSSL numbers them: not yet valid, over, another name, another address.
_OF_CERTIFICATE = {9: "NOT_VALID_NOW", 10: "NOT_VALID_NOW", 62: "OTHER_HOST", 64: "OTHER_HOST"}


def _obstacle(why: BaseException | None) -> str | None:
    """What lies in the way, by the innermost cause that says it."""
    if why is None:
        return None
    inner = _obstacle(why.__cause__ or why.__context__)
    return inner or _said_by(why)


def _said_by(one: BaseException) -> str | None:
    if isinstance(one, ssl.SSLCertVerificationError):
        return _OF_CERTIFICATE.get(one.verify_code, "UNKNOWN_AUTHORITY")
    if isinstance(one, ssl.SSLError):
        return "NO_TLS" if one.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE") else "ENDED"
    if isinstance(one, socket.gaierror):
        return "NO_SUCH_HOST"
    if isinstance(one, ConnectionRefusedError):
        return "REFUSED"
    if isinstance(one, (ConnectionResetError, httpx.RemoteProtocolError)):
        return "ENDED"
    unreached = isinstance(one, OSError) and one.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH)
    return "SILENT" if unreached or isinstance(one, (TimeoutError, httpx.TimeoutException)) else None
