"""The keys of an agency, as `fieldgate agency init` writes them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Agency:
    """Private keys are left out of `repr`, so that no log line holds one."""

    client_id: str
    #: The gateway's address, which is also its OAuth issuer.
    issuer: str
    #: Private signing key, a JWK of P-256 or Ed25519.
    sig: dict[str, Any] = field(repr=False)
    #: Private encryption key, a JWK of P-256, for sealed answers.
    enc: dict[str, Any] | None = field(default=None, repr=False)
    #: Files (PEM) of the client certificate and its key, for a gateway whose domain demands one. One file may hold both.
    client_cert: Path | None = None
    client_key: Path | None = None
    #: Private hybrid key, a JWK of X-Wing, to which answers are sealed once it is registered.
    hybrid: dict[str, Any] | None = field(default=None, repr=False)


def read_agency(path: str | Path) -> Agency:
    """Reads a key file. Raises ValueError that names the file and quotes nothing of it."""
    try:
        members = json.loads(Path(path).read_text(encoding="utf-8"))
        # Paths begin in the folder of the key file.
        cert, key = (Path(path).parent / members[name] if name in members else None for name in ("clientCert", "clientKey"))
        keys = (members["sig"], members.get("enc"))
        return Agency(members["clientId"], members["issuer"], *keys, cert, key, members.get("hybrid"))
    except (OSError, ValueError, KeyError, TypeError):
        raise ValueError(f"{path} is no key file: it needs clientId, issuer, sig and enc") from None
