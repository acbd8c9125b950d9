"""Check the texts of a folder before they go online: `python -m services.intake.information`."""

from __future__ import annotations

import sys
from pathlib import Path

from services.intake.information.library import DEFAULT_FOLDER, load_library
from services.intake.information.source import TextError
from shared.office import load_office


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else DEFAULT_FOLDER
    try:
        library = load_library(folder, load_office(Path(arguments[1]) if arguments[1:] else None))
    except TextError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"Benar: {len(library.pages)} halaman di {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
