"""Who may decide a case: nobody his own or one he entered, and two officers by policy."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from services.verification.duplicates.domain import Twin
from services.verification.officers.domain import Officer
from services.verification.review.domain import Case
from services.verification.review.refusals import EnteredHimself, OwnCase, SecondOfficer
from services.verification.review.related import Related
from shared.office import Office, Review

Risk = Literal[
    "same_nik", "possible_duplicate", "edited_identity", "outside_district", "entered_by_officer"
]
RISKS: dict[Risk, str] = {
    "same_nik": "NIK yang sama ada di permohonan lain",
    "possible_duplicate": "mungkin orang yang sama dengan permohonan lain",
    "edited_identity": "data diri diubah setelah dikembalikan",
    "outside_district": "KTP dari luar kabupaten",
    "entered_by_officer": "diisikan oleh petugas",
}


@dataclass(frozen=True)
class Oversight:
    """What beside the case itself says who may decide it, and whether."""

    policy: Review
    risks: tuple[Risk, ...] = ()
    undecided: tuple[str, ...] = ()  # references of possible duplicates without a decision


def oversight(case: Case, office: Office, related: Related, suspects: Sequence[Twin]) -> Oversight:
    """`suspects` are the applications that may be of the same person.

    A shared phone alone is no risk mark: families share one. It must be answered all the same.
    """
    alike = [each for each in suspects if each.likeness != ("phone",) or _is_linked(each)]
    ktp_regency = case.current.answers.ktp_address.regency_code
    marks: dict[Risk, bool] = {
        "same_nik": bool(related.others),
        "possible_duplicate": bool(alike),
        "edited_identity": any("identity" in each.changed for each in case.versions[1:]),
        "outside_district": ktp_regency != office.identity.area_code,
        "entered_by_officer": bool(case.typists),
    }
    return Oversight(
        office.review,
        tuple(risk for risk, is_marked in marks.items() if is_marked),
        tuple(each.row.reference for each in suspects if each.decision is None),
    )


def _is_linked(twin: Twin) -> bool:
    return twin.decision is not None and twin.decision.verdict == "same"


def needs_two(case: Case, oversight: Oversight) -> bool:
    """Whether one officer checks and another decides."""
    policy = oversight.policy
    match policy.four_eyes:
        case "always":
            return True
        case "risk":
            return bool(oversight.risks)
        case "random":
            return _draw(case.id) < policy.share
        case "never":
            return False


def require_not_own(case: Case, officer: Officer) -> None:
    """Nobody acts on an application that concerns himself."""
    if is_own(case, officer):
        raise OwnCase


def require_decider(case: Case, officer: Officer, oversight: Oversight) -> None:
    """Raise why this officer may not approve or reject this case."""
    require_not_own(case, officer)
    if officer.id in case.typists:
        raise EnteredHimself
    if needs_two(case, oversight) and not _is_second(case, officer):
        raise SecondOfficer(why_two(oversight))


def may_take(case: Case, officer: Officer) -> bool:
    """Whether the case may be given to this officer as his next one; he may open others himself."""
    passed_on = case.forwarded is not None and case.forwarded.officer_id == officer.id
    return not is_own(case, officer) and not passed_on and officer.id not in case.typists


def why_two(oversight: Oversight) -> str:
    """In the middle of a sentence: why two officers look at the case."""
    match oversight.policy.four_eyes:
        case "risk":
            return "; ".join(RISKS[risk] for risk in oversight.risks)
        case "random":
            return "terpilih untuk pemeriksaan dua orang"
        case _:
            return "semua permohonan diperiksa dua orang"


def is_own(case: Case, officer: Officer) -> bool:
    return officer.nik_index is not None and officer.nik_index == case.nik_index


def _is_second(case: Case, officer: Officer) -> bool:
    """Whether somebody else has checked the case and passed it on."""
    return case.forwarded is not None and case.forwarded.officer_id != officer.id


def _draw(case_id: str) -> int:
    """0 to 99, the same for the same case each time."""
    return int.from_bytes(hashlib.sha256(case_id.encode()).digest()[:8], "big") % 100
