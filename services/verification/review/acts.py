"""What an officer does with a case he holds: keep findings, forward, return, reject, approve."""

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
    Returned,
    require_claim,
    step,
)
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
    require_claim(case, officer, now)
    if checks == case.checks and warnings == case.warnings:
        return case
    kept = Claim(officer_id=officer.id, name=officer.name, until=now + LEASE)
    return step(case, "checked", officer, now, checks=checks, warnings=warnings, claim=kept)


def forward(case: Case, officer: Officer, now: datetime, note: str | None) -> Case:
    """Hand the checked case to the placement officers; doubts need a note."""
    require_claim(case, officer, now)
    if any(case.check_of(each) is None for each in case.current.documents):
        raise ChecksMissing(
            f"Selesaikan pemeriksaan semua berkas sebelum meneruskan. {_doubts(case)}"
        )
    _require_answers(case)
    if not note and not _all_match(case):
        raise ChecksMissing(
            "Ada berkas yang tidak sesuai atau tidak terbaca. "
            "Minta perbaikan, atau tulis usul Anda di catatan untuk Pengantar Kerja."
        )
    forwarded = Forwarded(officer_id=officer.id, name=officer.name, at=now, note=note)
    return step(case, "forwarded", officer, now, forwarded=forwarded, claim=None)


def send_back(case: Case, officer: Officer, now: datetime, returned: Returned) -> Case:
    """Return the case to the applicant."""
    require_claim(case, officer, now)
    return step(
        case,
        "returned",
        officer,
        now,
        state="returned",
        returned=returned,
        forwarded=None,
        claim=None,
        queued_at=now,
    )


def reject(case: Case, officer: Officer, now: datetime) -> Case:
    officer.require("decide_cases")
    require_claim(case, officer, now)
    return step(case, "rejected", officer, now, state="rejected", claim=None, queued_at=now)


def approve(case: Case, officer: Officer, now: datetime) -> Case:
    """Approve: every document matches, every warning is answered."""
    officer.require("decide_cases")
    require_claim(case, officer, now)
    if not _all_match(case):
        raise ChecksMissing(
            "Belum bisa disetujui, karena semua berkas harus sudah diperiksa dan sesuai. "
            f"{_doubts(case)}"
        )
    _require_answers(case)
    return step(case, "approved", officer, now, state="approved", claim=None, queued_at=now)


def _all_match(case: Case) -> bool:
    found = [case.check_of(each) for each in case.current.documents]
    return all(check is not None and check.result == "matches" for check in found)


def _doubts(case: Case) -> str:
    """`KTP: Tak terbaca. Pas foto: belum diperiksa.`"""
    texts = []
    for document in case.current.documents:
        check = case.check_of(document)
        if check is None or check.result != "matches":
            found = labels.CHECK[check.result].lower() if check else "belum diperiksa"
            texts.append(f"{code_lists.DOCUMENT_KIND[document.kind]}: {found}.")
    return " ".join(texts)


def _require_answers(case: Case) -> None:
    if any(not warning.answer for warning in case.warnings):
        raise ChecksMissing("Jawab semua peringatan sistem.")
