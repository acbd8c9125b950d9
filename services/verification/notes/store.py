"""Collection `case_notes`, apart from the cases: a note makes no open page of a case stale."""

from __future__ import annotations

from datetime import datetime

from pymongo import ASCENDING, DESCENDING

from services.verification.notes.domain import Note
from shared.contracts.envelope import Sealed
from shared.mongo import Document, IndexModel
from shared.sealed import KeyRing, field_context
from shared.uow import Scope

NOTES = "case_notes"
INDEXES = {NOTES: [IndexModel([("case_id", ASCENDING), ("at", DESCENDING)], name="of_case")]}
_NEWEST = 200


async def add(scope: Scope, keys: KeyRing, note: Note) -> None:
    sealed = keys.seal("special", note.text, _context(note.case_id, note.id))
    row = {
        "_id": note.id,
        "case_id": note.case_id,
        "text": sealed.model_dump(),
        "is_private": note.is_private,
        "author_id": note.author_id,
        "author_name": note.author_name,
        "at": note.at,
        "withdrawn_at": None,
    }
    await scope.collection(NOTES).insert_one(row, session=scope.session)


async def find(scope: Scope, keys: KeyRing, note_id: str) -> Note | None:
    row = await scope.collection(NOTES).find_one({"_id": note_id}, session=scope.session)
    return _read(keys, row) if row else None


async def withdraw(scope: Scope, note_id: str, at: datetime) -> bool:
    """False when it was withdrawn before."""
    done = await scope.collection(NOTES).update_one(
        {"_id": note_id, "withdrawn_at": None},
        {"$set": {"withdrawn_at": at}},
        session=scope.session,
    )
    return bool(done.matched_count)


async def of_case(scope: Scope, keys: KeyRing, case_id: str) -> list[Note]:
    """Newest first."""
    cursor = scope.collection(NOTES).find({"case_id": case_id}, session=scope.session)
    rows = await cursor.sort([("at", DESCENDING), ("_id", DESCENDING)]).limit(_NEWEST).to_list(None)
    return [_read(keys, row) for row in rows]


def _read(keys: KeyRing, row: Document) -> Note:
    sealed = Sealed.model_validate(row["text"])
    return Note(
        id=row["_id"],
        case_id=row["case_id"],
        text=keys.open("special", sealed, _context(row["case_id"], row["_id"])),
        is_private=row["is_private"],
        author_id=row["author_id"],
        author_name=row["author_name"],
        at=row["at"],
        withdrawn_at=row["withdrawn_at"],
    )


def _context(case_id: str, note_id: str) -> str:
    return field_context(case_id, f"note:{note_id}")
