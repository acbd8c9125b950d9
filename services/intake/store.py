"""Every MongoDB query of intake, and its indexes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING

from services.intake import ended_sessions
from services.intake.domain import Application
from shared import clock
from shared.contracts.applications import DocumentRef
from shared.errors import Conflict
from shared.mongo import Document, IndexModel
from shared.uow import Scope
from shared.web import limits

DRAFTS = "drafts"
APPLICATIONS = "applications"
IDEMPOTENCY_KEYS = "idempotency_keys"
_GRACE_SECONDS = 24 * 3600  # after the sweep that removes the files of an expired draft

INDEXES = {
    DRAFTS: [
        IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=_GRACE_SECONDS),
        # how a person finds back to a draft (returning/store.py)
        IndexModel([("returning.code_hash", ASCENDING)], unique=True, sparse=True),
    ],
    APPLICATIONS: [
        IndexModel([("reference", ASCENDING)], unique=True),
        IndexModel([("card.check_code_hash", ASCENDING)], unique=True, sparse=True),
        IndexModel([("card.check_code_mac", ASCENDING)], sparse=True),
        IndexModel([("card.registration_number", ASCENDING)], sparse=True),  # all copies of a card
        # those that wait for an officer, oldest first; read without touching the documents
        IndexModel([("state", ASCENDING), ("submitted_at", ASCENDING)]),
        IndexModel([("returned.due_on", ASCENDING)], partialFilterExpression={"state": "returned"}),
        IndexModel([("decided_at", ASCENDING)], name="decided"),
        IndexModel([("discarded", ASCENDING)], sparse=True),
    ],
    IDEMPOTENCY_KEYS: [IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0)],
    **ended_sessions.INDEXES,
    **limits.INDEXES,
}


@dataclass(frozen=True)
class Holder:
    """Who may work on a draft: its id, and the hash of the random token they hold."""

    draft_id: str
    token_hash: str


@dataclass
class Draft:
    """Answers and documents of an application that was not sent yet; its id becomes the id.

    `pages` holds complete pages alone; `parts` what is known of the others, and the ids of the
    screens that are finished. `follows` is the issued application it was begun from, `entered_by`
    the officer who last opened it at a counter.
    """

    id: str
    token_hash: str
    notice_version: str
    created_at: datetime
    expires_at: datetime
    version: int = 1
    pages: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    follows: str | None = None
    entered_by: str | None = None


_DRAFT_FIELDS = tuple(each.name for each in fields(Draft) if each.name != "id")
_APPLICATION_FIELDS = tuple(each.name for each in fields(Application) if each.name != "id")


async def insert_draft(scope: Scope, draft: Draft) -> None:
    row = {name: getattr(draft, name) for name in _DRAFT_FIELDS}
    await scope.collection(DRAFTS).insert_one({"_id": draft.id, **row}, session=scope.session)


async def find_draft(scope: Scope, holder: Holder) -> Draft | None:
    row = await scope.collection(DRAFTS).find_one(_held(holder), session=scope.session)
    if row is None:
        return None
    return Draft(row["_id"], **{name: row[name] for name in _DRAFT_FIELDS if name in row})


async def note_entered_by(scope: Scope, draft_id: str, officer_id: str) -> None:
    """An officer goes on with a draft that somebody began."""
    await scope.collection(DRAFTS).update_one(
        {"_id": draft_id}, {"$set": {"entered_by": officer_id}}
    )


async def put_page(scope: Scope, holder: Holder, page_id: str, page: Document) -> bool:
    """Write a complete page; False when there is no such draft any more."""
    change = {
        "$set": {f"pages.{page_id}": page},
        "$unset": {f"parts.{page_id}": ""},
        "$inc": {"version": 1},
    }
    result = await scope.collection(DRAFTS).update_one(_held(holder), change, session=scope.session)
    return bool(result.matched_count)


async def put_part(
    scope: Scope, holder: Holder, version: int, page_id: str, part: Document
) -> bool:
    """Write what is known of a page; False when the draft changed since it was read.

    With the key `screens` the page is unfinished, without it is complete.
    """
    place, other = ("parts", "pages") if "screens" in part else ("pages", "parts")
    change = {
        "$set": {f"{place}.{page_id}": part},
        "$unset": {f"{other}.{page_id}": ""},
        "$inc": {"version": 1},
    }
    found = {**_held(holder), "version": version}
    result = await scope.collection(DRAFTS).update_one(found, change, session=scope.session)
    return bool(result.matched_count)


async def put_document(scope: Scope, holder: Holder, document: DocumentRef) -> Document | None:
    """Write one document in the place of its kind; returns the draft as it was before."""
    change = {
        "$set": {f"documents.{document.kind}": document.model_dump()},
        "$inc": {"version": 1},
    }
    return await scope.collection(DRAFTS).find_one_and_update(
        _held(holder), change, projection={"documents": 1}, session=scope.session
    )


async def remove_document(scope: Scope, holder: Holder, kind: str) -> Document | None:
    """Take a document out; returns the draft as it was before."""
    change = {"$unset": {f"documents.{kind}": ""}, "$inc": {"version": 1}}
    return await scope.collection(DRAFTS).find_one_and_update(
        _held(holder), change, projection={"documents": 1}, session=scope.session
    )


async def delete_draft(scope: Scope, draft: Draft) -> bool:
    """Delete the draft unless it changed since it was read."""
    result = await scope.collection(DRAFTS).delete_one(
        {"_id": draft.id, "version": draft.version}, session=scope.session
    )
    return bool(result.deleted_count)


async def find_expired_drafts(scope: Scope, at: datetime, most: int) -> list[Draft]:
    rows = await (
        scope.collection(DRAFTS)
        .find({"expires_at": {"$lte": at}})
        .sort("expires_at", ASCENDING)
        .limit(most)
        .to_list()
    )
    return [
        Draft(row["_id"], **{name: row[name] for name in _DRAFT_FIELDS if name in row})
        for row in rows
    ]


def _held(holder: Holder) -> Document:
    return {
        "_id": holder.draft_id,
        "token_hash": holder.token_hash,
        "expires_at": {"$gt": clock.now()},
    }


async def insert_application(scope: Scope, application: Application) -> None:
    await scope.collection(APPLICATIONS).insert_one(_row(application), session=scope.session)


async def find_application(scope: Scope, application_id: str) -> Application | None:
    return await _find_one(scope, {"_id": application_id})


async def find_by_reference(scope: Scope, reference: str) -> Application | None:
    return await _find_one(scope, {"reference": reference})


async def find_by_check_code(scope: Scope, code_hash: str) -> Application | None:
    return await _find_one(scope, {"card.check_code_hash": code_hash})


async def find_by_check_macs(scope: Scope, macs: list[str]) -> Application | None:
    """The one with a printed code; nothing in the rare case that two cards have the same."""
    rows = await (
        scope.collection(APPLICATIONS)
        .find({"card.check_code_mac": {"$in": macs}}, projection={"_id": 1})
        .limit(2)
        .to_list()
    )
    return await find_application(scope, rows[0]["_id"]) if len(rows) == 1 else None


async def find_after_issue(scope: Scope, registration_number: str) -> list[Document]:
    """What was heard of each copy of a card after it was issued."""
    rows = await (
        scope.collection(APPLICATIONS)
        .find({"card.registration_number": registration_number}, projection={"after_issue": 1})
        .to_list()
    )
    return [row.get("after_issue", {}) for row in rows]


async def find_sent(scope: Scope, holder: Holder) -> Application | None:
    """The application that this holder's draft became."""
    return await _find_one(scope, {"_id": holder.draft_id, "draft_token_hash": holder.token_hash})


