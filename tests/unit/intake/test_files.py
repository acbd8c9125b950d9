"""Documents of several files: one more, one less, and what was noticed about each."""

from __future__ import annotations

from typing import Any

import pytest

from services.intake.domain import amended_document
from services.intake.files import files_of, joined, without
from services.intake.refusals import Refused
from shared.clock import now
from shared.contracts.applications import DocumentKind, DocumentMark, DocumentRef, PageRef
from tests.unit.intake.test_status import application


def uploaded(
    name: str, *marks: DocumentMark, pages: int = 1, kind: DocumentKind = "skill_certificate"
) -> DocumentRef:
    return DocumentRef(
        document_id=name,
        kind=kind,
        source_type="image/jpeg",
        pages=tuple(
            PageRef(key=f"applications/a/{name}/{number}.jpg", sha256="", width=1, height=1, size=1)
            for number in range(pages)
        ),
        uploaded_at=now(),
        marks=marks,
    )


def all_of(*documents: DocumentRef) -> dict[str, Any]:
    kept: dict[str, Any] | None = None
    for each in documents:
        kept = joined(kept, each).model_dump()
    assert kept is not None
    return kept


def test_one_file_is_taken_out_with_its_pages_and_marks() -> None:
    kept = all_of(uploaded("a"), uploaded("b", "blurred", "dark", pages=2), uploaded("c", "small"))
    assert [(file.id, file.pages) for file in files_of(kept)] == [
        *(("a", (0,)), ("b", (1, 2)), ("c", (3,))),
    ]
    left = without(kept, "b")
    assert left is not None
    assert [page.key for page in left.pages] == [
        *("applications/a/a/0.jpg", "applications/a/c/0.jpg"),
    ]
    assert (left.files, left.marks) == (2, ("small",))
    assert left.document_id not in {"a", "b", "c"}, "else an officer would not see the change"
    event = DocumentRef.model_validate(left.model_dump()).model_dump()
    assert "file_marks" not in event, "that is for us alone"
    again = joined(left.model_dump(), uploaded("d", "bright")).model_dump()
    assert [file.id for file in files_of(again)] == ["a", "c", "d"]
    assert again["marks"] == ("small", "bright")


def test_of_files_sent_before_marks_were_kept_apart_all_marks_stay() -> None:
    kept = all_of(uploaded("a"), uploaded("b", "blurred"))
    del kept["file_marks"]
    left = without(kept, "b")
    assert left is not None
    assert left.marks == ("blurred",)


def test_nothing_is_left_of_the_last_file() -> None:
    assert without(all_of(uploaded("a", pages=3)), "a") is None


def test_five_files_are_enough_and_other_kinds_are_replaced() -> None:
    five = [uploaded(name) for name in "abcde"]
    with pytest.raises(Refused):
        joined(all_of(*five), uploaded("f"))
    card = uploaded("x", kind="identity_card")
    assert joined(card.model_dump(), uploaded("y", kind="identity_card")).document_id == "y"


def test_a_correction_begins_with_what_was_sent_where_that_were_several_files() -> None:
    returned = application("returned")
    one, two = all_of(uploaded("a")), all_of(uploaded("a"), uploaded("b"))
    returned.documents = {"skill_certificate": one}
    assert amended_document(returned, "skill_certificate") is None
    returned.documents = {"skill_certificate": two}
    assert amended_document(returned, "skill_certificate") == two
    returned.amendment = {"pages": {}, "documents": {"skill_certificate": one}}
    assert amended_document(returned, "skill_certificate") == one
