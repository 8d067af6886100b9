"""The release of the package that a writer names, among those that a reader's own key of releases signed (in-toto in DSSE, a line each)."""

from __future__ import annotations

import json
from typing import Any

from .notes import decode, holds, raw_key

TYPE = "application/vnd.in-toto+json"
STATEMENT = ("https://in-toto.io/Statement/v1", "https://slsa.dev/provenance/v1")


def written_by(by: dict[str, Any], key: str | None, builds: str | None) -> dict[str, Any]:
    """`code` is "signed", then with `release` and `commit`; "unsigned": the key signed no such package; or "unchecked".

    by: name and build of the writer's certificate. builds: the file of signed builds; None if it can't be read.
    """
    if key is None or builds is None or "build" not in by:
        return {**by, "code": "unchecked"}
    own = raw_key(key)
    for line in reversed(builds.split("\n")):
        release = _release(line, own, by)
        if release is not None:
            return {**by, "code": "signed", **release}
    return {**by, "code": "unsigned"}


def _release(line: str, key: bytes, by: dict[str, Any]) -> dict[str, str] | None:
    try:
        envelope = json.loads(line)
        body = decode(envelope["payload"])
        head = f"DSSEv1 {len(TYPE)} {TYPE} {len(body)} ".encode()
        if envelope["payloadType"] != TYPE or not any(holds(key, decode(one["sig"]), head + body) for one in envelope["signatures"]):
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
