"""The NIK of an officer: only its blind index is kept, the same one that his case would have."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from deploy.local.environment import environment
from deploy.local.stack import Servers
from services.verification import accounts as command
from services.verification.officers import store
from shared.sealed import blind_index
from tests.integration.verification.browser import Browser
from tests.integration.verification.conftest import Desk
from tests.integration.verification.test_accounts import (
    ACCOUNTS,
    NEW,
    administrator,
    post,
    press,
)
from tests.unit.verification.sample_events import INDEX_KEY, submitted

NIK = "1404046708010001"
ROLE = {"name": "Vera Contoh", "role.verification_officer": "1"}


async def kept(desk: Desk, username: str = "vera") -> str | None:
    found = await store.find_by_username(desk.uow.reading(), username)
    assert found
    return found[0].nik_index


async def test_it_is_entered_kept_changed_and_removed(desk: Desk, browser: Browser) -> None:
    await administrator(desk)
    await browser.sign_in("admin")
    spaced = " ".join(NIK[at : at + 4] for at in range(0, 16, 4))
    assert (await press(browser, desk.verifier, **ROLE, nik=spaced)).endswith("?done=changed")
    event = submitted()
    await desk.deliver(event)
    assert await kept(desk) == (await desk.case(event.subject)).nik_index

    page = await browser.client.get(f"{ACCOUNTS}/{desk.verifier.id}")
    assert "Sudah tercatat" in page.text
    assert NIK not in page.text
    await press(browser, desk.verifier, **ROLE, nik="")
    assert await kept(desk) is not None, "an empty field leaves it"
    wrong = await press(browser, desk.verifier, **ROLE, nik="1404")
    assert "NIK petugas tidak benar." in wrong
    await press(browser, desk.verifier, **ROLE, forget_nik="1")
    assert await kept(desk) is None

    await post(browser, f"{ACCOUNTS}/baru", {**NEW, "nik": NIK})
    assert await kept(desk, "baru") == blind_index(INDEX_KEY, NIK)
    rows = await desk.owner.collection("officers").find({}).to_list(None)
    assert NIK not in repr(rows)
    assert NIK not in repr(await desk.audit())
    changes = await desk.audit(action="account.changed")
    assert [row["detail"]["nik_changed"] for row in changes] == [True, False, True]


async def test_the_command_reads_it_from_a_file(
    desk: Desk,
    servers: Servers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environment("verification", servers.run).items():
        monkeypatch.setenv(name, value)
    secret, nik = tmp_path / "password", tmp_path / "nik"
    secret.write_text("kelapa sagu rotan\n")
    words = ["ensure", "--username", "vera", "--name", "Vera", "--role", "verification_officer"]
    words += ["--password-file", str(secret)]

    async def ensure(*more: str) -> None:
        assert await asyncio.to_thread(command.main, [*words, *more]) == 0

    nik.write_text("14 bukan NIK")
    assert await asyncio.to_thread(command.main, [*words, "--nik-file", str(nik)]) == 2
    assert "NIK petugas tidak benar." in capsys.readouterr().err
    nik.write_text(NIK + "\n")
    await ensure("--nik-file", str(nik))
    index = blind_index(servers.run.secrets.values["index:verification"], NIK)
    assert await kept(desk) == index
    await ensure()
    assert await kept(desk) == index
    await ensure("--forget-nik")
    assert await kept(desk) is None
