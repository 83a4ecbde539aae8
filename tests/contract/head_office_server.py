"""A small head office: certificates made for the test, and a service that answers from a key ring or misbehaves."""

from __future__ import annotations

import datetime
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from devices.cards.authority_words import answer_to
from devices.cards.head_office import MOST_BYTES, PATH, Service
from pos.domain.errors import DeviceError
from pos.ports.keys import KeyAuthority

HOST = "127.0.0.1"
NONSENSE = {
    "garbage": b"\x00<html>",
    "empty": b"",
    "error": b"{}",
    "list": b"[]",
    "odd": b'{"test": true, "answer": 7}',
}


class Office:
    """A certificate authority of its own. Attributes: folder, of its PEM files."""

    def __init__(self, folder: Path, name: str = "head office") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._name = folder, _named(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._number = 0
        own = self._signed(self._name, self._key, ca=True)
        self.authority = folder / "authority.pem"
        self.authority.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str, *, days: int = 1) -> tuple[Path, Path]:
        """Certificate and key of a service or a hall; negative days: it ran out so long ago."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(_named(name), key, days=days)
        files = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))
        return files

    def _signed(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, days: int = 1, ca: bool = False
    ) -> x509.Certificate:
        self._number += 1
        now = datetime.datetime.now(datetime.UTC)
        begins = now - datetime.timedelta(days=max(1, 1 - days))
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(self._number)
            .not_valid_before(begins)
            .not_valid_after(now + datetime.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
            .sign(self._key, hashes.SHA256())
        )


class KeyService:
    """Attributes: asked, what was carried out; misbehave: silent, broken, forbidden, stranger, of NONSENSE, or ""."""

    def __init__(self, office: Office, authority: KeyAuthority, certificate: tuple[Path, Path] | None = None) -> None:
        self.asked: list[str] = []
        self.misbehave = ""
        self.released = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                _send(self, 403 if service.misbehave == "stranger" else 200, b"")

            def do_POST(self) -> None:
                service._answer(self, authority)

            def log_message(self, *_: object) -> None:
                """Nothing of a question is written anywhere."""

        self._server = _Quiet((HOST, 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*(certificate or office.issue("service")))
        context.load_verify_locations(office.authority)
        context.verify_mode = ssl.CERT_REQUIRED
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @contextmanager
    def running(self) -> Iterator[KeyService]:
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, line: BaseHTTPRequestHandler, authority: KeyAuthority) -> None:
        question = json.loads(line.rfile.read(min(int(line.headers["Content-Length"]), MOST_BYTES)))
        if self.misbehave == "forbidden" or line.path != PATH:
            _send(line, 403, b"")
            return
        try:
            words = answer_to(authority, question) | {"test": authority.is_test_key}
        except (DeviceError, KeyError, TypeError, ValueError):
            _send(line, 400, b"{}")
            return
        self.asked.append(question["ask"])
        if self.misbehave == "silent":
            self.released.wait(30)
        elif self.misbehave == "broken":
            line.connection.close()
        else:
            body = NONSENSE.get(self.misbehave, json.dumps(words).encode())
            _send(line, 500 if self.misbehave == "error" else 200, body)


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A counter that hangs up or shows no certificate is its own affair."""


def _send(line: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    line.send_response(status)
    line.send_header("Content-Length", str(len(body)))
    line.end_headers()
    line.wfile.write(body)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def service_of(office: Office, port: int, hall: tuple[Path, Path] | None = None) -> Service:
    """How a counter reaches it, with a certificate of the same office unless another is given."""
    certificate, key = hall or office.issue("hall")
    return Service(HOST, port, office.authority, certificate, key)
