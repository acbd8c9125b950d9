"""The office's texts in a container: mounted where intake reads them, and in the image besides."""

from __future__ import annotations

from pathlib import Path

from services.intake.information import load_library
from services.intake.information.library import DEFAULT_FOLDER
from shared.office import load_office
from tests.contract.compose_files import MAIN, ROOT, expand


def test_compose_mounts_the_folder_that_intake_reads() -> None:
    compose = expand(MAIN)
    place = compose.environment("intake")["INFORMATION_DIR"]
    folder = ROOT / "deploy" / Path(compose.mounts("intake")[place]).name
    assert load_library(folder, load_office()).pages


def test_the_image_has_a_copy() -> None:
    copied = (ROOT / "deploy/Dockerfile").read_text()
    assert f"COPY {DEFAULT_FOLDER.parent.name}/ " in copied
    assert DEFAULT_FOLDER.relative_to(ROOT).as_posix() == "deploy/information"
