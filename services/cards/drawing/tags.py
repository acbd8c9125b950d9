"""The tags of a card: in which order a screen reader says its texts, each value after its label."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from services.cards.drawing.frames import Frame, Item
from services.cards.drawing.ink import PHOTO, SYMBOL, Ink
from services.cards.drawing.objects import Writer, text_string
from services.cards.layout import Layout, Values
from services.cards.values import Value

ALT = {PHOTO: "Foto pemegang kartu", SYMBOL: "Kode QR untuk memeriksa kartu"}


class Tags:
    """Elements of the structure tree, and to which of them each mark of a page belongs."""

    def __init__(
        self, writer: Writer, form: Layout, inks: Sequence[Ink], pages: Sequence[int]
    ) -> None:
        self._writer = writer
        self._form = form
        self._inks = inks
        self._pages = pages
        self._owners: list[dict[int, int]] = [{} for _ in pages]

    def add(self, frame: Frame, values: Values) -> int:
        """The root of the tree."""
        root, document = self._writer.reserve(), self._writer.reserve()
        sides = [self._side(number, document, frame, values) for number in range(len(values))]
        self._writer.add(
            b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>" % (root, _references(sides)), document
        )
        nums = b"".join(
            b"%d[%b]" % (page, _references(owners[mark] for mark in sorted(owners)))
            for page, owners in enumerate(self._owners)
        )
        parents = self._writer.add(b"<</Nums[%b]>>" % nums)
        return self._writer.add(
            b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d>>"
            % (document, parents, len(self._pages)),
            root,
        )

    def _side(self, number: int, parent: int, frame: Frame, values: Values) -> int:
        page = self._form.sides[number].page
        marks = self._inks[page].marks
        section = self._writer.reserve()
        waiting = {value.name: value for value in values[number]}
        kids: list[int] = []

        def element(
            tag: str,
            item: Item | None,
            said: Iterable[Value],
            alt: str = "",
            more: Sequence[int] = (),
        ) -> None:
            found = [*(item.marks if item else ()), *more]
            found += [marks[f"{number}:{value.name}"] for value in said]
            own = self._writer.add(
                b"<</Type/StructElem/S/%b/P %d 0 R/Pg %d 0 R%b/K[%b]>>"
                % (
                    tag.encode(),
                    section,
                    self._pages[page],
                    _instead(tag, alt),
                    " ".join(map(str, found)).encode(),
                )
            )
            self._owners[page] |= dict.fromkeys(found, own)
            kids.append(own)

        for item in frame.pages[page].items:
            if item.side != number:
                continue
            about = [
                value for value in waiting.values() if item.about and value.about == item.about
            ]
            for value in about:
                del waiting[value.name]
            element(item.tag, item, () if item.has_rows else about, item.alt)
            if item.has_rows:
                for _, row in groupby(about, key=lambda value: value.slot.top):
                    element("P", None, row)
        for value in waiting.values():
            element("P", None, [value])
        if self._form.photo.side == number:
            element("Figure", None, (), ALT[PHOTO], [marks[PHOTO]])
        if SYMBOL in marks and number == self._symbol_side(page):
            element("Figure", None, (), ALT[SYMBOL], [marks[SYMBOL]])
        return self._writer.add(
            b"<</Type/StructElem/S/Sect/P %d 0 R/K[%b]>>" % (parent, _references(kids)), section
        )

    def _symbol_side(self, page: int) -> int:
        return next(n for n, side in enumerate(self._form.sides) if side.page == page)


def _instead(tag: str, alt: str) -> bytes:
    if not alt:
        return b""
    return (b"/Alt" if tag == "Figure" else b"/ActualText") + text_string(alt)


def _references(numbers: Iterable[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)
