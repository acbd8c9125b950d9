"""What an officer typed into the one field: a NIK, a number, a phone, a date, names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from services.verification.search.names import WORDS_MOST, name_words
from shared.errors import Invalid

LONGEST = 100
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[-/. ](\d{1,2}|[a-zA-Z]{3,9})[-/. ]((?:19|20)\d\d)(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})(?!\d)")
_MOBILE = re.compile(r"(?:\+?62|0)(8[1-9]\d{7,10})")
_REFERENCE = re.compile(r"AK1([0-9A-Z]{2,11})")
_MONTHS = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")
_WHAT = "Ketik nama, NIK, nomor kartu, nomor permohonan, nomor HP, atau tanggal lahir."


@dataclass(frozen=True)
class Typed:
    """What to look for: one of the numbers, or names and a birth date."""

    number: str = ""  # of a card; a NIK too when it has 16 digits
    mobile: str = ""  # E.164
    reference: str = ""  # maybe only its beginning
    born: date | None = None
    words: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """What was searched by, for the audit log: never the value itself."""
        return tuple(
            name
            for name in ("number", "mobile", "reference", "born", "words")
            if getattr(self, name)
        )


def read_typed(text: str) -> Typed:
    """Read the field; raises `Invalid` that says what can be typed."""
    text = " ".join(text.split())
    if not text:
        raise Invalid(_WHAT)
    if len(text) > LONGEST:
        raise Invalid(
            f"Isian pencarian paling banyak {LONGEST} huruf. Ketik sebagian namanya saja."
        )
    plain = "".join(each for each in text.upper() if each.isascii() and each.isalnum())
    if found := _REFERENCE.fullmatch(plain):
        return Typed(reference=f"AK1-{found[1]}")
    born, rest = _take_date(text)
    if born is None and any(each.isdigit() for each in plain):
        return _number(plain)
    words = name_words(rest)
    if not words and born is None:
        raise Invalid(f"Isian ini tidak berisi huruf atau angka. {_WHAT}")
    if len(words) == WORDS_MOST and len(name_words(" ".join(rest.split()[:-1]))) == WORDS_MOST:
        raise Invalid(f"Ketik paling banyak {WORDS_MOST} kata dari namanya.")
    return Typed(born=born, words=words)


def _number(plain: str) -> Typed:
    if found := _MOBILE.fullmatch(plain):
        return Typed(mobile=f"+62{found[1]}")
    if len(plain) < 6:
        raise Invalid(
            "Nomor ini belum lengkap. NIK terdiri atas 16 angka, tanggal lahir ditulis 27-08-2001."
        )
    return Typed(number=plain)


def _take_date(text: str) -> tuple[date | None, str]:
    """The first date, and the text without it."""
    for pattern in (_YEAR_FIRST, _DAY_FIRST):
        found = pattern.search(text)
        if found is None:
            continue
        one, month, other = found.groups() if pattern is _DAY_FIRST else _turned(found)
        number = _month(month)
        if number is None:
            continue
        try:
            born = date(int(other), number, int(one))
        except ValueError as error:
            raise Invalid(
                "Tanggal ini tidak ada di kalender. Tulis tanggal lahir seperti 27-08-2001."
            ) from error
        return born, f"{text[: found.start()]} {text[found.end() :]}"
    return None, text


def _turned(found: re.Match[str]) -> tuple[str, str, str]:
    year, month, day = found.groups()
    return day, month, year


def _month(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    short = text[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else None
