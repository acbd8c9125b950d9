"""The rules of single entries: text, names, numbers, dates, phone and e-mail (domain.md 6)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from services.intake.forms.fields import Reading, Rule, Wrong

_QUOTES = str.maketrans("‘’`´ʼʻ", "''''''")
_NAME_SIGNS = frozenset(" .,'-")
_NAME_EMPTY = "Isi nama lengkap seperti di KTP."
_NAME_WRONG = "Nama hanya boleh berisi huruf, spasi, titik, koma, tanda petik, dan tanda hubung."
_NAME_LENGTHS = (2, 100)
_DRAWN = frozenset({"So", "Co", "Cn", "Cs"})  # emoji and other pictures, which no card can print
_STACKED = frozenset({"Mn", "Me"})  # marks above, below and around a letter
_MARKS_MOST = 2  # beyond what NFC has joined to the letter
_MOBILE = re.compile(r"(?:\+62|62|0)(8[1-9][0-9]{7,10})", re.ASCII)
_MOBILE_NOISE = str.maketrans("", "", " .-")
_MOBILE_WRONG = "Nomor HP harus diawali 08 atau +62 dan terdiri dari 10 sampai 13 angka."
# What mail servers take without quotes (RFC 5321): anything else could never be written to.
_WORD = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){_WORD}(?:\.{_WORD})*@{_LABEL}(?:\.{_LABEL})+")
_EMAIL_LONGEST = 254
_EMAIL_WRONG = "Tulis alamat email yang benar, contoh nama@contoh.id"
_YEAR_DIGITS = 4
_SHORT_NUMBER = re.compile(r"[0-9]{1,4}")
_NUMBER = re.compile(r"[0-9]{1,4}", re.ASCII)
_GRADE = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,2})?", re.ASCII)
_GRADE_MOST = 100
_MONEY = re.compile(r"(?:rp\.? ?)?([0-9][0-9. ]{0,18})(?:,(?:00|-))?", re.ASCII | re.IGNORECASE)
_WAGE_MOST = 1_000_000_000
_TELEPHONE = re.compile(r"[0-9+(][0-9 +()-]{0,19}", re.ASCII)
_NO_DATE = "Isi tanggal lahir lengkap: tanggal, bulan, dan tahun."
_IMPOSSIBLE_DATE = "Tanggal ini tidak ada di kalender."
_EARLIEST_YEAR = 1800  # an older year is a typing error of the calendar kind, not an age


def tidy(text: str) -> str:
    """Unicode NFC, one line, single spaces, no invisible signs, no heaps of marks."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen = "".join(
        " " if unicodedata.category(sign) == "Cc" else sign
        for sign in text
        if unicodedata.category(sign) != "Cf"
    )
    return " ".join(_with_few_marks(unicodedata.normalize("NFC", seen)).split())


def _with_few_marks(text: str) -> str:
    """Names need two on a letter at most; with fifty it is smeared over the page."""
    kept: list[str] = []
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.category(sign) in _STACKED else 0
        if marks <= _MARKS_MOST:
            kept.append(sign)
    return "".join(kept)


def text(label: str, least: int, most: int) -> Rule:
    """`least` to `most` characters, without pictures."""

    def rule(entry: str, _: Reading) -> str:
        if len(entry) > most:
            raise Wrong(f"{label} paling banyak {most} huruf.")
        if len(entry) < least:
            raise Wrong(f"{label} paling sedikit {least} huruf.")
        if not entry.isascii() and any(unicodedata.category(sign) in _DRAWN for sign in entry):
            raise Wrong(f"{label} hanya boleh berisi huruf, angka, dan tanda baca.")
        return entry

    return rule


def person_name(entry: str, _: Reading) -> str:
    """Letters of any script and the signs that stand in names."""
    name = entry.translate(_QUOTES)
    if not unicodedata.category(name[0]).startswith("L") or not all(
        sign in _NAME_SIGNS or unicodedata.category(sign)[0] in "LM" for sign in name
    ):
        raise Wrong(_NAME_WRONG)
    if len(name) < _NAME_LENGTHS[0]:
        raise Wrong(_NAME_EMPTY)
    if len(name) > _NAME_LENGTHS[1]:
        raise Wrong(f"Nama lengkap paling banyak {_NAME_LENGTHS[1]} huruf.")
    return name


