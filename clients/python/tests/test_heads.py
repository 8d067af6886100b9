"""Two histories under one key, and releases of a key: no gateway takes part, but the command line reads the evidence."""

import base64
import hashlib
import json
import os
import shlex
import subprocess
import tempfile
import unittest
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fieldgate.builds import written_by
from fieldgate.errors import FieldgateError
from fieldgate.heads import Heads
from fieldgate.tree import roots_of

SECRET = Ed25519PrivateKey.generate()
NAME = "log.example"


def text(raw):
    return base64.b64encode(raw).decode()


def key_of(secret, name=NAME):
    marked = b"\x01" + secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key_id = hashlib.sha256(f"{name}\n".encode() + marked).digest()[:4]
    return f"{name}+{key_id.hex()}+{text(marked)}"


KEY = key_of(SECRET)


def root(leaves):
    """RFC 6962, 2.1."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root(leaves[:half]) + root(leaves[half:])).digest()


def consistency(leaves, first, whole=True):
    """RFC 6962, 2.1.2."""
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if first <= half:
        return [*consistency(leaves[:half], first, whole), root(leaves[half:])]
    return [*consistency(leaves[half:], first - half, False), root(leaves[:half])]


def leaves_of(word, size):
    return [f"{word} {at}".encode() for at in range(size)]


def note(leaves, secret=SECRET):
    said = f"{NAME}\n{len(leaves)}\n{text(root(leaves))}\n"
    key_id = bytes.fromhex(KEY.split("+")[1])
    return f"{said}\n\u2014 {NAME} {text(key_id + secret.sign(said.encode()))}\n"


def follow(heads, word, size, proven=None):
    leaves = leaves_of(word, size)
    heads.follow(note(leaves), KEY, lambda first, second: consistency(leaves_of(proven or word, second), first))


class OneHistory(unittest.TestCase):
    def test_a_log_may_grow_between_any_sizes(self):
        for first in range(1, 12):
            for second in range(first, 12):
                heads = Heads()
                follow(heads, "a", first)
                heads.hear(text(note(leaves_of("a", second)).encode()))
                follow(heads, "a", second)
                follow(heads, "a", first)
                if first < second:
                    leaves = leaves_of("a", second)
                    both = roots_of(first, root(leaves[:first]), second, consistency(leaves, first))
                    self.assertEqual(both, (root(leaves[:first]), root(leaves)))

    def test_two_histories_are_evidence_that_another_program_takes(self):
        for told, checked in ((5, 5), (5, 9), (9, 5)):
            heads = Heads()
            heads.hear(text(note(leaves_of("one", told)).encode()))
            # The gateway proves what it can: that the longer history grew out of its own beginning.
            with self.assertRaises(FieldgateError) as caught:
                follow(heads, "other", checked, "other" if checked >= told else "one")
            self.assertEqual(caught.exception.code, "RECEIPT_INVALID")
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "fork.json"
                file.write_text(json.dumps(caught.exception.fork), encoding="utf-8")
                words = ["witness", "evidence", str(file), "--key", KEY]
                done = subprocess.run([*shlex.split(os.environ["FIELDGATE"]), *words], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_proof_of_nothing_and_a_head_of_another_key_are_refused(self):
        heads = Heads()
        follow(heads, "a", 5)
        with self.assertRaises(FieldgateError) as caught:
            heads.follow(note(leaves_of("b", 9)), KEY, lambda first, second: [])
        self.assertEqual((caught.exception.code, caught.exception.fork), ("RECEIPT_INVALID", None))
        heads.hear(text(note(leaves_of("a", 5), Ed25519PrivateKey.generate()).encode()))
        with self.assertRaises(FieldgateError) as caught:
            follow(heads, "a", 5)
        self.assertEqual((caught.exception.code, caught.exception.fork), ("RECEIPT_INVALID", None))


class Releases(unittest.TestCase):
    def envelope(self, secret, name="release", code="a" * 64):
        kind = "application/vnd.in-toto+json"
        build = {"externalParameters": {"release": "1.4.2"}, "resolvedDependencies": [{"digest": {"gitCommit": "c" * 40}}]}
        said = {
            "_type": "https://in-toto.io/Statement/v1",
            "predicateType": "https://slsa.dev/provenance/v1",
            "subject": [{"name": name, "digest": {"sha256": code}, "annotations": {"code": code}}],
            "predicate": {"buildDefinition": build},
        }
        body = json.dumps(said).encode()
        signature = secret.sign(f"DSSEv1 {len(kind)} {kind} {len(body)} ".encode() + body)
        return json.dumps({"payload": text(body), "payloadType": kind, "signatures": [{"sig": text(signature)}]})

    def test_a_package_is_of_the_release_that_the_readers_key_signed(self):
        by = {"name": "release", "build": "a" * 64}
        release = {"release": "1.4.2", "commit": "c" * 40}
        self.assertEqual(written_by(by, KEY, f"no line\n{self.envelope(SECRET)}\n"), {**by, "code": "signed", **release})
        for file in (
            "",
            self.envelope(Ed25519PrivateKey.generate()),
            self.envelope(SECRET, name="verify"),
            self.envelope(SECRET, code="b" * 64),
        ):
            self.assertEqual(written_by(by, KEY, file), {**by, "code": "unsigned"})
        for unknown in ((by, None, self.envelope(SECRET)), (by, KEY, None), ({"name": "release"}, KEY, self.envelope(SECRET))):
            self.assertEqual(written_by(*unknown)["code"], "unchecked")


if __name__ == "__main__":
    unittest.main()
