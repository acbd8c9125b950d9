"""Collections `stuck_work` (failed cards and messages) and `stuck_letters` (messages taken out)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, DESCENDING

from services.verification.stuck.domain import Failure, Kind, State
from shared.messaging.dead_letters import DeadLetter
from shared.mongo import Document, IndexModel
from shared.uow import Scope

WORK = "stuck_work"
LETTERS = "stuck_letters"
LETTERS_KEPT = timedelta(days=400)
DRAFTS_KEPT = timedelta(days=30)  # a draft lives no longer
_OF_DRAFTS = ("draft.", "code.")
_NOT_FIELDS = {"_id", "forget_at"}
INDEXES = {
    WORK: [
        IndexModel([("state", ASCENDING), ("kind", ASCENDING), ("failed_at", ASCENDING)]),
        IndexModel([("forget_at", ASCENDING)], name="forgotten", expireAfterSeconds=0),
    ],
    LETTERS: [
        IndexModel([("at", DESCENDING)]),
        IndexModel([("forget_at", ASCENDING)], name="forgotten", expireAfterSeconds=0),
    ],
}


@dataclass(frozen=True)
class KeptLetter:
    """A dead letter that an officer took out of its queue, and why."""

    letter: DeadLetter
    by: str
    by_id: str
    at: datetime
    note: str

    @property
    def id(self) -> str:
        return f"{self.letter.queue}:{self.letter.key}"


async def find(scope: Scope, failure_id: str) -> Failure | None:
    row = await scope.collection(WORK).find_one({"_id": failure_id}, session=scope.session)
    return _failure(row) if row else None


async def save(scope: Scope, failure: Failure) -> None:
    """Write it; a transaction that read it before sees whoever was faster."""
    row = asdict(failure)
    if failure.of_draft:
        row["forget_at"] = failure.failed_at + DRAFTS_KEPT
    await scope.collection(WORK).replace_one(
        {"_id": failure.id}, row, upsert=True, session=scope.session
    )


async def delete(scope: Scope, failure_id: str) -> None:
    await scope.collection(WORK).delete_one({"_id": failure_id}, session=scope.session)


async def oldest(
    scope: Scope, kind: Kind, states: Sequence[State], most: int, without: Sequence[str] = ()
) -> list[Failure]:
    """The first that failed, leaving out some causes."""
    chosen = _chosen(kind, states, without)
    rows = scope.collection(WORK).find(chosen, session=scope.session)
    found = await rows.sort([("failed_at", ASCENDING), ("_id", ASCENDING)]).limit(most).to_list()
    return [_failure(row) for row in found]


async def count(
    scope: Scope, kind: Kind, states: Sequence[State], without: Sequence[str] = ()
) -> int:
    chosen = _chosen(kind, states, without)
    return await scope.collection(WORK).count_documents(chosen, session=scope.session)


async def count_waiting(scope: Scope, most: int) -> int:
    return await scope.collection(WORK).count_documents({"state": "waiting"}, limit=most)


async def put_letter(scope: Scope, kept: KeptLetter) -> None:
    """Keep a message; the same one again takes its place."""
    is_of_draft = kept.letter.type.startswith(_OF_DRAFTS)
    row = {
        **asdict(kept.letter),
        "by": kept.by,
        "by_id": kept.by_id,
        "at": kept.at,
        "note": kept.note,
        "forget_at": kept.at + (DRAFTS_KEPT if is_of_draft else LETTERS_KEPT),
    }
    await scope.collection(LETTERS).replace_one(
        {"_id": kept.id}, row, upsert=True, session=scope.session
    )


async def find_letter(scope: Scope, kept_id: str) -> KeptLetter | None:
    row = await scope.collection(LETTERS).find_one({"_id": kept_id}, session=scope.session)
    return _letter(row) if row else None


async def delete_letter(scope: Scope, kept: KeptLetter) -> None:
    """Forget one that went back; one taken out again meanwhile stays."""
    await scope.collection(LETTERS).delete_one(
        {"_id": kept.id, "at": kept.at}, session=scope.session
    )


async def letters(scope: Scope, most: int) -> list[KeptLetter]:
    """Newest first."""
    rows = await scope.collection(LETTERS).find({}).sort("at", DESCENDING).limit(most).to_list()
    return [_letter(row) for row in rows]


async def count_letters(scope: Scope) -> int:
    return await scope.collection(LETTERS).count_documents({})


def _chosen(kind: Kind, states: Sequence[State], without: Sequence[str]) -> Document:
    chosen: Document = {"state": {"$in": list(states)}, "kind": kind}
    return chosen | {"cause": {"$nin": list(without)}} if without else chosen


def _failure(row: Document) -> Failure:
    return Failure(**{name: value for name, value in row.items() if name not in _NOT_FIELDS})


def _letter(row: Document) -> KeptLetter:
    values = {name: value for name, value in row.items() if name not in _NOT_FIELDS}
    about = {name: values.pop(name) for name in ("by", "by_id", "at", "note")}
    return KeptLetter(DeadLetter(**values), **about)
