"""Every MongoDB query of notify, and its indexes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, ReturnDocument

from services.notify.domain import AttemptState, Contact, Notice
from shared.contracts.applications import ContactChannel
from shared.mongo import Document, IndexModel
from shared.texts.messages import MessageId
from shared.texts.wording import Wording
from shared.uow import Scope

CONTACTS = "contacts"
NOTICES = "notices"
ATTEMPTS = "attempts"
TEXTS = "texts"
KEPT_SECONDS = 400 * 24 * 3600  # after its end a notice is kept for questions, then forgotten
GRACE_SECONDS = 24 * 3600  # after its deadline

INDEXES = {
    CONTACTS: [],
    TEXTS: [],
    NOTICES: [
        # one message per event and template, whatever its id
        IndexModel(
            [("event_id", ASCENDING), ("facts.template", ASCENDING)], name="once", unique=True
        ),
        # the claim: planned notices, urgent ones first, by due time
        IndexModel(
            [("urgent", DESCENDING), ("due_at", ASCENDING)],
            name="next",
            partialFilterExpression={"state": "planned"},
        ),
        IndexModel([("application_id", ASCENDING)], name="application"),
        IndexModel([("finished_at", ASCENDING)], name="kept", expireAfterSeconds=KEPT_SECONDS),
        # a draft is forgotten, and with it the address that came with its messages
        IndexModel([("deadline", ASCENDING)], name="forgotten", expireAfterSeconds=GRACE_SECONDS),
    ],
    ATTEMPTS: [
        IndexModel([("notice_id", ASCENDING), ("number", ASCENDING)], name="notice", unique=True),
        IndexModel([("started_at", ASCENDING)], name="kept", expireAfterSeconds=KEPT_SECONDS),
    ],
}


async def contact_of(scope: Scope, application_id: str) -> Contact | None:
    row = await scope.collection(CONTACTS).find_one({"_id": application_id}, session=scope.session)
    return (
        Contact.model_validate({**_without_id(row), "application_id": row["_id"]}) if row else None
    )


async def save_contact(scope: Scope, contact: Contact) -> None:
    row = contact.model_dump(exclude={"application_id"})
    await scope.collection(CONTACTS).replace_one(
        {"_id": contact.application_id}, row, upsert=True, session=scope.session
    )


async def wording_of(scope: Scope, message_id: MessageId) -> Wording | None:
    """The newest words of the office for a message, if it has any."""
    row = await scope.collection(TEXTS).find_one({"_id": message_id}, session=scope.session)
    return Wording(row["subject"], row["body"], row["version"]) if row else None


async def save_wording(scope: Scope, message_id: MessageId, wording: Wording) -> None:
    row = {"subject": wording.subject, "body": wording.body, "version": wording.version}
    await scope.collection(TEXTS).replace_one(
        {"_id": message_id}, row, upsert=True, session=scope.session
    )


async def notice(scope: Scope, notice_id: str) -> Notice | None:
    row = await scope.collection(NOTICES).find_one({"_id": notice_id}, session=scope.session)
    return _notice(row) if row else None


async def add_notice(scope: Scope, new: Notice) -> None:
    row = {
        "_id": new.id,
        **new.model_dump(exclude={"id", "facts"}),
        "facts": new.facts.model_dump(mode="json"),  # BSON has no plain date
    }
    await scope.collection(NOTICES).insert_one(row, session=scope.session)


async def claim_due(
    scope: Scope, now: datetime, until: datetime, token: str, *, only_urgent: bool
) -> Notice | None:
    """Take the notice that is due longest; to others it is due again only at `until`."""
    due: Document = {"state": "planned", "due_at": {"$lte": now}}
    if only_urgent:
        due["urgent"] = True
    row = await scope.collection(NOTICES).find_one_and_update(
        due,
        {"$set": {"due_at": until, "claimed_by": token}},
        sort=[("urgent", DESCENDING), ("due_at", ASCENDING)],
        return_document=ReturnDocument.AFTER,
    )
    return _notice(row) if row else None


async def count_attempt(scope: Scope, claimed: Notice, text_version: int) -> int | None:
    """Number of the attempt that may begin now; None when the claim was lost meanwhile."""
    row = await scope.collection(NOTICES).find_one_and_update(
        {"_id": claimed.id, "state": "planned", "claimed_by": claimed.claimed_by},
        {"$inc": {"attempts": 1}, "$set": {"text_version": text_version}},
        return_document=ReturnDocument.AFTER,
        session=scope.session,
    )
    return int(row["attempts"]) if row else None


async def update_notice(scope: Scope, notice_id: str, version: int, changes: Document) -> bool:
    """Change a notice that still has this version; False when it has not."""
    result = await scope.collection(NOTICES).update_one(
        {"_id": notice_id, "version": version},
        {"$set": {**changes, "claimed_by": None}},
        session=scope.session,
    )
    return bool(result.matched_count)


async def add_attempt(
    scope: Scope, claimed: Notice, number: int, channel: ContactChannel, at: datetime
) -> None:
    row = {
        "_id": f"{claimed.id}:{number}",
        "notice_id": claimed.id,
        "number": number,
        "channel": channel,
        "state": "sending",
        "started_at": at,
    }
    await scope.collection(ATTEMPTS).insert_one(row, session=scope.session)


async def end_attempt(
    scope: Scope, attempt_id: str, state: AttemptState, at: datetime, **facts: Any
) -> None:
    await scope.collection(ATTEMPTS).update_one(
        {"_id": attempt_id},
        {"$set": {"state": state, "ended_at": at, **facts}},
        session=scope.session,
    )


async def end_interrupted(scope: Scope, notice_id: str, at: datetime) -> None:
    """Attempts whose process died before it could write the outcome."""
    await scope.collection(ATTEMPTS).update_many(
        {"notice_id": notice_id, "state": "sending"},
        {"$set": {"state": "interrupted", "ended_at": at}},
        session=scope.session,
    )


async def waiting(scope: Scope) -> tuple[int, datetime | None]:
    """How many notices are planned, and since when the oldest of them has been due."""
    table = scope.collection(NOTICES)
    oldest = await table.find({"state": "planned"}).sort("due_at").limit(1).to_list()
    count = await table.count_documents({"state": "planned"})
    return count, oldest[0]["due_at"] if oldest else None


def _notice(row: Document) -> Notice:
    return Notice.model_validate({**_without_id(row), "id": row["_id"]})


def _without_id(row: Document) -> Document:
    return {key: value for key, value in row.items() if key != "_id"}
