"""Write docs/openapi.json, the JSON API of intake: `python -m tools.openapi`."""

from __future__ import annotations

import json
from pathlib import Path

from services.intake.web.api import openapi_document

TARGET = Path(__file__).parent.parent / "docs" / "openapi.json"


def text() -> str:
    return json.dumps(openapi_document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
