"""Heads of the log that came with answers. The log may only grow: two that do not go together are evidence for anyone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from .errors import FieldgateError
from .notes import decode, open_checkpoint
from .tree import roots_of

HEADER = "fieldgate-head"
#: Heads that are kept until the next check; the oldest gives way.
MOST = 8

#: Gives the hashes of a consistency proof between two sizes.
Prove = Callable[[int, int], list[bytes]]


class Heads:
    """What a connection was told of the log's tree."""

    def __init__(self) -> None:
        self.newest: str | None = None
        self.told: dict[str, None] = {}

    def hear(self, header: str | None) -> None:
        """Keeps the head of an answer, which is compared with the next one that is checked."""
        if header is None:
            return
        if header not in self.told and len(self.told) >= MOST:
            del self.told[next(iter(self.told))]
        self.told[header] = None

    def follow(self, note: str, key: str, prove: Prove) -> None:
        """Raises RECEIPT_INVALID unless this checkpoint and all that were told are of one history; `fork` proves it of two."""
        if self.newest is not None:
            _require_one(self.newest, note, key, prove)
        for header in list(self.told):
            try:
                told = decode(header).decode()
                open_checkpoint(told, key)
            except ValueError:
                raise FieldgateError("RECEIPT_INVALID", "a head that the log did not sign") from None
            _require_one(told, note, key, prove)
            self.told.pop(header, None)
        if self.newest is None or open_checkpoint(note, key)[0] > open_checkpoint(self.newest, key)[0]:
            self.newest = note


def _require_one(one: str, other: str, key: str, prove: Prove) -> None:
    ordered = sorted(((*open_checkpoint(note, key), note) for note in (one, other)), key=lambda head: head[0])
    (from_size, from_root, first), (to_size, to_root, second) = ordered
    prefix: dict[str, Any] | None = None
    if from_size == to_size:
        if from_root == to_root:
            return
    else:
        if from_size == 0:
            if from_root == hashlib.sha256(b"").digest():
                return
            raise FieldgateError("RECEIPT_INVALID", "an empty tree with a root of its own")
        proof = prove(from_size, to_size)
        roots = roots_of(from_size, from_root, to_size, proof)
        if roots == (from_root, to_root):
            return
        # The proof that the gateway gives leads to another first root: that is the second tree's own.
        own = roots_of(from_size, None, to_size, proof)
        if own is None or own[1] != to_root or own[0] == from_root:
            raise FieldgateError("RECEIPT_INVALID", "the log does not prove that it grew")
        prefix = {"root": _text(own[0]), "proof": [_text(one) for one in proof]}
    fork = {"notes": [first, second], **({} if prefix is None else {"prefix": prefix})}
    raise FieldgateError("RECEIPT_INVALID", "the log has two histories", fork=fork)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
