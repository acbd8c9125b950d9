"""Turn an uploaded file into fresh page images, or refuse it. Runs in a worker process.

Whatever was hidden in the file (place of the photo, scripts, a second file behind the first) stays
behind: what leaves here are newly written JPEGs of what a person would see.

The decoders are imported in the worker alone: the service itself neither needs nor pays for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.intake.marks import in_order
from services.intake.refusals import Refused
from services.intake.sniffing import SourceType, sniff

if TYPE_CHECKING:  # a worker need not load pydantic
    from shared.contracts.applications import DocumentMark

MIN_BYTES = 10_000
MAX_BYTES = 5 * 1024 * 1024

__all__ = ["CleanDocument", "CleanPage", "Refused", "clean", "warm_up"]


@dataclass(frozen=True, slots=True)
class CleanPage:
    """`marks` are what was noticed about this page alone."""

    jpeg: bytes
    width: int
    height: int
    marks: frozenset[DocumentMark] = frozenset()


@dataclass(frozen=True, slots=True)
class CleanDocument:
    pages: tuple[CleanPage, ...]
    source_type: SourceType
    marks: tuple[DocumentMark, ...] = ()


def warm_up() -> None:
    """Load the decoders before the first document comes."""
    import services.intake.clean_images
    import services.intake.clean_pdfs  # noqa: F401


def clean(data: bytes, declared: str | None, kind_is_photo: bool) -> CleanDocument:
    """Raises `Refused`; any other exception is a fault of ours."""
    from services.intake.clean_images import clean_image, clean_photo
    from services.intake.clean_pdfs import clean_pdf
    from services.intake.measuring import on_every_page

    if len(data) < MIN_BYTES:
        raise Refused("too_small")
    if len(data) > MAX_BYTES:
        raise Refused("too_big")
    source_type = sniff(data, declared)
    if source_type != "application/pdf":
        pages = [(clean_photo if kind_is_photo else clean_image)(data, source_type)]
    elif kind_is_photo:
        raise Refused("photo_not_image")
    else:
        pages = clean_pdf(data)
    marks = in_order(on_every_page([page.marks for page in pages]))
    return CleanDocument(tuple(pages), source_type, marks)
