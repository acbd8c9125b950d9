"""Small pictures of uploaded pages. Kept in memory for a while: a phone asks for each of them again
on every page that shows the documents, and decoding one costs more than all else of that page.
"""

from __future__ import annotations

import asyncio
import io
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from PIL import Image

from services.intake import documents
from services.intake.intake import Intake

_SIZE = (112, 150)  # shown 96 wide
_QUALITY = 32
_KEPT = 1500  # of about 2.5 kB; who may see one is decided anew at every request


class Thumbnails:
    """The ones made last. The key of a page is never used for another picture."""

    def __init__(self, most: int = _KEPT) -> None:
        self._most = most
        self._made: OrderedDict[str, bytes] = OrderedDict()

    async def of(self, intake: Intake, document: Mapping[str, Any], number: int) -> bytes:
        """A page of a document; raises `NotFound`, `Unavailable`."""
        pages = document["pages"]
        key: str = pages[number]["key"] if 0 <= number < len(pages) else ""
        known = self._made.get(key)
        if known is not None:
            self._made.move_to_end(key)
            return known
        jpeg = await documents.read_page_image(intake, document, number)
        small = await asyncio.to_thread(thumbnail, jpeg)
        self._made[key] = small
        if len(self._made) > self._most:
            self._made.popitem(last=False)
        return small


def thumbnail(jpeg: bytes) -> bytes:
    """A small copy of one of our own clean images; four of them are on a page of 15 kB."""
    image = Image.open(io.BytesIO(jpeg))
    image.draft("RGB", _SIZE)
    image.thumbnail(_SIZE)
    small = io.BytesIO()
    image.save(small, "JPEG", quality=_QUALITY, optimize=True)
    return small.getvalue()
