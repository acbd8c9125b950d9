"""A note on a case: for colleagues or for its author alone, never for the applicant.

It is personal data that the applicant may ask to read (domain.md 5.11), so it rests sealed.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from services.verification.officers.domain import Officer
from shared.errors import Invalid

LONGEST = 1000


@dataclass(frozen=True)
class Note:
    """One note; withdrawn by its author it keeps its place, but its text is not shown."""

    id: str
    case_id: str
    text: str
    is_private: bool
    author_id: str
    author_name: str
    at: datetime
    withdrawn_at: datetime | None = None

    def may_see(self, officer: Officer) -> bool:
        return not self.is_private or self.author_id == officer.id


def checked_text(typed: str) -> str:
    """Several lines of plain text; raises `Invalid` with a text that says what to do."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = "\n".join(line.rstrip() for line in text.split("\n")).strip()
    if not text:
        raise Invalid("Tulis catatan Anda.")
    if len(text) > LONGEST:
        length = f"{len(text):,}".replace(",", ".")
        raise Invalid(
            f"Catatan paling banyak {LONGEST} huruf. Anda menulis {length} huruf. "
            "Pendekkan, lalu simpan lagi."
        )
    if any(unicodedata.category(each) in {"Cc", "Cs"} and each != "\n" for each in text):
        raise Invalid(
            "Catatan memuat tanda yang tidak dapat ditampilkan, mungkin dari salinan berkas lain. "
            "Ketik ulang bagian itu, lalu simpan lagi."
        )
    return text
