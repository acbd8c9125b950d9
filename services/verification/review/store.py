"""Collections `cases`, `case_cards`, `case_notices`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, get_args

from pymongo import ASCENDING

from services.verification.review.domain import HAS_CARD, LIVE, Case, Claim, Lane, PromiseName
from services.verification.review.promise import promise_of, service_clock
from services.verification.review.refusals import CaseChanged, NoSuchCase
from services.verification.search import store as search
from shared.clock import now
from shared.mongo import Document, IndexModel
from shared.uow import Scope, Tx

CASES = "cases"
CARDS = "case_cards"
NOTICES = "case_notices"
ORDER = ("order_at", "queued_at", "_id")  # the deadline where work waits, then age
INDEXES = {
    CASES: [
        *(
            IndexModel([(key, ASCENDING) for key in ("lane", *chosen, *ORDER)])
            for chosen in ([], ["kind"], ["subdistrict_code"], ["channel"])
        ),
        IndexModel([("claim.officer_id", ASCENDING), ("claim.until", ASCENDING)]),
        IndexModel([("nik_index", ASCENDING)]),
        IndexModel([("reference", ASCENDING)]),
    ],
    CARDS: [
        IndexModel([("application_id", ASCENDING)]),
        IndexModel([("registered", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([(key, ASCENDING) for key in ("state", "sealed", "ended", "at", "_id")]),
    ],
    NOTICES: [IndexModel([("application_id", ASCENDING)]), IndexModel([("at", ASCENDING)])],
}
_FINALITY = {"failed": 0, "revoked": 1, "issued": 2}
_ENDED = ["rejected", "withdrawn", "not_issued"]  # without a card


@dataclass(frozen=True)
class SharedNik:
    """Applications with one NIK: how many have no card yet, and the ids of those that have."""

    undecided: int
    issued: tuple[str, ...]


async def find(scope: Scope, case_id: str) -> Case | None:
    row = await scope.collection(CASES).find_one({"_id": case_id}, session=scope.session)
    return Case.model_validate({**row, "id": row["_id"]}) if row else None


async def load(scope: Scope, case_id: str) -> Case:
    case = await find(scope, case_id)
    if case is None:
        raise NoSuchCase
    return case


async def insert(scope: Scope, case: Case) -> None:
    await scope.collection(CASES).insert_one(_row(case), session=scope.session)
    await search.keep(scope, searchable(case))


async def replace(scope: Scope, case: Case, version: int) -> None:
    """Write the case if it still has `version`; raises `CaseChanged`."""
    result = await scope.collection(CASES).replace_one(
        {"_id": case.id, "version": version}, _row(case), session=scope.session
    )
    if result.matched_count == 0:
        raise CaseChanged(await load(scope, case.id))
    await search.keep(scope, searchable(case))


async def free_cases(scope: Scope, lane: Lane) -> AsyncIterator[Case]:
    """Cases of a lane that nobody works on, the most urgent first."""
    free: Document = {"lane": lane, "$or": [{"claim": None}, {"claim.until": {"$lte": now()}}]}
    cursor = scope.collection(CASES).find(free, session=scope.session)
    async for row in cursor.sort([(key, ASCENDING) for key in ORDER]):
        yield Case.model_validate({**row, "id": row["_id"]})


async def held(scope: Scope, officer_id: str) -> str | None:
    """The case that an officer works on now, the latest taken if several."""
    mine = {"claim.officer_id": officer_id, "claim.until": {"$gt": now()}}
    row = await scope.collection(CASES).find_one(mine, {"_id": 1}, sort=[("claim.until", -1)])
    return row["_id"] if row else None


async def extend_claim(scope: Scope, case_id: str, claim: Claim) -> bool:
    """Whether the case was still this officer's; its version stays, open pages stay good."""
    result = await scope.collection(CASES).update_one(
        {"_id": case_id, "claim.officer_id": claim.officer_id},
        {"$set": {"claim.until": claim.until}},
        session=scope.session,
    )
    return bool(result.matched_count)


