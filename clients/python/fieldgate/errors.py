"""The one exception of this package. Its `code` is stable; its text is for people."""

from __future__ import annotations

from typing import Any


class FieldgateError(Exception):
    """What went wrong at or before the gateway.

    `code` is a code of the gateway (see its page of codes) or one of this package:
    UNREACHABLE       no connection; nothing happened; `obstacle` is what lies in the way, by the words of docs/integrate/client.md
    ANSWER_LOST       sent, but no answer came back: a release may have happened and then stands in the log
    ANSWER_INVALID    the answer is not one to this request, or is not signed by the gateway
    APPROVAL_PENDING  the owners have to approve first; `filed` is the request
    ANSWER_REPLAYED   a sealed answer is the gateway's, but to another request or of another time
    NO_ENCRYPTION_KEY a sealed answer needs the agency's private encryption key
    RECEIPT_INVALID   a receipt does not hold; `fork`: the log has two histories, and this proves it (`fieldgate witness evidence`)
    TOKEN_REFUSED     the token endpoint refused; `oauth` is its error
    """

    def __init__(self, code: str, message: str, **about: Any) -> None:
        at = [f"{one.get('path') or '/'} {one.get('message', '')}" for one in (about.get("errors") or [])[:5]]
        super().__init__("; ".join([f"{code}: {message}", *at]))
        self.code = code
        self.status: int | None = about.get("status")
        self.oauth: str | None = about.get("oauth")
        self.rule: str | None = about.get("rule")
        self.reason: str | None = about.get("reason")
        self.request_id: str | None = about.get("request_id")
        self.retry_after: float | None = about.get("retry_after")
        self.errors: list[dict[str, str]] = about.get("errors") or []
        self.obstacle: str | None = about.get("obstacle")
        self.fork: dict[str, Any] | None = about.get("fork")
        self.filed: dict[str, Any] | None = about.get("filed")


def of_problem(status: int, body: dict[str, Any] | None, retry_after: float | None) -> FieldgateError:
    """The error of a problem document (RFC 9457); UPSTREAM for an answer that the gateway did not write."""
    if body is None or not isinstance(body.get("code"), str):
        return FieldgateError("UPSTREAM", f"status {status} without a problem of the gateway", status=status)
    return FieldgateError(
        body["code"],
        str(body.get("detail") or body.get("title") or "refused"),
        status=status,
        rule=body.get("rule"),
        reason=body.get("reason"),
        request_id=body.get("requestId"),
        errors=body.get("errors"),
        retry_after=retry_after,
    )
