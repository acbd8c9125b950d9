"""Areas: villages by code, free text outside the regency."""

from __future__ import annotations

from collections.abc import Mapping

from services.intake.forms import form_of, parse_page
from services.intake.forms.areas import VILLAGES
from services.intake.forms.parsing import Parsed
from shared.office import load_office
from tests.unit.intake import answers_example

TODAY = answers_example.EXAMPLE_DAY
OFFICE = load_office()


def parse(page: str, changes: Mapping[str, str | list[str] | None] | None = None) -> Parsed:
    """The example page with some entries changed; None takes an entry away."""
    form = form_of(answers_example.PAGES.get(page, {}))
    for name, entry in (changes or {}).items():
        form.pop(name, None)
        if entry is not None:
            form[name] = entry if isinstance(entry, list) else [entry]
    return parse_page(page, form, TODAY, OFFICE)


def test_outside_the_regency_areas_are_free_text_but_for_the_province() -> None:
    parsed = parse(
        "contact",
        {
            "ktp_in_regency": "no",
            "ktp_province_code": "13",
            "ktp_regency_name": "Kota Pekanbaru",
            "ktp_subdistrict_name": "Sail",
            "ktp_village_name": "Suka Maju",
        },
    )
    assert not parsed.errors
    assert parsed.values["ktp_village_code"] is None
    assert parsed.values["ktp_province_code"] == "13"


def test_villages_have_the_usual_spelling_and_codes_as_keys() -> None:
    assert len(VILLAGES) == 236
    assert VILLAGES["14.04.05.1004"].name == "Sungai Salak"
    assert VILLAGES["14.04.01.1001"].name == "Pulau Kijang"
    assert [v.subdistrict_name for v in VILLAGES.values() if v.name == "Pengalihan"] == [
        "Enok",
        "Keritang",
    ]
