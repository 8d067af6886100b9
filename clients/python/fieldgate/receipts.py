"""Checks receipts: form, writer, place in the log's tree (RFC 6962) and the signed checkpoint (C2SP) over it."""

from __future__ import annotations

import hashlib
import re
import time
from typing import TYPE_CHECKING, Any

from .errors import FieldgateError
from .notes import decode, open_note
from .writers import check_writer

if TYPE_CHECKING:
    from .wire import Wire

ENTRY = re.compile(r"([0-9a-f]{32})-(0|[1-9]\d{0,14})-(?:0|[1-9]\d{0,5})")


class Log:
    """What a connection has learnt about the log. The log may only grow."""

    def __init__(self, wire: Wire, pinned: str | None) -> None:
        self.wire, self.vkey = wire, pinned
        self.size = 0

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
        Raises RECEIPT_INVALID if any step fails, NOT_FOUND for an entry that the log does not have.
        """
        self.check_form(receipt)
        until = time.monotonic() + wait
        while True:
            try:
                query = {"entry": receipt["entry"]}
                proof = self.wire.call("GET", "/v1/log/proofs/inclusion", grant, query=query).json()
                break
            except FieldgateError as error:
                if error.code != "CONFLICT":
                    raise
                if time.monotonic() >= until:
                    return {"entry": receipt["entry"], "place": None}
                time.sleep(1)
        try:
            size, root = open_checkpoint(proof["checkpoint"], self._key())
            path = [decode(one) for one in proof["proof"]]
            leaf = decode(receipt["leafHash"])
            check_writer(receipt, proof, self._key())
            if size != proof["size"] or root_of(leaf, proof["index"], size, path) != root:
                raise ValueError
        except (TypeError, KeyError, ValueError):
            raise _invalid() from None
        place = {"index": proof["index"], "size": size, "checkpoint": proof["checkpoint"]}
        return {"entry": receipt["entry"], "place": place}

    def _key(self) -> str:
        if self.vkey is None:
            self.vkey = self.wire.http.get(f"{self.wire.base}/log/key").text.strip()
        return self.vkey


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root to which an inclusion proof leads (RFC 9162, 2.1.3.2). Raises ValueError for a proof of another form."""
    if not 0 <= index < size:
        raise ValueError
    node, last = index, size - 1
    current = leaf
    for sibling in path:
        if last == 0 or len(sibling) != 32:
            raise ValueError
        if node & 1 or node == last:
            current = hashlib.sha256(b"\x01" + sibling + current).digest()
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            current = hashlib.sha256(b"\x01" + current + sibling).digest()
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ValueError
    return current


def open_checkpoint(note: str, vkey: str) -> tuple[int, bytes]:
    """Size and root of a checkpoint that this key signed. Raises ValueError."""
    origin, size, root = open_note(note, vkey).split("\n")[:3]
    if origin != vkey.split("+", 1)[0] or str(int(size)) != size:
        raise ValueError
    return int(size), decode(root)


def _invalid() -> FieldgateError:
    return FieldgateError("RECEIPT_INVALID", "the receipt does not hold")
