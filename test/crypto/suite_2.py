"""Suite 2, written from docs/formats/envelope.md with python3-cryptography: a JSON line in, a JSON line out."""

import base64
import hmac
import json
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUITE, NONCE, TAG = 2, 16, 32


def parts(*values):
    out = b""
    for value in values:
        if isinstance(value, str):
            kind, data = 1, value.encode()
        elif isinstance(value, int):
            kind, data = 3, value.to_bytes(8, "big")
        else:
            kind, data = 2, bytes(value)
        out += bytes([kind]) + len(data).to_bytes(4, "big") + data
    return out


def sm3(data):
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def mac(key, data):
    made = HMAC(key, hashes.SM3())
    made.update(data)
    return made.finalize()


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def use(u):
    return parts(SUITE, u["collection"], u["subject"], u["owner"], u["class"], u["version"], u["keyId"])


def derive(raw, u):
    after = parts(u["logId"], u["at"])
    if u.get("asOf"):
        pairs = [text for field in sorted(u["asOf"]) for text in (field, u["asOf"][field])]
        after += parts(sm3(parts("fieldgate as of v1", *pairs)))

    def output(label):
        info = parts(f"fieldgate {label} v1") + use(u) + after
        return HKDF(hashes.SM3(), 32, None, info).derive(raw)

    keys = {name: output(name) for name in ("encryption", "authentication", "manifest")}
    return keys | {"commitment": b"s2." + output("commitment")}


def bucket(length):
    size = 32
    while size <= length:
        size *= 2
    return size


def sm4(keys, nonce, data):
    return Cipher(algorithms.SM4(keys["encryption"][:16]), modes.CTR(nonce)).encryptor().update(data)


def tag_of(keys, u, field, nonce, body):
    aad = parts("fieldgate field v1") + use(u) + parts(field)
    return mac(keys["authentication"], parts(aad, nonce, body))


def seal_padded(keys, u, field, padded, nonce):
    body = sm4(keys, nonce, padded)
    head = bytes([1, SUITE]) + unb64(u["keyId"]) + nonce
    return head + body + tag_of(keys, u, field, nonce, body)


def seal(keys, u, field, value, nonce):
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return seal_padded(keys, u, field, (plain + b"\x80").ljust(bucket(len(plain)), b"\0"), nonce)


def open_field(keys, u, field, sealed):
    size = len(sealed) - 18 - NONCE - TAG
    if size < 32 or bucket(size - 1) != size or sealed[:18] != bytes([1, SUITE]) + unb64(u["keyId"]):
        raise ValueError
    nonce, body, tag = sealed[18:34], sealed[34:-TAG], sealed[-TAG:]
    if not hmac.compare_digest(tag, tag_of(keys, u, field, nonce, body)):
        raise ValueError
    padded = sm4(keys, nonce, body)
    plain = padded.rstrip(b"\0")
    if plain[-1:] != b"\x80" or bucket(len(plain) - 1) != len(padded):
        raise ValueError
    return json.loads(plain[:-1])


def manifest(keys, version, fields):
    data = parts("fieldgate manifest v1", version, len(fields))
    for name in sorted(fields):
        data += parts(name, fields[name][: 18 + NONCE], fields[name][-TAG:])
    return mac(keys["manifest"], data)


def digest(sheet, fields, manifests):
    data = parts("fieldgate sheet v1", sheet["collection"], sheet["subject"], sheet["owner"], sheet["version"])
    data += parts(len(fields), len(manifests))
    for name in sorted(fields):
        data += parts(name, fields[name])
    for name in sorted(manifests):
        data += parts(name, manifests[name]["keyId"], manifests[name]["mac"])
    return "s2." + b64(sm3(data))


def answer(asked):
    keys = derive(bytes.fromhex(asked["raw"]), asked["use"])
    u = asked["use"]
    sealed = {field: bytes.fromhex(text) for field, text in asked["sealed"].items()}
    opened = {}
    for field, text in sealed.items():
        try:
            opened[field] = {"value": open_field(keys, u, field, text)}
        except ValueError:
            opened[field] = None
    made = {
        field: seal(keys, u, field, one["value"], bytes.fromhex(one["nonce"]))
        for field, one in asked["values"].items()
    }
    mac_of = manifest(keys, u["version"], made)
    names = {u["class"]: {"keyId": u["keyId"], "mac": mac_of}}
    return {
        "commitment": keys["commitment"].hex(),
        "opened": opened,
        "sealed": {field: text.hex() for field, text in made.items()},
        "authentic": {
            name: seal_padded(keys, u, "name", bytes.fromhex(text), bytes(NONCE)).hex()
            for name, text in asked["padded"].items()
        },
        "manifest": mac_of.hex(),
        "digest": digest(u, made, names),
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))))
