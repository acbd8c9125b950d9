"""Settings of the officers' desk."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from services.verification.provider import Provider
from shared.settings import ServiceSettings


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


def index_key_of(settings: ServiceSettings) -> str:
    """The key of blind indexes, from the settings as the resources know them."""
    if not isinstance(settings, VerificationSettings):
        raise TypeError("verification runs with its own settings")
    return settings.index_key.get_secret_value()
