"""What a program calls."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import httpx

from . import submitted
from .agency import Agency
from .errors import FieldgateError
from .lists import answered, chunks
from .operations import Grant, Operations, ReleaseFieldsAnswer, VerifyEligibilityAnswer, _segment
from .receipts import Log
from .sealed import asked_of, hybrid_modules, key_for, open_sealed
from .tokens import Actor
from .wire import Safety, Wire

Json = Any
#: `{"ref": …}` by this agency's own reference, or `{"match": {…}}` by match keys that must all agree.
Subject = Mapping[str, Any]

SEALED = "application/jose"
SEALED_HYBRID = "application/fieldgate-sealed"
#: Records of one intake request.
RECORDS = 100
#: Most people of one release, if the purpose does not say less.
PEOPLE = 50
#: People of one collection.
PIECE = 100


def connect(
    agency: Agency,
    *,
    timeout: float = 30.0,
    log_key: str | None = None,
    policy: str | None = None,
    fresh: float | None = None,
    release_key: str | None = None,
    builds: str | None = None,
    actor: Actor = None,
    transport: httpx.BaseTransport | None = None,
) -> Gateway:
    """Reads the gateway's metadata and makes the connection's proof key; tokens come with the first call.

    timeout: seconds of one attempt. log_key: the log's public key in vkey form, against which receipts are
    checked; without it, the one that the gateway shows is taken for the life of the connection. policy: text of the
    reader's own policy of witnesses (C2SP tlog-policy), which pins the log too; fresh: seconds, how old its quorum may be. release_key: your own key of
    releases, so that check_receipt names the release of a writer's package; builds: the file of signed builds, else the gateway's. actor: access token
    of the officer who has logged in, or the login that `fieldgate login` keeps ("accessToken" and "key"), or a function
    that gives it; an officer who is only named is shown less.
    Raises ValueError for options that cannot work, FieldgateError UNREACHABLE or ANSWER_INVALID, and NO_ENCRYPTION_KEY for a
    hybrid key without a cryptography that opens answers to it.
    """
    if agency.hybrid is not None:
        hybrid_modules()
    wire = Wire(agency, timeout, transport, actor)
    return Gateway(wire, Log(wire, log_key, policy, fresh, release_key, builds))


class Gateway(Operations):
    """A connection: all operations of the gateway, and what does more than ask.

    Every method raises FieldgateError and nothing else that is the gateway's doing.
    """

    def __init__(self, wire: Wire, log: Log) -> None:
        self._wire = wire
        self._log = log

    def __enter__(self) -> Gateway:
        return self

    def __exit__(self, *_: object) -> None:
        self._wire.close()

    def release(
        self,
        *,
        purpose: str,
        subjects: Sequence[Subject],
        collection: str | None = None,
        fields: Sequence[str] | None = None,
        compare: Mapping[str, Json] | None = None,
        context: Mapping[str, Json] | None = None,
        sealed: bool = False,
        case: str | None = None,
        officer: str | None = None,
        reason: str | None = None,
    ) -> ReleaseFieldsAnswer:
        """Asks for what the purpose allows about named people. Never sent twice if the first one may have happened.

        fields: left out, every field that the purpose allows. sealed: asks for the answer encrypted to this
        agency's key; restricted fields come so in any case.
        Raises ANSWER_LOST, APPROVAL_PENDING (with `filed`), NO_ENCRYPTION_KEY, ANSWER_INVALID, RECEIPT_INVALID and
        the gateway's refusals.
        """
        agency = self._wire.agency
        if sealed and agency.enc is None and agency.hybrid is None:
            raise FieldgateError("NO_ENCRYPTION_KEY", "a sealed answer needs the private encryption key (enc)")
        grant = _grant("release", purpose, case, officer, reason)
        answer = self._wire.call(
            "POST",
            "/v1/releases",
            grant,
            safety="once",
            body=_defined(
                collection=collection, subjects=list(subjects), fields=fields, compare=compare, context=context
            ),
            headers={"accept": (SEALED_HYBRID if agency.hybrid else SEALED) if sealed else "application/json"},
        )
        if answer.status_code == 202:
            raise FieldgateError(
                "APPROVAL_PENDING", "the owners have to approve it first", status=202, filed=answer.json()
            )
        body = self._opened(answer, sealed)
        results = body.get("results")
        if body.get("purpose") != purpose or not isinstance(results, list) or len(results) != len(subjects):
            raise FieldgateError("ANSWER_INVALID", "the answer is not one to this release")
        for result in results:
            self._log.check_form(result.get("receipt"))
        return cast(ReleaseFieldsAnswer, body)

    def release_list(
        self, subjects: Iterable[Subject], *, size: int = PEOPLE, journal: str | Path | None = None, **request: Any
    ) -> Iterator[tuple[int, dict[str, Json]]]:
        """Releases about any number of people, in requests of `size`: yields (position, result) in order.

        journal: a file that keeps each answer before it is yielded; the same call goes on after an interruption.
        People whose answer was lost on the way are not asked about again: their result is `{"lost": True}`.
        """
        def ask(chunk: list[Any]) -> list[dict[str, Json]]:
            return [dict(result) for result in self.release(subjects=chunk, **request)["results"]]

        return answered(ask, subjects, size, None if journal is None else (journal, request), once=True)

    def verify(
        self,
        *,
        purpose: str,
        programme: str,
        subject: Subject,
        case: str | None = None,
        officer: str | None = None,
        reason: str | None = None,
    ) -> VerifyEligibilityAnswer:
        """Whether a person is eligible for a programme, with a proof to keep.

        `outcome` is YES or NOT_CONFIRMED; the latter is the same for no, unknown, no consent and refused.
        """
        grant = _grant("verify", purpose, case, officer, reason)
        body = self._json(
            "POST", "/v1/verifications", grant, safety="once", body={"programme": programme, "subject": dict(subject)}
        )
        return cast(VerifyEligibilityAnswer, self._verified(body, programme))

    def verify_list(
        self, subjects: Iterable[Subject], *, journal: str | Path | None = None, **request: Any
    ) -> Iterator[tuple[int, dict[str, Json]]]:
        """Verifies one after the other and yields (position, answer). journal: as for `release_list`."""
        def ask(chunk: list[Any]) -> list[dict[str, Json]]:
            return [dict(self.verify(subject=chunk[0], **request))]

        return answered(ask, subjects, 1, None if journal is None else (journal, request), once=False)

    def submit_list(
        self, list_id: str, subjects: Sequence[Subject], *, purpose: str, programme: str, **words: Any
    ) -> dict[str, Json]:
        """Lets the gateway verify people by itself, for up to twelve hours: `state`, `done` of `parts`, `until`.

        list_id: `secrets.token_urlsafe(16)`, kept before the call: the same list may be submitted again, which renews its
        time. words: case, officer, reason. Needs a registered `enc` key.
        """
        return submitted.submit(self._wire, _grant("verify", purpose, **words), list_id, programme, subjects)

    def list_state(self, list_id: str, *, purpose: str, **words: Any) -> dict[str, Json]:
        """How far a submitted list is: `open`, `done`, or `stopped` by a `code`. words: as for `submit_list`."""
        return self._json("GET", f"/v1/lists/{_segment(list_id)}", _grant("verify", purpose, **words))

    def list_results(
        self, list_id: str, part: int, *, purpose: str, programme: str, **words: Any
    ) -> Iterator[tuple[int, dict[str, Json]]]:
        """Yields (position, row) of a part's 50 rows: `verification` as `verify` gives it, `invalid`, or `stopped`.

        Raises NOT_FOUND while the part has no results. Once all are kept, end the list.
        """
        def checked(body: dict[str, Json]) -> dict[str, Json]:
            return self._verified(body, programme)

        return submitted.results(self._wire, _grant("verify", purpose, **words), list_id, part, checked)

    def end_list(self, list_id: str, *, purpose: str, **words: Any) -> None:
        """Ends the work and deletes rows and results; the log keeps what was checked."""
        self._wire.call("DELETE", f"/v1/lists/{_segment(list_id)}", _grant("verify", purpose, **words))

    def intake(
        self,
        records: Iterable[Mapping[str, Json]],
        *,
        collection: str | None = None,
        if_absent: str | None = None,
        dry_run: bool = False,
        size: int = RECORDS,
    ) -> Iterator[tuple[int, dict[str, Json]]]:
        """Puts in or changes fields of this agency's department: yields (position, result) in order.

        Each request carries an Idempotency-Key, so a repeat after a lost answer writes once.
        """
        grant = {"actions": ["intake"]}
        for start, chunk in chunks(records, size):
            headers = {} if dry_run else {"idempotency-key": secrets.token_urlsafe(16)}
            body = _defined(collection=collection, records=chunk, ifAbsent=if_absent, dryRun=dry_run or None)
            answer = self._json("POST", "/v1/intake", grant, safety="keyed", body=body, headers=headers)
            yield from enumerate(answer["results"], start)

    def submit(self, *, purpose: str, subjects: Sequence[Subject], **about: Any) -> dict[str, Json]:
        """Files a request for fields that need an approval."""
        names = ("case", "officer", "reason", "instrument", "activity")
        context = {name: about.pop(name) for name in names if about.get(name) is not None}
        body = {**about, "purpose": purpose, "subjects": list(subjects), "context": context}
        return self._json("POST", "/v1/requests", CASEWORK, body=body)

    def requests(self, box: str | None = None, state: str | None = None) -> Iterator[dict[str, Json]]:
        """Requests, newest first: `sent`, or those `received` that this agency may answer."""
        yield from self._pages("/v1/requests", "requests", {"box": box, "state": state})

    def collect(
        self, request_id: str, subjects: Sequence[Subject], *, officer: str | None = None, reason: str | None = None
    ) -> Iterator[tuple[int, dict[str, Json]]]:
        """The approved fields of a request: yields (position, result) in order.

        subjects: the people of the request, in its order. Keep each result before the next: a person of a payment run
        is collected once, and what was collected is left out. Raises NO_APPROVAL before any field is approved.
        """
        filed = self.read_request(request_id)
        if len(subjects) != filed["subjects"]:
            raise ValueError("name the same people in the same order as the request")
        fields = [name for name, field in filed["fields"].items() if field["state"] == "approved"]
        if not fields:
            raise FieldgateError("NO_APPROVAL", "no field of this request is approved", status=403)
        pieces = [(int(piece["from"]), int(piece["count"])) for piece in filed.get("pieces", [])]
        taken = {at for start, count in pieces for at in range(start, start + count)}
        ground = {"instrument": filed.get("instrument"), "activity": filed.get("activity"), "basis": filed.get("basis")}
        about = _defined(**ground)
        for start, chunk in chunks(subjects, PIECE):
            if start in taken:
                continue
            answer = self.release(
                purpose=filed["purpose"], subjects=chunk, collection=filed.get("collection"), fields=fields,
                context={"request": request_id, "from": start, **about}, case=filed.get("case"), officer=officer, reason=reason,
            )
            yield from enumerate(answer["results"], start)

    def tasks(self, **query: Any) -> Iterator[dict[str, Json]]:
        yield from self._pages("/v1/tasks", "tasks", query)

    def check_receipt(self, receipt: Mapping[str, Json], *, wait: float = 0.0) -> dict[str, Json]:
        """The whole check of a receipt: see `receipts.py`. wait: seconds for the log's tree to take the entry in."""
        return self._log.check(dict(receipt), CASEWORK, wait)

    def _opened(self, answer: httpx.Response, sealed: bool) -> dict[str, Json]:
        if not answer.headers.get("content-type", "").startswith((SEALED, SEALED_HYBRID)):
            if sealed:
                raise FieldgateError("ANSWER_INVALID", "the answer was asked for sealed and came in clear")
            body = answer.json()
            return body if isinstance(body, dict) else {}
        if self._wire.agency.hybrid is not None and "." in answer.text:
            raise FieldgateError("ANSWER_INVALID", "the answer is sealed to a key that is not hybrid, unlike this program's")
        key = key_for(answer.text, self._wire.agency)
        try:
            return self._unsealed(answer, key, self._wire.keys())
        except FieldgateError as error:
            if error.code != "ANSWER_INVALID":
                raise
            # The gateway may have a new key since the set was read.
            return self._unsealed(answer, key, self._wire.keys(fresh=True))

    def _unsealed(self, answer: httpx.Response, key: dict[str, Any], keys: dict[str, Any]) -> dict[str, Json]:
        agency, sent = self._wire.agency, answer.request
        path = sent.url.raw_path.decode().removeprefix(httpx.URL(self._wire.base).path.rstrip("/"))
        asked = asked_of(sent.method, path, sent.content)
        now = time.time() + self._wire.tokens.skew
        return open_sealed(answer.text, key, keys, agency.issuer, agency.client_id, asked, now)

    def _verified(self, body: dict[str, Json], programme: str) -> dict[str, Json]:
        if body.get("outcome") not in ("YES", "NOT_CONFIRMED") or body.get("programme") != programme:
            raise FieldgateError("ANSWER_INVALID", "the answer is not one to this verification")
        self._log.check_form(body.get("receipt"))
        return body

    def _operate(
        self, method: str, path: str, safety: Safety, actions: list[str], grant: Grant | None, *,
        body: dict[str, Any] | None = None, query: dict[str, str | None] | None = None,
    ) -> Any:
        usual = "casework" if "casework" in actions or not actions else actions[0]
        headers = {"idempotency-key": secrets.token_urlsafe(16)} if safety == "keyed" else {}
        wanted = dict(grant or {"actions": [usual]})
        answer = self._wire.call(method, path, wanted, safety=safety, body=body, query=query, headers=headers)
        return self._opened(answer, False)

    def _json(self, method: str, path: str, grant: dict[str, Any], **options: Any) -> dict[str, Json]:
        body = self._wire.call(method, path, grant, **options).json()
        if not isinstance(body, dict):
            raise FieldgateError("ANSWER_INVALID", "the answer is no JSON object")
        return body

    def _pages(self, path: str, member: str, query: Mapping[str, Any]) -> Iterator[dict[str, Json]]:
        cursor: str | None = None
        while True:
            page = self._json("GET", path, CASEWORK, query={**query, "cursor": cursor})
            yield from page[member]
            cursor = page.get("cursor")
            if cursor is None:
                return


CASEWORK: dict[str, Any] = {"actions": ["casework"]}


def _grant(
    action: str, purpose: str, case: str | None = None, officer: str | None = None, reason: str | None = None
) -> dict[str, Any]:
    return {"actions": [action], **_defined(purpose=purpose, case=case, officer=officer, reason=reason)}


def _defined(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
