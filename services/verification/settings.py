"""Settings of the officers' desk."""

from __future__ import annotations

from pydantic import SecretStr

from shared.settings import ServiceSettings


class VerificationSettings(ServiceSettings):
    """`index_key` (base64, 32 bytes) makes the blind index of NIKs; no other service has it."""

    service: str = "verification"
    session_key: SecretStr
    index_key: SecretStr
    public_url: str = ""
    totp_required: bool = True  # officers sign in with a code from their phone, too
