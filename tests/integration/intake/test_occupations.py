"""The office imports its list of occupations with one command, and the form offers it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from deploy.local.environment import environment
from deploy.local.stack import Servers
from services.intake.forms.occupations import BUILT_IN, SCHEME
from services.intake.intake import Intake
from services.intake.occupations import Catalogue, store
from services.intake.occupations.__main__ import main


async def test_an_imported_list_takes_the_place_of_the_short_one(
    servers: Servers,
    intake: Intake,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    reading = intake.uow.reading()
    catalogue = Catalogue()
    assert await catalogue.current(reading) is BUILT_IN
    for name, value in environment("intake", servers.run).items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "kbji.csv"
    file.write_text("kode,label\n2521.01,Perancang basis data\n", "utf-8")
    try:
        assert await asyncio.to_thread(main, ["import", str(file)]) == 0
        assert "1 jabatan disimpan" in capsys.readouterr().out
        assert await catalogue.current(reading) is BUILT_IN, "it looks once a minute"
        imported = await Catalogue().current(reading)
        assert imported.similar("basis data") == ("2521.01",)
        file.write_text("2521.01,\n", "utf-8")
        assert await asyncio.to_thread(main, ["import", str(file)]) == 1
        kept = await Catalogue().current(reading)
        assert kept.labels == imported.labels, "a broken file changes nothing"
    finally:
        await intake.mongo.collection(store.COLLECTION).delete_one({"_id": SCHEME})
