"""Carries drawings of many PDFs into one, what is equal only once: frames, fonts, pictures.

Every object is known by what it says and by the objects it points to, so that equal parts of two
cards become the same object, however the cards were numbered inside.
"""

from __future__ import annotations

import hashlib

import pikepdf

_LEFT = {"/Parent", "/StructParents", "/StructParent", "/Length"}  # of the document it was in

_POINTING = (pikepdf.Stream, pikepdf.Dictionary, pikepdf.Array)


class Carrier:
    """Takes pages into `target`, each as a drawing (form XObject)."""

    def __init__(self, target: pikepdf.Pdf) -> None:
        self._target = target
        self._known: dict[bytes, pikepdf.Object] = {}

    def drawing(self, page: pikepdf.Page) -> pikepdf.Object:
        carried: dict[tuple[int, int], pikepdf.Object] = {}
        contents = page.obj.get("/Contents", pikepdf.Array())
        parts = contents if isinstance(contents, pikepdf.Array) else [contents]
        head = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=pikepdf.Array(page.mediabox),
            Resources=self._carry(page.resources, carried),
        )
        return self._stream(head, b"\n".join(each.read_bytes() for each in parts))

    def _carry(
        self, thing: pikepdf.Object, carried: dict[tuple[int, int], pikepdf.Object]
    ) -> pikepdf.Object:
        if not isinstance(thing, _POINTING):
            return thing
        if thing.is_indirect and (known := carried.get(thing.objgen)) is not None:
            return known
        own: pikepdf.Object
        if isinstance(thing, pikepdf.Stream):
            own = self._stream(self._dictionary(thing, carried), thing.read_raw_bytes())
        elif isinstance(thing, pikepdf.Dictionary):
            own = self._kept(self._dictionary(thing, carried), is_indirect=thing.is_indirect)
        else:
            items = pikepdf.Array([self._carry(item, carried) for item in thing])
            own = self._kept(items, is_indirect=thing.is_indirect)
        if thing.is_indirect:
            carried[thing.objgen] = own
        return own

    def _dictionary(
        self, thing: pikepdf.Object, carried: dict[tuple[int, int], pikepdf.Object]
    ) -> pikepdf.Dictionary:
        return pikepdf.Dictionary(
            {key: self._carry(value, carried) for key, value in thing.items() if key not in _LEFT}
        )

    def _kept(self, own: pikepdf.Object, *, is_indirect: bool) -> pikepdf.Object:
        if not is_indirect:
            return own
        key = own.unparse()
        if key not in self._known:
            self._known[key] = self._target.make_indirect(own)
        return self._known[key]

    def _stream(self, head: pikepdf.Dictionary, data: bytes) -> pikepdf.Object:
        key = hashlib.sha256(head.unparse() + b"\0" + data).digest()
        if key not in self._known:
            stream = pikepdf.Stream(self._target, data)
            for name, value in head.items():
                stream[name] = value
            self._known[key] = stream
        return self._known[key]