async def find_waiting_since(scope: Scope, most: int) -> list[datetime]:
    """When those that wait for an officer were sent, oldest first; the index alone is read."""
    rows = await (
        scope.collection(APPLICATIONS)
        .find(
            {"state": {"$in": ["submitted", "under_review"]}},
            projection={"_id": 0, "submitted_at": 1},
        )
        .sort("submitted_at", ASCENDING)
        .limit(most)
        .to_list()
    )
    return [row["submitted_at"] for row in rows]


async def count_answers_by_day(scope: Scope, begin: datetime, end: datetime) -> dict[date, int]:
    """How many applications an officer answered last on each day, in the office's time."""
    day = {"format": "%Y-%m-%d", "date": "$decided_at", "timezone": clock.OFFICE_ZONE.key}
    pipeline: list[Document] = [
        {"$match": {"decided_at": {"$gte": begin, "$lt": end}}},
        {"$project": {"_id": 0, "decided_at": 1}},
        {"$group": {"_id": {"$dateToString": day}, "count": {"$sum": 1}}},
    ]
    rows = await scope.mongo.aggregate(APPLICATIONS, pipeline).to_list()
    return {date.fromisoformat(row["_id"]): row["count"] for row in rows}


async def find_overdue(scope: Scope, day: date) -> AsyncIterator[str]:
    """Ids of returned applications that had to be amended before `day`."""
    due = {"state": "returned", "returned.due_on": {"$lt": day.isoformat()}}
    rows = scope.collection(APPLICATIONS).find(due, projection={"_id": 1})
    async for row in rows.sort("returned.due_on", ASCENDING):
        yield row["_id"]


async def find_discarded(scope: Scope, most: int) -> list[tuple[str, list[str]]]:
    """Applications with images to delete, and the keys of these."""
    rows = await (
        scope.collection(APPLICATIONS)
        .find({"discarded": {"$exists": True}}, projection={"discarded": 1})
        .limit(most)
        .to_list()
    )
    return [(row["_id"], row["discarded"]) for row in rows]


async def forget_discarded(scope: Scope, application_id: str, keys: list[str]) -> None:
    """They are deleted; when others joined them meanwhile, all are deleted again."""
    await scope.collection(APPLICATIONS).update_one(
        {"_id": application_id, "discarded": keys}, {"$unset": {"discarded": ""}}
    )


async def save_application(scope: Scope, application: Application) -> None:
    """Write it back; raises `Conflict` when somebody else did so since it was read."""
    known = application.revision
    application.revision = known + 1
    result = await scope.collection(APPLICATIONS).replace_one(
        {"_id": application.id, "revision": known}, _row(application), session=scope.session
    )
    if not result.matched_count:
        application.revision = known
        raise Conflict


def _row(application: Application) -> Document:
    row = {name: getattr(application, name) for name in _APPLICATION_FIELDS}
    if row["card"] is None:
        del row["card"]  # the unique index of check codes counts only cards that exist
    if not row["discarded"]:
        del row["discarded"]
    return {"_id": application.id, **row}


async def _find_one(scope: Scope, where: Document) -> Application | None:
    row = await scope.collection(APPLICATIONS).find_one(where, session=scope.session)
    if row is None:
        return None
    values = {name: row[name] for name in _APPLICATION_FIELDS if name in row}
    return Application(row["_id"], **values)
