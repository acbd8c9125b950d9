"""Small pictures are made once and looked up by the key of the page, never by anything else."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PIL import Image

from services.intake.intake import Intake
from services.intake.web.thumbnails import Thumbnails
from shared.errors import NotFound


def _jpeg(colour: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (1600, 1200), colour).save(target, "JPEG")
    return target.getvalue()


class _Storage:
    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects = objects
        self.reads: list[str] = []

    async def get(self, _bucket: str, key: str, _sha256: str | None = None) -> bytes:
        self.reads.append(key)
        return self.objects[key]


def _intake(storage: _Storage) -> Intake:
    return cast("Intake", SimpleNamespace(storage=storage))


def _document(*keys: str) -> dict[str, Any]:
    return {"pages": [{"key": key, "sha256": "0" * 64} for key in keys]}


async def test_is_small_and_read_once() -> None:
    storage = _Storage({"a": _jpeg("red"), "b": _jpeg("blue")})
    thumbnails = Thumbnails()
    document = _document("a", "b")
    first = await thumbnails.of(_intake(storage), document, 0)
    assert await thumbnails.of(_intake(storage), document, 0) == first
    other = await thumbnails.of(_intake(storage), document, 1)
    assert other != first
    assert storage.reads == ["a", "b"]
    assert Image.open(io.BytesIO(first)).size == (112, 84)


async def test_forgets_what_was_not_asked_for_lately() -> None:
    storage = _Storage({key: _jpeg("red") for key in "abc"})
    thumbnails = Thumbnails(most=2)
    for key in ("a", "b", "a", "c", "a", "b"):
        await thumbnails.of(_intake(storage), _document(key), 0)
    assert storage.reads == ["a", "b", "c", "b"]


@pytest.mark.parametrize("number", [-1, 1])
async def test_page_that_is_not_there(number: int) -> None:
    with pytest.raises(NotFound):
        await Thumbnails().of(_intake(_Storage({})), _document("a"), number)
