"""docker-compose.yml against the code: settings, queues, ports, rights, image."""

from __future__ import annotations

import ast
import http.server
import importlib
import json
import os
import re
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from deploy.compose.make_secrets import make_secrets
from deploy.compose.object_store import policy_of
from deploy.local import SERVICES, seaweed
from shared.messaging import topology
from shared.messaging.topology import QUEUES
from shared.sealed import KeyRing
from shared.settings import ServiceSettings
from tests.contract.compose_files import (
    DEFAULT_IS_RIGHT,
    MAIN,
    ROOT,
    SEAWEED,
    Compose,
    expand,
    variables_of,
)

SERVERS = ("rabbitmq", "mongodb", "object-store")
FACES = {"intake", "verification"}
RINGS = {"keyring.json", "signing_keys.json"}


@pytest.fixture(scope="module")
def compose() -> Compose:
    return expand(MAIN)


@pytest.fixture(scope="module")
def with_seaweed() -> Compose:
    return expand(MAIN, SEAWEED)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project") / ".secrets"
    make_secrets(folder)
    return folder


def settings_class(service: str) -> type[ServiceSettings]:
    module = importlib.import_module(f"services.{service}.settings")
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, ServiceSettings)
        and value is not ServiceSettings
    ]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("service", SERVICES)
