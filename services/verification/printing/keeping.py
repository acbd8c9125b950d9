"""Officers keep the list of printers; every change is in the audit log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.domain import Officer
from services.verification.printing import store
from services.verification.printing.domain import by
from services.verification.printing.printers import (
    Printer,
    PrinterChanged,
    changed,
    checked_offset,
    checked_printer_name,
    checked_shape,
    removed,
)
from shared.errors import Invalid
from shared.uow import Tx

_ID = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True)
class Typed:
    """A form: which printer at which version (0: a new one), and what was typed."""

    printer_id: str
    version: int
    name: str
    shape: str
    distances: Mapping[str, str]


async def keep_printer(tx: Tx, officer: Officer, typed: Typed) -> Printer:
    """Add a printer or change it; the second press of "add" finds it there."""
    officer.require("print_cards")
    known = await store.find_printer(tx, typed.printer_id)
    if typed.version == 0:
        if known is not None:
            return known
        if not _ID.fullmatch(typed.printer_id):  # another would be a printer without an address
            raise Invalid("Halaman ini tidak lengkap. Buka lagi daftar printer.")
        shape = checked_shape(typed.shape)
        printer = Printer(
            id=typed.printer_id,
            name=checked_printer_name(typed.name),
            shape=shape,
            offset=checked_offset(shape, typed.distances),
            changed=by(officer, tx.at),
        )
        await store.insert_printer(tx, printer)
    else:
        present = await _seen(tx, typed.printer_id, typed.version)
        printer = changed(present, officer, tx.at, name=typed.name, typed=typed.distances)
        await store.replace_printer(tx, printer)
    detail = {
        "printer": printer.id,
        "name": printer.name,
        "shape": printer.shape,
        "offset": printer.offset.model_dump(),
    }
    await log.record(tx, Entry(officer.actor, "printer.saved", detail=detail))
    return printer


async def remove_printer(tx: Tx, officer: Officer, printer_id: str, version: int) -> Printer:
    officer.require("print_cards")
    printer = removed(await _seen(tx, printer_id, version), officer, tx.at)
    await store.replace_printer(tx, printer)
    detail = {"printer": printer.id, "name": printer.name}
    await log.record(tx, Entry(officer.actor, "printer.removed", detail=detail))
    return printer


async def _seen(tx: Tx, printer_id: str, version: int) -> Printer:
    printer = await store.load_printer(tx, printer_id)
    if printer.version != version:
        raise PrinterChanged
    return printer
