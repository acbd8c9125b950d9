"""What an officer does with a case he holds, from the first finding to the decision."""

from __future__ import annotations

from datetime import datetime

from services.verification.officers.domain import Officer
from services.verification.review import labels
from services.verification.review.domain import (
    LEASE,
    Case,
    CaseWarning,
    Check,
    Claim,
    Forwarded,
    GivenBack,
    Proposal,
    Returned,
    require_claim,
    step,
)
from services.verification.review.four_eyes import Oversight, require_decider, require_not_own
from services.verification.review.refusals import ChecksMissing
from shared import code_lists
from shared.contracts.applications import DocumentKind


def save_findings(
    case: Case,
    officer: Officer,
    now: datetime,
    checks: dict[DocumentKind, Check],
    warnings: tuple[CaseWarning, ...],
) -> Case:
    """Keep what the officer found; the same again changes nothing."""
    _require_hands(case, officer, now)
    if checks == case.checks and warnings == case.warnings:
        return case
    kept = Claim(officer_id=officer.id, name=officer.name, until=now + LEASE)
    return step(case, "checked", officer, now, checks=checks, warnings=warnings, claim=kept)


def forward(case: Case, officer: Officer, now: datetime, note: str | None) -> Case:
    """Hand the checked case to the placement officers; doubts need a note."""
    _require_hands(case, officer, now)
    if any(case.result_of(each) is None for each in case.current.documents):
        raise ChecksMissing(
            f"Selesaikan pemeriksaan semua berkas sebelum meneruskan. {_doubts(case)}"
        )
    _require_answers(case)
    if not note and not _all_match(case):
        raise ChecksMissing(
            "Ada berkas yang tidak sesuai atau tidak terbaca. "
            "Minta perbaikan, usulkan penolakan, atau tulis catatan untuk Pengantar Kerja."
        )
    forwarded = Forwarded(officer_id=officer.id, name=officer.name, at=now, note=note)
    return _pass_on(case, "forwarded", officer, forwarded)


def propose_rejection(case: Case, officer: Officer, now: datetime, proposal: Proposal) -> Case:
    """Hand the case to the placement officers, who decide whether it is rejected."""
    _require_hands(case, officer, now)
    forwarded = Forwarded(officer_id=officer.id, name=officer.name, at=now, proposal=proposal)
    return _pass_on(case, "proposed", officer, forwarded)


def give_back(case: Case, officer: Officer, now: datetime, note: str) -> Case:
    """A placement officer wants a forwarded case checked again."""
    officer.require("decide_cases")
    _require_hands(case, officer, now)
    if case.forwarded is None:
        raise ChecksMissing("Permohonan ini belum diteruskan verifikator. Lepas bila perlu.")
    given_back = GivenBack(officer_id=officer.id, name=officer.name, at=now, note=note)
    return step(
        case,
        "given_back",
        officer,
        now,
        state="submitted",
        given_back=given_back,
        forwarded=None,
        claim=None,
    )


def send_back(case: Case, officer: Officer, now: datetime, returned: Returned) -> Case:
    """Return the case to the applicant."""
    _require_hands(case, officer, now)
    return step(
        case,
        "returned",
        officer,
        now,
        state="returned",
        returned=returned,
        returns=(*case.returns, case.forwarded.at if case.forwarded else now),
        forwarded=None,
        given_back=None,
        claim=None,
        queued_at=now,
    )


def reject(case: Case, officer: Officer, now: datetime, oversight: Oversight) -> Case:
    officer.require("decide_cases")
    require_claim(case, officer, now)
    require_decider(case, officer, oversight)
    return step(case, "rejected", officer, now, state="rejected", claim=None, queued_at=now)


def approve(case: Case, officer: Officer, now: datetime, oversight: Oversight) -> Case:
    """Approve: every document matches, every warning and every possible duplicate is answered."""
    officer.require("decide_cases")
    require_claim(case, officer, now)
    require_decider(case, officer, oversight)
    if not _all_match(case):
        raise ChecksMissing(
            "Belum bisa disetujui, karena semua berkas harus sudah diperiksa dan sesuai. "
            f"{_doubts(case)}"
        )
    _require_answers(case)
    if oversight.undecided:
        raise ChecksMissing(
            "Belum bisa disetujui, karena mungkin ada permohonan lain dari orang yang sama. "
            f"Bandingkan dulu, lalu putuskan: {', '.join(oversight.undecided)}."
        )
    return step(case, "approved", officer, now, state="approved", claim=None, queued_at=now)


def _require_hands(case: Case, officer: Officer, now: datetime) -> None:
    """The officer holds the claim, and it is not his own application."""
    require_claim(case, officer, now)
    require_not_own(case, officer)


def _pass_on(case: Case, act: str, officer: Officer, forwarded: Forwarded) -> Case:
    return step(case, act, officer, forwarded.at, forwarded=forwarded, given_back=None, claim=None)


def _all_match(case: Case) -> bool:
    return all(case.result_of(each) == "matches" for each in case.current.documents)


def _doubts(case: Case) -> str:
    """`KTP: tak terbaca. Pas foto: belum selesai diperiksa.`"""
    texts = []
    for document in case.current.documents:
        result = case.result_of(document)
        if result != "matches":
            found = labels.CHECK[result].lower() if result else "belum selesai diperiksa"
            texts.append(f"{code_lists.DOCUMENT_KIND[document.kind]}: {found}.")
    return " ".join(texts)


def _require_answers(case: Case) -> None:
    if any(not warning.answer for warning in case.warnings):
        raise ChecksMissing("Jawab semua peringatan sistem.")
