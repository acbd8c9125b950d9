"""The environment variables of each service, and servers that exist elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local import mongodb, rabbitmq, seaweed
from deploy.local.development_secrets import Secrets, ensure_secrets
from deploy.local.ports import HOST, Ports, remembered_ports
from shared.counter_tickets import public_half

ROOT = Path(__file__).resolve().parents[2]
MAIL_FROM = "Dinas Tenaga Kerja (CONTOH) <tidak-dibalas@disnaker.example>"


@dataclass(frozen=True)
class Elsewhere:
    """Servers to use instead of our own, each from its variable; empty: we start one.

    The credentials given serve for provisioning and for all services: least rights there are
    the matter of whoever runs that server.
    """

    mongo_url: str = ""
    rabbit_url: str = ""
    s3_endpoint: str = ""
    s3_access_key: str = ""
    s3_secret_key: str = ""
    smtp_host: str = ""
    smtp_port: str = "25"
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: str = "none"

    @classmethod
    def from_variables(cls, variables: Mapping[str, str]) -> Elsewhere:
        names = [name for name in cls.__dataclass_fields__ if variables.get(name.upper())]
        return cls(**{name: variables[name.upper()] for name in names})


@dataclass(frozen=True)
class Deployment:
    """All that decides how one run of the system is wired."""

    folder: Path
    ports: Ports
    secrets: Secrets
    elsewhere: Elsewhere

    @property
    def public_url(self) -> str:
        return f"http://{HOST}:{self.ports.intake}"

    @property
    def officers_url(self) -> str:
        return f"http://{HOST}:{self.ports.verification}"

    @property
    def inbox_url(self) -> str:
        return f"http://{HOST}:{self.ports.mail_inbox}"

    def mongo_url(self, user: str) -> str:
        database = "admin" if user == mongodb.ADMIN else user
        password = self.secrets.password("mongodb", user)
        return self.elsewhere.mongo_url or mongodb.url(self.ports.mongodb, user, password, database)

    def rabbit_url(self, user: str) -> str:
        password = self.secrets.password("rabbitmq", user)
        return self.elsewhere.rabbit_url or rabbitmq.url(self.ports.rabbitmq, user, password)

    @property
    def s3_endpoint(self) -> str:
        return self.elsewhere.s3_endpoint or seaweed.endpoint(self.ports.s3)

    def s3_key(self, user: str) -> seaweed.Key:
        if self.elsewhere.s3_endpoint:
            return seaweed.Key(self.elsewhere.s3_access_key, self.elsewhere.s3_secret_key)
        return self.secrets.s3_key(user)


def last_deployment(folder: Path) -> Deployment:
    """The wiring of the last `up` of a data folder, for those who talk to it from outside."""
    return Deployment(
        folder.resolve(),
        remembered_ports(folder / "ports.json"),
        ensure_secrets(folder.resolve() / "secrets"),
        Elsewhere.from_variables(os.environ),
    )


def environment(service: str, run: Deployment) -> dict[str, str]:
    """What the settings of a service read, complete; nothing of another service's secrets."""
    key = run.s3_key(service)
    common = {
        "HOST": HOST,
        "PORT": str(getattr(run.ports, service)),
        "ROLE": "all",
        "LOG_LEVEL": "INFO",
        "OFFICE_FILE": str(ROOT / "deploy" / "office.toml"),
        "MONGO_URL": run.mongo_url(service),
        "MONGO_DATABASE": service,
        "RABBIT_URL": run.rabbit_url(service),
        "S3_ENDPOINT": run.s3_endpoint,
        "S3_ACCESS_KEY": key.access,
        "S3_SECRET_KEY": key.secret,
        "S3_REGION": seaweed.REGION,
        "KEYRING_FILE": str(run.secrets.keyring(service)),
        "OTEL_EXPORTER_OTLP_ENDPOINT": "",
    }
    return {**common, **_OWN[service](run)}


def _intake(run: Deployment) -> dict[str, str]:
    # Here all visitors, of tests and benchmarks too, have one address and few numbers.
    wide = {"STARTS_PER_HOUR": "1000000", "UPLOADS_PER_HOUR": "1000000"}
    return {
        "SESSION_KEY": run.secrets.values["session:intake"],
        "CHECK_KEY": run.secrets.values["check:intake"],
        "PUBLIC_URL": run.public_url,
        "DESK_URL": run.officers_url,
        "COUNTER_PUBLIC_KEY": public_half(run.secrets.values["counter:verification"]),
        "SUBMISSIONS_PER_DAY": "1000000",
        **wide,
    }


def _verification(run: Deployment) -> dict[str, str]:
    return {
        "SESSION_KEY": run.secrets.values["session:verification"],
        "INDEX_KEY": run.secrets.values["index:verification"],
        "STUCK_WORK_RABBIT_URL": run.rabbit_url(rabbitmq.STUCK_WORK),
        "COUNTER_KEY": run.secrets.values["counter:verification"],
        "PUBLIC_URL": run.officers_url,
        "APPLICANTS_URL": run.public_url,
        "TOTP_REQUIRED": "false",  # demonstration officers have no phone
    }


def _cards(run: Deployment) -> dict[str, str]:
    return {
        "PUBLIC_URL": run.public_url,
        "RENDER_WORKERS": "2",
        "SIGNING_KEYS_FILE": str(run.secrets.signing_keys),
        "PUBLISH_EVERY_SECONDS": "2",  # a demonstration does not wait for a minute
    }


def _notify(run: Deployment) -> dict[str, str]:
    other = run.elsewhere
    return {
        "SMTP_HOST": other.smtp_host or HOST,
        "SMTP_PORT": other.smtp_port if other.smtp_host else str(run.ports.smtp),
        "SMTP_USER": other.smtp_user,
        "SMTP_PASSWORD": other.smtp_password,
        "SMTP_TLS": other.smtp_tls,
        "MAIL_FROM": MAIL_FROM,
        "PUBLIC_URL": run.public_url,
    }


_OWN = {"intake": _intake, "verification": _verification, "cards": _cards, "notify": _notify}