async def next_cases(scope: Scope, after: str, limit: int) -> list[Case]:
    """Cases in the order of their ids, for work on all of them."""
    cursor = scope.collection(CASES).find({"_id": {"$gt": after}}, session=scope.session)
    rows = await cursor.sort("_id", ASCENDING).limit(limit).to_list(limit)
    return [Case.model_validate({**row, "id": row["_id"]}) for row in rows]


def searchable(case: Case) -> search.Searchable:
    """What of a case is found by searching."""
    return search.Searchable(
        id=case.id,
        reference=case.reference,
        state=case.state,
        kind=case.kind,
        nik_index=case.nik_index,
        answers=case.current.answers,
        submitted_at=case.submitted_at,
        phone_index=case.phone_index,
        previous_number=case.previous_registration_number or "",
    )


async def same_nik(scope: Scope, case: Case) -> list[Document]:
    """Other cases with this NIK that are open or ended in a card."""
    cursor = scope.collection(CASES).find(
        {"nik_index": case.nik_index, "_id": {"$ne": case.id}, "state": {"$nin": _ENDED}},
        {"reference": 1, "state": 1},
        session=scope.session,
    )
    return await cursor.sort("_id", ASCENDING).limit(20).to_list(20)


async def of_person(scope: Scope, chosen: Document) -> dict[str, str]:
    """All cases with the NIK of the chosen one, oldest first: reference by id."""
    one = await scope.collection(CASES).find_one(chosen, {"nik_index": 1})
    if one is None:
        return {}
    rows = scope.collection(CASES).find({"nik_index": one["nik_index"]}, {"reference": 1})
    return {row["_id"]: row["reference"] async for row in rows.sort("_id", ASCENDING)}


async def unordered(scope: Scope) -> AsyncIterator[str]:
    """Cases that an older release kept, without their place in the lists, by id."""
    chosen = {"lane": {"$in": list(get_args(Lane))}, "order_at": None}
    async for row in scope.collection(CASES).find(chosen, {"_id": 1}):
        yield row["_id"]


async def put_in_order(tx: Tx, case: Case) -> None:
    """Write what lists need of the case.

    A promise that ended before there was a clock is no news to anybody.
    """
    row = _row(case)
    values = {key: row[key] for key in ("lane", "order_at", "due_at", "subdistrict_code")}
    promise = promise_of(case.lane)
    if promise is not None and row["due_at"] <= tx.at:
        values["broken"] = [promise]
    await tx.collection(CASES).update_one({"_id": case.id}, {"$set": values}, session=tx.session)


async def shared_niks(scope: Scope, indexes: list[str]) -> dict[str, SharedNik]:
    """Those that more than one case has, by index; cases that ended without a card aside."""
    is_issued = {"$in": ["$state", sorted(HAS_CARD)]}
    pipeline: list[Document] = [
        {"$match": {"nik_index": {"$in": indexes}, "state": {"$nin": _ENDED}}},
        {
            "$group": {
                "_id": "$nik_index",
                "count": {"$sum": 1},
                "issued": {"$push": {"$cond": [is_issued, "$_id", "$$REMOVE"]}},
            }
        },
        {"$match": {"count": {"$gt": 1}}},
    ]
    rows = await scope.mongo.aggregate(CASES, pipeline).to_list(None)
    return {
        row["_id"]: SharedNik(row["count"] - len(row["issued"]), tuple(row["issued"]))
        for row in rows
    }


async def put_card(scope: Scope, card_id: str, values: Document) -> bool:
    """Keep the latest that happened to a card; whether this was it. Its issue is always kept.

    Nothing but its issue follows upon a revocation, whatever the clocks of two replicas say.
    """
    rows = scope.collection(CARDS)
    known = await rows.find_one({"_id": card_id}, session=scope.session)
    if known is not None and values["state"] != "issued" and not _follows(known, values):
        return False
    await rows.update_one({"_id": card_id}, {"$set": values}, upsert=True, session=scope.session)
    if values["registration_number"]:
        await search.keep_number(scope, values["application_id"], values["registration_number"])
    return True