class TestSettings:
    def test_every_setting_is_given(self, compose: Compose, secrets: Path, service: str) -> None:
        given = {name.lower() for name in compose.environment(service)}
        given |= {file.name for file in (secrets / service).iterdir()}
        right = DEFAULT_IS_RIGHT["common"] | DEFAULT_IS_RIGHT[service]
        assert set(settings_class(service).model_fields) - given - right == set()

    def test_nothing_unknown_is_given(self, compose: Compose, secrets: Path, service: str) -> None:
        known = set(settings_class(service).model_fields)
        variables = {name.lower() for name in compose.environment(service)} - {"secrets_dir"}
        files = {file.name for file in (secrets / service).iterdir()} - RINGS
        assert variables - known == set()
        assert files - known == set()
        assert variables & files == set(), "given twice"

    def test_no_secret_is_a_variable(self, compose: Compose, service: str) -> None:
        assert not [
            name
            for name in compose.environment(service)
            if re.search("PASSWORD|SECRET_KEY|_URL$", name)
            and name not in {"PUBLIC_URL", "DESK_URL", "APPLICANTS_URL"}
        ]

    def test_the_settings_load(
        self, compose: Compose, secrets: Path, service: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As in the container: these variables, these files, and nothing else."""
        for name in list(os.environ):
            monkeypatch.delenv(name)
        for name, value in compose.environment(service).items():
            monkeypatch.setenv(name, str(value))
        monkeypatch.setenv("SECRETS_DIR", str(secrets / service))
        settings = settings_class(service)()
        assert settings.database == service
        assert settings.host == "0.0.0.0"  # noqa: S104  # inside the container
        assert f"//{service}:" in settings.mongo_url.get_secret_value()
        assert f"//{service}:" in settings.rabbit_url.get_secret_value()
        assert settings.s3_secret_key.get_secret_value()

    def test_it_sees_its_own_secrets_only(
        self, compose: Compose, secrets: Path, service: str
    ) -> None:
        mounts = compose.mounts(service)
        assert mounts["/run/secrets"].endswith(f".secrets/{service}")
        assert sum(".secrets" in source for source in mounts.values()) == 1
        assert compose.environment(service)["KEYRING_FILE"] == "/run/secrets/keyring.json"
        purposes = {
            "intake": {"identity", "contact", "special"},
            "verification": {"identity", "contact", "special", "auth", "audit"},
            "cards": {"identity", "contact"},
            "notify": {"contact"},
        }
        ring = KeyRing.load(secrets / service / "keyring.json")
        assert set(ring.purposes) == purposes[service]

    def test_office_file_is_mounted_where_it_is_read(self, compose: Compose, service: str) -> None:
        mounts = compose.mounts(service)
        source = Path(mounts[compose.environment(service)["OFFICE_FILE"]])
        assert (ROOT / "deploy" / source.name).is_file()

    def test_the_calendar_of_the_office_is_mounted_where_it_is_read(
        self, compose: Compose, service: str
    ) -> None:
        variable = compose.environment(service).get("WORKING_DAYS_FILE")
        assert (variable is not None) == (service in {"intake", "verification"})
        if variable:
            assert (ROOT / "deploy" / Path(compose.mounts(service)[variable]).name).is_file()


class TestSecrets:
    def test_a_second_run_changes_nothing(self, secrets: Path) -> None:
        before = {path: path.read_bytes() for path in secrets.rglob("*") if path.is_file()}
        make_secrets(secrets)
        after = {path: path.read_bytes() for path in secrets.rglob("*") if path.is_file()}
        assert before == after

    def test_the_mail_password_of_the_office_stays(self, tmp_path: Path) -> None:
        make_secrets(tmp_path / "s")
        (tmp_path / "s/notify/smtp_password").write_text("rahasia")
        make_secrets(tmp_path / "s")
        assert (tmp_path / "s/notify/smtp_password").read_text() == "rahasia"

    def test_closed_outside_readable_for_the_users_in_containers(self, secrets: Path) -> None:
        assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
        assert stat.S_IMODE((secrets / "passwords.json").stat().st_mode) == 0o600
        for path in secrets.glob("*/*"):
            assert path.stat().st_mode & stat.S_IROTH, path

    def test_every_password_differs(self, secrets: Path) -> None:
        values = list(json.loads((secrets / "passwords.json").read_text()).values())
        assert len(values) == len(set(values))

    def test_rabbitmq_rights_are_least(self, secrets: Path) -> None:
        definitions = json.loads((secrets / "rabbitmq/definitions.json").read_text())
        assert {user["name"] for user in definitions["users"]} == {
            *SERVICES,
            "deploy",
            "stuck_work",
        }
        for right in definitions["permissions"]:
            if right["user"] in SERVICES:
                assert right["configure"] == ""
                assert right["read"] == rf"^{right['user']}\."

    def test_git_and_the_image_know_nothing_of_them(self) -> None:
        assert ".secrets/" in (ROOT / ".gitignore").read_text().splitlines()
        ignored = (ROOT / ".dockerignore").read_text().splitlines()
        assert "*" in ignored
        assert "!.secrets" not in ignored


class TestQueues:
    def test_every_queue_has_a_consumer_in_a_running_service(self, compose: Compose) -> None:
        constants = {
            name: value.name
            for name, value in vars(topology).items()
            if isinstance(value, topology.Queue)
        }
        consumed = {
            constants[name]
            for service in SERVICES
            if _works(compose, service)
            for name in _queues_consumed_by(service)
        }
        assert consumed == {queue.name for queue in QUEUES}

    def test_queues_are_consumed_by_their_own_service(self) -> None:
        for service in SERVICES:
            for name in _queues_consumed_by(service):
                assert getattr(topology, name).service == service


def _works(compose: Compose, service: str) -> bool:
    """Whether compose runs the consumers of a service, without any profile."""
    definition = compose.services[service]
    return (
        definition["command"] == ["python", "-m", f"services.{service}"]
        and compose.environment(service)["ROLE"] in {"all", "worker"}
        and not definition.get("profiles")
    )


def _queues_consumed_by(service: str) -> set[str]:
    """First arguments of `Consumer(...)` in the service's code."""
    found = set()
    for path in (ROOT / "services" / service).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                arguments = [*node.args, *(each.value for each in node.keywords)]
                if node.func.id == "Consumer" and isinstance(arguments[0], ast.Name):
                    found.add(arguments[0].id)
    return found


class TestPorts:
    def test_only_the_two_faces_are_published_and_on_loopback_only(self, compose: Compose) -> None:
        """The mail inbox too, but only in its profile for trials."""
        publishing = {name for name in compose.services if compose.published(name)}
        always = {name for name in publishing if not compose.services[name].get("profiles")}
        assert always == FACES
        assert publishing - always == {"mail-inbox"}
        for name in publishing:
            assert [address for address, _, _ in compose.published(name)] == ["127.0.0.1"]

    def test_published_ports_lead_to_the_service(self, compose: Compose) -> None:
        for name in FACES:
            ((_, _, inside),) = compose.published(name)
            assert inside == compose.environment(name)["PORT"]

    @pytest.mark.parametrize("service", SERVICES)
    def test_health_check_asks_the_port_of_the_service(
        self, compose: Compose, service: str
    ) -> None:
        kind, *command = compose.services[service]["healthcheck"]["test"]
        assert kind == "CMD"
        assert command == ["python", "-m", "deploy.compose.healthcheck"]
        assert compose.environment(service)["PORT"].isdigit()

    @pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
    def test_health_check_tells_ready_from_not(self, status: int, code: int) -> None:
        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status if self.path == "/readyz" else 404)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            assert _check(server.server_port) == code
            server.shutdown()
        assert _check(server.server_port) == 1

    def test_mail_goes_to_the_inbox_of_the_profile(self, compose: Compose) -> None:
        environment = compose.environment("notify")
        assert environment["SMTP_HOST"] == "mail-inbox"
        assert environment["SMTP_PORT"] == "1025"  # Mailpit's
        assert set(compose.services["notify"]["networks"]) & set(
            compose.services["mail-inbox"]["networks"]
        )


def _check(port: int) -> int:
    command = [sys.executable, "-m", "deploy.compose.healthcheck"]
    environment = {**os.environ, "PORT": str(port)}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, check=False
    ).returncode


