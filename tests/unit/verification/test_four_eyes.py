"""Who may decide which case, by the policy of the office and by who touched the case before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from services.verification.duplicates.domain import Decision, Likeness, Twin, Verdict
from services.verification.review import acts, domain
from services.verification.review.domain import Case, Proposal
from services.verification.review.four_eyes import (
    Oversight,
    may_take,
    needs_two,
    oversight,
    require_decider,
    require_not_own,
)
from services.verification.review.refusals import (
    ChecksMissing,
    EnteredHimself,
    NotYours,
    OwnCase,
    SecondOfficer,
)
from services.verification.review.related import Related, earlier_of, suspects_of
from services.verification.search.store import SearchRow
from shared.errors import Forbidden
from shared.office import Review
from tests.unit.verification.test_case import (
    APPROVER,
    NOW,
    OFFICE,
    VERIFIER,
    checked,
    new_case,
)

COLLEAGUE = replace(APPROVER, id="o9", name="Rina Contoh")
CALM = Oversight(Review(four_eyes="never"))
ALONE = Related()
RISKY = Oversight(Review(four_eyes="risk"), ("same_nik",))


def forwarded(**values: object) -> Case:
    case = checked(domain.claim(new_case(**values), VERIFIER, NOW), VERIFIER)
    return acts.forward(case, VERIFIER, NOW, None)


def twin(*likeness: Likeness, verdict: Verdict | None = None, state: str = "submitted") -> Twin:
    row = SearchRow.__new__(SearchRow)
    for name, value in {"id": "t1", "reference": "AK1-TWIN", "state": state}.items():
        object.__setattr__(row, name, value)
    decision = Decision(verdict, "Alasan contoh.", "Vera", NOW, 1) if verdict else None
    return Twin(row, likeness, decision)


def risks(case: Case, related: Related = ALONE, *twins: Twin) -> tuple[str, ...]:
    return oversight(case, OFFICE, related, twins).risks


@pytest.mark.parametrize("decide", [acts.approve, acts.reject])
def test_a_risky_case_takes_two_officers(decide: Callable[..., Case]) -> None:
    case = checked(domain.claim(new_case(), APPROVER, NOW), APPROVER)
    with pytest.raises(SecondOfficer, match="NIK yang sama ada di permohonan lain"):
        decide(case, APPROVER, NOW, RISKY)
    passed_on = domain.claim(acts.forward(case, APPROVER, NOW, None), APPROVER, NOW)
    with pytest.raises(SecondOfficer):
        decide(passed_on, APPROVER, NOW, RISKY)
    second = domain.claim(acts.forward(case, APPROVER, NOW, None), COLLEAGUE, NOW)
    assert decide(second, COLLEAGUE, NOW, RISKY).last_step is not None


def test_without_risk_or_policy_one_officer_is_enough() -> None:
    case = checked(domain.claim(new_case(), APPROVER, NOW), APPROVER)
    for rules in (CALM, replace(RISKY, policy=CALM.policy), replace(RISKY, risks=())):
        assert acts.approve(case, APPROVER, NOW, rules).state == "approved"
    with pytest.raises(SecondOfficer, match="semua permohonan"):
        acts.approve(case, APPROVER, NOW, Oversight(Review(four_eyes="always")))


def test_the_random_share_is_the_same_each_time_and_about_as_large_as_asked() -> None:
    rules = Oversight(Review(four_eyes="random", share=20))
    cases = [new_case(id=f"018f0000-0000-7000-8000-{number:012d}") for number in range(1000)]
    drawn = [needs_two(case, rules) for case in cases]
    assert drawn == [needs_two(case, rules) for case in cases]
    assert 150 < sum(drawn) < 250
    assert not any(
        needs_two(case, Oversight(Review(four_eyes="random", share=0))) for case in cases
    )
    assert all(needs_two(case, Oversight(Review(four_eyes="random", share=100))) for case in cases)


@pytest.mark.parametrize("what", ["application", "correction"])
def test_nobody_decides_what_he_entered(what: str) -> None:
    case = new_case(entered_by=APPROVER.id if what == "application" else None)
    if what == "correction":
        again = case.current.model_copy(update={"number": 2, "entered_by": APPROVER.id})
        case = case.model_copy(update={"versions": (case.current, again)})
    assert "entered_by_officer" in risks(case)
    case = checked(domain.claim(case, APPROVER, NOW), APPROVER)
    for decide in (acts.approve, acts.reject):
        with pytest.raises(EnteredHimself):
            decide(case, APPROVER, NOW, CALM)
    assert not may_take(case, APPROVER)
    second = domain.claim(acts.forward(case, APPROVER, NOW, None), COLLEAGUE, NOW)
    assert acts.approve(second, COLLEAGUE, NOW, CALM).state == "approved"


def test_nobody_touches_his_own_case() -> None:
    himself = replace(APPROVER, nik_index="00")
    case = domain.claim(new_case(), himself, NOW)
    findings: dict[Any, Any] = {}
    for act in (
        partial(acts.save_findings, case, himself, NOW, findings, ()),
        partial(acts.forward, case, himself, NOW, None),
        partial(acts.propose_rejection, case, himself, NOW, Proposal(reason_code="duplicate")),
        partial(acts.reject, case, himself, NOW, CALM),
        partial(acts.approve, case, himself, NOW, CALM),
    ):
        with pytest.raises(OwnCase):
            act()
    assert not may_take(case, himself)
    require_not_own(case, APPROVER)  # without a NIK of his nothing is known about him
    require_not_own(case, replace(APPROVER, nik_index="01"))


def test_the_next_case_is_never_one_that_he_passed_on_himself() -> None:
    case = forwarded()
    assert not may_take(case, VERIFIER)
    assert may_take(case, APPROVER)
    assert may_take(new_case(), VERIFIER)


def test_the_risk_marks() -> None:
    case = new_case()
    assert risks(case) == ()
    assert risks(case, Related(others=({"_id": "x"},))) == ("same_nik",)
    assert risks(case, ALONE, twin("name_and_birth_date")) == ("possible_duplicate",)
    assert risks(case, ALONE, twin("name_and_phone", verdict="different")) != ()
    assert risks(case, ALONE, twin("phone")) == ()
    assert risks(case, ALONE, twin("phone", verdict="same")) == ("possible_duplicate",)
    assert risks(new_case(entered_by="o7")) == ("entered_by_officer",)
    first = case.current
    away = first.answers.ktp_address.model_copy(update={"regency_code": "14.71"})
    moved = first.model_copy(
        update={"answers": first.answers.model_copy(update={"ktp_address": away})}
    )
    assert risks(case.model_copy(update={"versions": (moved,)})) == ("outside_district",)
    again = first.model_copy(update={"number": 3, "changed": ("identity",)})
    assert risks(case.model_copy(update={"versions": (first, again)})) == ("edited_identity",)
    photo = first.model_copy(update={"number": 3, "changed": ("documents.photo",)})
    assert risks(case.model_copy(update={"versions": (first, photo)})) == ()


def test_an_undecided_twin_keeps_an_approval_but_no_rejection_back() -> None:
    case = checked(domain.claim(new_case(), APPROVER, NOW), APPROVER)
    undecided = oversight(case, OFFICE, ALONE, [twin("phone")])
    with pytest.raises(ChecksMissing, match="putuskan: AK1-TWIN"):
        acts.approve(case, APPROVER, NOW, undecided)
    assert acts.reject(case, APPROVER, NOW, undecided).state == "rejected"
    decided = oversight(case, OFFICE, ALONE, [twin("phone", verdict="different")])
    assert acts.approve(case, APPROVER, NOW, decided).state == "approved"


def test_the_card_that_is_followed_is_no_twin() -> None:
    old = twin("nik", "name_and_birth_date", state="issued")
    assert earlier_of(ALONE, [old]) == [old]
    assert suspects_of(ALONE, [old]) == []
    living = Related(others=({"_id": "t1"},))  # a new card beside a living one
    assert suspects_of(living, [old]) == [old]
    open_one = twin("nik")
    assert suspects_of(ALONE, [open_one]) == [open_one]


def test_a_rejection_is_proposed_and_decided_by_another() -> None:
    case = domain.claim(new_case(), VERIFIER, NOW)
    proposal = Proposal(reason_code="under_age", note="Lahir 2010.")
    proposed = acts.propose_rejection(case, VERIFIER, NOW, proposal)
    assert (proposed.lane, proposed.claim, proposed.state) == ("approval", None, "under_review")
    assert proposed.forwarded is not None
    assert proposed.forwarded.proposal == proposal
    held = domain.claim(proposed, APPROVER, NOW)
    assert acts.reject(held, APPROVER, NOW, RISKY).state == "rejected"
    with pytest.raises(Forbidden):
        acts.reject(domain.claim(proposed, VERIFIER, NOW), VERIFIER, NOW, CALM)


def test_a_placement_officer_gives_a_case_back_to_be_checked_again() -> None:
    held = domain.claim(forwarded(), APPROVER, NOW)
    back = acts.give_back(held, APPROVER, NOW, "Periksa lagi tahun ijazah.")
    assert (back.lane, back.state, back.forwarded, back.claim) == ("new", "submitted", None, None)
    assert back.given_back is not None
    assert back.given_back.note == "Periksa lagi tahun ijazah."
    again = domain.claim(back, VERIFIER, NOW + timedelta(minutes=1))
    assert acts.forward(again, VERIFIER, NOW, None).given_back is None
    with pytest.raises(Forbidden):
        acts.give_back(domain.claim(forwarded(), VERIFIER, NOW), VERIFIER, NOW, "x")
    with pytest.raises(ChecksMissing, match="belum diteruskan"):
        acts.give_back(domain.claim(new_case(), APPROVER, NOW), APPROVER, NOW, "x")


def test_every_refusal_says_what_to_do() -> None:
    with pytest.raises(NotYours, match="Pengantar Kerja lain"):
        require_decider(new_case(), APPROVER, RISKY)
    for refusal in (OwnCase(), EnteredHimself()):
        assert "harus memutuskannya" in str(refusal) or "yang harus memeriksa" in str(refusal)
