"""What an officer does with a case he holds: findings, forward, propose, return, reject, approve.

Each takes the version that the officer's page showed. Two officers at once give one decision; the
other gets `CaseChanged`, which says who did what and when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.duplicates.compare import twins_of
from services.verification.officers.domain import Officer, Permission
from services.verification.review import acts, reasons, store
from services.verification.review.checklists import CHECKLISTS, result_of
from services.verification.review.domain import (
    Case,
    CaseWarning,
    Check,
    CheckResult,
    Proposal,
    Returned,
)
from services.verification.review.facts import Decision, note_decided
from services.verification.review.four_eyes import Oversight, oversight
from services.verification.review.reasons import Reason, ReasonList
from services.verification.review.refusals import CaseChanged
from services.verification.review.related import (
    Related,
    related_to,
    suspects_of,
    with_live_warnings,
)
from services.verification.texts import reasons_in_force
from shared.clock import OFFICE_ZONE
from shared.contracts.applications import DocumentKind, DocumentRef
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
class Found:
    """What the officer found in one document: result per item, and whether all others match."""

    items: Mapping[str, CheckResult] = field(default_factory=dict)
    rest_matches: bool = False
    note: str = ""

    def complete(self, kind: DocumentKind) -> dict[str, CheckResult]:
        """Results of the items of this kind; what was said of one item stands."""
        found: dict[str, CheckResult] = {}
        for each in CHECKLISTS[kind]:
            result = self.items.get(each.code, "matches" if self.rest_matches else None)
            if result is not None:
                found[each.code] = result
        return found


@dataclass(frozen=True)
class Findings:
    """What the officer found: per document kind, and the answer per warning."""

    checks: Mapping[DocumentKind, Found]
    answers: Mapping[str, str]


async def save_checks(tx: Tx, act: Act, findings: Findings) -> Case:
    """Keep findings; the answer is the case as it stands then."""
    case = await _load(tx, act, "check_cases")
    checks: dict[DocumentKind, Check] = {}
    for document in case.current.documents:
        check = _checked(case, document, findings.checks.get(document.kind, Found()))
        if check is not None:
            checks[document.kind] = check
    warnings = tuple(
        CaseWarning(rule=each.rule, answer=_checked_answer(findings.answers.get(each.rule)))
        for each in case.warnings
    )
    saved = acts.save_findings(case, act.officer, tx.at, checks, warnings)
    if saved is not case:
        await store.replace(tx, saved, case.version)
        detail = {
            "checks": {kind: check.result for kind, check in checks.items()},
            "checklist": {kind: check.items for kind, check in checks.items()},
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
    detail = {"note": text, "checklist": _checklist(case)}
    await log.record(tx, Entry(act.officer.actor, "case.forwarded", case.id, detail))
    return forwarded


async def propose_rejection(tx: Tx, act: Act, reason_code: str, note: str | None) -> Case:
    """A placement officer decides whether the case is rejected."""
    case = await _load(tx, act, "check_cases")
    listed = await reasons_in_force(tx)
    reason = listed.rejection(reason_code)
    proposal = Proposal(reason_code=reason.code, note=reasons.checked_note(note))
    proposed = acts.propose_rejection(case, act.officer, tx.at, proposal)
    await store.replace(tx, proposed, case.version)
    detail = {
        **_chosen(listed, reason),
        "note": proposal.note,
        "checklist": _checklist(case),
    }
    await log.record(tx, Entry(act.officer.actor, "rejection.proposed", case.id, detail))
    return proposed


async def give_back(tx: Tx, act: Act, note: str | None) -> Case:
    """The placement officer wants it checked again; the note says what."""
    case = await _load(tx, act, "decide_cases")
    text = reasons.checked_note(note)
    if text is None:
        raise Invalid("Tulis apa yang harus diperiksa lagi, supaya verifikator tahu.")
    given_back = acts.give_back(case, act.officer, tx.at, text)
    await store.replace(tx, given_back, case.version)
    await log.record(tx, Entry(act.officer.actor, "case.given_back", case.id, {"note": text}))
    return given_back


async def return_application(
    tx: Tx, act: Act, chosen: Mapping[str, str], note: str | None, office: Office
) -> Case:
    """Ask the applicant to redo the chosen items (item to reason code) within the time given."""
    case = await _load(tx, act, "check_cases")
    listed = await reasons_in_force(tx)
    returned = Returned(
        items=listed.returned_items(chosen),
        note=reasons.checked_note(note),
        due_on=due_on(tx.at, office),
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
        "reasons_version": listed.version,
        "note": returned.note,
        "due_on": returned.due_on.isoformat(),
        "checklist": _checklist(case),
    }
    await log.record(tx, Entry(act.officer.actor, "application.returned", case.id, detail))
    asked = tuple((each.reason_code, each.reason) for each in returned.items)
    await note_decided(tx, Decision(case, "returned", act.officer, asked))
    return sent_back


async def reject_application(
    tx: Tx, act: Act, reason_code: str, note: str | None, office: Office
) -> Case:
    """Reject for good."""
    case = await _load(tx, act, "decide_cases")
    listed = await reasons_in_force(tx)
    reason = listed.rejection(reason_code)
    text = reasons.checked_note(note)
    rules = await _oversight(tx, case, await related_to(tx, case), office)
    rejected = acts.reject(case, act.officer, tx.at, rules)
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
    detail = {**_chosen(listed, reason), "note": text, "checklist": _checklist(case)}
    await log.record(tx, Entry(act.officer.actor, "application.rejected", case.id, detail))
    why = ((reason.code, reason.text),)
    await note_decided(tx, Decision(case, "rejected", act.officer, why))
    return rejected


async def approve_application(tx: Tx, act: Act, office: Office) -> Case:
    """Approve: the card is made from the holder's data as they stand now."""
    case = await _load(tx, act, "decide_cases")
    related = await related_to(tx, case)
    rules = await _oversight(tx, case, related, office)
    approved = acts.approve(case, act.officer, tx.at, rules)
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
        previous_registration_number=related.previous_number(case),
    )
    tx.emit(event, subject=case.id, version=approved.version)
    detail = {"signatory": signatory.name, "round": case.round, "checklist": _checklist(case)}
    await log.record(tx, Entry(act.officer.actor, "application.approved", case.id, detail))
    await note_decided(tx, Decision(case, "approved", act.officer))
    return approved


