"""What a reader's own policy (C2SP tlog-policy) says of a checkpoint that witnesses have cosigned (tlog-cosignature)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .notes import decode, open_note

#: Bytes of the key of each type of cosignature: Ed25519, and ML-DSA-44, which is not checked here.
KEY_BYTES = {4: 32, 6: 1312}
#: Seconds by which the clock of a witness may be ahead of the reader's.
AHEAD = 600


@dataclass(frozen=True)
class Witness:
    name: str
    key_id: str
    type: int
    key: bytes


@dataclass
class Policy:
    """`quorum` is a witness or a group; groups have the number of members that must have witnessed, and these."""

    quorum: str = ""
    logs: list[str] = field(default_factory=list)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)

    def is_enough(self, names: set[str], of: str | None = None) -> bool:
        name = self.quorum if of is None else of
        if name not in self.groups:
            return name in names
        least, members = self.groups[name]
        return sum(self.is_enough(names, one) for one in members) >= least


def parse_policy(text: str) -> Policy:
    """Raises ValueError for a policy that does not hold together, and for one that demands nothing."""
    if not text.endswith("\n") or re.search("[\x00-\x08\x0b-\x1f\x7f]", text):
        raise ValueError("not the form of a policy")
    policy, keys, members = Policy(), set[bytes](), set[str]()
    for number, line in enumerate(text[:-1].split("\n"), 1):
        words = [word for word in re.split("[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            _read(policy, words, keys, members)
        except (ValueError, IndexError):
            raise ValueError(f"line {number} of the policy") from None
    if policy.quorum in ("", "none"):
        raise ValueError("the policy demands no quorum")
    return policy


def _read(policy: Policy, words: list[str], keys: set[bytes], members: set[str]) -> None:
    known = {"none", *policy.witnesses, *policy.groups}
    if words[0] == "log" and len(words) <= 3:
        _claim(keys, _vkey(words[1], {1: 32}).key)
        policy.logs.append(words[1])
    elif words[0] == "witness" and len(words) <= 4 and words[1] not in known:
        witness = _vkey(words[2], KEY_BYTES)
        _claim(keys, witness.key)
        policy.witnesses[words[1]] = witness
    elif words[0] == "group" and len(words) > 3 and words[1] not in known:
        named = words[3:]
        least = {"all": len(named), "any": 1}.get(words[2]) or int(words[2])
        if len({*named} | members) != len(named) + len(members) or not {*named} <= known - {"none"}:
            raise ValueError
        if not 1 <= least <= len(named) or not re.fullmatch("all|any|[1-9][0-9]*", words[2]):
            raise ValueError
        members.update(named)
        policy.groups[words[1]] = (least, named)
    elif words[0] == "quorum" and len(words) == 2 and not policy.quorum and words[1] in known:
        policy.quorum = words[1]
    else:
        raise ValueError


def _claim(keys: set[bytes], key: bytes) -> None:
    if key in keys:
        raise ValueError
    keys.add(key)


def _vkey(text: str, types: dict[int, int]) -> Witness:
    name, key_id, encoded = text.split("+", 2)
    marked = decode(encoded)
    digest = hashlib.sha256(name.encode() + b"\n" + marked).digest()[:4].hex()
    if digest != key_id or types.get(marked[0]) != len(marked) - 1:
        raise ValueError
    return Witness(name, key_id, marked[0], marked[1:])


def judge(policy: Policy, note: str, vkey: str, now: float, fresh: float | None) -> dict[str, Any]:
    """Who cosigned, and whether it is enough: `fault` is None, "UNSIGNED", "FEW" or "OLD". Times are POSIX seconds.

    `since`: of all that a quorum needs, the oldest. `unchecked`: witnesses with ML-DSA keys.
    """
    names = {(one.name, one.key_id): name for name, one in policy.witnesses.items() if one.type == 4}
    unchecked = [name for name, one in policy.witnesses.items() if one.type != 4]
    times: dict[str, int] = {}
    fault = None
    try:
        text = open_note(note, vkey)
        for line in note.rpartition("\n\n")[2].splitlines():
            _, signer, value = line.split(" ")
            raw = decode(value)
            name = names.get((signer, raw[:4].hex()))
            if name is None or name in times:
                continue
            time = int.from_bytes(raw[4:12], "big")
            message = f"cosignature/v1\ntime {time}\n{text}".encode()
            Ed25519PublicKey.from_public_bytes(policy.witnesses[name].key).verify(raw[12:], message)
            if 0 < time <= now + AHEAD:
                times[name] = time
    except (ValueError, InvalidSignature):
        fault, times = "UNSIGNED", {}
    by = sorted(times.items(), key=lambda one: -one[1])
    since = next((time for at, (_, time) in enumerate(by, 1) if policy.is_enough({name for name, _ in by[:at]})), None)
    if fault is None and since is None:
        fault = "FEW"
    if fault is None and fresh is not None and now - (since or 0) > fresh:
        fault = "OLD"
    return {
        "fault": fault,
        "by": [{"name": name, "time": time} for name, time in by],
        "without": [name for name in policy.witnesses if name not in times],
        "since": since,
        "unchecked": unchecked,
    }
