"""Card keys at the head office: each cryptogram is asked of a service over TLS, and each side shows its certificate.

Carries out `pos.ports.keys.KeyAuthority`. The counter believes only the certificate authority that its configuration
names, never the system's; the service sees from the counter's certificate which hall asks. A question is sent once and
never again by itself. What was asked is in no log and no error. It must not know keys, cards or what is done with an
answer.
"""

from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from devices.cards.authority_words import refusal_of, words_of
from pos.domain.errors import DeviceError, DeviceRefused, DeviceUnavailable, OutcomeUnknown
from pos.ports.keys import WalletMove

PATH: Final = "/changshou/keys/1"
MOST_BYTES: Final = 4096
_TIMEOUT_S = 5.0
_OK, _FORBIDDEN = 200, 403
_HANG_UPS = (ssl.SSLEOFError, ConnectionError)
_ABOUT_CERTIFICATES = ("CERT", "UNKNOWN_CA", "ACCESS_DENIED")


@dataclass(frozen=True, slots=True)
class Service:
    """Where the service is and what both sides show.

    Attributes:
        host, port: its address; its certificate must name the host.
        authority: the certificate authority that signs the service's certificate, a PEM file.
        certificate, private_key: of this hall, PEM files.
    """

    host: str
    port: int
    authority: Path
    certificate: Path
    private_key: Path


