"""Where the hashes of a proof lead in the log's tree (RFC 9162)."""

from __future__ import annotations

import hashlib


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root to which an inclusion proof leads (2.1.3.2). Raises ValueError for a proof of another form."""
    roots = _climb(leaf, index, size - 1, path) if 0 <= index < size else None
    if roots is None:
        raise ValueError
    return roots[1]


def roots_of(first: int, root: bytes | None, second: int, proof: list[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots to which a consistency proof leads (2.1.4.2); None for a proof of another form.

    root: of the first tree, which the proof omits if that is one complete subtree.
    """
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    path = proof if at > 0 or root is None else [root, *proof]
    return _climb(path[0], at, last, path[1:]) if path and len(path[0]) == 32 else None


def _climb(node: bytes, at: int, last: int, path: list[bytes]) -> tuple[bytes, bytes] | None:
    """The roots of the tree that ends with this node, and of the whole tree, whose last node of this level is `last`."""
    old = new = node
    for sibling in path:
        if last == 0 or len(sibling) != 32:
            return None
        if at & 1 or at == last:
            old = hashlib.sha256(b"\x01" + sibling + old).digest()
            new = hashlib.sha256(b"\x01" + sibling + new).digest()
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = hashlib.sha256(b"\x01" + new + sibling).digest()
        at, last = at >> 1, last >> 1
    return (old, new) if last == 0 else None
