"""Settings of the signing keys, for the service and for the commands alike."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class KeySettings(BaseSettings):
    """Where the ring is and, with keys in an HSM, how its PKCS#11 token is opened."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    office_file: Path | None = None
    signing_keys_file: Path | None = None
    pkcs11_module: Path | None = None
    pkcs11_token: str = ""
    pkcs11_pin: SecretStr = SecretStr("")
