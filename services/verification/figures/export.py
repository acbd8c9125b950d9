"""Figures as a file: CSV and XLSX, written while they are read, never whole in memory.

The CSV is for Indonesian spreadsheets: UTF-8 with a byte order mark, and semicolons, because there
the comma is in numbers.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Literal

from anyio import to_thread

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.figures.period import Period
from services.verification.figures.sheets import (
    CASE_HEADERS,
    FIGURE_HEADERS,
    Cell,
    case_lines,
    figure_lines,
)
from services.verification.figures.summary import Figures, read_figures
from services.verification.officers.sessions import Session, require_recent
from services.verification.review import census
from shared.errors import Invalid
from shared.uow import UnitOfWork

Content = Literal["figures.csv", "cases.csv", "all.xlsx"]
ROWS_MOST = 100_000
_BATCH = 500
_CHUNK = 64 * 1024
_TIME = "%Y-%m-%d %H:%M"
Line = tuple[Cell, ...]


@dataclass(frozen=True)
class Wish:
    period: Period
    content: Content


async def export(uow: UnitOfWork, by: Session, wish: Wish) -> AsyncIterator[bytes]:
    """The file piece by piece; who takes what is recorded before the first one."""
    by.officer.require("see_figures")
    require_recent(by)
    scope, period = uow.reading(), wish.period
    span = (period.begins, period.ends)
    count = await census.count(scope, *span, ROWS_MOST + 1)
    if wish.content != "figures.csv" and count > ROWS_MOST:
        raise Invalid(
            "Daftar ini terlalu panjang untuk satu berkas. "
            "Pilih waktu yang lebih pendek, misalnya satu bulan, lalu unduh lagi."
        )
    found = await read_figures(scope, by.officer, period)
    detail = {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "content": wish.content,
    }
    await log.record_view(
        uow, Entry(by.officer.actor, "figures.exported", None, detail, None, True)
    )
    if wish.content == "figures.csv":
        return _csv(FIGURE_HEADERS, _each(figure_lines(found)))
    lines = case_lines(census.facts(scope, *span))
    if wish.content == "cases.csv":
        return _csv(CASE_HEADERS, lines)
    return _pieces(await _workbook(found, lines))


async def _csv(headers: Iterable[str], lines: AsyncIterator[Line]) -> AsyncIterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    text.write("\ufeff")
    writer.writerow(headers)
    async for line in lines:
        writer.writerow(
            [f"{cell:{_TIME}}" if isinstance(cell, datetime) else cell for cell in line]
        )
        if text.tell() > _CHUNK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


async def _workbook(found: Figures, lines: AsyncIterator[Line]) -> IO[bytes]:
    """In a file without a name, which is gone when it is closed, whatever happens."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by who reads it
    try:
        from xlsxwriter import Workbook  # 3 MB, for a few exports a month

        book = Workbook(file, {"constant_memory": True, "in_memory": False})
        bold = book.add_format({"bold": True})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        _fill(book.add_worksheet("Angka"), FIGURE_HEADERS, figure_lines(found), bold, moment)
        sheet = book.add_worksheet("Permohonan")
        _fill(sheet, CASE_HEADERS, (), bold, moment)
        batch: list[Line] = []
        at = 1
        async for line in lines:
            batch.append(line)
            if len(batch) == _BATCH:
                await to_thread.run_sync(_write, sheet, at, batch, moment)
                at += len(batch)
                batch = []
        _write(sheet, at, batch, moment)
        await to_thread.run_sync(book.close)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _fill(
    sheet: Any, headers: Iterable[str], lines: Iterable[Line], bold: object, moment: object
) -> None:
    sheet.set_column(0, len(tuple(headers)) - 1, 18)
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(headers):
        sheet.write_string(0, column, name, bold)
    _write(sheet, 1, list(lines), moment)


def _write(sheet: Any, at: int, lines: list[Line], moment: object) -> None:
    """Text as text: XlsxWriter's own `write` would make formulas and links of it."""
    for row, line in enumerate(lines, at):
        for column, cell in enumerate(line):
            if isinstance(cell, datetime):
                sheet.write_datetime(row, column, cell, moment)
            elif isinstance(cell, int):
                sheet.write_number(row, column, cell)
            elif cell:
                sheet.write_string(row, column, cell)


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while piece := await to_thread.run_sync(file.read, _CHUNK):
            yield piece


async def _each(lines: Iterable[Line]) -> AsyncIterator[Line]:
    for line in lines:
        yield line
