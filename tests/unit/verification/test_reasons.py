"""Reasons that an applicant reads."""

from __future__ import annotations

import pytest

from services.verification.review.reasons import (
    BUILTIN,
    NOTE_LONGEST,
    REJECTION,
    RETURN_REASONS,
    Reason,
    ReasonList,
    checked_note,
)
from shared.code_lists import ITEM
from shared.errors import Invalid


def test_every_item_has_reasons_with_distinct_codes() -> None:
    assert set(RETURN_REASONS) == set(ITEM)
    for reasons in RETURN_REASONS.values():
        assert reasons
        assert len({each.code for each in reasons}) == len(reasons)


def test_items_come_in_the_order_of_the_form() -> None:
    items = BUILTIN.returned_items(
        {"documents.photo": "photo_not_accepted", "identity": "identity_card_mismatch"}
    )
    assert [each.item for each in items] == ["identity", "documents.photo"]
    assert items[0].reason.startswith("Data yang Anda isi tidak sama dengan KTP.")


@pytest.mark.parametrize(
    "chosen", [{}, {"documents.photo": "diploma_unclear"}, {"office": "photo_not_accepted"}]
)
def test_a_return_needs_reasons_of_the_list(chosen: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        BUILTIN.returned_items(chosen)


def test_a_rejection_needs_a_reason_of_the_list() -> None:
    assert BUILTIN.rejection("under_age").text == "Pemohon belum cukup umur."
    with pytest.raises(Invalid, match="Pilih alasan"):
        BUILTIN.rejection("")


def test_a_retired_reason_is_not_offered_and_keeps_its_name() -> None:
    groups = {
        "skills": (Reason("a", "A", "A.", is_retired=True), Reason("b", "B", "B.")),
        REJECTION: (Reason("c", "C", "C.", is_retired=True), Reason("d", "D", "D.")),
    }
    listed = ReasonList(3, groups)
    assert listed.first_of("skills", "a", "x") == "b"
    assert [each.code for each in listed.rejections] == ["d"]
    assert (listed.label("a"), listed.label("c"), listed.label("z")) == ("A", "C", "z")
    for refuse in (lambda: listed.rejection("c"), lambda: listed.returned_items({"skills": "a"})):
        with pytest.raises(Invalid):
            refuse()


def test_notes_are_trimmed_and_limited() -> None:
    assert checked_note("  a \n b ") == "a b"
    assert checked_note("   ") is None
    with pytest.raises(Invalid, match=r"paling banyak 300 huruf. Anda menulis 301"):
        checked_note("x" * (NOTE_LONGEST + 1))
