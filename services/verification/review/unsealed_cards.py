"""Cards that wait for the seal of an official, and the mark that one has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.verification.officers.domain import Officer
from services.verification.review import store
from shared.clock import today
from shared.contracts.applications import ApplicationKind
from shared.contracts.cards import StoredObject
from shared.mongo import Document
from shared.uow import Scope, Tx

COUNT_MOST = 1000  # shown as "999+"
_SHOWN = {"reference": 1, "full_name": 1, "subdistrict": 1, "kind": 1, "nik_index": 1}


@dataclass(frozen=True)
class UnsealedCard:
    """A card with what an officer knows it by, and where its PDF lies."""

    card_id: str
    case_id: str
    reference: str
    registration_number: str
    full_name: str
    subdistrict: str
    kind: ApplicationKind
    since: datetime
    object_key: str
    sha256: str


async def unsealed_page(scope: Scope, officer: Officer, limit: int) -> list[UnsealedCard]:
    """Those issued first; none of the officer's own."""
    rows = scope.collection(store.CARDS).find(_waiting())
    ordered = rows.sort([("at", 1), ("_id", 1)]).limit(limit)
    return await _with_cases(scope, officer, await ordered.to_list(limit))


async def count_unsealed(scope: Scope) -> int:
    """How many, counted no further than `COUNT_MOST`."""
    return await scope.collection(store.CARDS).count_documents(_waiting(), limit=COUNT_MOST)


async def unsealed_cards(
    scope: Scope, officer: Officer, card_ids: Sequence[str]
) -> list[UnsealedCard]:
    """Those of these cards that still wait, the first issued first."""
    chosen = {**_waiting(), "_id": {"$in": list(card_ids)}}
    rows = scope.collection(store.CARDS).find(chosen).sort([("at", 1), ("_id", 1)])
    return await _with_cases(scope, officer, await rows.to_list(None))


async def mark_sealed(tx: Tx, card_id: str, sealed: StoredObject) -> bool:
    """Unless somebody was faster."""
    result = await tx.collection(store.CARDS).update_one(
        {"_id": card_id, "state": "issued", "sealed": None},
        {"$set": {"sealed": sealed.model_dump()}},
        session=tx.session,
    )
    return bool(result.modified_count)


def _waiting() -> Document:
    return {
        "state": "issued",
        "sealed": None,
        "ended": None,
        "valid_until": {"$gte": today().isoformat()},
    }


async def _with_cases(
    scope: Scope, officer: Officer, cards: Sequence[Document]
) -> list[UnsealedCard]:
    chosen = {"_id": {"$in": [card["application_id"] for card in cards]}}
    rows = scope.collection(store.CASES).find(chosen, _SHOWN)
    cases = {row["_id"]: row async for row in rows}
    return [
        UnsealedCard(
            card_id=card["_id"],
            case_id=case["_id"],
            reference=case["reference"],
            registration_number=card["registration_number"],
            full_name=case["full_name"],
            subdistrict=case["subdistrict"],
            kind=case["kind"],
            since=card["at"],
            object_key=card["object_key"],
            sha256=card["sha256"],
        )
        for card in cards
        if (case := cases.get(card["application_id"]))
        and (officer.nik_index is None or case["nik_index"] != officer.nik_index)
    ]
