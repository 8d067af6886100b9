"""Signed notes (C2SP) under one Ed25519 key, and canonical base64."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def open_note(note: str, vkey: str) -> str:
    """The text that this key signed, with its last line feed. Raises ValueError."""
    key = raw_key(vkey)
    name, key_id, _ = vkey.strip().split("+", 2)
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        dash, signer, value = line.split(" ")
        if dash != "\u2014" or signer != name:
            continue
        raw = base64.b64decode(value, validate=True)
        if raw[:4].hex() != key_id:
            continue
        if not holds(key, raw[4:], text.encode()):
            break
        return text
    raise ValueError


def holds(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether this Ed25519 key signed the message."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def raw_key(vkey: str) -> bytes:
    """The 32 bytes of an Ed25519 key. Raises ValueError."""
    name, key_id, encoded = vkey.strip().split("+", 2)
    marked = base64.b64decode(encoded, validate=True)
    if marked[:1] != b"\x01" or len(marked) != 33:
        raise ValueError
    if hashlib.sha256(name.encode() + b"\n" + marked).digest()[:4].hex() != key_id:
        raise ValueError
    return marked[1:]


def open_checkpoint(note: str, vkey: str) -> tuple[int, bytes]:
    """Size and root of a checkpoint that this key signed. Raises ValueError."""
    origin, size, root = open_note(note, vkey).split("\n")[:3]
    if origin != vkey.split("+", 1)[0] or str(int(size)) != size:
        raise ValueError
    return int(size), decode(root)


def decode(text: Any) -> bytes:
    """Bytes of base64 in its one canonical form. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError from None
    if base64.b64encode(raw).decode() != text:
        raise ValueError
    return raw
