"""The nine elements in plain words, each with four answers from bad (1) to good (4). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.contracts.surveys import Scores

SUGGESTION_MOST = 500
_LONG_NUMBER = re.compile(r"(?:\d[\s-]?){9,}")
_EMAIL = re.compile(r"\S@\S+\.\S")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # a line ends in \n alone


@dataclass(frozen=True)
class Element:
    """`name` is the field of `Scores`; `answers` are the words for 1, 2, 3 and 4."""

    name: str
    title: str
    question: str
    answers: tuple[str, str, str, str]


ELEMENTS = (
    Element(
        "requirements",
        "Persyaratan",
        "Apakah syarat yang diminta sesuai dengan yang diumumkan?",
        ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"),
    ),
    Element(
        "procedure",
        "Prosedur",
        "Apakah cara mendaftarnya mudah?",
        ("Tidak mudah", "Kurang mudah", "Mudah", "Sangat mudah"),
    ),
    Element(
        "time",
        "Waktu",
        "Apakah pendaftaran Anda selesai dengan cepat?",
        ("Tidak cepat", "Kurang cepat", "Cepat", "Sangat cepat"),
    ),
    Element(
        "cost",
        "Biaya",
        "Apakah Anda diminta membayar? Layanan ini seharusnya gratis.",
        ("Ya, mahal", "Ya, cukup mahal", "Ya, murah", "Tidak, gratis"),
    ),
    Element(
        "product",
        "Hasil",
        "Apakah hasil yang Anda terima sesuai dengan yang dijanjikan?",
        ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"),
    ),
    Element(
        "competence",
        "Kemampuan petugas",
        "Apakah petugas mampu menangani pendaftaran Anda?",
        ("Tidak mampu", "Kurang mampu", "Mampu", "Sangat mampu"),
    ),
    Element(
        "conduct",
        "Sikap petugas",
        "Apakah petugas sopan dan ramah, juga dalam pesan yang Anda terima?",
        ("Tidak sopan", "Kurang sopan", "Sopan", "Sangat sopan"),
    ),
    Element(
        "facilities",
        "Sarana",
        "Bagaimana situs ini, atau kantor bila Anda datang?",
        ("Buruk", "Cukup", "Baik", "Sangat baik"),
    ),
    Element(
        "complaints",
        "Pengaduan",
        "Bagaimana tempat bertanya dan mengadu?",
        ("Tidak ada", "Ada, tidak berfungsi", "Ada, kurang baik", "Dikelola dengan baik"),
    ),
)


@dataclass(frozen=True)
class Answered:
    scores: Scores
    suggestion: str | None


def read_answers(
    given: Mapping[str, object], suggestion: object
) -> tuple[Answered | None, dict[str, str]]:
    """The answers, or what is wrong with them by field; scores come as numbers or as digits."""
    scores = {each.name: _score(given.get(each.name)) for each in ELEMENTS}
    errors = {
        each.name: f"{each.title}: pilih satu jawaban."
        for each in ELEMENTS
        if scores[each.name] is None
    }
    text = _UNPRINTABLE.sub("", suggestion).strip() if isinstance(suggestion, str) else ""
    if len(text) > SUGGESTION_MOST:
        errors["suggestion"] = (
            f"Saran paling panjang {SUGGESTION_MOST} huruf. Sekarang {len(text)}: ringkas dulu."
        )
    elif _LONG_NUMBER.search(text) or _EMAIL.search(text):
        errors["suggestion"] = (
            "Hapus nomor HP, NIK, nomor pendaftaran, atau email dari saran Anda, supaya Anda tidak "
            "dikenali."
        )
    if errors:
        return None, errors
    return Answered(Scores.model_validate(scores), text or None), {}


def _score(value: object) -> int | None:
    if isinstance(value, str) and value in {"1", "2", "3", "4"}:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 4:
        return value
    return None
