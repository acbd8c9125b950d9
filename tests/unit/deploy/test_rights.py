"""Secrets, environments and server users: each service gets its own, and no more."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from deploy.compose.make_secrets import make_secrets
from deploy.local import SERVICES, rabbitmq, seaweed
from deploy.local.development_secrets import ensure_secrets
from deploy.local.environment import Deployment, Elsewhere, environment
from deploy.local.ports import Ports
from deploy.local.provision import owned_types
from shared.contracts.catalog import BY_TYPE
from shared.counter_tickets import public_half
from shared.messaging.topology import QUEUES
from shared.sealed import KeyRing

COMMON = {
    *("HOST", "PORT", "ROLE", "LOG_LEVEL", "OFFICE_FILE", "MONGO_URL", "MONGO_DATABASE"),
    *("RABBIT_URL", "S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_REGION"),
    *("KEYRING_FILE", "OTEL_EXPORTER_OTLP_ENDPOINT"),
}
OWN = {
    "intake": {
        *("SESSION_KEY", "CHECK_KEY", "PUBLIC_URL", "DESK_URL", "COUNTER_PUBLIC_KEY"),
        *("STARTS_PER_HOUR", "UPLOADS_PER_HOUR", "SUBMISSIONS_PER_DAY"),
    },
    "verification": {
        *("SESSION_KEY", "INDEX_KEY", "COUNTER_KEY", "STUCK_WORK_RABBIT_URL"),
        *("PUBLIC_URL", "APPLICANTS_URL", "TOTP_REQUIRED"),
    },
    "cards": {"PUBLIC_URL", "RENDER_WORKERS", "SIGNING_KEYS_FILE", "PUBLISH_EVERY_SECONDS"},
    "notify": {
        *("SMTP_HOST", "SMTP_PORT", "SMTP_USER", "SMTP_PASSWORD", "SMTP_TLS"),
        *("MAIL_FROM", "PUBLIC_URL"),
    },
}
SECRET = (
    *("MONGO_URL", "RABBIT_URL", "S3_SECRET_KEY", "KEYRING_FILE"),
    "SIGNING_KEYS_FILE",
    "STUCK_WORK_RABBIT_URL",
    *("SESSION_KEY", "INDEX_KEY", "COUNTER_KEY", "CHECK_KEY"),
)


def deployment(folder: Path, **elsewhere: str) -> Deployment:
    numbers = {name: 20_000 + i for i, name in enumerate(Ports.__dataclass_fields__)}
    return Deployment(
        folder, Ports(**numbers), ensure_secrets(folder / "secrets"), Elsewhere(**elsewhere)
    )


def test_each_service_gets_exactly_its_variables(tmp_path: Path) -> None:
    run = deployment(tmp_path)
    for service in SERVICES:
        assert set(environment(service, run)) == COMMON | OWN[service]


def test_no_secret_is_shared_between_services(tmp_path: Path) -> None:
    run = deployment(tmp_path)
    values = [
        value
        for service in SERVICES
        for name, value in environment(service, run).items()
        if name in SECRET
    ]
    assert len(values) == len(set(values)) == 4 * 4 + 7


def test_intake_reads_the_tickets_of_the_counter_and_makes_none(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    private = (tmp_path / "verification" / "counter_key").read_text()
    given = {file.name: file.read_text() for file in (tmp_path / "intake").iterdir()}
    assert given["counter_public_key"] == public_half(private)
    assert private not in given.values()


@pytest.mark.parametrize(
    ("service", "purposes"),
    [
        ("intake", {"identity", "contact", "special"}),
        ("verification", {"identity", "contact", "special", "auth", "audit"}),
        ("cards", {"identity", "contact"}),
        ("notify", {"contact"}),
    ],
)
def test_key_rings_hold_the_purposes_of_their_service(
    tmp_path: Path, service: str, purposes: set[str]
) -> None:
    secrets = ensure_secrets(tmp_path)
    ring = KeyRing.load(secrets.keyring(service))
    assert set(ring.purposes) == purposes
    sealed = KeyRing.load(secrets.keyring("intake")).seal("contact", "0812", "a:1:phone")
    assert ring.open("contact", sealed, "a:1:phone") == "0812"


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    first = ensure_secrets(tmp_path / "a")
    assert ensure_secrets(tmp_path / "a").values == first.values
    assert ensure_secrets(tmp_path / "b").values != first.values
    files = [path for path in (tmp_path / "a").rglob("*") if path.is_file()]
    assert len(files) == 2 + len(SERVICES)
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700


def test_servers_elsewhere_are_used_as_given(tmp_path: Path) -> None:
    variables = {
        "MONGO_URL": "mongodb://u:p@db/",
        "RABBIT_URL": "amqp://mq/",
        "S3_ENDPOINT": "https://s3",
        "S3_ACCESS_KEY": "a",
        "S3_SECRET_KEY": "s",
        "SMTP_HOST": "smtp",
        "PATH": "/bin",
    }
    given = Elsewhere.from_variables(variables)
    run = Deployment(
        tmp_path, deployment(tmp_path).ports, ensure_secrets(tmp_path / "secrets"), given
    )
    notify = environment("notify", run)
    expected = {**variables, "SMTP_PORT": "25", "MONGO_DATABASE": "notify"}
    del expected["PATH"]
    assert {name: notify[name] for name in expected} == expected


def test_rabbitmq_users_publish_whole_types_of_their_own() -> None:
    definitions = rabbitmq.definitions_of({"cards": "p", rabbitmq.ADMIN: "q"}, owned_types())
    assert definitions["permissions"] == [
        {
            "user": "cards",
            "vhost": "/",
            "configure": "",
            "write": r"^pencaker\.events$",
            "read": r"^cards\.",
        },
        {"user": "deploy", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"},
    ]
    topics = definitions["topic_permissions"]
    assert [each["user"] for each in topics] == ["cards"]
    pattern = topics[0]["write"]
    allowed = {each for each in BY_TYPE if re.search(pattern, each)}
    assert allowed == set(owned_types()["cards"]) != set()
    for nearly in ("card.issued", "xcard.issued.v1", "card.issued.v11", "cardxissued.v1", ""):
        assert not re.search(pattern, nearly)


def test_the_account_for_dead_letters_configures_nothing_and_reads_no_work() -> None:
    definitions = rabbitmq.definitions_of({rabbitmq.STUCK_WORK: "p"}, owned_types())
    (right,) = definitions["permissions"]
    assert right["configure"] == ""
    assert re.search(right["write"], "amq.default")
    assert not re.search(right["write"], rabbitmq.EXCHANGE)
    for queue in QUEUES:
        assert re.search(right["read"], queue.dead)
        assert not re.search(right["read"], queue.name)
    assert definitions["topic_permissions"] == []


def test_every_type_has_an_owner_among_the_services() -> None:
    assert sorted(each for types in owned_types().values() for each in types) == sorted(BY_TYPE)


def test_a_service_without_types_publishes_nothing() -> None:
    assert not re.search(rabbitmq.whole_types([]), "card.issued.v1")


def test_password_hash_is_rabbitmqs() -> None:
    raw = base64.b64decode(rabbitmq.password_hash("cards", "geheim"))
    assert raw[4:] == hashlib.sha256(raw[:4] + b"geheim").digest()
    assert rabbitmq.password_hash("cards", "geheim") == rabbitmq.password_hash("cards", "geheim")
    assert rabbitmq.password_hash("intake", "geheim")[:4] != base64.b64encode(raw)[:4].decode()


def test_buckets_have_one_writer_and_strangers_are_unknown() -> None:
    writers = [bucket for buckets in seaweed.WRITES.values() for bucket in buckets]
    assert sorted(writers) == sorted(seaweed.BUCKETS)
    keys = {name: seaweed.Key(name, "s") for name in (*SERVICES, seaweed.ADMIN)}
    known = seaweed.identities(keys)["identities"]
    assert [each["name"] for each in known] == [
        *("intake", "verification", "cards", "deploy"),
    ]