class TestStart:
    @pytest.mark.parametrize("service", SERVICES)
    def test_services_wait_for_servers_and_provisioning(
        self, compose: Compose, service: str
    ) -> None:
        waits = compose.services[service]["depends_on"]
        assert {name: waits[name]["condition"] for name in waits} == {
            **dict.fromkeys(SERVERS, "service_healthy"),
            "provision": "service_completed_successfully",
        }

    @pytest.mark.parametrize("server", SERVERS)
    def test_servers_tell_their_health_and_keep_their_data(
        self, compose: Compose, with_seaweed: Compose, server: str
    ) -> None:
        for each in (compose, with_seaweed):
            assert each.services[server]["healthcheck"]["test"][0] == "CMD"
            assert any(source in each.volumes for source in each.mounts(server).values())

    def test_hosts_in_secrets_are_services(self, compose: Compose, secrets: Path) -> None:
        for name, file in (("mongodb", "mongo_url"), ("rabbitmq", "rabbit_url")):
            for service in (*SERVICES, "provision"):
                assert f"@{name}:" in (secrets / service / file).read_text()
                networks = set(compose.services[service]["networks"])
                assert networks & set(compose.services[name]["networks"])
        assert compose.services["rabbitmq"]["hostname"] == "rabbitmq"

    def test_the_servers_find_their_files(self, compose: Compose, secrets: Path) -> None:
        for server in SERVERS:
            mounted = {path.name for path in (secrets / server).iterdir()}
            text = json.dumps(compose.services[server])
            if server == "rabbitmq":
                text += (ROOT / "deploy/compose/rabbitmq.conf").read_text()
            named = set(re.findall(r"/run/secrets/([\w.]+)", text))
            assert named
            assert named <= mounted


class TestHardening:
    @pytest.mark.parametrize("name", [*SERVICES, "provision"])
    def test_our_containers(self, compose: Compose, name: str) -> None:
        service = compose.services[name]
        assert service["user"] == "10001:10001"
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["tmpfs"]
        assert "privileged" not in service

    def test_every_container_drops_rights_and_every_image_is_pinned(
        self, compose: Compose, with_seaweed: Compose
    ) -> None:
        for each in (compose, with_seaweed):
            for service in each.services.values():
                assert service["cap_drop"] == ["ALL"]
                assert re.search(r":[\w.-]*\d|:dev$", service["image"]), service["image"]
                assert "latest" not in service["image"]
        assert "@sha256:" in compose.services["object-store"]["image"]

    def test_only_notify_reaches_the_outside(self, compose: Compose) -> None:
        inside = {"data", "edge"}
        assert compose.networks["data"]["internal"] is True
        for name in (*SERVERS, *SERVICES, "provision"):
            outside = set(compose.services[name]["networks"]) - inside
            assert outside == ({"mail"} if name == "notify" else set())

    @pytest.mark.parametrize("service", SERVICES)
    def test_s3_policy_says_what_the_table_says(self, service: str) -> None:
        allowed = {
            (action, bucket.removeprefix("arn:aws:s3:::").removesuffix("/*"))
            for statement in policy_of(service)["Statement"]
            for action in statement["Action"]
            for bucket in statement["Resource"]
        }
        reads = {bucket for action, bucket in allowed if action == "s3:GetObject"}
        writes = {bucket for action, bucket in allowed if action == "s3:PutObject"}
        assert reads == set(seaweed.READS[service])
        assert writes == set(seaweed.WRITES[service])
        deletes = {bucket for action, bucket in allowed if action == "s3:DeleteObject"}
        assert deletes == writes - {seaweed.LOCKED}
        assert "*" not in json.dumps(policy_of(service)).replace("/*", "")


class TestOverride:
    def test_seaweedfs_takes_the_place_of_minio(
        self, compose: Compose, with_seaweed: Compose
    ) -> None:
        store = with_seaweed.services["object-store"]
        assert store["image"].startswith("chrislusf/seaweedfs:")
        assert "-s3.port=9000" in store["command"]
        assert store["healthcheck"]["test"][1] == "wget"
        assert with_seaweed.mounts("object-store")["/data"] == "seaweed-data"
        assert with_seaweed.environment("provision")["S3_SERVER"] == "seaweedfs"
        assert compose.environment("provision")["S3_SERVER"] == "minio"
        for service in SERVICES:
            assert with_seaweed.environment(service) == compose.environment(service)
            assert with_seaweed.mounts(service) == compose.mounts(service)
            networks = [set(each.services[service]["networks"]) for each in (compose, with_seaweed)]
            assert networks[0] == networks[1]
            waits = [each.services[service]["depends_on"] for each in (compose, with_seaweed)]
            assert waits[0] == waits[1]

    def test_the_example_env_merges_too(self) -> None:
        values = variables_of(ROOT / ".env.example")
        compose = expand(MAIN, SEAWEED, **values)
        assert compose.environment("notify")["MAIL_FROM"] == values["MAIL_FROM"]

    def test_the_example_env_names_every_variable_and_no_other(self) -> None:
        used = set(re.findall(r"\$\{(\w+)", MAIN.read_text() + SEAWEED.read_text()))
        used |= {"COMPOSE_PROFILES"}  # read by Compose itself
        assert set(variables_of(ROOT / ".env.example")) == used

    def test_variables_of_env_arrive(self) -> None:
        compose = expand(MAIN, SMTP_HOST="smtp.dinas.example", INTAKE_PORT="9090")
        assert compose.environment("notify")["SMTP_HOST"] == "smtp.dinas.example"
        assert compose.published("intake") == [("127.0.0.1", "9090", "8080")]
