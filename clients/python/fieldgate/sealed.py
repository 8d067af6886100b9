"""Opens a sealed answer: a JWE to this agency's key, or HPKE to its hybrid key, around a JWS of the gateway.

Neither says who encrypted, so only the signature inside makes the answer the gateway's. Algorithms are
pinned, and compression is refused.
"""

from __future__ import annotations

import base64
import hashlib
import json
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, quote

from joserfc import jwe, jws
from joserfc.jwk import ECKey, KeySet

from .agency import Agency
from .errors import FieldgateError

TYPE = "fieldgate-release+jws"


#: Seconds by which the instant of an answer may differ from this machine's clock.
APART = 300


def asked_of(method: str, path: str, body: bytes) -> str:
    """SHA-256 of a request as a sealed answer names it: method, path with the query in one form, and body."""
    plain, _, query = path.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    search = "&".join(sorted(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs))
    target = f"{plain}?{search}" if search else plain
    digest = hashlib.sha256(f"{method} {target}\n".encode() + body).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def open_sealed(
    text: str, key: dict[str, Any], keys: dict[str, Any], issuer: str, client_id: str, asked: str, now: float
) -> dict[str, Any]:
    """The JSON object inside. Raises ANSWER_INVALID, the same whatever is wrong; ANSWER_REPLAYED for a kept answer.

    asked: of the request, as asked_of gives it. now: epoch seconds by the gateway's clock.
    """
    try:
        plaintext = _decrypted(text, key)
        # The gateway puts `iss` and `aud` into the header, which is no list of the standard's own names.
        pinned = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
        signed = jws.deserialize_compact(
            plaintext, KeySet.import_key_set({"keys": keys["keys"]}), registry=pinned
        )
        header = signed.headers()
        # The same key signs the answers of other agencies.
        if (header.get("typ"), header.get("iss"), header.get("aud")) != (TYPE, issuer, client_id):
            raise ValueError
        body = json.loads(signed.payload)
        if not isinstance(body, dict):
            raise ValueError
    except FieldgateError:
        raise
    except Exception:
        raise FieldgateError(
            "ANSWER_INVALID", "the sealed answer cannot be opened or is not signed by the gateway"
        ) from None
    at, entry = header.get("iat"), header.get("entry")
    fresh = isinstance(at, int) and abs(at - now) <= APART
    held = isinstance(entry, str) and entry.encode() in signed.payload
    if not fresh or not held or header.get("asked") != asked:
        raise FieldgateError("ANSWER_REPLAYED", "the sealed answer is one to another request, or of another time")
    return body


def open_kept(text: str, key: dict[str, Any]) -> list[dict[str, Any]]:
    """Results that were kept for this agency. Nothing in them is believed for the encryption: each answer has its proof."""
    try:
        rows = json.loads(_decrypted(text, key))
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError
        return rows
    except FieldgateError:
        raise
    except Exception:
        raise FieldgateError("ANSWER_INVALID", "the sealed results cannot be opened") from None


def key_for(text: str, agency: Agency) -> dict[str, Any]:
    """The key that opens the text: a JWE has dots, and what is sealed to a hybrid key has none."""
    key, name = (agency.enc, "enc") if "." in text else (agency.hybrid, "hybrid")
    if key is None:
        raise FieldgateError("NO_ENCRYPTION_KEY", f"a sealed answer needs the private encryption key ({name})")
    return key


def hybrid_modules() -> tuple[Any, Any, Any]:
    """What opens answers to a hybrid key, or NO_ENCRYPTION_KEY: a release whose answer can't be opened is not asked for."""
    try:
        # By name, because type checkers are run with older versions, too.
        mlkem = import_module("cryptography.hazmat.primitives.asymmetric.mlkem")
        hpke = import_module("cryptography.hazmat.primitives.hpke")
        x25519 = import_module("cryptography.hazmat.primitives.asymmetric.x25519")
    except ImportError:
        needs = "an answer to a hybrid key needs cryptography 48 or later"
        raise FieldgateError("NO_ENCRYPTION_KEY", needs) from None
    return mlkem, hpke, x25519


def _decrypted_hybrid(text: str, key: dict[str, Any]) -> bytes:
    """HPKE in base mode with MLKEM768-X25519, which cryptography has since version 48."""
    mlkem, hpke, x25519 = hybrid_modules()
    seed = _bytes(key["priv"])
    halves = hashlib.shake_256(seed).digest(96)
    kem = mlkem.MLKEM768PrivateKey.from_seed_bytes(halves[:64])
    private = hpke.MLKEM768X25519PrivateKey(kem, x25519.X25519PrivateKey.from_private_bytes(halves[64:]))
    sealed = _bytes(text.strip())
    head = bytes([1, 0x64, 0x7A]) + hashlib.sha256(_bytes(key["pub"])).digest()
    if len(seed) != 32 or sealed[:35] != head:
        raise ValueError
    suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    opened: bytes = suite.decrypt(sealed[35:], private, b"application/fieldgate-sealed" + head)
    return opened


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _decrypted(text: str, enc: dict[str, Any]) -> bytes:
    if enc["kty"] == "AKP":
        return _decrypted_hybrid(text, enc)
    private = ECKey.import_key({name: enc[name] for name in ("kty", "crv", "x", "y", "d")})
    outer = jwe.decrypt_compact(text.strip(), private, algorithms=["ECDH-ES", "A256GCM"])
    if "zip" in outer.headers() or outer.plaintext is None:
        raise ValueError
    return outer.plaintext
