"""Draw the pages of a PDF as images. For worker processes only: PDFium is not thread-safe."""

import itertools
import re
import zlib
from contextlib import closing

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from services.intake.clean_images import write_jpeg
from services.intake.cleaning import CleanPage
from services.intake.measuring import marks_of
from services.intake.refusals import Refused

MAX_PAGES = 5
SCALE = 150 / 72  # 150 dots per inch
LONGEST_EDGE = 2200  # pixels; the size of a page comes from the file, so it is not to be trusted
SCRIPT = re.compile(rb"/JavaScript|/Launch\b")
PACKED_OBJECTS = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
UNPACK_LIMIT = 2 << 20  # bytes looked at in each packed part
PARTS_LIMIT = 64


def clean_pdf(data: bytes) -> list[CleanPage]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD
        raise Refused("pdf_locked" if locked else "unreadable") from error
    with closing(document):
        _check(document, data)
        try:
            return [_draw(document, number) for number in range(len(document))]
        except (pdfium.PdfiumError, ValueError) as error:
            raise Refused("unreadable") from error


def _check(document: pdfium.PdfDocument, data: bytes) -> None:
    if pdfium_c.FPDF_GetSecurityHandlerRevision(document) != -1:  # locked against changes only
        raise Refused("pdf_locked")
    if len(document) == 0:
        raise Refused("unreadable")
    if len(document) > MAX_PAGES:
        raise Refused("pdf_too_long")
    if pdfium_c.FPDFDoc_GetJavaScriptActionCount(document) > 0 or _has_script(data):
        raise Refused("pdf_script")


def _has_script(data: bytes) -> bool:
    """A cheap look, also into packed objects. Not the defence (that is drawing), but a courtesy to
    whoever opens the original one day. Harmless open actions (go to page 1) are common and pass.
    """
    if SCRIPT.search(data):
        return True
    for match in itertools.islice(PACKED_OBJECTS.finditer(data), PARTS_LIMIT):
        try:
            part = zlib.decompressobj().decompress(memoryview(data)[match.end() :], UNPACK_LIMIT)
        except zlib.error:
            continue
        if SCRIPT.search(part):
            return True
    return False


def _draw(document: pdfium.PdfDocument, number: int) -> CleanPage:
    with closing(document[number]) as page:
        scale = min(SCALE, LONGEST_EDGE / max(*page.get_size(), 1.0))
        # In the byte order of Pillow, or the whole page would be turned around pixel by pixel.
        with closing(page.render(scale=scale, may_draw_forms=False, rev_byteorder=True)) as bitmap:
            picture = bitmap.to_pil()
            picture = picture if picture.mode == "RGB" else picture.convert("RGB")
            return write_jpeg(picture, marks_of(picture))
