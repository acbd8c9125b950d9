"""Signing keys inside a PKCS#11 token (an HSM, a smart card): the private half never leaves it.

Needs the extra `pkcs11`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from services.cards.keys.public import PublicKey
from services.cards.keys.settings import KeySettings
from shared.errors import Unavailable

try:
    import pkcs11
    from pkcs11.util.ec import encode_named_curve_parameters
except ImportError:  # the extra is not installed
    pkcs11 = None  # type: ignore[assignment]

_POINT = 65  # 04, x, y


class TokenUnusable(Unavailable):
    """The token cannot be opened, or has no such key; the message says why."""


@dataclass(frozen=True)
class Token:
    """One token. It is opened for each signature: an HSM that comes back is simply there again."""

    settings: KeySettings

    def signer(self, public: PublicKey, label: str) -> HsmSigner:
        """Raises `TokenUnusable` when there is no such key."""
        signer = HsmSigner(public, label, self)
        with self.session() as session:
            _private_half(session, label)
        return signer

    def new_key(self, label: str) -> PublicKey:
        """Make a P-256 key in the token; raises `TokenUnusable`."""
        with self.session() as session:
            curve = session.create_domain_parameters(
                pkcs11.KeyType.EC,
                {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
                local=True,
            )
            public, _ = curve.generate_keypair(
                store=True,
                label=label,
                private_template={
                    pkcs11.Attribute.SENSITIVE: True,
                    pkcs11.Attribute.EXTRACTABLE: False,
                },
            )
            point = bytes(public[pkcs11.Attribute.EC_POINT])[-_POINT:]  # inside an OCTET STRING
        return PublicKey(point[1:33], point[33:])

    @contextmanager
    def session(self) -> Iterator[Any]:
        """A session of the user; what fails in it becomes `TokenUnusable`."""
        try:
            library = pkcs11.lib(str(self.settings.pkcs11_module))
            token = library.get_token(token_label=self.settings.pkcs11_token)
            with token.open(
                rw=True, user_pin=self.settings.pkcs11_pin.get_secret_value()
            ) as session:
                yield session
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            cause = str(error) or type(error).__name__
            raise TokenUnusable(f"PKCS#11 token {self.settings.pkcs11_token}: {cause}") from error


@dataclass(frozen=True)
class HsmSigner:
    """Signs in the token. Its signatures differ each time, so a token is kept with its card."""

    public: PublicKey
    label: str
    token: Token = field(repr=False)

    @property
    def kid(self) -> bytes:
        return self.public.kid

    def sign(self, message: bytes) -> bytes:
        """Raises `TokenUnusable`."""
        with self.token.session() as session:
            key = _private_half(session, self.label)
            digest = hashlib.sha256(message).digest()
            return bytes(key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))


def open_token(settings: KeySettings) -> Token:
    """Raises `TokenUnusable` when the settings or the extra are missing."""
    if pkcs11 is None:
        raise TokenUnusable("the key is in a PKCS#11 token: install the extra pkcs11")
    if settings.pkcs11_module is None or not settings.pkcs11_token:
        raise TokenUnusable("set PKCS11_MODULE, PKCS11_TOKEN and PKCS11_PIN")
    return Token(settings)


def _private_half(session: Any, label: str) -> Any:
    try:
        return session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label)
    except pkcs11.NoSuchKey as error:
        raise RuntimeError(f"no key {label}") from error
