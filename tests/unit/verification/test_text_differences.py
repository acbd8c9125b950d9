"""Two versions side by side, in words."""

from __future__ import annotations

from dataclasses import replace

from services.verification.review.reasons import BUILTIN, REJECTION, Reason, ReasonList
from services.verification.texts.differences import Part, reasons_between, words_between

ITEM = "documents.photo"


def test_words_that_went_and_came_stand_where_they_were() -> None:
    assert words_between("Halo {nama},\n\nsatu dua", "Halo {nama},\n\nsatu tiga") == [
        Part("same", "Halo {nama},\n\nsatu "),
        Part("old", "dua"),
        Part("new", "tiga"),
    ]
    assert words_between("", "Baru") == [Part("new", "Baru")]
    assert words_between("Sama", "Sama") == [Part("same", "Sama")]


def test_reasons_are_told_as_added_changed_retired_or_put_in_another_order() -> None:
    (photo,) = BUILTIN.groups[ITEM]
    added = Reason("latar", "Latar", "Latar harus merah atau biru.")
    rejections = BUILTIN.groups[REJECTION][::-1]
    groups = {**BUILTIN.groups, ITEM: (replace(photo, label="Foto"), added), REJECTION: rejections}
    changes = reasons_between(BUILTIN, ReasonList(1, groups))
    assert [(each.group, each.what) for each in changes] == [
        ("Pas foto 3x4", "Diubah"),
        ("Pas foto 3x4", "Ditambahkan"),
        ("Penolakan", "Urutan diubah"),
    ]
    assert changes[0].label == [Part("old", "Belum sesuai"), Part("new", "Foto")]
    retired = {**groups, ITEM: (replace(photo, is_retired=True), added)}
    (first, *_) = reasons_between(ReasonList(1, groups), ReasonList(2, retired))
    assert first.what == "Tidak dipakai lagi"
    assert reasons_between(BUILTIN, BUILTIN) == []
