"""Writes a PDF whose first part is kept ready as bytes: what many cards share is never made again.

Numbers of objects begin at 1. Objects that are not streams go into object streams (PDF 1.5).
"""

import hashlib
import zlib
from dataclasses import dataclass

HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"


@dataclass(frozen=True, slots=True)
class Shared:
    """The first part of a file, and where its objects are, for the cross-reference."""

    content: bytes
    entries: tuple[bytes, ...]  # of the objects 1, 2, …
    sha256: bytes

    @property
    def next_number(self) -> int:
        return len(self.entries) + 1


class Writer:
    """Adds objects to a shared part, or begins one."""

    def __init__(self, shared: Shared | None = None) -> None:
        self._shared = shared
        self._content = bytearray() if shared else bytearray(HEADER)
        self._start = len(shared.content) if shared else 0
        self._entries: list[bytes | None] = []
        self._plain: list[tuple[int, bytes]] = []
        self._first = shared.next_number if shared else 1

    def reserve(self) -> int:
        """A number for an object that others point to before it is made."""
        self._entries.append(None)
        return self._first + len(self._entries) - 1

    def add(self, data: bytes, number: int | None = None) -> int:
        number = number or self.reserve()
        self._plain.append((number, data))
        return number

    def add_stream(self, head: bytes, data: bytes, number: int | None = None) -> int:
        """`head` is the inside of its dictionary, without the length."""
        whole = b"<<%b/Length %d>>stream\n" % (head, len(data)) + data + b"\nendstream"
        return self.add_whole_stream(whole, number)

    def add_whole_stream(self, data: bytes, number: int | None = None) -> int:
        number = number or self.reserve()
        self._entries[number - self._first] = _entry(1, self._start + len(self._content), 0)
        self._content += b"%d 0 obj\n" % number + data + b"\nendobj\n"
        return number

    def shared(self) -> Shared:
        self._pack()
        return Shared(
            bytes(self._content), self._all_entries(), hashlib.sha256(self._content).digest()
        )

    def finish(self, catalog: int, info: int) -> bytes:
        self._pack()
        before = self._shared.sha256 if self._shared else b""
        identifier = hashlib.sha256(before + self._content).hexdigest()[:32].encode()
        at = self._start + len(self._content)
        number = self.reserve()
        self._entries[-1] = _entry(1, at, 0)
        known = self._shared.entries if self._shared else ()
        entries = (_entry(0, 0, 65535), *known, *self._all_entries())
        data = zlib.compress(b"".join(entries))
        head = (
            b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]"
            b"/Filter/FlateDecode/Length %d>>stream\n"
        )
        self._content += head % (
            number,
            len(entries),
            catalog,
            info,
            identifier,
            identifier,
            len(data),
        )
        self._content += data + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % at
        return (self._shared.content if self._shared else b"") + bytes(self._content)

    def _pack(self) -> None:
        """All objects that are no streams, as one object stream."""
        if not self._plain:
            return
        number = self.reserve()
        places: list[bytes] = []
        at = 0
        for index, (of, data) in enumerate(self._plain):
            places.append(b"%d %d" % (of, at))
            at += len(data) + 1
            self._entries[of - self._first] = _entry(2, number, index)
        index_part = b" ".join(places) + b"\n"
        body = index_part + b"\n".join(data for _, data in self._plain)
        head = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(places), len(index_part))
        self._plain = []
        self.add_stream(head, zlib.compress(body), number)

    def _all_entries(self) -> tuple[bytes, ...]:
        entries = tuple(entry for entry in self._entries if entry is not None)
        if len(entries) != len(self._entries):
            raise AssertionError("a reserved object was never made")
        return entries


def text_string(text: str) -> bytes:
    """For people to read: titles and words for a screen reader."""
    if text.isascii() and not set(text) & set("()\\"):
        return b"(%b)" % text.encode()
    return b"<FEFF%b>" % text.encode("utf-16-be").hex().upper().encode()


def _entry(kind: int, field: int, last: int) -> bytes:
    return bytes([kind]) + field.to_bytes(4, "big") + last.to_bytes(2, "big")
