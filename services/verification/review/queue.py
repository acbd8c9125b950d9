"""The lists of the desk: tabs with counts, oldest first where work waits."""

from __future__ import annotations

import base64
import binascii
import json
from asyncio import gather
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from services.verification.officers.domain import Officer
from services.verification.review import store
from services.verification.review.register import flagged
from services.verification.review.store import CaseRow, Cursor
from shared.clock import now
from shared.contracts.applications import ApplicationKind
from shared.errors import Invalid
from shared.mongo import Document
from shared.uow import Scope

Tab = Literal["new", "mine", "approval", "returned", "approved", "rejected", "withdrawn"]
TABS: tuple[Tab, ...] = get_args(Tab)
TAB_NAMES: dict[Tab, str] = {
    "new": "Baru",
    "mine": "Milik saya",
    "approval": "Menunggu persetujuan",
    "returned": "Menunggu perbaikan pemohon",
    "approved": "Disetujui/Terbit",
    "rejected": "Ditolak",
    "withdrawn": "Dibatalkan",
}
PAGE_SIZE = 25
COUNT_MOST = 1000  # shown as "999+"
_NEWEST_FIRST: frozenset[Tab] = frozenset({"approved", "rejected", "withdrawn"})


@dataclass(frozen=True)
class Chosen:
    """Which list, of one kind of application or all, and from where on."""

    tab: Tab
    kind: ApplicationKind | None = None
    after: str | None = None


@dataclass(frozen=True)
class QueuePage:
    """`warned` are the ids of rows with something for the officer to answer."""

    tab: Tab
    kind: ApplicationKind | None
    rows: list[CaseRow]
    warned: frozenset[str]
    counts: dict[Tab, int]
    next_cursor: str | None


async def read_queue(scope: Scope, officer: Officer, chosen: Chosen) -> QueuePage:
    """One page of a tab; the counts are of all kinds."""
    officer.require("read_cases")
    present = now()
    mine: Document = {"claim.officer_id": officer.id, "claim.until": {"$gt": present}}
    wanted: Document = dict(mine) if chosen.tab == "mine" else {"lane": chosen.tab}
    if chosen.kind is not None:
        wanted["kind"] = chosen.kind
    rows = await store.page(
        scope,
        wanted,
        _cursor(chosen.after) if chosen.after else None,
        newest_first=chosen.tab in _NEWEST_FIRST,
        limit=PAGE_SIZE + 1,
    )
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    counted = await gather(
        *(
            store.count(scope, mine if each == "mine" else {"lane": each}, COUNT_MOST)
            for each in TABS
        )
    )
    counts = dict(zip(TABS, counted, strict=True))
    warned = await flagged(scope, rows) | {row.id for row in rows if row.warned}
    return QueuePage(
        chosen.tab, chosen.kind, rows, warned, counts, _text(rows[-1]) if more else None
    )


def _text(row: CaseRow) -> str:
    raw = json.dumps([row.queued_at.isoformat(), row.id])
    return base64.urlsafe_b64encode(raw.encode()).decode()


def _cursor(text: str) -> Cursor:
    try:
        at, case_id = json.loads(base64.urlsafe_b64decode(text))
        # A moment that no calendar holds and a text that is no Unicode would fail in the database.
        moment = datetime.fromisoformat(at).astimezone(UTC)
        return Cursor(moment, str(case_id).encode().decode())
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error) as error:
        raise Invalid("Alamat halaman ini tidak benar. Buka antrean dari menu.") from error
