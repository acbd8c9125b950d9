"""What the machine noticed about a document, told to the applicant at once. Never a refusal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a worker need not load pydantic
    from shared.contracts.applications import DocumentMark

MARK_TEXTS: dict[DocumentMark, str] = {
    "small": (
        "Gambar ini kecil, mungkin sulit dibaca petugas. Lebih baik foto ulang lebih dekat. Anda"
        " boleh tetap memakainya."
    ),
    "not_3x4": (
        "Foto ini tidak berbanding 3 x 4, jadi tepinya dipotong. Periksa hasilnya: seluruh wajah"
        " harus terlihat. Bila tidak, pilih foto lain."
    ),
    "blurred": (
        "Gambar tampak kurang tajam. Lebih baik foto ulang dengan HP yang tidak bergerak. Anda"
        " boleh tetap memakainya bila masih terbaca."
    ),
    "dark": (
        "Foto tampak gelap. Lebih baik foto ulang di tempat yang terang. Anda boleh tetap"
        " memakainya."
    ),
    "bright": (
        "Foto tampak terlalu terang. Lebih baik foto ulang tanpa lampu kilat. Anda boleh tetap"
        " memakainya."
    ),
}


def in_order(marks: Iterable[DocumentMark]) -> tuple[DocumentMark, ...]:
    """Each once, the gravest first."""
    known = set(marks)
    return tuple(mark for mark in MARK_TEXTS if mark in known)
