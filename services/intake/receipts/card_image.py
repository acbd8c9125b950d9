"""The card as an image for the phone: as cards drew it, else both sides of the card's PDF."""

from __future__ import annotations

import io
from collections import OrderedDict
from contextlib import closing
from dataclasses import dataclass, field

from services.intake import status
from services.intake.applications import get_application
from services.intake.intake import Intake
from shared.errors import Unavailable
from shared.observability import get_logger
from shared.procpool import WorkerDied, WorkTimedOut
from shared.storage import CARDS

WIDTH = 1200  # pixels: small print can be read, and the QR scanned from the screen
_GAP = 24
_GAP_COLOUR = (213, 221, 228)
_KEPT = 64  # of at most some 300 kB; who may see one is decided anew at every request
_log = get_logger(__name__)


@dataclass
class CardImages:
    """Of cards without one of their own: those made last, by the hash of the PDF they were made
    from; one for the process.
    """

    most: int = _KEPT
    _made: OrderedDict[str, bytes] = field(default_factory=OrderedDict)

    async def read(self, intake: Intake, application_id: str) -> tuple[str, bytes]:
        """File name and PNG of the issued card; raises `NotFound` before that, `Unavailable`."""
        application = await get_application(intake.uow.reading(), application_id)
        card = status.card_to_hand_out(application)
        drawn, digest = card.get("phone_image"), card["sha256"]
        if drawn:
            image = await intake.storage.get(CARDS, drawn["key"], drawn["sha256"])
            return f"{status.card_name(card)}.png", image
        known = self._made.get(digest)
        if known is not None:
            self._made.move_to_end(digest)
            return f"{status.card_name(card)}.png", known
        name, pdf = await status.read_card(intake, application_id)
        image = await self._draw(intake, pdf)
        self._made[digest] = image
        if len(self._made) > self.most:
            self._made.popitem(last=False)
        return name.removesuffix(".pdf") + ".png", image

    async def _draw(self, intake: Intake, pdf: bytes) -> bytes:
        try:
            return await intake.workers.run(draw_card, pdf)
        except (WorkTimedOut, WorkerDied) as error:
            _log.warning("card_image.not_drawn", cause=repr(error))
            raise Unavailable from error


def draw_card(pdf: bytes) -> bytes:
    """All pages of a card as one PNG. For worker processes only: PDFium is not thread-safe."""
    import pypdfium2 as pdfium
    from PIL import Image

    sides = []
    with closing(pdfium.PdfDocument(pdf)) as document:
        for page in document:
            with closing(page):
                scale = WIDTH / page.get_size()[0]
                with closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
                    sides.append(bitmap.to_pil().convert("RGB"))
    height = sum(side.height for side in sides) + _GAP * (len(sides) - 1)
    image = Image.new("RGB", (WIDTH, height), _GAP_COLOUR)
    top = 0
    for side in sides:
        image.paste(side, (0, top))
        top += side.height + _GAP
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()
