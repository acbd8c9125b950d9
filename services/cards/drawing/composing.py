"""Joins a frame and what one card adds into a PDF/A-3 with tags."""

from html import escape

from services.cards.drawing.frames import TITLE, Frame
from services.cards.drawing.ink import ink_of
from services.cards.drawing.letters import COMMON, FACES, add_fonts, letters
from services.cards.drawing.objects import Writer, text_string
from services.cards.drawing.tags import Tags
from services.cards.layout import Layout, Values
from services.cards.photo import SIZE
from services.cards.qr import QrSymbol

LANGUAGE = "id"


def compose(
    form: Layout, frame: Frame, values: Values, photo: bytes, symbol: QrSymbol, title: str
) -> bytes:
    """`photo` is a JPEG as `card_photo` makes it."""
    writer = Writer(frame.shared)
    used = {letter for side in values for value in side for line in value.lines for letter in line}
    are_whole = not used <= COMMON
    fonts = add_fonts(writer, are_whole=True) if are_whole else frame.fonts
    measured = [letters(face, is_whole=are_whole) for face in FACES]
    picture = writer.add_stream(
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8"
        b"/Filter/DCTDecode" % SIZE,
        photo,
    )
    tree = writer.reserve()
    pages = [writer.reserve() for _ in frame.pages]
    inks = [
        ink_of(form, number, page.next_mark, values, symbol, measured)
        for number, page in enumerate(frame.pages)
    ]
    named = b"".join(b"/V%d %d 0 R" % each for each in enumerate(fonts))
    for number, (own, page, ink) in enumerate(zip(pages, frame.pages, inks, strict=True)):
        content = writer.add_stream(b"/Filter/FlateDecode", ink.content)
        writer.add(
            b"<</Type/Page/Parent %d 0 R/MediaBox%b/TrimBox%b/Contents[%d 0 R %d 0 R]"
            b"/Resources<<%b/Font<<%b%b>>/XObject<<%b/Photo %d 0 R>>>>/StructParents %d/Tabs/S>>"
            % (
                tree,
                page.box,
                page.box,
                page.content,
                content,
                page.others,
                page.fonts,
                named,
                page.pictures,
                picture,
                number,
            ),
            own,
        )
    kids = b" ".join(b"%d 0 R" % page for page in pages)
    writer.add(b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, len(pages)), tree)
    metadata = writer.add_stream(
        b"/Type/Metadata/Subtype/XML",
        frame.metadata.replace(TITLE.encode(), escape(title).encode()),
    )
    root = Tags(writer, form, inks, pages).add(frame, values)
    catalog = writer.add(
        b"<</Type/Catalog/Pages %d 0 R/Lang(%b)/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R"
        b"/Metadata %d 0 R/OutputIntents%b/ViewerPreferences<</DisplayDocTitle true>>>>"
        % (tree, LANGUAGE.encode(), root, metadata, frame.intents)
    )
    info = writer.add(b"<</Title%b/Producer%b>>" % (text_string(title), frame.producer))
    return writer.finish(catalog, info)