class HeadOffice:
    """`KeyAuthority` over the service; a connection for each question, so that nothing is left of one that broke."""

    def __init__(self, service: Service, *, is_test_key: bool = False, timeout_s: float = _TIMEOUT_S) -> None:
        """is_test_key: the service holds development keys; it says so with every answer and must agree."""
        self._service = service
        self._is_test = is_test_key
        self._timeout_s = timeout_s

    def __repr__(self) -> str:
        return f"HeadOffice({self._service.host!r}, {self._service.port})"

    @property
    def is_test_key(self) -> bool:
        """See `KeyAuthority`. The configuration's word; a service that says otherwise is refused."""
        return self._is_test

    def authenticate(self, purpose: str, factor: bytes, challenge: bytes) -> bytes:
        """See `KeyAuthority.authenticate`. Raises besides (all): DeviceUnavailable `keys.office_gone` (also where no
        answer came: an unused cryptogram changes nothing); DeviceRefused `keys.office_refused`, `keys.office_wrong`."""
        return self._bytes("authenticate", purpose=purpose, factor=factor, challenge=challenge)

    def protect(
        self, purpose: str, factor: bytes, challenge: bytes, header: bytes, data: bytes, *, encrypt: bool
    ) -> bytes:
        """See `KeyAuthority.protect`."""
        return self._bytes(
            "protect", purpose=purpose, factor=factor, challenge=challenge, header=header, data=data, encrypt=encrypt
        )

    def wrap_key(
        self, purpose: str, factor: bytes, target: str, key_header: bytes, challenge: bytes, header: bytes
    ) -> bytes:
        """See `KeyAuthority.wrap_key`."""
        return self._bytes(
            "wrap_key",
            purpose=purpose,
            factor=factor,
            target=target,
            key_header=key_header,
            challenge=challenge,
            header=header,
        )

    def sector_key(self, purpose: str, factor: bytes) -> bytes:
        """See `KeyAuthority.sector_key`."""
        return self._bytes("sector_key", purpose=purpose, factor=factor)

    def card_code(self, purpose: str, factor: bytes, length: int) -> bytes:
        """See `KeyAuthority.card_code`."""
        return self._bytes("card_code", purpose=purpose, factor=factor, length=length)

    def wallet_mac(self, factor: bytes, move: WalletMove, card_mac: bytes) -> bytes:
        """See `KeyAuthority.wallet_mac`. Raises besides: OutcomeUnknown `keys.office_silent`: asked, and no answer; the
        service may have counted the load as given out."""
        return self._bytes("wallet_mac", counts=True, factor=factor, move=words_of(move), card_mac=card_mac)

    def wallet_proof_holds(self, factor: bytes, move: WalletMove, proof: bytes) -> bool:
        """See `KeyAuthority.wallet_proof_holds`. Raises besides: OutcomeUnknown `keys.office_silent`: the wallet was
        moved, and nobody says whether as it was meant."""
        answer = self._asked("wallet_proof_holds", counts=True, factor=factor, move=words_of(move), proof=proof)
        if not isinstance(answer, bool):
            raise DeviceRefused("keys.office_wrong", reason="answer")
        return answer

    def look(self) -> str:
        """The service's address, after it answered one question that needs no key. For the self-test."""
        try:
            self._asked("authenticate", purpose="", factor=b"", challenge=b"")
        except DeviceRefused as refused:
            if refused.code != "keys.unknown":
                raise
        return f"{self._service.host}:{self._service.port}"

    def _bytes(self, ask: str, *, counts: bool = False, **asked: Any) -> bytes:
        answer = self._asked(ask, counts=counts, **asked)
        try:
            return bytes.fromhex(answer)
        except (TypeError, ValueError):
            raise DeviceRefused("keys.office_wrong", reason="answer") from None

    def _asked(self, ask: str, *, counts: bool = False, **asked: Any) -> Any:
        """One question, one answer. counts: an answer that is lost on the way may have been given out."""
        question = {"ask": ask} | {
            name: value.hex() if isinstance(value, bytes) else value for name, value in asked.items()
        }
        status, body = self._exchanged(json.dumps(question).encode("ascii"), counts=counts)
        if status == _FORBIDDEN:
            raise DeviceRefused("keys.office_refused", reason="forbidden")
        try:
            words = json.loads(body)
            refusal: DeviceError | None = refusal_of(words)
            is_test, answer = words["test"], words.get("answer")
        except (ValueError, KeyError, TypeError, AttributeError):
            raise DeviceRefused("keys.office_wrong", reason=f"HTTP {status}") from None
        if status != _OK or is_test is not self._is_test:
            raise DeviceRefused("keys.office_wrong", reason=f"HTTP {status}" if status != _OK else "test keys")
        if refusal is not None:
            raise refusal
        return answer

    def _exchanged(self, question: bytes, *, counts: bool) -> tuple[int, bytes]:
        """Status and body. Until the service has greeted us nothing was asked."""
        connection = http.client.HTTPSConnection(
            self._service.host, self._service.port, timeout=self._timeout_s, context=self._context()
        )
        connection.auto_open = 0  # a line that broke is not made anew: a question is sent once
        try:
            self._greet(connection)
            try:
                connection.request("POST", PATH, question, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                return answer.status, answer.read(MOST_BYTES)
            except (OSError, http.client.HTTPException) as lost:
                if counts:
                    raise OutcomeUnknown("keys.office_silent", reason=_why(lost)) from None
                raise DeviceUnavailable("keys.office_gone", reason=_why(lost)) from None
        finally:
            connection.close()

    def _greet(self, connection: http.client.HTTPSConnection) -> None:
        """Hear from the service that it knows us before it is asked anything.

        With TLS 1.3 it judges our certificate after our part of the handshake is over, and the alert may be lost in the
        hang-up: one that hangs up on a greeting has refused us.
        """
        heard = False
        try:
            connection.connect()
            heard = True
            connection.request("GET", PATH)
            answer = connection.getresponse()
            answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException) as gone:
            if _is_about_certificates(gone) or (heard and isinstance(gone, _HANG_UPS)):
                raise DeviceRefused("keys.office_refused", reason=_why(gone)) from None
            raise DeviceUnavailable("keys.office_gone", reason=_why(gone)) from None
        if answer.status == _FORBIDDEN:
            raise DeviceRefused("keys.office_refused", reason="forbidden")

    def _context(self) -> ssl.SSLContext:
        """Raises: DeviceRefused `keys.office_refused`: certificate or key of this hall cannot be used."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_verify_locations(self._service.authority)
            context.load_cert_chain(self._service.certificate, self._service.private_key, password=_no_password)
        except OSError as unusable:  # SSLError is one
            raise DeviceRefused("keys.office_refused", reason=_why(unusable)) from None
        return context


def _no_password() -> str:
    """A key that asks for one on the terminal would hang the counter."""
    return ""


def _is_about_certificates(error: BaseException) -> bool:
    """Ours or theirs was refused, so no question was heard; every other break of the line says nothing of the kind."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return True
    reason = str(getattr(error, "reason", "")) if isinstance(error, ssl.SSLError) else ""
    return any(word in reason for word in _ABOUT_CERTIFICATES)


def _why(error: BaseException) -> str:
    """A few words for support; of certificates what the library found wrong, never a path or a question."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    reason = getattr(error, "reason", None)
    return reason if isinstance(error, ssl.SSLError) and isinstance(reason, str) else type(error).__name__
