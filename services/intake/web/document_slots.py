"""The documents as the pages show them: one slot for each kind that may be needed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.intake.domain import (
    DOCUMENT_HINTS,
    DOCUMENT_KINDS,
    SCHOOL_DOCUMENTS,
)
from shared.code_lists import DOCUMENT_KIND
from shared.contracts.applications import DocumentKind

_IMAGES = "image/jpeg,image/png,image/webp"
_EDGE, _PHOTO_EDGE = 1600, 900  # pixels to which the browser shrinks before sending


@dataclass(frozen=True)
class Slot:
    """`document_id` is empty when nothing was uploaded; `image_url` is its first page."""

    kind: DocumentKind
    title: str
    hint: str
    required: bool
    reason: str = ""
    document_id: str = ""
    image_url: str = ""
    pages: int = 0
    size: int = 0
    removable: bool = True

    @property
    def accept(self) -> str:
        return _IMAGES if self.kind == "photo" else f"{_IMAGES},application/pdf"

    @property
    def edge(self) -> int:
        return _PHOTO_EDGE if self.kind == "photo" else _EDGE


def draft_kinds(*, ktp_in_regency: bool | None) -> tuple[DocumentKind, ...]:
    """The kinds asked of a draft; the domicile letter only if the KTP is from elsewhere."""
    return tuple(
        kind
        for kind in ("identity_card", "diploma", "graduation_letter", "photo", "domicile_letter")
        if kind != "domicile_letter" or ktp_in_regency is False
    )


def slots(
    kinds: Iterable[DocumentKind],
    documents: Mapping[str, Any],
    images: str,
    reasons: Mapping[str, str] | None = None,
) -> tuple[Slot, ...]:
    """`images` is the address under which the pages of `documents` are shown."""
    return tuple(_slot(kind, documents, images, (reasons or {}).get(kind, "")) for kind in kinds)


def _slot(kind: DocumentKind, documents: Mapping[str, Any], images: str, reason: str) -> Slot:
    document = documents.get(kind)
    found: dict[str, Any] = {}
    if document is not None:
        found = {
            "document_id": document["document_id"],
            "image_url": f"{images}/{document['document_id']}/1.jpg",
            "pages": len(document["pages"]),
            "size": sum(page["size"] for page in document["pages"]),
        }
    return Slot(
        kind=kind,
        title=DOCUMENT_KIND[kind],
        hint=DOCUMENT_HINTS[kind],
        required=_is_required(kind, documents),
        reason=reason,
        **found,
    )


def _is_required(kind: DocumentKind, present: Collection[str]) -> bool:
    """A diploma or its stand-in is enough; once one is there, the other may stay empty."""
    if kind == "graduation_letter":
        return False
    return kind not in SCHOOL_DOCUMENTS or "graduation_letter" not in present


def find_document(documents: Mapping[str, Any], document_id: str) -> Mapping[str, Any] | None:
    return next(
        (
            document
            for kind in DOCUMENT_KINDS
            if (document := documents.get(kind)) and document["document_id"] == document_id
        ),
        None,
    )
