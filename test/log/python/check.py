"""A verifier of the log, written from docs/formats/log.md alone.

check.py <folder> <vkey>                          the whole log; prints "ok <leaves> <writers>"
check.py <receipt.json> <inclusion.json> <vkey>   a receipt by its proof of inclusion; prints "ok <index> <size>"
check.py open <entry.json>                        what opens an entry against its leaf; prints "ok <members>"

Or it prints the first thing that is wrong, and exits with 1. Needs Debian's python3-cryptography for Ed25519 and
nothing of this project.
"""
import base64
import datetime
import hashlib
import json
import os
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256
PLACE = set("v id time writer seq leaf previous".split())
ABOUT_GATEWAY = {"watch", "publication", "agency", "revocation", "deployment"}
MEMBERS = """kind operation owners handler officer person purpose programme collection policy rule forms outcome event about attempt
subject internal code fields withheld usedForDecision obligations keys consents approvals sheet case reason request evidence
area finding""".split()
DAY = 24 * 3600
NO_ITEM = base64.b64encode(bytes(32)).decode()


class Bad(Exception):
    """What is wrong, and where."""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def signed(key, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


def b64(text, length):
    raw = base64.b64decode(text, validate=True)
    if len(raw) != length or base64.b64encode(raw).decode() != text:
        raise Bad("base64")
    return raw


def open_note(note, vkey):
    """The text of a C2SP signed note with one signature by this key."""
    name, digest, rest = vkey.split("+", 2)
    raw = base64.b64decode(rest)
    if raw[0] != 1 or sha256(name.encode(), b"\n", raw)[:4].hex() != digest:
        raise Bad("vkey")
    text, _, signatures = note.decode().rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        match = re.fullmatch(r"— (\S+) (\S+)", line)
        if not match:
            raise Bad("note")
        blob = base64.b64decode(match[2], validate=True)
        if match[1] == name and blob[:4].hex() == digest:
            if not signed(raw[1:], text.encode(), blob[4:]):
                raise Bad("note: signature")
            return text
    raise Bad("note: not signed by the log")


def tile_name(kind, index, width):
    digits = str(index).zfill(-(-len(str(index)) // 3) * 3)
    groups = [digits[at:at + 3] for at in range(0, len(digits), 3)]
    path = "/".join(["x" + group for group in groups[:-1]] + [groups[-1]])
    return f"{kind}/{path}" + ("" if width == WIDTH else f".p/{width}")


def open_checkpoint(note, vkey):
    """Size and root of the tree."""
    lines = open_note(note, vkey).split("\n")
    if len(lines) != 4 or lines[3] != "" or lines[0] != vkey.split("+")[0]:
        raise Bad("checkpoint")
    if str(int(lines[1])) != lines[1]:
        raise Bad("checkpoint: size")
    return int(lines[1]), b64(lines[2], 32)


def open_writer_keys(note, vkey):
    """The keys that vouch for writers: function, key and kinds."""
    lines = open_note(note, vkey).split("\n")
    if lines[:2] != ["fieldgate writer keys v2", vkey.split("+")[0]] or lines[-1] != "" or len(lines) < 4:
        raise Bad("writer-key")
    keys = []
    for line in lines[2:-1]:
        match = re.fullmatch(r"([a-z]+) (\S+) ([a-z]+(?:,[a-z]+)*)", line)
        if not match or match[3].split(",") != sorted(set(match[3].split(","))):
            raise Bad("writer-key")
        keys.append((match[1], b64(match[2], 32), set(match[3].split(","))))
    return keys


def certified(entry, gateway):
    """The key of a writer, by the first leaf of its chain."""
    where = f"{entry['writer']}-0-0"
    if entry.get("kind") != "writer" or entry["seq"] != 0 or entry["id"] != where:
        raise Bad(f"{where}: a chain begins with its writer")
    certificate = dict(entry["certificate"])
    signature = b64(certificate.pop("signature"), 64)
    certificate.pop("sm2", "")
    key = b64(certificate["key"], 32)
    statement = canonical({**certificate, "writer": entry["writer"]})
    good = sha256(key).hex()[:32] == entry["writer"] and certificate["started"] == entry["time"]
    vouching = [one for name, one, kinds in gateway if name == certificate["name"] and kinds >= set(certificate["kinds"])]
    if not good or not any(signed(one, b"fieldgate writer v2\n" + statement, signature) for one in vouching):
        raise Bad(f"{where}: certificate")
    if not 0 < seconds(certificate["until"]) - seconds(certificate["started"]) <= DAY:
        raise Bad(f"{where}: certificate lasts too long")
    return key


def seconds(instant):
    return datetime.datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp()


def check_receipt(receipt, answer, vkey):
    """A receipt leads to a leaf of the signed tree, and its writer is one that the log vouches for."""
    size, root = open_checkpoint(answer["checkpoint"].encode(), vkey)
    gateway = open_writer_keys(answer["writerKey"].encode(), vkey)
    writer = parse(base64.b64decode(answer["certificate"], validate=True))
    key = certified(writer, gateway)
    leaf_hash = b64(receipt["leafHash"], 32)
    if receipt["entry"].rsplit("-", 1)[0] != f"{receipt['writer']}-{receipt['seq']}" or writer["writer"] != receipt["writer"]:
        raise Bad("receipt: place")
    if not signed(key, b"fieldgate leaf v2\n" + leaf_hash, b64(receipt["signature"], 64)):
        raise Bad("receipt: signature")
    if answer["entry"] != receipt["entry"] or answer["leafHash"] != receipt["leafHash"] or answer["size"] != size:
        raise Bad("proof: of something else")
    if not included(leaf_hash, answer["index"], size, [b64(one, 32) for one in answer["proof"]], root):
        raise Bad("proof: root")
    return answer["index"], size


def included(node, index, size, proof, root):
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    at, last = index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if at % 2 == 1 or at == last:
            node = sha256(b"\1", sibling, node)
            while at % 2 == 0 and at != 0:
                at, last = at // 2, last // 2
        else:
            node = sha256(b"\1", node, sibling)
        at, last = at // 2, last // 2
    return last == 0 and node == root


class Log:
    def __init__(self, folder, vkey):
        self.folder = folder
        self.size, self.root = open_checkpoint(self.read("checkpoint"), vkey)
        self.gateway = open_writer_keys(self.read("writer-key"), vkey)
        # Writer to its key, and to seq and hash of the last item.
        self.chains = {}
        self.certificates = {}
        self.latest = {}
        self.revoked = set()

    def read(self, path):
        try:
            with open(os.path.join(self.folder, path), "rb") as file:
                return file.read()
        except FileNotFoundError:
            raise Bad(f"{path} is missing") from None

    def leaves(self):
        for start in range(0, self.size, WIDTH):
            width = min(WIDTH, self.size - start)
            name = tile_name("tile/entries", start // WIDTH, width)
            bundle, at, count = self.read(name), 0, 0
            beside = self.read(tile_name("signatures", start // WIDTH, width))
            if len(beside) != 64 * width:
                raise Bad("signatures")
            while at < len(bundle):
                length = int.from_bytes(bundle[at:at + 2], "big")
                yield bundle[at + 2:at + 2 + length], beside[64 * count:64 * count + 64]
                at, count = at + 2 + length, count + 1
            if at != len(bundle) or count != width:
                raise Bad(name)

    def check(self):
        hashes, item, uncounted, last = [], [], 0, 0
        for index, (leaf, signature) in enumerate(self.leaves()):
            hashes.append(sha256(b"\0", leaf))
            entry = parse(leaf)
            if entry.get("kind") == "count":
                if item:
                    self.follow(item)
                item = []
                end = entry["first"] + len(base64.b64decode(entry["counts"])) // 32
                if entry["first"] != uncounted or end > last:
                    raise Bad(f"leaf {index}: count")
                uncounted = index + 1 if end == last else end
                continue
            if uncounted < last < index:
                raise Bad(f"leaf {uncounted}: count")
            last = index + 1
            if item and (entry["writer"], entry["seq"]) != (item[0][0]["writer"], item[0][0]["seq"]):
                self.follow(item)
                item = []
            item.append((entry, hashes[-1], signature))
        if item:
            self.follow(item)
        if uncounted != len(hashes):
            raise Bad(f"leaf {uncounted}: count")
        self.compare(hashes)

    def follow(self, item):
        """One item of a chain: its place, what it links to, its signatures."""
        first = item[0][0]
        writer, seq = first["writer"], first["seq"]
        known = self.chains.get(writer)
        if writer in self.revoked:
            raise Bad(f"{writer}-{seq}-0: revoked")
        if known is None:
            key, last, previous = self.certify(item), -1, NO_ITEM
        else:
            key, last, previous = known
        for at, (entry, leaf_hash, signature) in enumerate(item):
            where = f"{writer}-{seq}-{at}"
            if entry["id"] != where or entry["leaf"] != at or entry["time"] != first["time"]:
                raise Bad(f"{where}: place")
            if seq != last + 1 or entry["previous"] != previous:
                raise Bad(f"{where}: chain")
            if known is not None:
                self.allowed(where, entry)
            if entry.get("kind") == "revocation":
                self.revoked.add(entry["revokes"])
            if not signed(key, b"fieldgate leaf v2\n" + leaf_hash, signature):
                raise Bad(f"{where}: signature")
        item_hash = sha256(b"fieldgate item v2\n", *[leaf_hash for _, leaf_hash, _ in item])
        self.chains[writer] = (key, seq, base64.b64encode(item_hash).decode())

    def certify(self, item):
        entry = item[0][0]
        if len(item) != 1:
            raise Bad(f"{entry['writer']}-0-0: a chain begins with its writer")
        key = certified(entry, self.gateway)
        self.certificates[entry["writer"]] = entry["certificate"]
        return key

    def allowed(self, where, entry):
        """The certificate is good for the time and the kind."""
        certificate = self.certificates[entry["writer"]]
        if not certificate["started"] <= entry["time"] <= certificate["until"]:
            raise Bad(f"{where}: expired")
        latest = self.latest.get(entry["writer"], certificate["started"])
        if seconds(entry["time"]) < seconds(latest) - 60:
            raise Bad(f"{where}: time")
        self.latest[entry["writer"]] = max(latest, entry["time"])
        kind, kinds = entry.get("kind"), set(certificate["kinds"])
        if kind == "writer" or not (kind in kinds if kind else kinds - ABOUT_GATEWAY):
            raise Bad(f"{where}: kind")

    def compare(self, row):
        """Every tile is what the leaves hash to, and the root is the one that was signed."""
        if root_of(row) != self.root:
            raise Bad("root")
        level = 0
        while row:
            for start in range(0, len(row), WIDTH):
                part = row[start:start + WIDTH]
                if self.read(tile_name(f"tile/{level}", start // WIDTH, len(part))) != b"".join(part):
                    raise Bad(f"tile/{level}/{start // WIDTH}")
            full = len(row) // WIDTH
            row = [root_of(row[at * WIDTH:(at + 1) * WIDTH]) for at in range(full)]
            level += 1


def root_of(row):
    """RFC 6962: an odd node goes up as it is."""
    if not row:
        return sha256()
    while len(row) > 1:
        pairs = [sha256(b"\1", row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        row = pairs + ([row[-1]] if len(row) % 2 else [])
    return row[0]


def canonical(value):
    # RFC 8785 for what a leaf may hold: printable ASCII and integers.
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def parse(leaf):
    try:
        entry = json.loads(leaf)
    except ValueError:
        raise Bad(f"not JSON: {leaf[:60]!r}") from None
    if not isinstance(entry, dict) or canonical(entry) != leaf or entry.get("v") != 2:
        raise Bad(f"not canonical: {leaf[:60]!r}")
    kind, names = entry.get("kind"), set(entry)
    if kind == "count":
        good = names == {"v", "kind", "first", "counts"}
    elif kind == "writer":
        good = names - {"abandoned"} == PLACE | {"kind", "certificate"}
    else:
        more = {"kind"} if kind in ABOUT_GATEWAY else set()
        good = names == PLACE | {"committed"} | more | {"revocation": {"revokes"}, "deployment": {"runs"}}.get(kind, set())
        b64(entry.get("committed", ""), 32 * len(MEMBERS))
    if not good:
        raise Bad(f"{entry.get('id')}: members")
    return entry


def check_openings(entry):
    """Every opening is what the leaf committed to. Returns how many there are."""
    leaf = parse(base64.b64decode(entry["canonical"], validate=True))
    committed = b64(leaf["committed"], 32 * len(MEMBERS))
    for name, opening in entry["openings"].items():
        at = 32 * MEMBERS.index(name)
        salt, text = b64(opening["salt"], 16), opening["text"].encode()
        made = sha256(b"fieldgate member v2\n", salt, bytes([len(name)]), name.encode(), text)
        if made != committed[at:at + 32]:
            raise Bad(f"{leaf['id']}: {name}")
    return len(entry["openings"])


def load(path):
    with open(path, "rb") as file:
        return json.load(file)


if __name__ == "__main__":
    try:
        if sys.argv[1] == "open":
            print("ok", check_openings(load(sys.argv[2])))
        elif len(sys.argv) == 4:
            print("ok", *check_receipt(load(sys.argv[1]), load(sys.argv[2]), sys.argv[3].strip()))
        else:
            log = Log(sys.argv[1], sys.argv[2].strip())
            log.check()
            print("ok", log.size, len(log.chains))
    except Bad as bad:
        print("bad", bad)
        sys.exit(1)
