"""Cases for an officer at the keyboard: what is the matter with each, and what it must end in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from deploy.demo.people import SamplePerson, sample_people
from shared.contracts.applications import Answers, ApplicationSubmitted, DocumentRef
from shared.contracts.catalog import parse_event
from shared.contracts.envelope import Event
from shared.contracts.reviews import ApplicationReturned
from shared.ids import uuid7
from shared.sealed import field_context
from tests.integration.verification.stage import Stage
from tests.unit.verification.sample_events import answers, submitted, withdrawn

Matter = Literal["fine", "warned", "shared_phone", "bad_photo", "other_name", "too_young"]
# What comes to a desk, ten at a time.
DAY: tuple[Matter, ...] = (
    *("fine", "too_young", "bad_photo", "warned", "fine"),
    *("other_name", "shared_phone", "too_young", "fine", "fine"),
)
EVENTS = {
    "fine": "application.approved.v1",
    "warned": "application.approved.v1",
    "shared_phone": "application.approved.v1",
    "bad_photo": "application.returned.v1",
    "other_name": "application.returned.v1",
    "too_young": "application.rejected.v1",
}
ITEMS = {"bad_photo": ["documents.photo"], "other_name": ["identity"]}


@dataclass(frozen=True)
class Work:
    case_id: str
    reference: str
    matter: Matter


BESIDE = {"review.started.v1", "review.overdue.v1"}  # no decisions; as the days go by all are late
_SHARED = "+6281200000099"


async def lay_out(stage: Stage, count: int) -> list[Work]:
    """So many cases of different people in the queue, in this order."""
    papers = (
        await stage.document("identity_card", "KTP"),
        await stage.document("diploma", "Ijazah"),
        await stage.document("photo", "Pas foto"),
    )
    elder, *people = sample_people(count + 1, seed=80)
    gone = await _deliver(stage, "shared_phone", elder, papers)
    await stage.deliver(withdrawn(gone))
    work = []
    for number, person in enumerate(people):
        matter = DAY[number % len(DAY)]
        event = await _deliver(stage, matter, person, papers)
        work.append(Work(event.subject, event.data.reference, matter))
    return work


async def _deliver(
    stage: Stage, matter: Matter, person: SamplePerson, papers: tuple[DocumentRef, ...]
) -> Event[ApplicationSubmitted]:
    case_id = uuid7()
    reference = f"AK1-{case_id.replace('-', '')[-11:].upper()}"
    files = tuple(each.model_copy(update={"document_id": uuid7()}) for each in papers)
    event = submitted(case_id, _answers(stage, case_id, matter, person), files, reference)
    await stage.deliver(event)
    return event


def _answers(stage: Stage, case_id: str, matter: Matter, person: SamplePerson) -> Answers:
    given = answers(
        case_id,
        full_name=person.full_name,
        nik=person.nik,
        birth_date=person.birth_date,
        keys=stage.keys,
    )
    other = "L" if person.sex == "P" else "P"
    sex = other if matter == "warned" else person.sex
    digits = int(hashlib.sha256(person.nik.encode()).hexdigest()[:8], 16)
    mobile = _SHARED if matter == "shared_phone" else f"+628{digits:010d}"
    sealed = stage.keys.seal("contact", mobile, field_context(case_id, "mobile"))
    return given.model_copy(
        update={
            "person": given.person.model_copy(update={"sex": sex}),
            "contact": given.contact.model_copy(update={"mobile": sealed}),
        }
    )


@dataclass(frozen=True)
class Outcome:
    """What the database holds of one case at the end of the day."""

    state: str
    events: list[str]
    reasons: list[str]
    deciders: set[str]


async def outcome(stage: Stage, case_id: str) -> Outcome:
    scope = stage.uow.reading()
    row = await scope.collection("cases").find_one({"_id": case_id})
    assert row
    rows = scope.collection("outbox").find({"key": case_id}).sort("_id", 1)
    events = [event async for each in rows if (event := parse_event(each["body"]))]
    audit = await scope.collection("audit_log").find({"case_id": case_id}).to_list(None)
    decided = {"application.approved", "application.rejected", "application.returned"}
    items = [
        item.item
        for event in events
        if isinstance(event.data, ApplicationReturned)
        for item in event.data.items
    ]
    return Outcome(
        row["state"],
        [event.type for event in events if event.type not in BESIDE],
        items,
        {each["actor"]["name"] for each in audit if each["action"] in decided},
    )
