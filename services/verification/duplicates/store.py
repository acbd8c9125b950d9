"""The collection `duplicate_decisions`, and the rows of the search that may be one person."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.verification.duplicates.domain import Decision, pair_id
from services.verification.search import store as search
from services.verification.search.store import SearchRow
from shared.errors import Conflict
from shared.mongo import DuplicateKeyError, IndexModel
from shared.uow import Scope, Tx

DECISIONS = "duplicate_decisions"
INDEXES: dict[str, list[IndexModel]] = {DECISIONS: []}
_EACH_MOST = 200  # people born on one day, or with one phone


class DecidedMeanwhile(Conflict):
    """Rekan Anda baru saja memutuskan pasangan ini. Buka lagi perbandingannya, lalu putuskan."""


async def find_row(scope: Scope, case_id: str) -> SearchRow | None:
    return await search.row(scope, case_id)


async def near(scope: Scope, row: SearchRow) -> list[SearchRow]:
    """Rows that share NIK, phone, or birth date (day and month maybe changed over)."""
    ways: list[dict[str, Any]] = [
        {"nik_index": row.nik_index},
        {"born": {"$in": _dates(row.born)}},
    ]
    if row.phone_index:
        ways.append({"phone_index": row.phone_index})
    found: dict[str, SearchRow] = {}
    for way in ways:
        for each in await search.page(scope, way, None, _EACH_MOST):
            found[each.id] = each
    found.pop(row.id, None)
    return list(found.values())


def _dates(born: date) -> list[str]:
    dates = [born.isoformat()]
    if born.day <= 12 and born.day != born.month:
        dates.append(date(born.year, born.day, born.month).isoformat())
    return dates


async def decisions(scope: Scope, case_id: str, others: list[str]) -> dict[str, Decision]:
    """What was decided about these pairs, by the other's id."""
    ids = {pair_id(case_id, other): other for other in others}
    rows = scope.collection(DECISIONS).find({"_id": {"$in": list(ids)}}, session=scope.session)
    return {ids[row["_id"]]: _decision(row) async for row in rows}


async def put(tx: Tx, one: str, other: str, decision: Decision) -> None:
    """Keep a decision of which the officer saw the version before; never over a colleague's."""
    values = {
        "case_ids": sorted((one, other)),
        "verdict": decision.verdict,
        "reason": decision.reason,
        "officer_name": decision.officer_name,
        "at": decision.at,
        "version": decision.version,
    }
    key = pair_id(one, other)
    rows = tx.collection(DECISIONS)
    if decision.version == 1:
        try:
            await rows.insert_one({"_id": key, **values}, session=tx.session)
        except DuplicateKeyError as error:
            raise DecidedMeanwhile from error
        return
    result = await rows.replace_one(
        {"_id": key, "version": decision.version - 1}, values, session=tx.session
    )
    if result.matched_count == 0:
        raise DecidedMeanwhile


def _decision(row: dict[str, Any]) -> Decision:
    return Decision(
        verdict=row["verdict"],
        reason=row["reason"],
        officer_name=row["officer_name"],
        at=row["at"],
        version=row["version"],
    )
