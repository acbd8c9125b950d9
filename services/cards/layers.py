"""Keeps the frame of a card as ready PDF objects and stamps it under the values of each card.

The frame (labels, lines, boxes, terms) is laid out and drawn by WeasyPrint once per office
text; every page of it becomes a form XObject. A card is then only its values, and looks the
same as if frame and values had been drawn together (tests compare the two).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pydyf

_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_STREAM = b"\nstream\n"


class _Kept(pydyf.Object):  # type: ignore[misc]  # pydyf is untyped
    """An object written as it is; streams stay outside object streams."""

    def __init__(self, data: bytes, is_stream: bool) -> None:
        super().__init__()
        self._data = data
        self._is_stream = is_stream

    @property
    def data(self) -> bytes:
        return self._data

    @property
    def compressible(self) -> bool:
        return not self._is_stream


@dataclass(slots=True)
class Frame:
    """Objects of the frame in order; `pages` are the positions of its page drawings."""

    objects: list[tuple[bytes, bytes]] = field(default_factory=list)  # dictionary, stream
    pages: list[int] = field(default_factory=list)

    def keep(self, _document: Any, pdf: pydyf.PDF) -> None:
        """Finisher of the frame's own rendering: takes its objects over."""
        pages = _pages(pdf)
        drawings = {_number(page["Contents"]): page for page in pages}
        left_out = {pdf.pages.number, pdf.catalog.number, *(page.number for page in pages)}
        kept = [o for o in pdf.objects[1:] if o.number not in left_out]
        positions = {o.number: position for position, o in enumerate(kept)}
        for number, page in drawings.items():
            pdf.objects[number].extra |= {
                "Type": "/XObject",
                "Subtype": "/Form",
                "BBox": page["MediaBox"],
                "Resources": page["Resources"],
            }
            self.pages.append(positions[number])
        for o in kept:
            head, mark, stream = o.data.partition(_STREAM)
            if not isinstance(o, pydyf.Stream):
                head, mark, stream = o.data, b"", b""
            self.objects.append((_moved(head, positions), mark + stream))

    def stamp(self, pdf: pydyf.PDF, extra: Mapping[int, Sequence[bytes]]) -> None:
        """For the finisher of a card: adds the frame's objects and draws them below the values.

        `extra` is drawn after the frame, by the number of the page.
        """
        offset = len(pdf.objects)
        places = {position: position + offset for position in range(len(self.objects))}
        for head, stream in self.objects:
            pdf.add_object(_Kept(_moved(head, places) + stream, bool(stream)))
        pages = _pages(pdf)
        resources = pdf.objects[_number(pages[0]["Resources"])]
        for index, (page, position) in enumerate(zip(pages, self.pages, strict=True)):
            resources["XObject"][f"frame{index}"] = f"{position + offset} 0 R".encode()
            drawing = [b"q", f"/frame{index} Do".encode(), b"Q", *extra.get(index, ())]
            below = pydyf.Stream(drawing, compress=True)
            pdf.add_object(below)
            page["Contents"] = pydyf.Array([below.reference, page["Contents"]])


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _moved(head: bytes, places: dict[int, int]) -> bytes:
    return _REFERENCE.sub(lambda m: b"%d 0 R" % places[int(m[1])], head)


def _pages(pdf: pydyf.PDF) -> list[Any]:
    return [o for o in pdf.objects if isinstance(o, dict) and o.get("Type") == "/Page"]
