"""Which release wrote an entry: packages that a reader's own key of releases signed (in-toto in DSSE, a line each)."""

from __future__ import annotations

import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .notes import decode, raw_key

TYPE = "application/vnd.in-toto+json"
STATEMENT = ("https://in-toto.io/Statement/v1", "https://slsa.dev/provenance/v1")


def written_by(by: dict[str, Any], key: str | None, builds: str | None) -> dict[str, Any]:
    """`code` is "signed", then with `release` and `commit`; "unsigned": the key signed no such package; or "unchecked".

    by: name and build of the writer's certificate. builds: the file of signed builds; None if it can't be read.
    """
    if key is None or builds is None or "build" not in by:
        return {**by, "code": "unchecked"}
    for line in reversed(builds.split("\n")):
        release = _release(line, raw_key(key), by)
        if release is not None:
            return {**by, "code": "signed", **release}
    return {**by, "code": "unsigned"}


def _release(line: str, key: bytes, by: dict[str, Any]) -> dict[str, str] | None:
    try:
        envelope = json.loads(line)
        body = decode(envelope["payload"])
        head = f"DSSEv1 {len(TYPE)} {TYPE} {len(body)} ".encode()
        if envelope["payloadType"] != TYPE or not any(_holds(key, one["sig"], head + body) for one in envelope["signatures"]):
            return None
        said = json.loads(body)
        if (said["_type"], said["predicateType"]) != STATEMENT:
            return None
        if not any((one["name"], one["annotations"]["code"]) == (by["name"], by["build"]) for one in said["subject"]):
            return None
        build = said["predicate"]["buildDefinition"]
        commit = build["resolvedDependencies"][0]["digest"]["gitCommit"]
        return {"release": build["externalParameters"]["release"], "commit": commit}
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def _holds(key: bytes, signature: str, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(decode(signature), message)
    except InvalidSignature:
        return False
    return True
