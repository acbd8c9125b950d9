"""An application in which everything is filled, some of it as nobody wishes to see it."""

from __future__ import annotations

from shared.contracts.applications import (
    Answers,
    ApplicationKind,
    ApplicationSubmitted,
    Consents,
    DocumentKind,
    DocumentRef,
    EducationRow,
    ExperienceRow,
    Guardian,
    LanguageRow,
    Preferences,
    ReplacementReason,
    SkillRow,
    TargetEmployer,
    WantedOccupation,
)
from shared.contracts.envelope import Event
from shared.ids import uuid7
from shared.sealed import KeyRing, Purpose, field_context
from tests.unit.verification.sample_events import KEYS, address, answers, document, submitted

FAMILY_CARD_NUMBER = "1404040101010099"
WAGE = "3000000"
GUARDIAN_MOBILE = "+6281200000002"
HOSTILE = "<b>&'\"</b>"
LONG_NAME = "Muhammad Fauzan Contoh bin Abdul Karim Al-Tembilahani Contoh"
UNBROKEN = "Perseroan" * 7


def full_answers(
    case_id: str,
    *,
    full_name: str = LONG_NAME,
    nik: str = "1404046708010001",
    wage: str = WAGE,
    keys: KeyRing = KEYS,
) -> Answers:
    def seal(purpose: Purpose, name: str, value: str) -> object:
        return keys.seal(purpose, value, field_context(case_id, name))

    base = answers(case_id, full_name=full_name, nik=nik, keys=keys)
    person = base.person.model_copy(
        update={
            "family_card_number": seal("identity", "family_card_number", FAMILY_CARD_NUMBER),
            "height_cm": 165,
            "weight_kg": 58,
        }
    )
    return base.model_copy(
        update={
            "person": person,
            "guardian": Guardian.model_validate(
                {
                    "name": f"Ibu {LONG_NAME}",
                    "relation": "parent",
                    "mobile": seal("contact", "guardian_mobile", GUARDIAN_MOBILE),
                }
            ),
            "domicile_same_as_ktp": False,
            "domicile_address": address("Jalan " + UNBROKEN),
            "education": (
                EducationRow(
                    form_level="s1",
                    completed=True,
                    institution=f"Universitas {HOSTILE}",
                    major="Akuntansi",
                    year_in=2019,
                    year_out=2023,
                    grade_score=3.25,
                    diploma_number="DN-01/2023",
                ),
                EducationRow(form_level="sma", completed=False, institution="SMA", year_out=2019),
            ),
            "skills": (
                SkillRow(
                    name="Las listrik",
                    provider="BLK Contoh",
                    year=2020,
                    certificate_number="LAS-7",
                ),
                SkillRow(name=f"Komputer {HOSTILE}"),
            ),
            "languages": (
                LanguageRow(language="id", level="fluent"),
                LanguageRow(language="other", other_name="Melayu", level="intermediate"),
                LanguageRow(language="en"),
            ),
            "employment_status": "employed",
            "experience": (
                ExperienceRow(
                    position="Kasir",
                    employer_name=UNBROKEN,
                    year_in=2020,
                    still_working=True,
                    duties=f"Menghitung uang, {HOSTILE} membuat laporan harian.",
                    duration_months=30,
                ),
                ExperienceRow(position="Buruh", employer_name="Kebun", year_in=2018, year_out=2019),
            ),
            "preferences": Preferences.model_validate(
                {
                    "occupations": ("Staf administrasi", "Guru"),
                    "wanted": (
                        WantedOccupation(
                            text="Staf administrasi",
                            occupation_code="4110",
                            occupation_scheme="kbji_2026",
                            industry_code="O",
                        ),
                        WantedOccupation(text="Guru"),
                    ),
                    "location_scope": "abroad",
                    "location_place": "Malaysia",
                    "wage": seal("identity", "wage", wage),
                    "target_employer": TargetEmployer(
                        name=f"PT {HOSTILE}", address="Jalan Contoh 1", phone="0768 00000"
                    ),
                }
            ),
            "consents": Consents(matching=True, publication=True),
        }
    )


def full_documents(*kinds: DocumentKind) -> tuple[DocumentRef, ...]:
    """Documents of these kinds; certificates of several files, the photo with marks."""
    found = []
    for kind in kinds:
        several = kind in {"skill_certificate", "employment_letter"}
        made = document(kind, pages=3 if several else 1)
        marks = ("small", "not_3x4", "blurred") if kind == "photo" else ()
        found.append(made.model_copy(update={"files": 2 if several else 1, "marks": marks}))
    return tuple(found)


def requested(
    event: Event[ApplicationSubmitted],
    kind: ApplicationKind,
    *,
    number: str | None = "1404241124000007",
    reason: ReplacementReason | None = None,
    pages: tuple[str, ...] = (),
    purpose: str | None = None,
) -> Event[ApplicationSubmitted]:
    """The same submission for another kind of application."""
    data = event.data.model_copy(
        update={
            "kind": kind,
            "previous_registration_number": number,
            "replacement_reason": reason,
            "correction_pages": pages,
            "purpose": purpose,
        }
    )
    return event.model_copy(update={"data": data})


def full_submission(**values: object) -> Event[ApplicationSubmitted]:
    case_id = uuid7()
    event = submitted(case_id, full_answers(case_id))
    return event.model_copy(update={"data": event.data.model_copy(update=values)})
