"""What an officer does with a case he holds: findings, forward, return, reject, approve.

Each takes the version that the officer's page showed. Two officers at once give one decision; the
other gets `CaseChanged`, which says who did what and when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.domain import Officer, Permission
from services.verification.review import acts, reasons, store
from services.verification.review.domain import Case, CaseWarning, Check, CheckResult, Returned
from services.verification.review.refusals import CaseChanged
from services.verification.review.register import with_live_warnings
from shared.clock import OFFICE_ZONE
from shared.contracts.applications import DocumentKind
from shared.contracts.reviews import (
    ApplicationApproved,
    ApplicationRejected,
    ApplicationReturned,
    Holder,
    Signatory,
)
from shared.errors import Invalid
from shared.office import Office
from shared.uow import Tx

_ANSWER_SHORTEST, _ANSWER_LONGEST = 2, 300


@dataclass(frozen=True)
class Act:
    """Who acts on which case, and the version he saw."""

    case_id: str
    version: int
    officer: Officer


@dataclass(frozen=True)
class Findings:
    """What the officer found: result and note per document kind, answer per warning."""

    checks: Mapping[DocumentKind, tuple[CheckResult | None, str]]
    answers: Mapping[str, str]


async def save_checks(tx: Tx, act: Act, findings: Findings) -> Case:
    """Keep findings; the answer is the case as it stands then."""
    case = await _load(tx, act, "check_cases")
    checks: dict[DocumentKind, Check] = {}
    for document in case.current.documents:
        result, note = findings.checks.get(document.kind, (None, ""))
        if result is not None:
            checks[document.kind] = Check(
                document_id=document.document_id, result=result, note=reasons.checked_note(note)
            )
    warnings = tuple(
        CaseWarning(rule=each.rule, answer=_checked_answer(findings.answers.get(each.rule)))
        for each in case.warnings
    )
    saved = acts.save_findings(case, act.officer, tx.at, checks, warnings)
    if saved is not case:
        await store.replace(tx, saved, case.version)
        detail = {
            "checks": {kind: check.result for kind, check in checks.items()},
            "answered": [each.rule for each in warnings if each.answer],
        }
        await log.record(tx, Entry(act.officer.actor, "checks.saved", case.id, detail))
    return saved


async def forward_for_approval(tx: Tx, act: Act, note: str | None) -> Case:
    """A verification officer is done; a placement officer decides."""
    case = await _load(tx, act, "check_cases")
    text = reasons.checked_note(note)
    forwarded = acts.forward(case, act.officer, tx.at, text)
    await store.replace(tx, forwarded, case.version)
    await log.record(tx, Entry(act.officer.actor, "case.forwarded", case.id, {"note": text}))
    return forwarded


async def return_application(
    tx: Tx, act: Act, chosen: Mapping[str, str], note: str | None, office: Office
) -> Case:
    """Ask the applicant to redo the chosen items (item to reason code) within the time given."""
    case = await _load(tx, act, "check_cases")
    returned = Returned(
        items=reasons.returned_items(dict(chosen)),
        note=reasons.checked_note(note),
        due_on=tx.at.astimezone(OFFICE_ZONE).date() + timedelta(days=office.applicant.amend_days),
        at=tx.at,
    )
    sent_back = acts.send_back(case, act.officer, tx.at, returned)
    await store.replace(tx, sent_back, case.version)
    event = ApplicationReturned(
        application_id=case.id,
        reference=case.reference,
        items=returned.items,
        note=returned.note,
        due_on=returned.due_on,
        returned_at=tx.at,
    )
    tx.emit(event, subject=case.id, version=sent_back.version)
    detail = {
        "items": {each.item: each.reason_code for each in returned.items},
        "note": returned.note,
        "due_on": returned.due_on.isoformat(),
    }
    await log.record(tx, Entry(act.officer.actor, "application.returned", case.id, detail))
    return sent_back


async def reject_application(tx: Tx, act: Act, reason_code: str, note: str | None) -> Case:
    """Reject for good."""
    case = await _load(tx, act, "decide_cases")
    reason = reasons.rejection(reason_code)
    text = reasons.checked_note(note)
    rejected = acts.reject(case, act.officer, tx.at)
    await store.replace(tx, rejected, case.version)
    event = ApplicationRejected(
        application_id=case.id,
        reference=case.reference,
        reason_code=reason.code,
        reason=reason.text,
        note=text,
        rejected_at=tx.at,
    )
    tx.emit(event, subject=case.id, version=rejected.version)
    detail = {"reason_code": reason.code, "note": text}
    await log.record(tx, Entry(act.officer.actor, "application.rejected", case.id, detail))
    return rejected


async def approve_application(tx: Tx, act: Act, office: Office) -> Case:
    """Approve: the card is made from the holder's data as they stand now."""
    case = await _load(tx, act, "decide_cases")
    approved = acts.approve(case, act.officer, tx.at)
    signatory = signatory_of(act.officer, office)
    await store.replace(tx, approved, case.version)
    photo = next((each for each in case.current.documents if each.kind == "photo"), None)
    if photo is None or not photo.pages:
        raise Invalid("Pas foto belum ada. Minta pemohon mengunggah pas foto.")
    event = ApplicationApproved(
        application_id=case.id,
        reference=case.reference,
        kind=case.kind,
        holder=_holder(case, office),
        photo=photo.pages[0],
        signatory=signatory,
        approved_at=tx.at,
    )
    tx.emit(event, subject=case.id, version=approved.version)
    detail = {"signatory": signatory.name, "round": case.round}
    await log.record(tx, Entry(act.officer.actor, "application.approved", case.id, detail))
    return approved


def signatory_of(officer: Officer, office: Office) -> Signatory:
    """Who signs: the approving placement officer if he has a NIP, else the configured person."""
    configured = office.card.signatory
    if officer.nip:
        return Signatory(role=configured.role, name=officer.name, nip=officer.nip)
    return Signatory(role=configured.role, name=configured.name, nip=configured.nip)


async def _load(tx: Tx, act: Act, permission: Permission) -> Case:
    """The case with its live warnings, if the officer may act and saw its present version."""
    act.officer.require(permission)
    case = await store.load(tx, act.case_id)
    if case.version != act.version:
        raise CaseChanged(case)
    return await with_live_warnings(tx, case)


def _holder(case: Case, office: Office) -> Holder:
    answers = case.current.answers
    person = answers.person
    return Holder(
        full_name=person.full_name,
        nik=person.nik,
        birth_place=person.birth_place,
        birth_date=person.birth_date,
        sex=person.sex,
        religion=person.religion,
        marital_status=person.marital_status,
        address=answers.domicile_address,
        mobile=answers.contact.mobile if office.card.print_phone else None,
        education=answers.education,
        skills=answers.skills,
        experience=answers.experience,
    )


def _checked_answer(text: str | None) -> str | None:
    answer = " ".join((text or "").split())
    if not answer:
        return None
    if not _ANSWER_SHORTEST <= len(answer) <= _ANSWER_LONGEST:
        raise Invalid(
            f"Jawaban peringatan harus {_ANSWER_SHORTEST} sampai {_ANSWER_LONGEST} huruf. "
            f"Anda menulis {len(answer)} huruf."
        )
    return answer
