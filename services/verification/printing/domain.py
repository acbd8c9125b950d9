"""A print batch: an immutable list of cards, and what becomes of it; pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.verification.officers.domain import Officer
from shared.contracts.cards import StoredObject
from shared.contracts.print_batches import Arrangement, CardLayout, PrinterOffset
from shared.dates import date_and_time
from shared.errors import Conflict, Invalid, NotFound

State = Literal["asked", "ready", "failed", "confirmed", "cancelled"]
ShapeName = Literal["plastic_sheet", "plastic", "sheet", "strip", "form"]
CARDS_MOST = 500
SILENT = timedelta(minutes=2)  # without a sign of life a batch may be asked for again
PER_SHEET, COLUMNS = 10, 2


@dataclass(frozen=True)
class Shape:
    """What comes out of the printer, and how a person calls it.

    `turned_on` is the edge around which the paper is turned for its back, None without one.
    """

    layout: CardLayout
    arrangement: Arrangement
    name: str
    turned_on: Literal["long", "short"] | None

    @property
    def sides(self) -> str:
        """For the officer at the printer."""
        if self.turned_on is None:
            return "satu sisi"
        return f"dua sisi, balik di sisi {'panjang' if self.turned_on == 'long' else 'pendek'}"


SHAPES: dict[ShapeName, Shape] = {
    "plastic_sheet": Shape("plastic", "imposed", "Kartu kecil, 10 per lembar A4", "long"),
    "plastic": Shape("plastic", "cards", "Kartu plastik, printer kartu", "short"),
    "sheet": Shape("sheet", "cards", "Kartu lipat di kertas A4", None),
    "strip": Shape("strip", "cards", "Kartu lipat, kertas 297 x 110 mm", "short"),
    "form": Shape("form", "cards", "Formulir AK/I, kertas A4", None),
}


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class By(Part):
    """Who did it, and when; with the roles he had."""

    officer_id: str
    name: str
    at: datetime
    roles: tuple[str, ...] = ()


class Line(Part):
    """One card of a batch. The name of its holder is not kept here."""

    card_id: str
    case_id: str
    reference: str
    registration_number: str


class PrintBatch(Part):
    """`lines` never change. `open_cards` are those that no other batch may hold.

    `in_the_way` are cards for which it cannot be drawn, `spoilt` those that came out badly;
    `heard_at` is the last sign of life from cards.
    """

    id: str
    number: str
    lines: tuple[Line, ...]
    shape: ShapeName
    printer: str
    offset: PrinterOffset
    made: By
    heard_at: datetime
    open_cards: tuple[str, ...]
    state: State = "asked"
    version: int = 1
    drawn: int = 0
    sheets: StoredObject | None = None
    pages: int = 0
    cause: str = ""
    in_the_way: tuple[str, ...] = ()
    spoilt: tuple[str, ...] = ()
    confirmed: By | None = None

    @property
    def card_ids(self) -> tuple[str, ...]:
        return tuple(line.card_id for line in self.lines)

    @property
    def is_open(self) -> bool:
        return self.state in {"asked", "ready", "failed"}

    @property
    def is_settling(self) -> bool:
        """Confirmed, and its cards are being marked as printed."""
        return self.state == "confirmed" and bool(self.open_cards)

    @property
    def settled(self) -> int:
        """How many of the good cards are marked as printed."""
        return len(self.lines) - len(self.spoilt) - len(self.open_cards)

    def is_silent(self, now: datetime) -> bool:
        return self.state == "asked" and now - self.heard_at > SILENT

    def place_of(self, index: int) -> str:
        """Where a card lies: a spoilt one is found by it."""
        if SHAPES[self.shape].arrangement == "cards":
            return f"kartu ke-{index + 1}"
        sheet, place = divmod(index, PER_SHEET)
        row, column = divmod(place, COLUMNS)
        return f"lembar {sheet + 1}, baris {row + 1}, {'kanan' if column else 'kiri'}"


class NoSuchBatch(NotFound):
    """Daftar cetak ini tidak ditemukan. Kembali ke halaman Cetak."""


class BatchChanged(Conflict):
    """Somebody was faster, or the page is old."""

    code = "batch_changed"

    def __init__(self, batch: PrintBatch) -> None:
        what = {
            "asked": "sedang digambar",
            "ready": "sudah siap dicetak",
            "failed": "gagal digambar",
            "confirmed": "hasilnya sudah dicatat",
            "cancelled": "sudah dibatalkan",
        }[batch.state]
        if batch.confirmed is not None:
            what += f" oleh {batch.confirmed.name} pada {date_and_time(batch.confirmed.at)}"
        super().__init__(
            f"Daftar cetak {batch.number} {what}. Tindakan Anda tidak disimpan. "
            "Keadaan terbarunya ada di bawah."
        )
        self.batch = batch


def by(officer: Officer, at: datetime) -> By:
    return By(officer_id=officer.id, name=officer.name, at=at, roles=officer.roles)


def asked_again(batch: PrintBatch, now: datetime) -> PrintBatch:
    if batch.state != "failed" and not batch.is_silent(now):
        raise BatchChanged(batch)
    return _step(batch, state="asked", heard_at=now, drawn=0, cause="", in_the_way=())


def progressed(batch: PrintBatch, drawn: int, at: datetime) -> PrintBatch:
    """The version stays: an open page is still good."""
    if batch.state != "asked" or drawn <= batch.drawn:
        return batch
    return batch.model_copy(update={"drawn": drawn, "heard_at": at})


def became_ready(batch: PrintBatch, sheets: StoredObject, pages: int, at: datetime) -> PrintBatch:
    """A failure of an earlier try may have been heard after it; a closed batch stays closed."""
    if batch.state not in {"asked", "failed"}:
        return batch
    return _step(
        batch,
        state="ready",
        sheets=sheets,
        pages=pages,
        drawn=len(batch.lines),
        heard_at=at,
        cause="",
        in_the_way=(),
    )


def became_failed(
    batch: PrintBatch, cause: str, in_the_way: tuple[str, ...], at: datetime
) -> PrintBatch:
    if batch.state != "asked":
        return batch
    known = tuple(each for each in in_the_way if each in batch.card_ids)
    return _step(batch, state="failed", cause=cause, in_the_way=known, heard_at=at)


def confirmed(
    batch: PrintBatch, officer: Officer, now: datetime, spoilt: Collection[str]
) -> PrintBatch:
    """What came out: the spoilt ones are void and can go into another batch at once."""
    if batch.state != "ready":
        raise BatchChanged(batch)
    if not set(spoilt) <= set(batch.card_ids):
        raise Invalid("Kartu yang dicentang tidak ada di daftar ini. Muat ulang halaman ini.")
    good = tuple(each for each in batch.card_ids if each not in spoilt)
    bad = tuple(each for each in batch.card_ids if each in spoilt)
    who = by(officer, now)
    return _step(batch, state="confirmed", spoilt=bad, open_cards=good, confirmed=who)


def settled(batch: PrintBatch, printed: Collection[str]) -> PrintBatch:
    left = tuple(each for each in batch.open_cards if each not in printed)
    return _step(batch, open_cards=left)


def cancelled(batch: PrintBatch) -> PrintBatch:
    if not batch.is_open:
        raise BatchChanged(batch)
    return _step(batch, state="cancelled", open_cards=())


def _step(batch: PrintBatch, **values: object) -> PrintBatch:
    return batch.model_copy(update={**values, "version": batch.version + 1})
