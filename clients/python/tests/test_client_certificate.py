"""A gateway whose domain demands a client certificate: a TLS server on this machine that does."""

import json
import os
import ssl
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from unittest import mock

from joserfc.jwk import ECKey

from fieldgate import FieldgateError, connect, read_agency

EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-days", "2"]
SAN = ["-addext", "subjectAltName=IP:127.0.0.1"]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        peer = self.connection.getpeercert()
        self.server.seen.append(dict(pair for part in peer["subject"] for pair in part)["commonName"])
        issuer = f"https://127.0.0.1:{self.server.server_port}"
        body = json.dumps({"issuer": issuer, "token_endpoint": f"{issuer}/oauth/token"}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(HTTPServer):
    def handle_error(self, *_: object) -> None:
        pass


class ClientCertificate(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.make("server", "-nodes")
        self.make("office", "-nodes")
        self.make("locked", "-passout", "pass:of the test")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        context.verify_mode = ssl.CERT_REQUIRED
        for name in ("office", "locked"):
            context.load_verify_locations(self.folder / f"{name}.pem")
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.seen = []
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def make(self, name: str, *words: str) -> None:
        files = ["-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}"]
        command = ["openssl", "req", "-x509", *EC, *files, *SAN, *words]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)

    def meet(self, members: dict[str, str], **env: str) -> list[str]:
        """Names in the certificates that the server saw while the client read its metadata."""
        file = self.folder / "agency.json"
        sig = ECKey.generate_key("P-256").as_dict(private=True)
        issuer = f"https://127.0.0.1:{self.server.server_port}"
        file.write_text(json.dumps({"clientId": "a", "issuer": issuer, "sig": sig, **members}))
        trusted = {"SSL_CERT_FILE": str(self.folder / "server.pem"), **env}
        with mock.patch.dict(os.environ, trusted), mock.patch("fieldgate.wire.ATTEMPTS", 1):
            with connect(read_agency(file)):
                pass
        return self.server.seen

    def test_none(self) -> None:
        with self.assertRaises(FieldgateError) as failed:
            self.meet({})
        self.assertEqual((failed.exception.code, failed.exception.obstacle), ("UNREACHABLE", "ENDED"))

    def test_words_for_what_lies_in_the_way(self) -> None:
        port = self.server.server_port
        own = {"SSL_CERT_FILE": str(self.folder / "server.pem")}
        for issuer, trusted, word in (
            ("https://gateway.invalid", own, "NO_SUCH_HOST"),
            ("https://127.0.0.1:1", own, "REFUSED"),
            (f"https://localhost:{port}", own, "OTHER_HOST"),
            (f"https://127.0.0.1:{port}", {"SSL_CERT_FILE": str(self.folder / "office.pem")}, "UNKNOWN_AUTHORITY"),
        ):
            with self.subTest(issuer), self.assertRaises(FieldgateError) as failed:
                self.meet({"issuer": issuer}, **trusted)
            self.assertEqual(failed.exception.obstacle, word)

    def test_of_the_key_file(self) -> None:
        self.assertEqual(self.meet({"clientCert": "office.pem", "clientKey": "office.key"}), ["office"])

    def test_of_the_environment_with_a_passphrase(self) -> None:
        names = {"FIELDGATE_CLIENT_CERT": "locked.pem", "FIELDGATE_CLIENT_KEY": "locked.key"}
        files = {name: str(self.folder / file) for name, file in names.items()}
        env = {**files, "FIELDGATE_CLIENT_KEY_PASSPHRASE": "of the test"}
        self.assertEqual(self.meet({"clientCert": "office.pem", "clientKey": "office.key"}, **env), ["locked"])

    def test_says_which_file_cannot_be_used(self) -> None:
        for members in ({"clientCert": "office.pem", "clientKey": "locked.key"}, {"clientCert": "missing.pem"}):
            with self.assertRaisesRegex(ValueError, members["clientCert"]):
                self.meet(members)


if __name__ == "__main__":
    unittest.main()
