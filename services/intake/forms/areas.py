"""The kecamatan and villages of Kabupaten Indragiri Hilir; the code is the key, never the name."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from services.intake.forms.fields import Option

_FILE = Path(__file__).parent.parent / "reference" / "inhil_wilayah.csv"
_SUBDISTRICT, _VILLAGE = 8, 13  # lengths of 14.04.01 and 14.04.01.1001
# The source joins these words to the next one ("Sungaisalak"); people and KTPs do not.
_JOINED = re.compile(r"^(Sungai|Pulau|Teluk|Tanjung|Pantai|Danau)([a-z]{2,})")


@dataclass(frozen=True, slots=True)
class Village:
    code: str
    name: str
    subdistrict_code: str
    subdistrict_name: str


def usual_spelling(name: str) -> str:
    """The name as people write it: `Sungaisalak` is Sungai Salak."""
    return _JOINED.sub(lambda match: f"{match[1]} {match[2].capitalize()}", name)


def _read() -> dict[str, Village]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        names = {code: usual_spelling(name) for code, name in csv.reader(file)}
    return {
        code: Village(code, name, code[:_SUBDISTRICT], names[code[:_SUBDISTRICT]])
        for code, name in names.items()
        if len(code) == _VILLAGE
    }


VILLAGES = _read()
VILLAGE_OPTIONS = tuple(
    Option(village.code, village.name, f"Kecamatan {village.subdistrict_name}")
    for village in sorted(VILLAGES.values(), key=lambda each: (each.subdistrict_name, each.name))
)
