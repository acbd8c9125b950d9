"""What the number of an earlier card tells about its time (domain.md 3.5, 4.6).

Only numbers of this office hold the date of issue at a known place; of others nothing is said,
and the officer compares.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from shared.dates import add_months, long_date
from shared.office import Office

_SIGNS = re.compile(r"[ /.-]")
_CENTURY = 2000


def issued_on(number: str, office: Office) -> date | None:
    """The day in a number that this office could have given."""
    digits = _SIGNS.sub("", number)
    code = office.identity.regency_code
    found = re.fullmatch(rf"{code}(\d\d)(\d\d)(\d\d)\d{{6}}", digits, re.ASCII)
    if found is None:
        return None
    day, month, year = map(int, found.groups())
    try:
        return date(_CENTURY + year, month, day)
    except ValueError:
        return None


def outside_its_time(kind: str, number: str, today: date, office: Office) -> str:
    """Why this cannot be asked for with such a card today; empty when it can."""
    issued = issued_on(number, office)
    if issued is None:
        return ""
    if issued > today:
        return (
            f"Menurut nomor ini kartu terbit {long_date(issued)}, padahal tanggal itu belum tiba. "
            "Periksa lagi nomor di kartu Anda."
        )
    valid_until = add_months(issued, office.card.validity_months)
    until = f"Kartu dengan nomor ini berlaku sampai {long_date(valid_until)}"
    if valid_until < today:
        return f'{until}, jadi sudah habis. Pilih "Kartu baru", atau periksa lagi nomornya.'
    days = office.card.renewal_window_days
    first = valid_until - timedelta(days=days)
    if kind == "renewal" and today < first:
        return (
            f"{until}. Kartu hanya bisa diperpanjang mulai {days} hari sebelum masa berlaku "
            f"habis, yaitu {long_date(first)}. Kembalilah saat itu, atau periksa lagi nomornya."
        )
    return ""