async def mark_ended(scope: Scope, card_id: str) -> None:
    """No official seals it any more."""
    await scope.collection(CARDS).update_one(
        {"_id": card_id}, {"$set": {"ended": True}}, session=scope.session
    )


async def card(scope: Scope, card_id: str) -> Document | None:
    return await scope.collection(CARDS).find_one({"_id": card_id}, session=scope.session)


async def card_of(scope: Scope, case_id: str) -> Document | None:
    return await scope.collection(CARDS).find_one(
        {"application_id": case_id}, session=scope.session
    )


async def unregistered(scope: Scope) -> AsyncIterator[str]:
    """Issued cards that an older release kept without their registration, by id."""
    rows = scope.collection(CARDS).find({"state": "issued", "registered": None}, {"_id": 1})
    async for row in rows.sort("_id", ASCENDING):
        yield row["_id"]


async def mark_registered(scope: Scope, card_id: str) -> None:
    await scope.collection(CARDS).update_one(
        {"_id": card_id}, {"$set": {"registered": True}}, session=scope.session
    )


async def issued_cards(scope: Scope, case_ids: list[str]) -> dict[str, Document]:
    """The living cards of these cases, by case."""
    chosen = {"application_id": {"$in": case_ids}, "state": "issued"}
    rows = scope.collection(CARDS).find(chosen, session=scope.session)
    return {row["application_id"]: row async for row in rows}


async def put_notice(scope: Scope, notice_id: str, values: Document) -> bool:
    """Keep the latest that happened to a message; whether this was it."""
    rows = scope.collection(NOTICES)
    known = await rows.find_one({"_id": notice_id}, session=scope.session)
    if known is not None and known["at"] >= values["at"]:
        return False
    await rows.replace_one({"_id": notice_id}, values, upsert=True, session=scope.session)
    return True


async def notices_of(scope: Scope, case_id: str) -> list[Document]:
    cursor = scope.collection(NOTICES).find({"application_id": case_id})
    return await cursor.sort([("at", ASCENDING), ("_id", ASCENDING)]).to_list(None)


async def overdue(scope: Scope, at: datetime) -> AsyncIterator[str]:
    """Cases whose promise ended before `at` and is not known to be broken, by id."""
    lanes: tuple[Lane, ...] = get_args(Lane)
    late: list[Document] = [
        {"lane": lane, "order_at": {"$lte": at}, "broken": {"$ne": promise}}
        for lane in lanes
        if (promise := promise_of(lane))
    ]
    wanted = {"$or": late, "due_at": {"$ne": None}}
    async for row in scope.collection(CASES).find(wanted, {"_id": 1}):
        yield row["_id"]


async def mark_broken(scope: Scope, case: Case, promise: PromiseName) -> None:
    await scope.collection(CASES).update_one(
        {"_id": case.id}, {"$set": {"broken": [*case.broken, promise]}}, session=scope.session
    )


def _follows(known: Document, values: Document) -> bool:
    if (known["state"], values["state"]) == ("issued", "failed"):  # it was signed anew
        return is_later(values, known) and not known.get("ended")
    return (_FINALITY[known["state"]], known["at"]) < (_FINALITY[values["state"]], values["at"])


def is_later(one: Document, other: Document) -> bool:
    """Of two things that happened to a card; an older release kept them without a version."""
    key = "version" if "version" in one and "version" in other else "at"
    return bool(one[key] > other[key])


def _row(case: Case) -> Document:
    """The document, with what lists and lookups need beside the case itself."""
    values = case.model_dump(exclude={"id"})
    answers = case.current.answers
    row: Document = _plain(values)
    due_at = service_clock().due_at(case)
    return {
        "_id": case.id,
        **row,
        "due_at": due_at,
        "order_at": due_at or case.queued_at,
        "lane": case.lane,
        "round": case.round,
        "full_name": answers.person.full_name,
        "subdistrict": answers.domicile_address.subdistrict_name,
        "subdistrict_code": answers.domicile_address.subdistrict_code,
        "warned": any(each.rule not in LIVE for each in case.warnings),
    }


def _plain(value: Any) -> Any:
    """BSON knows no plain dates: they become ISO texts."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value
