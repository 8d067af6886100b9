"""Checks receipts: form, writer, place in the log's tree (RFC 6962) and the signed checkpoint (C2SP) over it."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from .builds import written_by
from .errors import FieldgateError
from .notes import decode, open_checkpoint, raw_key
from .tree import root_of
from .witnesses import Policy, judge, parse_policy
from .writers import check_writer

if TYPE_CHECKING:
    from .wire import Wire

ENTRY = re.compile(r"([0-9a-f]{32})-(0|[1-9]\d{0,14})-(?:0|[1-9]\d{0,5})")


class Log:
    """What a connection has learnt about the log. The log may only grow."""

    def __init__(
        self,
        wire: Wire,
        pinned: str | None,
        policy: str | None = None,
        fresh: float | None = None,
        release_key: str | None = None,
        builds: str | None = None,
    ) -> None:
        self.wire, self.vkey, self.fresh = wire, pinned, fresh
        self.release_key, self.builds = release_key, builds
        if release_key is not None:
            raw_key(release_key)
        self.policy = None if policy is None else parse_policy(policy)
        if self.policy and pinned is None and len(self.policy.logs) == 1:
            [self.vkey] = self.policy.logs
        elif self.policy and pinned is not None and pinned.strip() not in self.policy.logs:
            raise ValueError("the policy names another log")

    @staticmethod
    def check_form(receipt: Any) -> None:
        """Raises RECEIPT_INVALID unless the receipt has its one canonical form."""
        try:
            found = ENTRY.fullmatch(receipt["entry"])
            good = found is not None and found[1] == receipt["writer"] and found[2] == str(receipt["seq"])
            if not good or len(decode(receipt["leafHash"])) != 32 or len(decode(receipt["signature"])) != 64:
                raise ValueError
        except (TypeError, KeyError, ValueError):
            raise _invalid() from None

    def check(self, receipt: dict[str, Any], grant: dict[str, Any], wait: float) -> dict[str, Any]:
        """Place of the entry and the checkpoint that proves it: keep both beside the receipt.

        `place` is None while the tree does not hold the entry yet; seconds to a minute later it does.
        With a policy, `witnessed` says who has cosigned a checkpoint that covers the entry; unless its `fault` is None
        the witnesses do not vouch for it, or not yet. Its `proof` is a file to keep (C2SP tlog-proof).
        `by` is the function that wrote it and the digest of its package; its `code` says whether the key of releases signed that.
        Raises RECEIPT_INVALID if any step fails, with `fork` if the log has two histories, NOT_FOUND for an entry that the log does not have.
        """
        self.check_form(receipt)
        until = time.monotonic() + wait
        while (found := self._proof(receipt, grant, "application/json")) is None:
            if time.monotonic() >= until:
                return {"entry": receipt["entry"], "place": None}
            time.sleep(1)
        proof = found.json()
        try:
            size, root = open_checkpoint(proof["checkpoint"], self._key())
            path = [decode(one) for one in proof["proof"]]
            leaf = decode(receipt["leafHash"])
            by = check_writer(receipt, proof, self._key())
            if size != proof["size"] or root_of(leaf, proof["index"], size, path) != root:
                raise ValueError
        except (TypeError, KeyError, ValueError):
            raise _invalid() from None
        self._follow(proof["checkpoint"], grant)
        place = {"index": proof["index"], "size": size, "checkpoint": proof["checkpoint"]}
        checked = {"entry": receipt["entry"], "place": place, "by": written_by(by, self.release_key, self._builds(grant))}
        if self.policy is None:
            return checked
        while (said := self._witnessed(receipt, grant, self.policy))["fault"] and time.monotonic() < until:
            time.sleep(1)
        return {**checked, "witnessed": said}

    def _follow(self, note: str, grant: dict[str, Any]) -> None:
        def prove(first: int, second: int) -> list[bytes]:
            query = {"from": first, "to": second}
            answer = self.wire.call("GET", "/v1/log/proofs/consistency", grant, query=query).json()
            try:
                return [decode(one) for one in answer["proof"]]
            except (TypeError, KeyError, ValueError):
                raise _invalid() from None

        self.wire.heads.follow(note, self._key(), prove)

    def _builds(self, grant: dict[str, Any]) -> str | None:
        if self.release_key is None or self.builds is not None:
            return self.builds
        try:
            return self.wire.call("GET", "/log/builds", grant, headers={"accept": "text/plain"}).text
        except FieldgateError:
            return None

    def _proof(self, receipt: dict[str, Any], grant: dict[str, Any], accept: str) -> Any:
        query, headers = {"entry": receipt["entry"]}, {"accept": accept}
        try:
            return self.wire.call("GET", "/v1/log/proofs/inclusion", grant, query=query, headers=headers)
        except FieldgateError as error:
            if error.code != "CONFLICT":
                raise
            return None

    def _witnessed(self, receipt: dict[str, Any], grant: dict[str, Any], policy: Policy) -> dict[str, Any]:
        if self._key() not in policy.logs:
            raise _invalid()
        found = self._proof(receipt, grant, "text/plain")
        if found is None:
            nobody: dict[str, Any] = {"by": [], "without": [*policy.witnesses], "since": None, "unchecked": []}
            return {"fault": "NOTHING", **nobody, "proof": None}
        try:
            index, path, note = parse_tlog_proof(found.text)
            said = judge(policy, note, self._key(), time.time(), self.fresh)
            if said["fault"] != "UNSIGNED":
                size, root = open_checkpoint(note, self._key())
                if root_of(decode(receipt["leafHash"]), index, size, path) != root:
                    raise ValueError
        except ValueError:
            raise _invalid() from None
        if said["fault"] != "UNSIGNED":
            self._follow(note, grant)
        return {**said, "proof": found.text}

    def _key(self) -> str:
        if self.vkey is None:
            self.vkey = self.wire.http.get(f"{self.wire.base}/log/key").text.strip()
        return self.vkey


def parse_tlog_proof(text: str) -> tuple[int, list[bytes], str]:
    """Index, hashes and note of a C2SP tlog-proof. Raises ValueError."""
    head, _, note = text.partition("\n\n")
    title, *lines = head.split("\n")
    if lines and lines[0].startswith("extra "):
        lines = lines[1:]
    found = re.fullmatch(r"index (0|[1-9]\d{0,15})", lines[0] if lines else "")
    if title != "c2sp.org/tlog-proof@v1" or not found:
        raise ValueError
    return int(found[1]), [decode(line) for line in lines[1:]], note


def _invalid() -> FieldgateError:
    return FieldgateError("RECEIPT_INVALID", "the receipt does not hold")
