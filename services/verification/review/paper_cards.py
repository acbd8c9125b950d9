"""Cards that wait to be printed on paper, for printing many of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.verification.officers.domain import Officer
from services.verification.review import store
from services.verification.review.decisions import Act
from services.verification.review.handover import print_card
from services.verification.review.refusals import OwnCase
from shared.contracts.applications import ApplicationKind
from shared.mongo import Document
from shared.uow import Scope, Tx

_SHOWN = {"reference": 1, "full_name": 1, "subdistrict": 1, "queued_at": 1, "kind": 1}


@dataclass(frozen=True)
class PaperCard:
    """A card with what an officer knows it by."""

    card_id: str
    case_id: str
    reference: str
    registration_number: str
    full_name: str
    subdistrict: str
    kind: ApplicationKind
    since: datetime


async def waiting_page(
    scope: Scope,
    officer: Officer,
    filters: Mapping[str, str],
    without: Sequence[str],
    limit: int,
) -> list[PaperCard]:
    """The first in the order of the list "Siap cetak"; none of the officer's own."""
    chosen: Document = {**_waiting(officer), **filters}
    if without:
        chosen["_id"] = {"$nin": list(without)}
    rows = scope.collection(store.CASES).find(chosen, _SHOWN)
    ordered = rows.sort([(key, 1) for key in store.ORDER]).limit(limit)
    return await _with_cards(scope, await ordered.to_list(limit))


async def count_waiting(
    scope: Scope, officer: Officer, filters: Mapping[str, str], without: Sequence[str]
) -> int:
    chosen: Document = {**_waiting(officer), **filters, "_id": {"$nin": list(without)}}
    return await scope.collection(store.CASES).count_documents(chosen)


async def waiting_cards(scope: Scope, officer: Officer, case_ids: Sequence[str]) -> list[PaperCard]:
    """Those of these cases whose card still waits, in the order given."""
    chosen: Document = {**_waiting(officer), "_id": {"$in": list(case_ids)}}
    rows = scope.collection(store.CASES).find(chosen, _SHOWN, session=scope.session)
    found = {card.case_id: card for card in await _with_cards(scope, await rows.to_list(None))}
    return [found[case_id] for case_id in dict.fromkeys(case_ids) if case_id in found]


async def names_of(scope: Scope, case_ids: Sequence[str]) -> dict[str, str]:
    rows = scope.collection(store.CASES).find({"_id": {"$in": list(case_ids)}}, {"full_name": 1})
    return {row["_id"]: row["full_name"] async for row in rows}


async def unwanted_of(scope: Scope, case_ids: Sequence[str]) -> set[str]:
    """Those whose card waits no more: it was revoked, or marked as printed from its case."""
    waiting = {"_id": {"$in": list(case_ids)}, "lane": "print"}
    rows = scope.collection(store.CASES).find(waiting, {"_id": 1})
    return set(case_ids) - {row["_id"] async for row in rows}


async def require_none_own(scope: Scope, officer: Officer, case_ids: Sequence[str]) -> None:
    """Nobody says of his own card that it came out well."""
    if officer.nik_index is None:
        return
    own = {"_id": {"$in": list(case_ids)}, "nik_index": officer.nik_index}
    if await scope.collection(store.CASES).find_one(own, {"_id": 1}, session=scope.session):
        raise OwnCase(
            "Kartu Anda sendiri ada di daftar ini. Minta rekan Anda mencatat hasil cetaknya."
        )


async def print_waiting_card(tx: Tx, case_id: str, officer: Officer) -> bool:
    """Note that the paper card is ready, unless it waits no more."""
    case = await store.find(tx, case_id)
    if case is None or case.lane != "print":
        return False
    await print_card(tx, Act(case_id, case.version, officer))
    return True


def _waiting(officer: Officer) -> Document:
    waiting: Document = {"lane": "print"}
    if officer.nik_index is not None:
        waiting["nik_index"] = {"$ne": officer.nik_index}
    return waiting


async def _with_cards(scope: Scope, rows: list[Document]) -> list[PaperCard]:
    cards = await store.issued_cards(scope, [row["_id"] for row in rows])
    return [
        PaperCard(
            card_id=card["_id"],
            case_id=row["_id"],
            reference=row["reference"],
            registration_number=card["registration_number"],
            full_name=row["full_name"],
            subdistrict=row["subdistrict"],
            kind=row["kind"],
            since=row["queued_at"],
        )
        for row in rows
        if (card := cards.get(row["_id"]))
    ]
