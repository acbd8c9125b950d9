"""Whatever is posted, the forms read it or say what is wrong."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.intake.forms import PAGES, form_of, parse_page
from services.intake.forms.fields import Known
from services.intake.forms.rules import tidy
from shared.office import load_office
from tests.unit.intake import answers_example

TODAY = answers_example.EXAMPLE_DAY
OFFICE = load_office()
KNOWN = Known(birth_date=date(2001, 8, 27))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(), max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "form_level", "year_out"]), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = [field.name for page in PAGES.values() for field in page.fields]


@given(
    page=st.sampled_from(sorted(PAGES)),
    values=st.dictionaries(
        st.sampled_from([*NAMES, "education", "skills", "experience"]), JSON_VALUES, max_size=8
    ),
)
def test_no_json_whatever_breaks_the_reader(page: str, values: dict[str, Any]) -> None:
    parsed = parse_page(page, form_of(values), TODAY, OFFICE, KNOWN)
    assert all(isinstance(text, str) and text for text in parsed.errors.values())
    json.dumps(parsed.values)


@given(st.text())
def test_tidy_leaves_one_line_and_is_stable(text: str) -> None:
    once = tidy(text)
    assert once == tidy(once)
    assert "\n" not in once
    assert "\0" not in once
