"""What an office may choose about the form: skills that must be named, and wages in bands."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.intake.forms import PAGES, form_of, parse_page
from services.intake.forms.tailoring import tailored
from services.intake.web.answers import text_of
from services.intake.web.questions import row_numbers
from shared.office import Office, Skills, Wage, load_office
from tests.unit.intake import answers_example

OFFICE = load_office()
TODAY = date(2026, 11, 24)
DEMANDING = OFFICE.model_copy(update={"skills": Skills(min_rows=2)})
IN_BANDS = OFFICE.model_copy(update={"wage": Wage(mode="bands", bands=(2_000_000, 3_000_000))})


def errors(page_id: str, changes: dict[str, Any], office: Office) -> dict[str, str]:
    values = {**answers_example.PAGES[page_id], **changes}
    return parse_page(page_id, form_of(values), TODAY, office).errors


def wage_field(office: Office) -> Any:
    page = tailored(PAGES["preferences"], office)
    return next(field for field in page.fields if field.name == "wage")


def test_no_skill_is_asked_for_unless_the_office_wants_it() -> None:
    assert OFFICE.skills.min_rows == 0
    assert not errors("skills", {"skills": []}, OFFICE)
    (group,) = tailored(PAGES["skills"], OFFICE).groups
    assert row_numbers(group, {}) == []
    missing = errors("skills", {"skills": []}, DEMANDING)
    assert missing == dict.fromkeys(("skills-0-name", "skills-1-name"), "Isi jenis keterampilan.")
    (group,) = tailored(PAGES["skills"], DEMANDING).groups
    assert row_numbers(group, {}) == [0, 1]
    assert group.hint == "Isi paling sedikit 2 keterampilan."
    two = [{"name": "Komputer"}, {"name": "Las listrik"}]
    assert not errors("skills", {"skills": two}, DEMANDING)


def test_a_wage_is_a_number_unless_the_office_asks_for_bands() -> None:
    assert wage_field(OFFICE).kind == "text"
    chosen = {each.value: each.label for each in wage_field(IN_BANDS).options}
    assert chosen == {
        "-2000000": "Kurang dari Rp 2.000.000",
        "2000000-3000000": "Rp 2.000.000 sampai Rp 3.000.000",
        "3000000-": "Lebih dari Rp 3.000.000",
    }
    for band, label in chosen.items():
        assert not errors("preferences", {"wage": band}, IN_BANDS)
        # shown in words too when the office has gone back to numbers since
        assert text_of(wage_field(OFFICE), band) == text_of(wage_field(IN_BANDS), band) == label
        assert set(errors("preferences", {"wage": band}, OFFICE)) == {"wage"}
    assert not errors("preferences", {"wage": None}, IN_BANDS)
    assert errors("preferences", {"wage": "2500000"}, IN_BANDS) == {
        "wage": "Pilih upah yang diinginkan, atau kosongkan."
    }


@pytest.mark.parametrize("bands", [(), (0, 1), (2, 2), (3, 2)])
def test_bands_that_do_not_grow_are_no_configuration(bands: tuple[int, ...]) -> None:
    with pytest.raises(ValidationError):
        Wage(mode="bands", bands=bands)
