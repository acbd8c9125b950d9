"""What fills a message about a decision: notify from the event, the desk before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shared.code_lists import ITEM
from shared.dates import day_and_date, long_date
from shared.texts.wording import Item, Values


@dataclass(frozen=True)
class Person:
    """Whom the message is for."""

    name: str
    reference: str

    @property
    def values(self) -> Values:
        return {"nama": self.name, "nomor_pendaftaran": self.reference}


def returned(
    person: Person, asked: Iterable[tuple[str, str]], note: str | None, due_on: date
) -> Values:
    """`asked`: each item of the form with the reason in the applicant's words."""
    return {
        **person.values,
        "daftar_perbaikan": tuple(Item(item_label(item), reason) for item, reason in asked),
        "catatan": note or "",
        "batas_waktu": day_and_date(due_on),
        "batas_tanggal": long_date(due_on),
    }


def rejected(person: Person, reason: str, note: str | None) -> Values:
    return {**person.values, "alasan": reason, "catatan": note or ""}


def item_label(item: str) -> str:
    """What the form calls this part; an unknown one is simply "your data"."""
    return ITEM.get(item, "Data Anda")
