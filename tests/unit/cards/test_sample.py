"""The office can look at every layout with its own letterhead before anyone gets a card."""

import io
from pathlib import Path

import pikepdf
import pytest

from services.cards import sample
from services.cards.layouts.form_texts import name_rows
from shared.office import DEFAULT_FILE, load_office


def test_every_layout_is_drawn_usual_and_long(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "folder"
    assert sample.main([str(folder), "--office", str(DEFAULT_FILE)]) == 0
    made = {path.name: path.read_bytes() for path in folder.iterdir()}
    layouts = ("strip", "sheet", "form", "plastic")
    expected = {f"{name}-{kind}.pdf" for name in layouts for kind in ("usual", "long")}
    assert set(made) == expected | {"phone-usual.png", "phone-long.png"}
    for name in expected:
        with pikepdf.open(io.BytesIO(made[name])) as pdf:
            assert len(pdf.pages) in {1, 2}
    assert capsys.readouterr().out.count(str(folder)) == len(made)


def test_the_long_person_is_as_long_as_the_form_takes() -> None:
    face = sample.long_face(load_office())
    assert len(face.full_name) == 59
    assert name_rows(face.full_name)[1][-1] == "…"
    assert 190 <= len(face.address) <= 210
    assert len(face.education) == 8
