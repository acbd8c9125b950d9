"""References: the check character, and what is forgiven when somebody types one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.references import new_reference, normalise_reference

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCES = st.builds(lambda _: new_reference(), st.integers())


def test_new_references_differ_and_are_their_own_spelling() -> None:
    made = {new_reference() for _ in range(500)}
    assert len(made) == 500
    for reference in made:
        assert len(reference) == 15
        assert normalise_reference(reference) == reference


@given(REFERENCES, st.data())
def test_every_wrong_character_is_found(reference: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(4, len(reference) - 1))
    wrong = data.draw(st.sampled_from([sign for sign in ALPHABET if sign != reference[place]]))
    assert normalise_reference(reference[:place] + wrong + reference[place + 1 :]) is None


def test_nearly_every_swap_of_neighbours_is_found() -> None:
    missed = tried = 0
    for _ in range(300):
        reference = new_reference()
        for place in range(4, len(reference) - 1):
            left, right = reference[place], reference[place + 1]
            if left == right:
                continue
            tried += 1
            swapped = reference[:place] + right + left + reference[place + 2 :]
            missed += normalise_reference(swapped) is not None
    assert missed / tried < 0.01


@given(REFERENCES)
def test_usual_typing_is_forgiven(reference: str) -> None:
    body = reference.removeprefix("AK1-")
    for typed in (
        reference.lower(),
        f" {reference} ",
        f"AK1 {body[:5]} {body[5:]}",
        body,
        f"AKI-{body}",
        f"akl–{body.lower()}",
        f"AK1-{body.replace('0', 'o').replace('1', 'l')}",
        f"AK1-{body.replace('0', 'O').replace('1', 'I')}",
    ):
        assert normalise_reference(typed) == reference


@pytest.mark.parametrize("typed", ["", "AK1-", "AK1", "x" * 300, "AK1-UUUUUUUUUUU", "ÄK1-é", "\0"])
def test_what_is_no_reference(typed: str) -> None:
    assert normalise_reference(typed) is None


@given(st.text())
def test_no_text_breaks_it(typed: str) -> None:
    found = normalise_reference(typed)
    assert found is None or normalise_reference(found) == found
