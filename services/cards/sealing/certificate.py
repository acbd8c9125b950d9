"""The office's certificate as the running service sees it: read again when the file changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import pkcs12

from services.cards.sealing.pades import SealKey
from shared import clock
from shared.errors import Unavailable
from shared.observability import get_logger

WARN = timedelta(days=30)
_log = get_logger(__name__)


class NoSeal(Unavailable):
    """The office's certificate cannot seal now; cards wait until the operator has mended it."""


@dataclass
class OfficeCertificate:
    """The PKCS#12 file. What is wrong with it is told in the log, once."""

    path: Path | None
    password: bytes = field(repr=False)
    timestamp_url: str = ""
    _content: bytes = field(default=b"", init=False, repr=False)
    _valid: tuple[datetime, datetime] | None = field(default=None, init=False)
    _told: str | None = field(default=None, init=False)

    def key_at(self, moment: datetime) -> SealKey:
        """What seals at this moment; raises `NoSeal`."""
        problem = self._read() or self._out_of_time(moment)
        self._tell(problem or self._ends_soon(moment))
        if problem is not None:
            raise NoSeal(problem)
        return SealKey(self._content, self.password, self.timestamp_url)

    async def is_ready(self) -> bool:
        """For /readyz: whether a card could be sealed now. The log says why not."""
        try:
            self.key_at(clock.now())
        except NoSeal:
            return False
        return True

    def _read(self) -> str | None:
        """What is wrong with the file; the message has nothing of its content."""
        if self.path is None:
            return "SEAL_CERTIFICATE_FILE is not set"
        try:
            content = self.path.read_bytes()
        except OSError as error:
            return f"{self.path}: {error.strerror}"
        if content == self._content and self._valid is not None:
            return None
        self._content, self._valid = b"", None
        try:
            kept = pkcs12.load_pkcs12(content, self.password or None)
        except ValueError:
            return f"{self.path}: no PKCS#12, or SEAL_CERTIFICATE_PASSWORD does not open it"
        if kept.cert is None or kept.key is None:
            return f"{self.path}: holds no key with its certificate"
        certificate = kept.cert.certificate
        self._content = content
        self._valid = (certificate.not_valid_before_utc, certificate.not_valid_after_utc)
        return None

    def _out_of_time(self, moment: datetime) -> str | None:
        if self._valid is None:
            return None
        first, last = self._valid
        if first <= moment < last:
            return None
        return f"{self.path}: the certificate is valid from {first:%Y-%m-%d} to {last:%Y-%m-%d}"

    def _ends_soon(self, moment: datetime) -> str | None:
        if self._valid is None or moment + WARN < self._valid[1]:
            return None
        return f"{self.path}: the certificate ends on {self._valid[1]:%Y-%m-%d}"

    def _tell(self, problem: str | None) -> None:
        if problem is not None and problem != self._told:
            _log.error("seal.problem", problem=problem)
        self._told = problem
