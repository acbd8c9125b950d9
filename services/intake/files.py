"""Documents of several files: which pages came with which file, one file more, one file less.

The pages of one file lie in one folder, which tells them apart also in what was sent long ago.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

from pydantic import Field

from services.intake.marks import in_order
from services.intake.refusals import Refused
from services.intake.requirements import FILES_MOST
from shared.contracts.applications import DocumentKind, DocumentMark, DocumentRef


class KeptDocument(DocumentRef):
    """As intake keeps it: also what was noticed about each file."""

    file_marks: dict[str, tuple[DocumentMark, ...]] = Field(default_factory=dict)


@dataclass(frozen=True)
class File:
    """One file of a document; `pages` are the positions of its pages, from 0."""

    id: str
    pages: tuple[int, ...]


def files_of(document: Mapping[str, Any]) -> tuple[File, ...]:
    found: dict[str, list[int]] = {}
    for number, page in enumerate(document["pages"]):
        found.setdefault(PurePosixPath(page["key"]).parent.name, []).append(number)
    return tuple(File(file_id, tuple(pages)) for file_id, pages in found.items())


def has_file(document: Mapping[str, Any], file_id: str) -> bool:
    return any(file.id == file_id for file in files_of(document))


def check_room(earlier: Mapping[str, Any] | None, kind: DocumentKind) -> None:
    """Raises `Refused` when as many files of this kind are there as may be."""
    most = FILES_MOST.get(kind, 1)
    if most > 1 and earlier is not None and earlier.get("files", 1) >= most:
        raise Refused("two_files_most" if most == 2 else "five_files_most")


def joined(earlier: Mapping[str, Any] | None, document: DocumentRef) -> DocumentRef:
    """Further files of a kind that takes several go behind; otherwise the new one replaces."""
    if document.kind not in FILES_MOST:
        return document
    new = KeptDocument(**dict(document), file_marks={document.document_id: document.marks})
    if earlier is None:
        return new
    check_room(earlier, document.kind)
    known = KeptDocument.model_validate(earlier)
    return new.model_copy(
        update={
            "source_type": known.source_type,
            "pages": (*known.pages, *new.pages),
            "files": known.files + new.files,
            "marks": in_order((*known.marks, *new.marks)),
            "file_marks": {**known.file_marks, **new.file_marks},
        }
    )


def without(document: Mapping[str, Any], file_id: str) -> KeptDocument | None:
    """What is left when a file is taken out; None when that was the last."""
    rest = [file for file in files_of(document) if file.id != file_id]
    if not rest:
        return None
    known = KeptDocument.model_validate(document)
    marks = {file.id: known.file_marks[file.id] for file in rest if file.id in known.file_marks}
    noticed = chain.from_iterable(marks.values()) if len(marks) == len(rest) else known.marks
    return known.model_copy(
        update={
            "document_id": secrets.token_hex(16),  # an officer sees that it is another one
            "pages": tuple(known.pages[number] for file in rest for number in file.pages),
            "files": len(rest),
            "marks": in_order(noticed),
            "file_marks": marks,
        }
    )
