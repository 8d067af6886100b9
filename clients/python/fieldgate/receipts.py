"""Checks receipts: form, place in the log's tree (RFC 6962) and the signed checkpoint (C2SP) over it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import time
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .errors import FieldgateError

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
            if not good or len(_bytes(receipt["leafHash"])) != 32 or len(_bytes(receipt["signature"])) != 64:
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
            path = [_bytes(one) for one in proof["proof"]]
            leaf = _bytes(receipt["leafHash"])
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
    name, key_id, encoded = vkey.split("+", 2)
    marked = base64.b64decode(encoded, validate=True)
    if marked[:1] != b"\x01" or len(marked) != 33:
        raise ValueError
    if hashlib.sha256(name.encode() + b"\n" + marked).digest()[:4].hex() != key_id:
        raise ValueError
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    public = Ed25519PublicKey.from_public_bytes(marked[1:])
    for line in signatures.splitlines():
        dash, signer, value = line.split(" ")
        if dash == "\u2014" and signer == name:
            raw = base64.b64decode(value, validate=True)
            if raw[:4].hex() == key_id:
                try:
                    public.verify(raw[4:], text.encode())
                except InvalidSignature:
                    raise ValueError from None
                origin, size, root = text.split("\n")[:3]
                if origin != name or str(int(size)) != size:
                    raise ValueError
                return int(size), base64.b64decode(root, validate=True)
    raise ValueError


def _bytes(text: Any) -> bytes:
    if not isinstance(text, str):
        raise ValueError
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError from None
    if base64.b64encode(raw).decode() != text:
        raise ValueError
    return raw


def _invalid() -> FieldgateError:
    return FieldgateError("RECEIPT_INVALID", "the receipt does not hold")
