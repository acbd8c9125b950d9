"""States of a case, who may decide, and in which words it is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from services.verification.officers.domain import Officer
from services.verification.review import acts, domain
from services.verification.review.cases import _with_version
from services.verification.review.domain import Case, Check, Returned, Version, Withdrawal
from services.verification.review.four_eyes import Oversight
from services.verification.review.refusals import (
    AlreadyDecided,
    ChecksMissing,
    Claimed,
    NotClaimed,
)
from services.verification.review.warnings import (
    CaseReader,
    Findings,
    merge_rules,
    read_version,
    remarks,
)
from shared.contracts.applications import Answers, DocumentKind, Guardian
from shared.contracts.reviews import ReturnedItem
from shared.errors import Forbidden
from shared.ids import uuid7
from shared.office import Office, load_office
from tests.unit.verification.sample_events import (
    INDEX_KEY,
    KEYS,
    SUBMITTED_AT,
    answers,
    document,
    submitted,
)

NOW = SUBMITTED_AT + timedelta(hours=1)
OFFICE = load_office()
READER = CaseReader(KEYS, INDEX_KEY, OFFICE)
approve = partial(acts.approve, oversight=Oversight(OFFICE.review))
reject = partial(acts.reject, oversight=Oversight(OFFICE.review))
VERIFIER = Officer("o1", "vera", "Vera Contoh", ("verification_officer",))
APPROVER = Officer("o2", "putra", "Putra Contoh", ("placement_officer",), "198505052010011000")
ADMIN = Officer("o3", "admin", "Admin Contoh", ("system_admin",))


def new_case(**values: object) -> Case:
    event = submitted()
    data = event.data
    version = Version(number=1, at=SUBMITTED_AT, answers=data.answers, documents=data.documents)
    case = Case(
        id=data.application_id,
        reference=data.reference,
        kind="new",
        channel="online",
        submitted_at=SUBMITTED_AT,
        state="submitted",
        version=1,
        queued_at=SUBMITTED_AT,
        nik_index="00",
        versions=(version,),
    )
    return case.model_copy(update=values)


def checked(case: Case, officer: Officer, result: domain.CheckResult = "matches") -> Case:
    checks = {
        each.kind: Check(document_id=each.document_id, result=result)
        for each in case.current.documents
    }
    return acts.save_findings(case, officer, NOW, checks, case.warnings)


def returned() -> Returned:
    item = ReturnedItem(item="identity", reason_code="identity_incomplete", reason="…")
    return Returned(items=(item,), note=None, due_on=date(2026, 12, 1), at=NOW)


def test_a_colleague_takes_over_only_after_the_lease() -> None:
    held = domain.claim(new_case(), VERIFIER, NOW)
    with pytest.raises(Claimed, match=r"Vera Contoh sampai pukul 10\.15 WIB"):
        domain.claim(held, APPROVER, NOW + domain.LEASE - timedelta(seconds=1))
    taken = domain.claim(held, APPROVER, NOW + domain.LEASE)
    assert taken.claim is not None
    assert taken.claim.name == "Putra Contoh"


def test_renewing_keeps_open_pages_good() -> None:
    held = domain.claim(new_case(), VERIFIER, NOW)
    renewed = domain.claim(held, VERIFIER, NOW + timedelta(minutes=5))
    assert renewed.version == held.version
    assert renewed.claim is not None
    assert renewed.claim.until == NOW + timedelta(minutes=20)


def test_nobody_decides_without_the_claim() -> None:
    case = checked(domain.claim(new_case(), VERIFIER, NOW), VERIFIER)
    with pytest.raises(Claimed):
        approve(case, APPROVER, NOW)
    released = domain.release(case, VERIFIER, NOW)
    assert released.state == "submitted"
    with pytest.raises(NotClaimed):
        approve(released, APPROVER, NOW)


def test_an_expired_claim_that_nobody_took_still_serves_its_holder() -> None:
    case = checked(domain.claim(new_case(), APPROVER, NOW), APPROVER)
    assert approve(case, APPROVER, NOW + timedelta(hours=1)).state == "approved"


def test_only_a_placement_officer_approves_and_rejects() -> None:
    case = checked(domain.claim(new_case(), VERIFIER, NOW), VERIFIER)
    with pytest.raises(Forbidden, match="Pengantar Kerja"):
        approve(case, VERIFIER, NOW)
    with pytest.raises(Forbidden):
        reject(case, VERIFIER, NOW)


def test_an_administrator_does_not_work_on_cases() -> None:
    with pytest.raises(Forbidden):
        domain.claim(new_case(), ADMIN, NOW)
    assert not ADMIN.may("read_cases")


@pytest.mark.parametrize("result", ["does_not_match", "unreadable"])
def test_approval_needs_every_document_to_match(result: domain.CheckResult) -> None:
    case = domain.claim(new_case(), APPROVER, NOW)
    with pytest.raises(ChecksMissing, match="semua berkas"):
        approve(case, APPROVER, NOW)
    with pytest.raises(ChecksMissing):
        approve(checked(case, APPROVER, result), APPROVER, NOW)
    approved = approve(checked(case, APPROVER), APPROVER, NOW)
    assert (approved.state, approved.lane, approved.claim) == ("approved", "approved", None)


def test_approval_needs_every_warning_answered() -> None:
    case = new_case(warnings=merge_rules((), ("nik_sex",)))
    case = checked(domain.claim(case, APPROVER, NOW), APPROVER)
    with pytest.raises(ChecksMissing, match="peringatan"):
        approve(case, APPROVER, NOW)


def test_a_doubtful_case_is_forwarded_with_a_note_only() -> None:
    case = checked(domain.claim(new_case(), VERIFIER, NOW), VERIFIER, "does_not_match")
    with pytest.raises(ChecksMissing, match="catatan"):
        acts.forward(case, VERIFIER, NOW, None)
    forwarded = acts.forward(case, VERIFIER, NOW, "Usul tolak: ganda.")
    assert (forwarded.lane, forwarded.claim) == ("approval", None)


def test_forwarded_cases_wait_for_approval_even_when_released() -> None:
    case = checked(domain.claim(new_case(), VERIFIER, NOW), VERIFIER)
    case = domain.claim(acts.forward(case, VERIFIER, NOW, None), APPROVER, NOW)
    assert domain.release(case, APPROVER, NOW).lane == "approval"


def test_after_a_decision_the_refusal_says_who_and_when() -> None:
    case = checked(domain.claim(new_case(), APPROVER, NOW), APPROVER)
    case = approve(case, APPROVER, NOW)
    text = r"Putra Contoh menyetujui permohonan ini pada 24 November 2026 pukul 10\.00 WIB"
    with pytest.raises(AlreadyDecided, match=text):
        acts.send_back(case, VERIFIER, NOW, returned())
    with pytest.raises(AlreadyDecided):
        domain.claim(case, VERIFIER, NOW)


def test_a_returned_case_waits_for_the_applicant() -> None:
    case = acts.send_back(domain.claim(new_case(), VERIFIER, NOW), VERIFIER, NOW, returned())
    assert (case.state, case.lane, case.claim, case.queued_at) == ("returned",) * 2 + (None, NOW)


def test_amending_keeps_checks_only_of_what_stayed() -> None:
    case = checked(domain.claim(new_case(), VERIFIER, NOW), VERIFIER)
    case = acts.send_back(case, VERIFIER, NOW, returned())
    identity, diploma, _ = case.current.documents
    new_photo = document("photo")
    version = Version(
        number=4,
        at=NOW,
        answers=case.current.answers,
        documents=(identity, diploma, new_photo),
        changed=("documents.photo",),
    )
    amended = _with_version(case, version, READER)
    assert (amended.state, amended.round) == ("submitted", 2)
    assert set(amended.checks) == {"identity_card", "diploma"}
    other_name = answers(case.id, full_name="Nama Baru")
    renamed = _with_version(
        case, version.model_copy(update={"answers": other_name, "changed": ("identity",)}), READER
    )
    assert renamed.checks == {}


def test_amending_the_skills_asks_for_a_new_look_at_the_certificates_only() -> None:
    kinds: tuple[DocumentKind, ...] = ("identity_card", "skill_certificate", "employment_letter")
    case = new_case()
    first = case.current.model_copy(update={"documents": tuple(map(document, kinds))})
    case = checked(
        domain.claim(case.model_copy(update={"versions": (first,)}), VERIFIER, NOW), VERIFIER
    )
    given = first.answers.model_copy(update={"skills": ()})
    version = Version(number=4, at=NOW, answers=given, documents=first.documents)
    assert set(_with_version(case, version, READER).checks) == {
        "identity_card",
        "employment_letter",
    }


def test_an_older_version_that_comes_late_changes_nothing_for_the_officer() -> None:
    case = new_case()
    base = Version(number=5, at=NOW, answers=case.current.answers, documents=case.current.documents)
    newest = domain.claim(_with_version(case, base, READER), VERIFIER, NOW)
    late = _with_version(newest, base.model_copy(update={"number": 3}), READER)
    assert [each.number for each in late.versions] == [1, 3, 5]
    assert (late.state, late.claim) == ("under_review", newest.claim)


WITHDRAWAL = Withdrawal(reason="applicant_request", at=NOW + timedelta(minutes=5))


def test_a_withdrawn_case_leaves_the_desk_and_says_so_kindly() -> None:
    case = checked(domain.claim(new_case(), APPROVER, NOW), APPROVER)
    gone = domain.withdraw(case, WITHDRAWAL)
    assert (gone.state, gone.lane, gone.claim, gone.forwarded) == ("withdrawn",) * 2 + (None, None)
    assert gone.queued_at == WITHDRAWAL.at
    text = r"^Pemohon membatalkan permohonan ini pada 24 November 2026 pukul 10\.05 WIB\."
    for act in (domain.claim, domain.release, approve, reject):
        with pytest.raises(AlreadyDecided, match=text):
            act(gone, APPROVER, NOW)
    closed = domain.withdraw(case, Withdrawal(reason="not_amended_in_time", at=NOW))
    with pytest.raises(AlreadyDecided, match="tidak memperbaikinya sampai batas waktu"):
        domain.claim(closed, APPROVER, NOW)


def test_a_decision_stands_when_the_withdrawal_is_heard_later() -> None:
    case = checked(domain.claim(new_case(), APPROVER, NOW), APPROVER)
    for decide in (approve, reject):
        decided = decide(case, APPROVER, NOW)
        noted = domain.withdraw(decided, WITHDRAWAL)
        assert noted.withdrawal == WITHDRAWAL
        assert (noted.state, noted.lane, noted.queued_at) == (decided.state, decided.lane, NOW)


@pytest.mark.parametrize(
    ("nik", "birth_date", "rules"),
    [
        ("1404046708010001", date(2001, 8, 27), ()),
        ("1404046708010001", date(2001, 8, 28), ("nik_birth_date",)),
        ("1404042708010001", date(2001, 8, 27), ("nik_sex",)),
        ("9904042708010001", date(2001, 8, 27), ("nik_unknown",)),
    ],
)
def test_warnings_of_the_nik(nik: str, birth_date: date, rules: tuple[str, ...]) -> None:
    case_id = uuid7()
    found = look(answers(case_id, nik=nik, birth_date=birth_date), case_id=case_id)
    assert found.rules == rules
    assert len(found.nik_index) == 32
    assert nik not in found.nik_index


def test_an_applicant_below_the_age_of_the_office_is_pointed_out() -> None:
    case_id = uuid7()
    born = date(2008, 11, 24)
    given = answers(case_id, nik="1404046411080001", birth_date=born)
    birthday = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # midnight at the office
    assert look(given, case_id=case_id, sent_at=birthday).rules == ()
    eve = birthday - timedelta(seconds=1)
    assert look(given, case_id=case_id, sent_at=eve).rules == ("age_min",)
    guardian = Guardian(name="Ibu Contoh", relation="parent", mobile=given.person.nik)
    minor = given.model_copy(update={"guardian": guardian})
    assert look(minor, case_id=case_id, sent_at=eve).rules == ("age_min",)
    allowing = OFFICE.applicant.model_copy(update={"allow_minor_with_guardian": True})
    office = OFFICE.model_copy(update={"applicant": allowing})
    assert look(minor, office, case_id=case_id, sent_at=eve).rules == ()
    assert look(given, office, case_id=case_id, sent_at=eve).rules == ("age_min",)


def test_a_foreign_identity_card_needs_a_letter_or_an_answer() -> None:
    case = new_case()
    ours = case.current.answers
    away = ours.ktp_address.model_copy(
        update={"regency_code": "", "regency_name": "Kota Pekanbaru"}
    )
    given = ours.model_copy(update={"ktp_address": away})
    version = case.current.model_copy(update={"answers": given})
    assert read_version(READER, case.id, version, NOW).rules == ("outside_domicile",)
    files = (*version.documents, document("domicile_letter"))
    with_letter = version.model_copy(update={"documents": files})
    assert read_version(READER, case.id, with_letter, NOW).rules == ()
    told = remarks(KEYS, OFFICE, case.model_copy(update={"versions": (with_letter,)}))
    assert [each.split(".")[0] for each in told] == [
        "KTP dari luar Kabupaten Indragiri Hilir",
        "Empat angka pertama NIK (1404) berbeda dari wilayah alamat KTP",
    ]


@pytest.mark.parametrize(
    ("nik", "regency_code", "is_told"),
    [
        ("1404046708010001", "14.04", False),
        ("1471046708010001", "14.04", True),
        ("1471046708010001", "14.71", False),
        ("1471046708010001", "", False),
    ],
)
def test_the_place_in_the_nik_is_remarked_where_it_differs(
    nik: str, regency_code: str, is_told: bool
) -> None:
    case = new_case()
    given = answers(case.id, nik=nik)
    place = given.ktp_address.model_copy(update={"regency_code": regency_code})
    version = case.current.model_copy(
        update={"answers": given.model_copy(update={"ktp_address": place})}
    )
    told = remarks(KEYS, OFFICE, case.model_copy(update={"versions": (version,)}))
    assert any("Empat angka pertama NIK" in each for each in told) == is_told
    assert nik not in "".join(told)


def look(
    given: Answers,
    office: Office = OFFICE,
    *,
    case_id: str,
    sent_at: datetime = SUBMITTED_AT,
) -> Findings:
    version = Version(number=1, at=sent_at, answers=given, documents=())
    return read_version(CaseReader(KEYS, INDEX_KEY, office), case_id, version, sent_at)


def test_a_lease_that_ended_is_no_review_for_the_eye() -> None:
    case = domain.claim(new_case(), VERIFIER, NOW)
    shown = [
        domain.shown_state(case.state, case.lane, case.held_by(at))
        for at in (NOW, NOW + domain.LEASE)
    ]
    assert shown == ["under_review", "submitted"]
    forwarded = acts.forward(checked(case, VERIFIER), VERIFIER, NOW, None)
    assert domain.shown_state(forwarded.state, forwarded.lane, None) == "approval"
