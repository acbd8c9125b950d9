"""Cards printed together at the office: verification asks, cards draws the sheets."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from shared.contracts.cards import StoredObject
from shared.contracts.envelope import Contract, EventData

# `strip` 297 x 110 mm folded, `sheet` the same on A4, `form` A4 portrait, `plastic` CR80
CardLayout = Literal["strip", "sheet", "form", "plastic"]
# `cards`: one card after the other; `imposed`: 2 x 5 on A4 with crop marks, backs mirrored
Arrangement = Literal["cards", "imposed"]


class PrinterOffset(Contract):
    """How far a printer shifts the picture, in 0.1 mm; positive is right and down."""

    front_x: int = 0
    front_y: int = 0
    back_x: int = 0
    back_y: int = 0


class PrintBatchRequested(EventData):
    """The list never changes; asked for again it is drawn again under the same key."""

    TYPE: ClassVar[str] = "print_batch.requested.v1"

    batch_id: str
    card_ids: tuple[str, ...]
    layout: CardLayout
    arrangement: Arrangement = "cards"
    offset: PrinterOffset = PrinterOffset()
    requested_at: datetime


class PrintBatchClosed(EventData):
    """What came out is noted, or nobody prints it any more: its sheets are deleted."""

    TYPE: ClassVar[str] = "print_batch.closed.v1"

    batch_id: str
    closed_at: datetime


class PrintBatchProgressed(EventData):
    """So many cards of a batch are drawn; not sent for each card."""

    TYPE: ClassVar[str] = "print_batch.progressed.v1"

    batch_id: str
    drawn: int
    total: int
    progressed_at: datetime


class PrintBatchReady(EventData):
    """The sheets lie in bucket `cards`."""

    TYPE: ClassVar[str] = "print_batch.ready.v1"

    batch_id: str
    sheets: StoredObject
    pages: int
    ready_at: datetime


class PrintBatchFailed(EventData):
    """The batch cannot be drawn; `card_id` is the card that stands in the way, if it is one.

    `others` stand in the way, too, each perhaps for another cause.
    """

    TYPE: ClassVar[str] = "print_batch.failed.v1"

    batch_id: str
    cause: str
    card_id: str | None = None
    failed_at: datetime
    others: tuple[str, ...] = ()
