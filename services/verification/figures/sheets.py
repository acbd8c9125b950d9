"""What goes into a file: the figures as one flat table, and one line for each happening."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime

from services.verification.figures.summary import COLUMNS, TABLES, Figures, Row
from services.verification.review.access_log import guarded
from shared import code_lists
from shared.clock import OFFICE_ZONE
from shared.mongo import Document

Cell = str | int | datetime | None
FIGURE_HEADERS = ("Bagian", "Rincian", *COLUMNS.values(), "Waktu tengah (menit)")
CASE_HEADERS = (
    *("Waktu", "Nomor pendaftaran", "Kejadian", "Kecamatan", "Jenis permohonan"),
    *("Cara mendaftar", "Petugas", "Lama sampai keputusan (menit)", "Tepat waktu"),
)
_YES_NO: dict[object, str] = {True: "Ya", False: "Tidak"}


def figure_lines(found: Figures) -> Iterator[tuple[Cell, ...]]:
    """Every table of the page below one another."""
    yield _line("Semua", found.total)
    for row in found.course:
        yield _line("Bulan" if found.period.by_month else "Hari", row)
    for row in found.officers:
        yield _line("Petugas", row)
    for name, title in TABLES.items():
        for row in found.tables[name]:
            yield _line(title, row)


async def case_lines(facts: AsyncIterator[Document]) -> AsyncIterator[tuple[Cell, ...]]:
    """No name, no NIK, no birth date: the reference leads those who may to the application."""
    async for row in facts:
        officer = row.get("officer")
        yield (
            # A spreadsheet knows no time zones.
            row["at"].astimezone(OFFICE_ZONE).replace(tzinfo=None, microsecond=0),
            guarded(row["reference"]),
            COLUMNS[row["what"]],
            guarded(row["subdistrict"]),
            code_lists.APPLICATION_KIND.get(row["kind"], row["kind"]),
            code_lists.CHANNEL.get(row["channel"], row["channel"]),
            guarded(officer["name"]) if officer else "",
            row.get("minutes"),
            _YES_NO.get(row.get("in_time", ""), ""),
        )


def _line(part: str, row: Row) -> tuple[Cell, ...]:
    counts = [row.counts[each] for each in COLUMNS]
    return (part, guarded(row.name), *counts, row.minutes if row.counts else None)
