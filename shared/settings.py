"""Settings every service reads: from the environment, or from files under SECRETS_DIR."""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

Role = Literal["all", "web", "worker"]


class ServiceSettings(BaseSettings):
    """What the four services have in common; each adds its own in `settings.py`."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    service: str
    host: str = "127.0.0.1"
    port: int = 0
    role: Role = "all"
    trusted_proxies: str = ""  # addresses whose X-Forwarded-For is believed, comma-separated
    log_level: str = "INFO"
    office_file: Path | None = None

    mongo_url: SecretStr
    mongo_database: str = ""
    rabbit_url: SecretStr
    s3_endpoint: str = ""
    s3_access_key: str = ""
    s3_secret_key: SecretStr = SecretStr("")
    s3_region: str = "us-east-1"
    keyring_file: Path | None = None
    otel_exporter_otlp_endpoint: str = ""

    graceful_seconds: float = Field(default=30.0, description="longest wait for running work")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_few_addresses(cls, listed: str) -> str:
        """If everybody is believed, everybody says who he is, and no limit by address holds."""
        for each in filter(None, map(str.strip, listed.split(","))):
            try:
                is_everybody = ip_network(each).prefixlen == 0
            except ValueError:
                is_everybody = each == "*"
                if not is_everybody:
                    raise ValueError(
                        f"TRUSTED_PROXIES: {each!r} is no address or network"
                    ) from None
            if is_everybody:
                raise ValueError(
                    f"TRUSTED_PROXIES: {each} believes anybody about his address, and so ends all "
                    "limits; list the addresses of your proxies, or leave it empty without one"
                )
        return listed

    @property
    def database(self) -> str:
        """One database per service, named like it unless set otherwise."""
        return self.mongo_database or self.service

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then secret files."""
        del dotenv_settings, file_secret_settings
        folder = os.environ.get("SECRETS_DIR")
        files = (SecretsSettingsSource(settings_cls, secrets_dir=folder),) if folder else ()
        return (init_settings, env_settings, *files)
