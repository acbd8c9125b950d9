"""Requests that nobody thought of, made by schemathesis from the description of the JSON API."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from deploy.demo.applicant import Applicant
from deploy.demo.patience import Line
from deploy.demo.people import sample_people
from deploy.local.environment import ROOT
from deploy.local.stack import Servers, Services
from tests.faults.papers import small_files
from tests.integration.intake import schemathesis_hooks as hooks

TOOL = Path(sys.executable).parent / "schemathesis"
SEED = 20261124
# What is answered; not whether the schemas say all that the form refuses.
CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_headers_conformance", "response_schema_conformance"),
    "unsupported_method",
)
EXAMPLES = int(os.environ.get("EXAMPLES", "12"))  # of each operation; `make schemathesis`: more
pytestmark = pytest.mark.timeout(0 if "EXAMPLES" in os.environ else 300)


@pytest.fixture(scope="module")
def url(servers: Servers) -> Iterator[str]:
    """Where intake answers, as behind the proxy, with a database of its own behind it."""
    services = Services(servers, extra={"intake": {"TRUSTED_PROXIES": "127.0.0.1"}})
    services.start("intake")
    yield services.url("intake")
    services.stop()


@dataclass(frozen=True)
class People:
    """One who is half done, and one who has sent."""

    draft: Applicant
    sent: Applicant

    @classmethod
    async def apply(cls, url: str) -> People:
        one, other = sample_people(2, seed=SEED)
        async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
            draft = Applicant(Line(client), one, "satu@contoh.example")
            sent = Applicant(Line(client), other, "dua@contoh.example")
            await draft.start()
            await sent.start()
            await sent.fill()
            await sent.upload(small_files())
            await sent.submit()
            await sent.enter_status()
        return cls(draft, sent)


def test_every_request_gets_an_answer_as_described(url: str, tmp_path: Path) -> None:
    """No 5xx, and nothing that the description does not say."""
    people = asyncio.run(People.apply(url))
    run = subprocess.run(
        [
            *(str(TOOL), "run", f"{url}/api/v1/openapi.json", "--url", f"{url}/api/v1"),
            *("--checks", ",".join(CHECKS), "--max-examples", str(EXAMPLES)),
            *("--seed", str(SEED), "--phases", "examples,coverage,fuzzing", "--no-shrink"),
            *("--request-timeout", "30", "--continue-on-failure", "--workers", "2"),
        ],
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": hooks.__name__,
            "PYTHONPATH": str(ROOT),
            hooks.DRAFT_ID: people.draft.application_id,
            hooks.DRAFT_TOKEN: people.draft.token,
            hooks.STATUS_TOKEN: people.sent.status_token,
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    sys.stdout.write(run.stdout[-3000:])
    assert run.returncode == 0, run.stdout[-12_000:] + run.stderr[-2000:]
    generated = re.search(r"(\d+) generated", run.stdout)
    assert generated is not None
    assert int(generated.group(1)) > 1000
