"""The documents as the pages show them: one slot for each kind that may be needed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from services.intake.files import files_of
from services.intake.marks import MARK_TEXTS
from services.intake.requirements import (
    DOCUMENT_HINTS,
    DOCUMENT_KINDS,
    FILES_MOST,
    SCHOOL_DOCUMENTS,
    offered_documents,
    required_documents,
)
from shared.code_lists import DOCUMENT_KIND
from shared.contracts.applications import DocumentKind
from shared.office import Office

# Only if we can read it: an iPhone asked without it converts by itself.
_HEIC = ",image/heic" if find_spec("pillow_heif") else ""
_IMAGES = f"image/jpeg,image/png,image/webp{_HEIC}"
_EDGE, _PHOTO_EDGE = 1600, 900  # pixels to which the browser shrinks before sending


@dataclass(frozen=True)
class Asked:
    """One kind that a page asks for; `reason` is what an officer wrote about it."""

    kind: DocumentKind
    required: bool
    reason: str = ""


@dataclass(frozen=True)
class Part:
    """One file of several; `number` counts from 1."""

    id: str
    number: int
    pages: int
    images: tuple[str, ...]


@dataclass(frozen=True)
class Slot:
    """`document_id` is empty when nothing was uploaded; `images` are the pages that may be seen.

    `parts` are its files, when there are several. What `was_sent` was redone in no way yet.
    """

    kind: DocumentKind
    title: str
    hint: str
    required: bool
    reason: str = ""
    document_id: str = ""
    images: tuple[str, ...] = ()
    pages: int = 0
    parts: tuple[Part, ...] = ()
    size: int = 0
    files: int = 0
    most_files: int = 1
    marks: tuple[str, ...] = ()
    removable: bool = True
    was_sent: bool = False

    @property
    def accept(self) -> str:
        return _IMAGES if self.kind == "photo" else f"{_IMAGES},application/pdf"

    @property
    def edge(self) -> int:
        return _PHOTO_EDGE if self.kind == "photo" else _EDGE

    @property
    def image_url(self) -> str:
        return self.images[0] if self.images else ""

    @property
    def extra(self) -> bool:
        """Nobody needs it: it stands behind the others."""
        return not (self.required or self.reason or self.kind in SCHOOL_DOCUMENTS)

    @property
    def takes_more(self) -> bool:
        """Whether a further file is put behind the ones that are there."""
        return 0 < self.files < self.most_files

    @property
    def is_full(self) -> bool:
        return self.most_files > 1 and self.files >= self.most_files


def asked_of(
    pages: Mapping[str, Any], documents: Collection[str], office: Office
) -> tuple[Asked, ...]:
    """What a draft is asked for, and what is there although nobody asks for it any more."""
    required = required_documents(pages, office)
    shown = {*offered_documents(pages, office), *documents}
    return tuple(
        Asked(kind, kind in required and _is_needed(kind, documents))
        for kind in DOCUMENT_KINDS
        if kind in shown
    )


def slots(
    asked: Iterable[Asked],
    documents: Mapping[str, Any],
    images: str,
    hidden: Collection[str] = (),
) -> tuple[Slot, ...]:
    """`images` is the address under which the pages of `documents` are shown, but for those whose
    keys are `hidden`.
    """
    return tuple(_slot(each, documents.get(each.kind), images, hidden) for each in asked)


def _slot(
    asked: Asked, document: Mapping[str, Any] | None, images: str, hidden: Collection[str]
) -> Slot:
    found: dict[str, Any] = {}
    if document is not None:
        folder = f"{images}/{document['document_id']}"
        pages = document["pages"]
        seen = {
            number: f"{folder}/{number + 1}.jpg"
            for number, page in enumerate(pages)
            if page["key"] not in hidden
        }
        parts = [
            Part(file.id, count, len(file.pages), _only(seen, file.pages))
            for count, file in enumerate(files_of(document), 1)
        ]
        found = {
            "document_id": document["document_id"],
            "images": tuple(seen.values()),
            "pages": len(pages),
            "parts": tuple(parts) if len(parts) > 1 else (),
            "size": sum(page["size"] for page in pages),
            "files": document.get("files", 1),
            "marks": tuple(MARK_TEXTS[mark] for mark in document.get("marks", ())),
        }
    return Slot(
        kind=asked.kind,
        title=DOCUMENT_KIND[asked.kind],
        hint=DOCUMENT_HINTS[asked.kind],
        required=asked.required,
        reason=asked.reason,
        most_files=FILES_MOST.get(asked.kind, 1),
        **found,
    )


def _only(seen: Mapping[int, str], pages: Iterable[int]) -> tuple[str, ...]:
    return tuple(seen[number] for number in pages if number in seen)


def _is_needed(kind: DocumentKind, present: Collection[str]) -> bool:
    """A diploma or its stand-in is enough; once one is there, the other may stay empty."""
    return kind not in SCHOOL_DOCUMENTS or not (SCHOOL_DOCUMENTS - {kind}).intersection(present)


def find_document(documents: Mapping[str, Any], document_id: str) -> Mapping[str, Any] | None:
    return next(
        (each for each in documents.values() if each["document_id"] == document_id),
        None,
    )
