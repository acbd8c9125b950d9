"""Reasons that an applicant reads."""

from __future__ import annotations

import pytest

from services.verification.review.reasons import (
    NOTE_LONGEST,
    RETURN_REASONS,
    checked_note,
    rejection,
    returned_items,
)
from shared.code_lists import ITEM
from shared.errors import Invalid


def test_every_item_has_reasons_with_distinct_codes() -> None:
    assert set(RETURN_REASONS) == set(ITEM)
    for reasons in RETURN_REASONS.values():
        assert reasons
        assert len({each.code for each in reasons}) == len(reasons)


def test_items_come_in_the_order_of_the_form() -> None:
    items = returned_items(
        {"documents.photo": "photo_not_accepted", "identity": "identity_card_mismatch"}
    )
    assert [each.item for each in items] == ["identity", "documents.photo"]
    assert items[0].reason.startswith("Data yang Anda isi tidak sama dengan KTP.")


@pytest.mark.parametrize(
    "chosen", [{}, {"documents.photo": "diploma_unclear"}, {"office": "photo_not_accepted"}]
)
def test_a_return_needs_reasons_of_the_list(chosen: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        returned_items(chosen)


def test_a_rejection_needs_a_reason_of_the_list() -> None:
    assert rejection("under_age").text == "Pemohon belum cukup umur."
    with pytest.raises(Invalid, match="Pilih alasan"):
        rejection("")


def test_notes_are_trimmed_and_limited() -> None:
    assert checked_note("  a \n b ") == "a b"
    assert checked_note("   ") is None
    with pytest.raises(Invalid, match=r"paling banyak 300 huruf. Anda menulis 301"):
        checked_note("x" * (NOTE_LONGEST + 1))
