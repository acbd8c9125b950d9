"""The signing keys as the running service sees them: read again when the file changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from services.cards.keys.hsm import TokenUnusable, open_token
from services.cards.keys.ring import Ring, RingKey, RingUnreadable, parse_ring
from services.cards.keys.rotation import warning
from services.cards.keys.settings import KeySettings
from services.cards.keys.signer import PemSigner, Signer
from shared import clock
from shared.errors import Unavailable
from shared.observability import get_logger

_log = get_logger(__name__)


class NoSigningKey(Unavailable):
    """No key can sign at this moment; the work waits until the operator has mended the ring."""


@dataclass
class SigningKeys:
    """The ring and its signers. What is wrong with it is told in the log, once."""

    settings: KeySettings
    ring: Ring = field(default_factory=Ring, init=False)
    _content: bytes | None = field(default=None, init=False, repr=False)
    _told: dict[str, str | None] = field(default_factory=dict, init=False)
    _signers: dict[str, Signer] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def open(cls, settings: KeySettings) -> SigningKeys:
        keys = cls(settings)
        keys.refresh()
        return keys

    def refresh(self) -> None:
        """Read the file if it is another; one that cannot be read leaves the ring as it was."""
        path = self.settings.signing_keys_file
        if path is None:
            self._tell("ring", "SIGNING_KEYS_FILE is not set")
            return
        try:
            content = path.read_bytes()
            if content != self._content:
                self.ring = parse_ring(content, path)
                self._content = content
                self._signers.clear()
                _log.info("signing_keys.read", kids=[key.kid for key in self.ring.keys])
        except OSError as error:
            self._tell("ring", f"{path}: {error.strerror}")
        except RingUnreadable as error:
            self._tell("ring", str(error))
        else:
            self._tell("ring", warning(self.ring, clock.now()))

    def signer_at(self, moment: datetime) -> Signer:
        """What signs a card of this moment; raises `NoSigningKey` or `TokenUnusable`."""
        key = self.ring.current(moment)
        if key is None:
            raise NoSigningKey(f"no key signs at {moment:%Y-%m-%d %H:%M} UTC")
        if key.kid not in self._signers:
            self._signers[key.kid] = self._signer(key)
        return self._signers[key.kid]

    def days_left(self, now: datetime) -> float:
        """How long some key of the ring may still sign, the waiting ones with them."""
        able = [key for key in self.ring.keys if key.signs_at(now) or key.is_waiting(now)]
        last = max((key.exp_sign for key in able), default=now)
        return (last - now).total_seconds() / 86400

    async def is_ready(self) -> bool:
        """For /readyz: whether a card could be signed now. The log says why not."""
        now = clock.now()
        if self.ring.current(now) is None:
            return False
        try:
            self.signer_at(now)
        except TokenUnusable as error:
            self._tell("token", str(error))
            return False
        self._tell("token", None)
        return True

    def _signer(self, key: RingKey) -> Signer:
        if key.private_key is not None:
            return PemSigner.load(key.private_key)
        return open_token(self.settings).signer(key.public, key.pkcs11 or "")

    def _tell(self, source: str, problem: str | None) -> None:
        if problem is not None and problem != self._told.get(source):
            _log.error("signing_keys.problem", problem=problem)
        self._told[source] = problem
