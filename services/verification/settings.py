"""Settings of the officers' desk."""

from __future__ import annotations

import ssl
from pathlib import Path

from pydantic import SecretStr

from services.verification.bsre import Bsre, check_address, read_roots
from services.verification.provider import Provider
from shared.observability import get_logger
from shared.settings import ServiceSettings

_log = get_logger(__name__)


class VerificationSettings(ServiceSettings):
    """`index_key` (base64, 32 bytes) makes the blind index of NIKs; no other service has it."""

    service: str = "verification"
    session_key: SecretStr
    index_key: SecretStr
    public_url: str = ""
    applicants_url: str = "http://127.0.0.1:8080"  # the public pages
    counter_key: SecretStr = SecretStr("")  # base64, 32 bytes; empty: no counter service
    totp_required: bool = True  # officers sign in with a code from their phone, too
    working_days_file: Path | None = None
    # The provider of service accounts (OpenID Connect); all empty: sign-in by password alone.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    # The server that signs for BSrE; all empty unless the office file says that officials sign.
    bsre_url: str = ""
    bsre_username: str = ""
    bsre_password: SecretStr = SecretStr("")
    bsre_ca_file: Path | None = None  # who vouches for its TLS; empty: the usual authorities
    bsre_trust_file: Path | None = None  # who vouches for the signatures, as PEM
    bsre_tag: str = ""  # a character in the PDF where the signature is shown; empty: invisible
    stuck_work_rabbit_url: SecretStr = SecretStr("")  # an account for dead letters alone


def provider_of(settings: VerificationSettings) -> Provider | None:
    given = (settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)
    if not all(str(each) for each in given):
        return None
    return Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        f"{settings.public_url.rstrip('/')}/petugas/masuk/dinas/kembali",
    )


def bsre_of(settings: VerificationSettings) -> Bsre | None:
    """None, and the log says why, with settings that cannot work: the rest of the desk goes on."""
    trust = settings.bsre_trust_file
    password = settings.bsre_password.get_secret_value()
    if not (settings.bsre_url and settings.bsre_username and password and trust):
        _log.error("bsre.not_set_up", problem="BSRE_URL, _USERNAME, _PASSWORD or _TRUST_FILE")
        return None
    try:
        check_address(settings.bsre_url)
        ca_file = settings.bsre_ca_file
        return Bsre(
            settings.bsre_url,
            settings.bsre_username,
            password,
            ssl.create_default_context(cafile=ca_file) if ca_file else True,
            read_roots(trust),
            settings.bsre_tag,
            settings.applicants_url,
        )
    except (OSError, ValueError) as error:  # no file, no certificate in it, no TLS
        _log.error("bsre.not_set_up", problem=str(error))
        return None


def index_key_of(settings: ServiceSettings) -> str:
    """The key of blind indexes, from the settings as the resources know them."""
    if not isinstance(settings, VerificationSettings):
        raise TypeError("verification runs with its own settings")
    return settings.index_key.get_secret_value()
