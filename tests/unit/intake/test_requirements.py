"""Which documents are asked for, from whom."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from services.intake.requirements import (
    CARD_IS_KNOWN,
    DOCUMENT_HINTS,
    DOCUMENT_KINDS,
    MISSING_DOCUMENT,
    is_taken,
    missing_documents,
    offered_documents,
    required_documents,
)
from services.intake.web.document_slots import asked_of, slots
from shared.contracts.applications import DocumentKind
from shared.office import Documents, load_office

OFFICE = load_office()
BASE = ("identity_card", "diploma", "photo")


def pages(
    kind: str = "new", reason: str | None = None, *, here: bool | None = True
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "start": {"values": {"kind": kind, "replacement_reason": reason}, "warnings": []}
    }
    if here is not None:
        made["contact"] = {"values": {"ktp_in_regency": here}, "warnings": []}
    return made


def test_every_kind_of_the_contract_has_its_words() -> None:
    kinds = set(get_args(DocumentKind))
    assert set(DOCUMENT_KINDS) == set(DOCUMENT_HINTS) == set(MISSING_DOCUMENT) == kinds
    assert all(
        text.endswith(".") for text in (*DOCUMENT_HINTS.values(), *MISSING_DOCUMENT.values())
    )


@pytest.mark.parametrize(
    ("of", "more"),
    [
        ({}, ()),
        (pages(here=None), ()),
        (pages(here=False), ("domicile_letter",)),
        (pages("correction"), ()),
        (pages("renewal"), ("previous_card",)),
        (pages("replacement", "lost"), ("police_loss_letter",)),
        (pages("replacement", "damaged"), ("previous_card",)),
        (pages("renewal", "lost", here=False), ("domicile_letter", "previous_card")),
    ],
)
def test_required_by_kind_and_address(of: dict[str, Any], more: tuple[str, ...]) -> None:
    assert required_documents(of, OFFICE) == (*BASE, *more)


@pytest.mark.parametrize(
    ("kind", "reason", "more"),
    [
        ("renewal", None, ()),
        ("correction", None, ()),
        ("replacement", "damaged", ()),
        ("replacement", "lost", ("police_loss_letter",)),
    ],
)
def test_a_card_that_we_issued_is_not_asked_for(
    kind: str, reason: str | None, more: tuple[str, ...]
) -> None:
    follows = pages(kind, reason)
    follows["start"]["values"][CARD_IS_KNOWN] = True
    assert required_documents(follows, OFFICE) == (*BASE, *more)
    assert "previous_card" not in offered_documents(follows, OFFICE)


@pytest.mark.parametrize(
    ("present", "here", "missing"),
    [
        ((), None, BASE),
        (("identity_card", "graduation_letter", "photo"), True, ()),
        (("identity_card", "diploma"), True, ("photo",)),
        (BASE, False, ("domicile_letter",)),
        ((*BASE, "domicile_letter"), False, ()),
    ],
)
def test_missing(present: tuple[str, ...], here: bool | None, missing: tuple[str, ...]) -> None:
    assert missing_documents(present, pages(here=here), OFFICE) == missing


def test_the_office_chooses_what_else_may_come() -> None:
    assert offered_documents({}, OFFICE) == (
        *("identity_card", "diploma", "graduation_letter", "photo"),
        *("family_card", "skill_certificate", "employment_letter"),
    )
    assert not is_taken("curriculum_vitae", OFFICE)
    chosen = Documents(required=("photo", "family_card"), optional=("village_letter",))
    other = OFFICE.model_copy(update={"documents": chosen})
    assert offered_documents(pages("renewal"), other) == (
        *("photo", "previous_card", "family_card", "village_letter"),
    )
    assert is_taken("village_letter", other)
    assert not is_taken("skill_certificate", other)


def test_what_is_there_stays_visible_and_removable() -> None:
    letter = {"document_id": "a", "pages": [{"key": "x/a/0.jpg", "size": 10}], "files": 1}
    shown = slots(asked_of({}, {"domicile_letter"}, OFFICE), {"domicile_letter": letter}, "/d")
    slot = next(slot for slot in shown if slot.kind == "domicile_letter")
    assert (slot.required, slot.removable, slot.image_url) == (False, True, "/d/a/1.jpg")


def test_a_diploma_is_not_asked_for_beside_its_stand_in() -> None:
    asked = {each.kind: each.required for each in asked_of({}, {"graduation_letter"}, OFFICE)}
    assert asked["diploma"] is asked["graduation_letter"] is False
    assert asked["photo"] is True


def test_several_files_of_one_kind() -> None:
    images = [{"key": f"x/{file}/0.jpg", "size": 10} for file in ("a", "b")]
    card = {"document_id": "b", "pages": images, "files": 2, "marks": ["dark"]}
    (slot,) = (
        s
        for s in slots(
            asked_of({}, {"skill_certificate"}, OFFICE), {"skill_certificate": card}, "/d"
        )
        if s.files
    )
    assert (slot.takes_more, slot.is_full, slot.pages) == (True, False, 2)
    assert [(part.id, part.number, part.images) for part in slot.parts] == [
        *(("a", 1, ("/d/b/1.jpg",)), ("b", 2, ("/d/b/2.jpg",))),
    ]
    assert slot.marks[0].startswith("Foto tampak gelap.")
