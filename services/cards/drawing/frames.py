"""The frame of a card (labels, lines, boxes, terms) as the ready first part of a PDF.

WeasyPrint lays it out once per text of the office; its objects are taken over in `Taken.take`,
the finisher of that rendering. A card then adds its values and looks the same as if both had been
drawn together (tests compare the two).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pydyf

from services.cards.drawing.letters import add_fonts
from services.cards.drawing.objects import Shared, Writer
from services.cards.layout import LayoutError

_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_STREAM = b"\nstream\n"
TITLE = "@judul@"  # in the metadata of the frame, where each card puts its title
_TAGS = {"h1": "H1", "h2": "H2"}


@dataclass(frozen=True, slots=True)
class Item:
    """A text or picture of the frame: its number on the page, and what a reader hears of it.

    `about` names the values that follow it; with `has_rows` they are rows of a table.
    """

    marks: tuple[int, ...]
    tag: str
    side: int
    text: str
    alt: str = ""  # said instead of what is drawn
    about: str = ""
    has_rows: bool = False


@dataclass(frozen=True, slots=True)
class FramePage:
    content: int  # object
    fonts: bytes  # entries of resource dictionaries
    pictures: bytes
    others: bytes
    box: bytes
    next_mark: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    shared: Shared
    pages: tuple[FramePage, ...]
    intents: bytes
    metadata: bytes
    producer: bytes
    fonts: tuple[int, ...]  # of the values


@dataclass(slots=True)
class Taken:
    """Collects what the finisher is given; `frame` is there afterwards."""

    found: list[Frame] = field(default_factory=list)

    @property
    def frame(self) -> Frame:
        return self.found[0]

    def take(self, document: Any, pdf: pydyf.PDF) -> None:
        pages = [o for o in pdf.objects if isinstance(o, dict) and o.get("Type") == "/Page"]
        contents = [pdf.objects[_number(page["Contents"])] for page in pages]
        for content in contents:
            content.stream = [b"q", *content.stream, b"Q"]
            content.compress = True
        resources = pdf.objects[_number(pages[0]["Resources"])]
        fonts = pdf.objects[_number(resources["Font"])]
        intents = pdf.catalog["OutputIntents"].data
        others = {k: v for k, v in resources.items() if k not in ("Font", "XObject")}
        wanted = [pydyf.Dictionary(others).data, fonts.data, resources["XObject"].data, intents]
        numbers = _reached(pdf, [*wanted, *(content.reference for content in contents)])
        writer = Writer()
        places = {number: writer.reserve() for number in sorted(numbers)}
        for number, place in places.items():
            o = pdf.objects[number]
            head, mark, stream = (
                o.data.partition(_STREAM) if isinstance(o, pydyf.Stream) else (o.data, b"", b"")
            )
            if mark:
                writer.add_whole_stream(_moved(head, places) + mark + stream, place)
            else:
                writer.add(_moved(head, places), place)
        items = _items(document, pdf, pages)
        own_fonts = add_fonts(writer, are_whole=False)
        metadata = pdf.objects[_number(pdf.catalog["Metadata"])]
        inside = [_moved(data, places) for data in wanted]
        self.found.append(
            Frame(
                shared=writer.shared(),
                pages=tuple(
                    FramePage(
                        content=places[content.number],
                        fonts=inside[1][2:-2],
                        pictures=inside[2][2:-2],
                        others=inside[0][2:-2],
                        box=page["MediaBox"].data,
                        next_mark=sum(len(item.marks) for item in items[number]),
                        items=tuple(items[number]),
                    )
                    for number, (page, content) in enumerate(zip(pages, contents, strict=True))
                ),
                intents=inside[3],
                metadata=b"\n".join(metadata.stream),
                producer=pdf.info["Producer"].data,
                fonts=own_fonts,
            )
        )


def _items(document: Any, pdf: pydyf.PDF, pages: list[Any]) -> list[list[Item]]:
    """Texts and pictures in the order of the template; those of one element together.

    A text without letters (a colon) goes to the one before, one after a number (`1.`) to that.
    """
    leaves = [
        o
        for o in pdf.objects
        if isinstance(o, dict) and o.get("Type") == "/StructElem" and _is_leaf(o["K"])
    ]
    found = [
        (number, box, section)
        for number, page in enumerate(document.pages)
        for box, section in _walk(page._page_box, None)  # noqa: SLF001  there is no public way
    ]
    sides = list(dict.fromkeys(section for _, _, section in found if section is not None))
    items: list[list[Item]] = [[] for _ in pages]
    last: Any = None
    for leaf, (page, box, section) in zip(leaves, found, strict=True):
        if leaf["Pg"] != pages[page].reference:
            raise AssertionError("tags and boxes are not in the same order")
        mark, element, on_page = int(leaf["K"][0]), box.element, items[page]
        if element.tag == "img" and leaf["S"] != "/Figure":
            raise LayoutError(f"a picture cannot be drawn: {element.get('alt')}")
        alt = element.get("alt", "")
        text = alt or box.text
        if on_page and (element is last or _belong_together(on_page[-1].text, text)):
            on_page[-1] = _joined(on_page[-1], mark, text)
        else:
            is_figure = leaf["S"] == "/Figure"
            on_page.append(
                Item(
                    marks=(mark,),
                    tag="Figure" if is_figure else _TAGS.get(box.element_tag, "P"),
                    side=sides.index(section) if section is not None else 0,
                    text=text,
                    alt=alt,
                    about=element.get("for", ""),
                    has_rows=element.get("rows") is not None,
                )
            )
        last = element
    return items


def _belong_together(before: str, text: str) -> bool:
    return not re.search(r"\w", text) or bool(re.fullmatch(r"\d+\.", before))


def _joined(item: Item, mark: int, text: str) -> Item:
    return replace(item, marks=(*item.marks, mark), text=f"{item.text} {text}")


def _walk(box: Any, section: Any) -> Iterator[tuple[Any, Any]]:
    """Texts and pictures, each with its `section`, in the order in which WeasyPrint tags them."""
    if hasattr(box, "text") or hasattr(box, "replacement"):
        yield box, section
        return
    if box.element_tag == "section":
        section = box.element
    for child in box.children:
        yield from _walk(child, section)


def _is_leaf(kids: Any) -> bool:
    return len(kids) == 1 and isinstance(kids[0], int)


def _reached(pdf: pydyf.PDF, begin: list[bytes]) -> set[int]:
    found: set[int] = set()
    waiting = list(begin)
    while waiting:
        head = waiting.pop().partition(_STREAM)[0]
        for number in {int(each) for each in _REFERENCE.findall(head)} - found:
            found.add(number)
            waiting.append(pdf.objects[number].data)
    return found


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _moved(head: bytes, places: dict[int, int]) -> bytes:
    return _REFERENCE.sub(lambda found: b"%d 0 R" % places[int(found[1])], head)
