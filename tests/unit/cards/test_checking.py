"""An office file or a template that gives no cards is found when the service starts."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from services.cards import pages
from services.cards.checking import BadLayoutError, check_layouts
from shared.office import DEFAULT_FILE, Office, load_office

OFFICE = load_office()


def changed(**card: object) -> Office:
    return OFFICE.model_copy(update={"card": OFFICE.card.model_copy(update=card)})


def forget_templates() -> None:
    pages._styles.cache_clear()
    pages._templates.cache_clear()


def test_the_office_file_of_the_project_is_accepted() -> None:
    check_layouts(OFFICE)


def test_terms_that_do_not_fit_are_refused_with_the_layout() -> None:
    with pytest.raises(BadLayoutError, match=r"layout strip: .*terms"):
        check_layouts(changed(terms=("kata " * 2000,)))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("strip.html", "{{ terms_size }}", "{{ termsize }}"),
        ("sheet.css", "main {", "main "),
        ("strip.css", ".logo { left:", ".logo { left"),
        ("form.html", "{% endif %}", ""),
    ],
)
def test_a_template_with_a_mistake_is_refused(
    name: str, old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "template"
    shutil.copytree(pages.TEMPLATES, folder)
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")
    monkeypatch.setattr(pages, "TEMPLATES", folder)
    forget_templates()
    try:
        with pytest.raises(BadLayoutError, match=r"layout (strip|sheet|form)"):
            check_layouts(OFFICE)
    finally:
        forget_templates()


def test_the_service_does_not_start_and_says_why(tmp_path: Path) -> None:
    office = tmp_path / "office.toml"
    text = DEFAULT_FILE.read_text("utf-8")
    office.write_text(text.replace("terms = [", f'terms = ["{"kata " * 2500}",', 1), "utf-8")
    answer = subprocess.run(
        [sys.executable, "-m", "services.cards"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={
            "OFFICE_FILE": str(office),
            "MONGO_URL": "mongodb://127.0.0.1:9",
            "RABBIT_URL": "amqp://127.0.0.1:9",
        },
    )
    assert answer.returncode != 0
    assert "BadLayoutError: layout strip" in answer.stderr
