"""Collection `registrations`: one document for each spell, with all its cards and reports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING

from services.verification.register.domain import Lane, Registration
from services.verification.register.refusals import NoSuchCard, RegistrationChanged
from shared.clock import OFFICE_ZONE
from shared.mongo import Document, IndexModel
from shared.uow import Scope

REGISTRATIONS = "registrations"
_NO_REPORT_LEFT = date.max  # such a card stands after all that await a report
INDEXES = {
    REGISTRATIONS: [
        IndexModel([("cards.card_id", ASCENDING)], unique=True),
        IndexModel([("cards.application_id", ASCENDING)]),
        IndexModel([("cards.number", ASCENDING)]),
        IndexModel([("person.nik_index", ASCENDING)]),
        IndexModel([("lane", ASCENDING), ("order_on", ASCENDING), ("_id", ASCENDING)]),
    ]
}


@dataclass(frozen=True)
class Part:
    """Some of a list: a lane, and the days that `order_on` lies between, both included.

    `order_on` is the due date of the awaited report, or the day a registration ended.
    """

    lane: Lane
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Place:
    """Where a page of a list ends."""

    order_on: date
    id: str


async def of_card(scope: Scope, card_id: str) -> Registration | None:
    row = await scope.collection(REGISTRATIONS).find_one(
        {"cards.card_id": card_id}, session=scope.session
    )
    return _registration(row) if row else None


async def load(scope: Scope, card_id: str) -> Registration:
    """The registration that a card belongs to."""
    found = await of_card(scope, card_id)
    if found is None:
        raise NoSuchCard
    return found


async def insert(scope: Scope, registration: Registration) -> None:
    await scope.collection(REGISTRATIONS).insert_one(_row(registration), session=scope.session)


async def replace(scope: Scope, registration: Registration, version: int) -> None:
    """Write it if it still has `version`."""
    result = await scope.collection(REGISTRATIONS).replace_one(
        {"_id": registration.id, "version": version}, _row(registration), session=scope.session
    )
    if result.matched_count == 0:
        raise RegistrationChanged(await load(scope, registration.id))


async def page(
    scope: Scope, part: Part, after: Place | None, *, newest_first: bool, limit: int
) -> list[Registration]:
    direction = DESCENDING if newest_first else ASCENDING
    cursor = scope.collection(REGISTRATIONS).find(_beyond(part, after, newest_first=newest_first))
    order = [(key, direction) for key in ("order_on", "_id")]
    return [_registration(row) for row in await cursor.sort(order).limit(limit).to_list()]


async def count(scope: Scope, part: Part, at_most: int) -> int:
    """How many, counted no further than `at_most`."""
    return await scope.collection(REGISTRATIONS).count_documents(_wanted(part), limit=at_most)


async def forsaken(scope: Scope, before: date) -> AsyncIterator[str]:
    """First cards of those whose report was due before this day, the longest overdue first."""
    wanted = {"lane": "live", "order_on": {"$lt": before.isoformat()}}
    rows = scope.collection(REGISTRATIONS).find(wanted, {"_id": 1})
    async for row in rows.sort("order_on", ASCENDING):
        yield row["_id"]


async def of_person(scope: Scope, nik_index: str) -> list[Registration]:
    """All spells of a person, the newest first."""
    cursor = scope.collection(REGISTRATIONS).find(
        {"person.nik_index": nik_index}, session=scope.session
    )
    rows = await cursor.sort("_id", DESCENDING).limit(20).to_list()
    return [_registration(row) for row in rows]


async def of_applications(scope: Scope, application_ids: list[str]) -> list[Registration]:
    cursor = scope.collection(REGISTRATIONS).find(
        {"cards.application_id": {"$in": application_ids}}, session=scope.session
    )
    return [_registration(row) async for row in cursor]


async def of_numbers(scope: Scope, numbers: list[str]) -> list[Registration]:
    cursor = scope.collection(REGISTRATIONS).find(
        {"cards.number": {"$in": numbers}}, session=scope.session
    )
    return [_registration(row) async for row in cursor]


def order_on(registration: Registration) -> date:
    """The day by which the lists are ordered."""
    ended = registration.ended_on
    if ended is not None:
        return ended.astimezone(OFFICE_ZONE).date()
    return registration.due.on if registration.due else _NO_REPORT_LEFT


def _wanted(part: Part) -> Document:
    wanted: Document = {"lane": part.lane}
    bounds = {
        sign: day.isoformat()
        for sign, day in (("$gte", part.first), ("$lte", part.last))
        if day is not None
    }
    return {**wanted, "order_on": bounds} if bounds else wanted


def _beyond(part: Part, after: Place | None, *, newest_first: bool) -> Document:
    if after is None:
        return _wanted(part)
    sign, day = ("$lt" if newest_first else "$gt"), after.order_on.isoformat()
    further = [{"order_on": {sign: day}}, {"order_on": day, "_id": {sign: after.id}}]
    # the first bound alone tells the index where to begin
    return {"$and": [_wanted(part), {"order_on": {f"{sign}e": day}}, {"$or": further}]}


def _row(registration: Registration) -> Document:
    """The document, with what the lists need beside the registration itself."""
    row: Document = _plain(registration.model_dump(exclude={"id"}))
    return {
        "_id": registration.id,
        **row,
        "lane": registration.lane,
        "order_on": order_on(registration).isoformat(),
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


def _registration(row: Document) -> Registration:
    return Registration.model_validate({**row, "id": row["_id"]})
