"""Small documents, drawn once and sent by everybody: uploads are the dear part of a journey."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image

from deploy.demo.applicant import JPEG, Files
from deploy.demo.drawing import identity_card, portrait
from deploy.demo.people import SamplePerson, sample_people

SMALLEST = 10_000  # intake refuses less
_DRAWN_ONCE: SamplePerson = sample_people(1, seed=4)[0]


@cache
def small_files() -> Files:
    """KTP, diploma and portrait of a made-up person."""
    card = _shrunk(identity_card(_DRAWN_ONCE), (800, 600))
    face = _shrunk(portrait(int(_DRAWN_ONCE.nik), sex=_DRAWN_ONCE.sex), (400, 533))
    return {
        "identity_card": ("ktp.jpg", card, JPEG),
        "diploma": ("ijazah.jpg", card, JPEG),
        "photo": ("foto.jpg", face, JPEG),
    }


def _shrunk(picture: bytes, size: tuple[int, int]) -> bytes:
    target = io.BytesIO()
    Image.open(io.BytesIO(picture)).resize(size).save(target, "JPEG", quality=92)
    if len(target.getvalue()) < SMALLEST:
        raise ValueError(f"{len(target.getvalue())} bytes are too few for intake")
    return target.getvalue()
