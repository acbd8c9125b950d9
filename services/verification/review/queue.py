"""The lists of the desk: tabs with counts, the most urgent first where work waits."""

from __future__ import annotations

import base64
import binascii
import json
from asyncio import gather
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from services.verification.officers.domain import Officer
from services.verification.review import lists
from services.verification.review.domain import Lane
from services.verification.review.lists import CaseRow, Cursor
from services.verification.review.promise import Mark, promise_of, service_clock
from services.verification.review.related import flagged
from services.verification.stuck import counting
from shared.clock import now
from shared.contracts.applications import ApplicationKind, Channel
from shared.errors import Invalid
from shared.mongo import Document
from shared.uow import Scope

Tab = Literal[
    "new",
    "mine",
    "returned",
    "approval",
    "approved",
    "print",
    "hand_over",
    "rejected",
    "withdrawn",
    "done",
]
TABS: tuple[Tab, ...] = get_args(Tab)
TAB_NAMES: dict[Tab, str] = {
    "new": "Baru",
    "mine": "Milik saya",
    "returned": "Menunggu perbaikan pemohon",
    "approval": "Menunggu persetujuan",
    "approved": "Kartu sedang dibuat",
    "print": "Siap cetak",
    "hand_over": "Siap serah",
    "rejected": "Ditolak",
    "withdrawn": "Dibatalkan",
    "done": "Selesai",
}
RiskMark = Literal["warned", "amber", "red"]
RISK_MARKS: dict[RiskMark, str] = {
    "warned": "Ada peringatan",
    "amber": "Hampir lewat batas",
    "red": "Lewat batas",
}
PAGE_SIZE = 25
COUNT_MOST = 1000  # shown as "999+"
_NEWEST_FIRST: frozenset[Tab] = frozenset({"done", "rejected", "withdrawn"})
_LOOKED_AT_ONCE = 100
_LOOKED_MOST = 500  # for one page of those with a warning


@dataclass(frozen=True)
class Filters:
    """What of a tab is shown; `subdistrict` is a code."""

    kind: ApplicationKind | None = None
    channel: Channel | None = None
    subdistrict: str | None = None
    mark: RiskMark | None = None

    @property
    def is_any(self) -> bool:
        return self != Filters()


@dataclass(frozen=True)
class Chosen:
    """Which list, what of it, and from where on."""

    tab: Tab
    filters: Filters = Filters()
    after: str | None = None


@dataclass(frozen=True)
class QueuePage:
    """`warned` are the ids of rows with something for the officer to answer.

    `stuck` is how much work is stuck, None for an officer who does not repair it.
    """

    tab: Tab
    filters: Filters
    rows: list[CaseRow]
    warned: frozenset[str]
    marks: Mapping[str, Mark | None]
    counts: dict[Tab, int]
    stuck: int | None
    next_cursor: str | None


@dataclass(frozen=True)
class _Found:
    rows: list[CaseRow]
    warned: frozenset[str]
    after: Cursor | None


async def read_queue(scope: Scope, officer: Officer, chosen: Chosen) -> QueuePage:
    """One page of a tab; the counts are of all that the tab holds, whatever is filtered."""
    officer.require("read_cases")
    present, clock = now(), service_clock()
    mine: Document = {"claim.officer_id": officer.id, "claim.until": {"$gt": present}}
    found = await _find(scope, mine, chosen, present)
    *counted, stuck = await gather(
        *(
            lists.count(scope, mine if each == "mine" else {"lane": each}, COUNT_MOST)
            for each in TABS
        ),
        counting.count(scope) if officer.may("repair_stuck_work") else _nothing(),
    )
    return QueuePage(
        tab=chosen.tab,
        filters=chosen.filters,
        rows=found.rows,
        warned=found.warned,
        marks={row.id: clock.mark(row.lane, row.due_at, present) for row in found.rows},
        counts={tab: count or 0 for tab, count in zip(TABS, counted, strict=True)},
        stuck=stuck,
        next_cursor=_text(found.after) if found.after else None,
    )


async def _find(scope: Scope, mine: Document, chosen: Chosen, present: datetime) -> _Found:
    wanted = _wanted(mine, chosen, present)
    after = _cursor(chosen.after) if chosen.after else None
    newest_first = chosen.tab in _NEWEST_FIRST
    only_warned = chosen.filters.mark == "warned"
    limit = _LOOKED_AT_ONCE if only_warned else PAGE_SIZE + 1
    rows: list[CaseRow] = []
    marked: frozenset[str] = frozenset()
    looked = 0
    while looked < _LOOKED_MOST:
        batch = await lists.page(scope, wanted, after, newest_first=newest_first, limit=limit)
        warned = await flagged(scope, batch) | {row.id for row in batch if row.warned}
        rows += [row for row in batch if row.id in warned] if only_warned else batch
        marked |= warned
        looked += len(batch)
        if len(rows) > PAGE_SIZE:
            rows = rows[:PAGE_SIZE]
            return _Found(rows, marked, _place(rows[-1]))
        if len(batch) < limit:
            return _Found(rows, marked, None)
        after = _place(batch[-1])
    return _Found(rows, marked, after)


def _wanted(mine: Document, chosen: Chosen, present: datetime) -> Document:
    """What the database is asked; warnings that hang on other cases it cannot tell."""
    filters = chosen.filters
    wanted: Document = dict(mine) if chosen.tab == "mine" else {"lane": chosen.tab}
    plain = {
        "kind": filters.kind,
        "channel": filters.channel,
        "subdistrict_code": filters.subdistrict,
    }
    wanted |= {key: value for key, value in plain.items() if value is not None}
    if filters.mark in {"amber", "red"}:
        lanes: tuple[Lane, ...] = get_args(Lane)
        promised = [lane for lane in lanes if promise_of(lane) and chosen.tab in {lane, "mine"}]
        late: list[Document] = [
            {"lane": lane, "order_at": _late(filters.mark, lane, present)} for lane in promised
        ]
        wanted["$and"] = [{"$or": late} if late else {"lane": {"$in": []}}]
    return wanted


def _late(mark: RiskMark | None, lane: Lane, present: datetime) -> Document:
    if mark == "red":
        return {"$lte": present}
    return {"$gt": present, "$lte": service_clock().amber_until(lane, present)}


async def _nothing() -> None:
    return None


def _place(row: CaseRow) -> Cursor:
    return Cursor(row.order_at, row.queued_at, row.id)


def _text(place: Cursor) -> str:
    raw = json.dumps([place.order_at.isoformat(), place.queued_at.isoformat(), place.id])
    return base64.urlsafe_b64encode(raw.encode()).decode()


def _cursor(text: str) -> Cursor:
    try:
        order_at, queued_at, case_id = json.loads(base64.urlsafe_b64decode(text))
        # A moment that no calendar holds and a text that is no Unicode would fail in the database.
        first, second = (
            datetime.fromisoformat(each).astimezone(UTC) for each in (order_at, queued_at)
        )
        return Cursor(first, second, str(case_id).encode().decode())
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error) as error:
        raise Invalid("Alamat halaman ini tidak benar. Buka antrean dari menu.") from error
