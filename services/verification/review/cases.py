"""Cases follow what the applicant sends: a submission, corrections, a withdrawal.

Whatever order the events come in, the same case results: versions are kept in the order of the
application itself, the newest one counts, and a state that came later is never taken back.
"""

from __future__ import annotations

from services.verification.audit import log
from services.verification.audit.domain import SYSTEM, Entry
from services.verification.officers.entering import entered, sender_of
from services.verification.review import domain, facts, store
from services.verification.review.domain import LIVE, OPEN, Case, Check, Version, Withdrawal
from services.verification.review.warnings import CaseReader, merge_rules, read_version
from shared.contracts.applications import (
    ApplicationAmended,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    DocumentKind,
)
from shared.contracts.envelope import Event
from shared.errors import NotYet
from shared.uow import Tx


async def open_case(event: Event[ApplicationSubmitted], tx: Tx, reader: CaseReader) -> None:
    """Open the case of a submitted application."""
    data = event.data
    if await store.find(tx, data.application_id) is not None:
        return
    version = Version(
        number=event.aggregateversion,
        at=data.submitted_at,
        answers=data.answers,
        documents=data.documents,
        entered_by=data.entered_by,
    )
    found = read_version(reader, data.application_id, version, data.submitted_at)
    case = Case(
        id=data.application_id,
        reference=data.reference,
        kind=data.kind,
        channel=data.channel,
        submitted_at=data.submitted_at,
        state="submitted",
        version=1,
        queued_at=data.submitted_at,
        nik_index=found.nik_index,
        phone_index=found.phone_index,
        versions=(version,),
        warnings=merge_rules((), found.rules),
        previous_registration_number=data.previous_registration_number,
        replacement_reason=data.replacement_reason,
        correction_pages=data.correction_pages,
        purpose=data.purpose,
        entered_by=data.entered_by,
    )
    await store.insert(tx, case)
    await facts.note_received(tx, case)
    await log.record(
        tx,
        Entry(
            await sender_of(tx, data.entered_by),
            "application.submitted",
            case.id,
            {"channel": data.channel, "kind": data.kind, **entered(data.entered_by)},
            happened_at=data.submitted_at,
        ),
    )


async def amend_case(event: Event[ApplicationAmended], tx: Tx, reader: CaseReader) -> None:
    """Take the corrected answers; the case waits for an officer again."""
    data = event.data
    case = await store.find(tx, data.application_id)
    if case is None:
        raise NotYet(f"application {data.application_id} was amended before it was submitted")
    version = Version(
        number=event.aggregateversion,
        at=data.amended_at,
        answers=data.answers,
        documents=data.documents,
        changed=data.changed,
        entered_by=data.entered_by,
    )
    amended = _with_version(case, version, reader)
    if amended is case:
        return
    await store.replace(tx, amended, case.version)
    if case.state in OPEN and amended.current is version:
        await facts.note_amended(tx, amended)
    await log.record(
        tx,
        Entry(
            await sender_of(tx, data.entered_by),
            "application.amended",
            case.id,
            {"changed": list(data.changed), **entered(data.entered_by)},
            happened_at=data.amended_at,
        ),
    )


async def withdraw_case(event: Event[ApplicationWithdrawn], tx: Tx) -> None:
    """End the case, unless it was decided before the withdrawal was heard."""
    data = event.data
    case = await store.find(tx, data.application_id)
    if case is None:
        raise NotYet(f"application {data.application_id} was withdrawn before it was submitted")
    if case.withdrawal is not None:
        return
    withdrawal = Withdrawal(reason=data.reason, at=data.withdrawn_at)
    await store.replace(tx, domain.withdraw(case, withdrawal), case.version)
    if case.state in OPEN:
        await facts.note_withdrawn(tx, case, data.withdrawn_at)
    await log.record(
        tx,
        Entry(
            SYSTEM,
            "application.withdrawn",
            case.id,
            {"reason": data.reason},
            happened_at=data.withdrawn_at,
        ),
    )


def _with_version(case: Case, version: Version, reader: CaseReader) -> Case:
    if any(each.number == version.number for each in case.versions):
        return case
    versions = tuple(sorted((*case.versions, version), key=lambda each: each.number))
    values: dict[str, object] = {"versions": versions, "version": case.version + 1}
    if versions[-1] is version:
        found = read_version(reader, case.id, version, case.submitted_at)
        same_person = version.answers.person == case.current.answers.person
        known = case.warnings if same_person else ()
        live = tuple(each.rule for each in known if each.rule in LIVE)
        values |= {
            "nik_index": found.nik_index,
            "phone_index": found.phone_index,
            "warnings": merge_rules(known, (*found.rules, *live)),
            "checks": _still_valid(case, version),
        }
        if case.state in OPEN:
            values |= {
                "state": "submitted",
                "queued_at": version.at,
                "claim": None,
                "forwarded": None,
                "last_step": None,
            }
    return case.model_copy(update=values)


def _still_valid(case: Case, version: Version) -> dict[DocumentKind, Check]:
    """Checks of documents that stayed, as long as the answers compared with them stayed too."""
    old, new = case.current.answers, version.answers
    moved: set[DocumentKind] = set()
    if old.person != new.person or old.ktp_address != new.ktp_address:
        moved |= {"identity_card", "family_card", "village_letter", "birth_certificate"}
    if old.education != new.education or old.person.full_name != new.person.full_name:
        moved |= {"diploma", "graduation_letter"}
    if old.domicile_address != new.domicile_address:
        moved |= {"domicile_letter", "village_letter"}
    if old.skills != new.skills:
        moved.add("skill_certificate")
    if old.experience != new.experience:
        moved.add("employment_letter")
    ids = {each.document_id for each in version.documents}
    return {
        kind: check
        for kind, check in case.checks.items()
        if check.document_id in ids and kind not in moved
    }
