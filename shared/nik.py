"""The NIK: 16 digits PP KK CC DD MM YY SSSS (domain.md 6.1); day + 40 for women.

There is no check digit, and wrong NIKs exist: a difference to the form is a warning, never an
error, and a NIK is never proof of identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.code_lists import PROVINCE

_PROVINCES = frozenset(map(int, PROVINCE))
_LENGTH = 16
_WOMAN = 40
_YOUNGEST, _OLDEST = 15, 100


class InvalidNik(ValueError):
    """The text is no NIK; the message tells the person what to do."""


@dataclass(frozen=True)
class Nik:
    """What a NIK says; `birth_date` takes the century that gives an age of 15 to 100."""

    digits: str
    birth_date: date
    sex: str

    @property
    def masked(self) -> str:
        return f"{self.digits[:4]}••••••••{self.digits[-4:]}"


def parse_nik(text: str, today: date) -> Nik:
    """Read a NIK as typed (spaces allowed); raises `InvalidNik` with a text for the person."""
    digits = "".join(text.split())
    if not digits:
        raise InvalidNik("Isi NIK Anda, 16 angka seperti di KTP.")
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidNik("NIK hanya boleh berisi angka.")
    if len(digits) != _LENGTH:
        raise InvalidNik(f"NIK harus 16 angka. Anda mengisi {len(digits)} angka.")
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    sex = "P" if day > _WOMAN else "L"
    born = _birth_date(day - _WOMAN if sex == "P" else day, month, year, today)
    if int(digits[:2]) not in _PROVINCES or digits[12:] == "0000" or born is None:
        raise InvalidNik("NIK ini tidak dikenali. Periksa lagi angka di KTP Anda.")
    return Nik(digits, born, sex)


def nik_warnings(nik: Nik, birth_date: date, sex: str) -> tuple[str, ...]:
    """Rule ids of domain.md 5.12 where the form differs from the NIK."""
    warnings = []
    if nik.birth_date.strftime("%d%m%y") != birth_date.strftime("%d%m%y"):
        warnings.append("nik_birth_date")
    if nik.sex != sex:
        warnings.append("nik_sex")
    return tuple(warnings)


def _birth_date(day: int, month: int, year: int, today: date) -> date | None:
    candidates = []
    for century in (2000, 1900):
        try:
            candidates.append(date(century + year, month, day))
        except ValueError:
            continue
    for born in candidates:
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        if _YOUNGEST <= age <= _OLDEST:
            return born
    return candidates[0] if candidates else None
