"""Checks who wrote an entry: log key, writer key of a function, writer's certificate, signature of the leaf."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from .notes import decode, holds, open_note

LEAF_DOMAIN = b"fieldgate leaf v2\n"
CERTIFICATE_DOMAIN = b"fieldgate writer v2\n"
STATEMENT = "fieldgate writer keys v2"
#: Kinds about the gateway only. Their leaves name them in clear; what may concern a person is closed.
IN_CLEAR = {"watch", "publication", "agency", "revocation", "deployment"}
CERTIFIED = ("build", "key", "kinds", "name", "started", "until")


def check_writer(receipt: dict[str, Any], proof: dict[str, Any], vkey: str) -> dict[str, Any]:
    """The writer's function, and the digest of its package if its certificate names one.

    Raises ValueError, KeyError or TypeError unless a writer that this log certifies may write this kind and signed the receipt's leaf in time.
    """
    leaf = decode(proof["leaf"])
    expected = decode(receipt["leafHash"])
    if hashlib.sha256(b"\x00" + leaf).digest() != expected:
        raise ValueError
    certificate = _certificate(decode(proof["certificate"]), receipt["writer"], _writer_keys(proof["writerKey"], vkey))
    said, kinds = json.loads(leaf), set(certificate["kinds"])
    if said["id"] != receipt["entry"] or not certificate["started"] <= said["time"] <= certificate["until"]:
        raise ValueError
    if not ({said["kind"]} & kinds if "kind" in said else kinds - IN_CLEAR):
        raise ValueError
    if not holds(decode(certificate["key"]), decode(receipt["signature"]), LEAF_DOMAIN + expected):
        raise ValueError
    return {name: certificate[name] for name in ("name", "build") if name in certificate}


def _writer_keys(note: str, vkey: str) -> list[tuple[str, bytes, set[str]]]:
    """The keys that certify or certified writers, as the log's key states them: function, key and kinds."""
    title, origin, *lines, end = open_note(note, vkey).split("\n")
    if title != STATEMENT or origin != vkey.split("+", 1)[0] or not lines or end != "":
        raise ValueError
    parts = [line.split(" ") for line in lines]
    return [(name, decode(key), set(kinds.split(","))) for name, key, kinds in parts]


def _certificate(leaf: bytes, writer: str, keys: list[tuple[str, bytes, set[str]]]) -> dict[str, Any]:
    said = json.loads(leaf)
    certificate: dict[str, Any] = said["certificate"]
    if said["id"] != f"{writer}-0-0" or said["time"] != certificate["started"]:
        raise ValueError
    if hashlib.sha256(decode(certificate["key"])).hexdigest()[:32] != writer:
        raise ValueError
    lasts = _instant(certificate["until"]) - _instant(certificate["started"])
    if not timedelta(0) < lasts <= timedelta(days=1):
        raise ValueError
    statement = {**{name: certificate[name] for name in CERTIFIED if name != "build" or name in certificate}, "writer": writer}
    canonical = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    vouching = [key for name, key, kinds in keys if name == certificate["name"] and kinds >= set(certificate["kinds"])]
    if not any(holds(key, decode(certificate["signature"]), CERTIFICATE_DOMAIN + canonical) for key in vouching):
        raise ValueError
    return certificate


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