def due_on(at: datetime, office: Office) -> date:
    """The last day for the corrections that are asked for now."""
    return at.astimezone(OFFICE_ZONE).date() + timedelta(days=office.applicant.amend_days)


def _chosen(listed: ReasonList, reason: Reason) -> dict[str, Any]:
    """For the log: the reason as the list called it then."""
    return {
        "reason_code": reason.code,
        "reason_label": reason.label,
        "reasons_version": listed.version,
    }


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


async def _oversight(tx: Tx, case: Case, related: Related, office: Office) -> Oversight:
    suspects = suspects_of(related, await twins_of(tx, case.id))
    return oversight(case, office, related, suspects)


def _checked(case: Case, document: DocumentRef, found: Found) -> Check | None:
    """What is kept of a document; a check from before the checklists stays until it is redone."""
    note = reasons.checked_note(found.note)
    items = found.complete(document.kind)
    known = case.check_of(document)
    if not items and known is not None and not known.items:
        return known.model_copy(update={"note": note})
    if not items and note is None:
        return None
    return Check(
        document_id=document.document_id,
        result=result_of(document.kind, items),
        items=items,
        note=note,
    )


def _checklist(case: Case) -> dict[str, dict[str, CheckResult]]:
    """The items of all documents as they stood at the decision."""
    found = ((each.kind, case.check_of(each)) for each in case.current.documents)
    return {kind: check.items for kind, check in found if check is not None}


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
