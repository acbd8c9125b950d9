"""Lines of the lists: pages of cases in order, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pymongo import ASCENDING, DESCENDING

from services.verification.review.domain import Claim, Lane, State, shown_state
from services.verification.review.store import CASES, ORDER
from shared.clock import now
from shared.contracts.applications import ApplicationKind, Channel
from shared.mongo import Document
from shared.uow import Scope

_ROW = {
    "reference": 1,
    "full_name": 1,
    "subdistrict": 1,
    "state": 1,
    "queued_at": 1,
    "order_at": 1,
    "due_at": 1,
    "channel": 1,
    "claim": 1,
    "round": 1,
    "warned": 1,
    "nik_index": 1,
    "lane": 1,
    "kind": 1,
    "submitted_at": 1,
    "previous_registration_number": 1,
}


@dataclass(frozen=True)
class CaseRow:
    """One line of a list; `warned` counts the warnings kept with the case only."""

    id: str
    reference: str
    full_name: str
    subdistrict: str
    state: State
    lane: Lane
    kind: ApplicationKind
    submitted_at: datetime
    queued_at: datetime
    order_at: datetime
    due_at: datetime | None
    channel: Channel
    claim: Claim | None
    round: int
    warned: bool
    nik_index: str
    previous_registration_number: str | None

    @property
    def claimed_by(self) -> str | None:
        """Who works on it now."""
        held = self._held
        return held.name if held else None

    @property
    def shown_state(self) -> str:
        return shown_state(self.state, self.lane, self._held)

    @property
    def _held(self) -> Claim | None:
        return self.claim if self.claim and self.claim.until > now() else None


@dataclass(frozen=True)
class Cursor:
    """Where a page of a list ends."""

    order_at: datetime
    queued_at: datetime
    id: str


async def page(
    scope: Scope, chosen: Document, after: Cursor | None, *, newest_first: bool, limit: int
) -> list[CaseRow]:
    direction = DESCENDING if newest_first else ASCENDING
    cursor = scope.collection(CASES).find(beyond(chosen, after, newest_first=newest_first), _ROW)
    rows = await cursor.sort([(key, direction) for key in ORDER]).limit(limit).to_list()
    return [_case_row(row) for row in rows]


def beyond(chosen: Document, after: Cursor | None, *, newest_first: bool = False) -> Document:
    """Those of the chosen that come after a place in the list."""
    if after is None:
        return chosen
    sign = "$lt" if newest_first else "$gt"
    same = {"order_at": after.order_at}
    further = [
        {"order_at": {sign: after.order_at}},
        {**same, "queued_at": {sign: after.queued_at}},
        {**same, "queued_at": after.queued_at, "_id": {sign: after.id}},
    ]
    # the first bound alone tells the index where to begin
    return {"$and": [chosen, {"order_at": {f"{sign}e": after.order_at}}, {"$or": further}]}


async def count(scope: Scope, chosen: Document, at_most: int) -> int:
    """How many, counted no further than `at_most`: a number on a tab need not walk the archive."""
    return await scope.collection(CASES).count_documents(chosen, limit=at_most)


def _case_row(row: Document) -> CaseRow:
    return CaseRow(
        id=row["_id"],
        reference=row["reference"],
        full_name=row["full_name"],
        subdistrict=row["subdistrict"],
        state=row["state"],
        lane=row["lane"],
        kind=row["kind"],
        submitted_at=row["submitted_at"],
        queued_at=row["queued_at"],
        order_at=row.get("order_at") or row["queued_at"],
        due_at=row.get("due_at"),
        channel=row["channel"],
        claim=Claim.model_validate(row["claim"]) if row["claim"] else None,
        round=row["round"],
        warned=row["warned"],
        nik_index=row["nik_index"],
        previous_registration_number=row.get("previous_registration_number"),
    )
