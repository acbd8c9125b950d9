"""The terms of the office in their box, as large as they fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.cards.layout import LayoutError
from services.cards.typesetting import MM_PER_PT, Slot, Step, clean, fit


@dataclass(frozen=True, slots=True)
class TermsBox:
    """Room for the words of terms, in mm, without their numbers; leading and gap in em."""

    width: float
    height: float
    sizes: tuple[float, ...]  # pt, the largest first
    leading: float
    gap: float


def terms_size(terms: Sequence[str], box: TermsBox) -> float:
    """The largest size in pt at which all terms stand in their box; raises `LayoutError`."""
    for size in box.sizes:
        slot = Slot(0, 0, box.width, 0, (Step(size, 99),))
        lines = sum(len(fit(clean(term), slot).lines) for term in terms)
        ems = lines * box.leading + len(terms) * box.gap
        if ems * size * MM_PER_PT <= box.height:
            return size
    raise LayoutError("the terms of the office file do not fit into their box on the card")
