"""Opens objects of c2sp.org/chunked-encryption (SHA-256, AES-256-GCM). Written from that page alone, for another library.

Reads lines `object key context` in hex, and writes for each the plaintext in hex, or the word of what is wrong.
"""
import hashlib
import hmac
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK, TAG, HEAD = 16 * 1024, 16, 56


def hkdf_expand(prk, info, length):
    blocks, last = b"", b""
    for i in range(1, -(-length // 32) + 1):
        last = hmac.new(prk, last + info + bytes([i]), hashlib.sha256).digest()
        blocks += last
    return blocks[:length]


def open_message(message, input_key, context):
    if len(message) < HEAD:
        return "invalid"
    salt, commitment = message[:24], message[24:HEAD]
    info = b"c2sp.org/chunked-encryption@v1+" + b"AEAD_AES_256_GCM" + b"\x00" + salt + context
    derived = hkdf_expand(input_key, info, 32 + 12 + 32)
    if not hmac.compare_digest(derived[44:], commitment):
        return "commitment"
    gcm, base = AESGCM(derived[:32]), derived[32:44]
    chunks, left = [], message[HEAD:]
    while True:
        sealed, left = left[: CHUNK + TAG], left[CHUNK + TAG :]
        if len(sealed) < TAG:
            return "truncated"
        nonce = bytes(a ^ b for a, b in zip(base, len(chunks).to_bytes(12, "big")))
        try:
            chunks.append(gcm.decrypt(nonce, sealed, b""))
        except InvalidTag:
            return "tag"
        if len(sealed) < CHUNK + TAG:
            return b"".join(chunks).hex() if not left else "invalid"


for line in sys.stdin:
    print(open_message(*(bytes.fromhex(part) for part in line.split(" "))))