def digits(wrong: str, least: int, most: int, *, padded: bool = False) -> Rule:
    """`least` to `most` digits, filled up with zeros in front if `padded`."""

    def rule(entry: str, _: Reading) -> str:
        number = entry.replace(" ", "")
        if not (number.isascii() and number.isdigit() and least <= len(number) <= most):
            raise Wrong(wrong)
        return number.zfill(most) if padded else number

    return rule


def year(earliest: int, wrong: str) -> Rule:
    """A year with four digits, from `earliest` to this year."""

    def rule(entry: str, reading: Reading) -> int:
        if not (entry.isascii() and entry.isdigit() and len(entry) == _YEAR_DIGITS):
            raise Wrong(wrong)
        if not earliest <= int(entry) <= reading.today.year:
            raise Wrong(wrong)
        return int(entry)

    return rule


def mobile(entry: str, _: Reading) -> str:
    """A mobile number as E.164."""
    match = _MOBILE.fullmatch(entry.translate(_MOBILE_NOISE))
    if match is None:
        raise Wrong(_MOBILE_WRONG)
    return f"+62{match[1]}"


def email(entry: str, _: Reading) -> str:
    address = entry.lower()
    if len(address) > _EMAIL_LONGEST or not address.isascii() or not _EMAIL.fullmatch(address):
        raise Wrong(_EMAIL_WRONG)
    return address


def whole_number(least: int, most: int, wrong: str) -> Rule:
    """A number without a fraction, from `least` to `most`."""

    def rule(entry: str, _: Reading) -> int:
        if not _NUMBER.fullmatch(entry) or not least <= int(entry) <= most:
            raise Wrong(wrong)
        return int(entry)

    return rule


def grade(entry: str, _: Reading) -> float:
    """A school mark, with a comma or a point."""
    if not _GRADE.fullmatch(entry) or float(entry.replace(",", ".")) > _GRADE_MOST:
        raise Wrong("Nilai ditulis dengan angka antara 0 dan 100.")
    return float(entry.replace(",", "."))


def rupiah(entry: str, _: Reading) -> str:
    """Whole rupiah as digits; `Rp 3.000.000,00` is understood."""
    amount = _MONEY.fullmatch(entry)
    digits_only = amount[1].replace(".", "").replace(" ", "") if amount else ""
    if not digits_only or int(digits_only) > _WAGE_MOST:
        raise Wrong("Upah ditulis dengan angka rupiah, contoh 3000000.")
    return str(int(digits_only))


def telephone(entry: str, _: Reading) -> str:
    if not _TELEPHONE.fullmatch(entry):
        raise Wrong("Nomor telepon hanya boleh berisi angka.")
    return entry


def yes_no(entry: str, _: Reading) -> bool:
    return entry == "yes"


def birth_date(parts: Sequence[str], reading: Reading) -> str:
    """Day, month and year as typed to an ISO date of a person old enough."""
    if not all(parts):
        raise Wrong(_NO_DATE)
    if not all(_SHORT_NUMBER.fullmatch(part) for part in parts):
        raise Wrong(_IMPOSSIBLE_DATE)
    day, month, born_in = parts
    if len(born_in) != _YEAR_DIGITS:
        raise Wrong("Tulis tahun dengan 4 angka, contoh 2019.")
    try:
        born = date(int(born_in), int(month), int(day))
    except ValueError as error:
        raise Wrong(_IMPOSSIBLE_DATE) from error
    if born.year < _EARLIEST_YEAR:
        raise Wrong("Periksa lagi tahun lahir Anda.")
    check_age(born, reading)
    return born.isoformat()


def check_age(born: date, reading: Reading) -> None:
    """Raises `Wrong` for a date in the future and an age outside the limits of the office."""
    limits = reading.office.applicant
    if born > reading.today:
        raise Wrong("Tanggal lahir tidak boleh setelah hari ini.")
    age = age_on(born, reading.today)
    if age < limits.youngest:
        raise Wrong(
            f"Pemohon harus berusia paling sedikit {limits.youngest} tahun. "
            "Hubungi kantor bila perlu bantuan."
        )
    if age > limits.max_age:
        raise Wrong("Periksa lagi tahun lahir Anda.")


def age_on(born: date, day: date) -> int:
    """Completed years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
