"""The event of an application, composed from its pages: sealed values stay as they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.intake.answers import KeptPage
from services.intake.forms import Values, sending
from services.intake.forms.areas import VILLAGES
from services.intake.forms.occupations import SCHEME
from services.intake.forms.preferences import NUMBERS
from shared.code_lists import INDUSTRY_SCHEME, PROVINCE
from shared.contracts.applications import (
    Address,
    Answers,
    Consents,
    Contact,
    DocumentRef,
    EducationRow,
    ExperienceRow,
    Guardian,
    LanguageRow,
    Person,
    Preferences,
    SkillRow,
    TargetEmployer,
    WantedOccupation,
)
from shared.contracts.envelope import Sealed
from shared.office import Office


def compose_answers(pages: Mapping[str, KeptPage], office: Office) -> Answers:
    """The answers of a complete application as the event carries them, still sealed.

    Pages saved before a field existed lack it: only what was always asked is taken for granted.
    """
    of = {page_id: page["values"] for page_id, page in pages.items()}
    contact, preferences = of["contact"], of["preferences"]
    agreed = of.get(sending.PAGE.id, preferences)  # sent before it was asked at the end
    ktp_address = _address("ktp", contact, office)
    same = contact["domicile_same_as_ktp"]
    return Answers(
        person=_person(of["identity"]),
        guardian=_guardian(of["identity"]),
        ktp_address=ktp_address,
        domicile_same_as_ktp=same,
        domicile_address=ktp_address if same else _address("domicile", contact, office),
        contact=Contact(
            mobile=_sealed(contact["mobile"]),
            mobile_has_whatsapp=bool(contact["mobile_has_whatsapp"]),
            email=_sealed(contact.get("email")),
            preferred_channel=contact["preferred_channel"] or "email",
        ),
        education=tuple(EducationRow(**row) for row in of["education"]["education"]),
        skills=tuple(SkillRow(**row) for row in of["skills"]["skills"]),
        languages=_languages(of["skills"]),
        employment_status=of["experience"]["employment_status"],
        experience=tuple(ExperienceRow(**row) for row in of["experience"]["experience"]),
        preferences=_preferences(preferences),
        consents=Consents(
            matching=bool(preferences.get("consent_matching")),
            reminders_whatsapp=bool(agreed.get("consent_reminders_whatsapp")),
            publication=bool(agreed.get("consent_publication")),
        ),
    )


def compose_documents(documents: Mapping[str, Any]) -> tuple[DocumentRef, ...]:
    return tuple(DocumentRef.model_validate(each) for each in documents.values())


def _sealed(kept: dict[str, Any] | None) -> Sealed | None:
    return Sealed(**kept) if kept else None


def _person(identity: Values) -> Person:
    return Person(
        nik=Sealed(**identity["nik"]),
        family_card_number=_sealed(identity.get("family_card_number")),
        full_name=identity["full_name"],
        birth_place=identity["birth_place"],
        birth_date=date.fromisoformat(identity["birth_date"]),
        sex=identity["sex"],
        religion=identity["religion"],
        marital_status=identity["marital_status"],
        disability=Sealed(**identity["disability"]),
        height_cm=identity.get("height_cm"),
        weight_kg=identity.get("weight_kg"),
    )


def _guardian(identity: Values) -> Guardian | None:
    if not identity.get("guardian_consent"):
        return None
    return Guardian(
        name=identity["guardian_name"],
        relation=identity["guardian_relation"],
        mobile=Sealed(**identity["guardian_mobile"]),
    )


def _address(prefix: str, contact: Values, office: Office) -> Address:
    """Outside the regency the codes below the province are not known: names as typed."""
    common = {name: contact[f"{prefix}_{name}"] for name in ("street", "rt", "rw", "postal_code")}
    if not contact[f"{prefix}_in_regency"]:
        names = {
            name: contact[f"{prefix}_{name}"]
            for name in ("regency_name", "subdistrict_name", "village_name")
        }
        province = contact.get(f"{prefix}_province_code")  # not always asked
        return Address(
            **common,
            province_code=province,
            province_name=PROVINCE[province] if province else None,
            regency_code="",
            **names,
        )
    province = office.identity.province_code
    village = VILLAGES[contact[f"{prefix}_village_code"]]
    return Address(
        **common,
        province_code=province,
        province_name=PROVINCE.get(province),
        regency_code=office.identity.area_code,
        regency_name=f"Kabupaten {office.identity.regency_name}",
        subdistrict_code=village.subdistrict_code,
        subdistrict_name=village.subdistrict_name,
        village_code=village.code,
        village_name=village.name,
    )


def _languages(skills: Values) -> tuple[LanguageRow, ...]:
    return tuple(
        LanguageRow(
            language=language,
            other_name=skills["language_other_name"] if language == "other" else None,
            level=skills.get(f"language_level_{language}"),
        )
        for language in skills["languages"]
    )


def _preferences(values: Values) -> Preferences:
    wanted = [_wanted(values, number) for number in NUMBERS if values.get(f"occupation_{number}")]
    name = values.get("employer_name")
    return Preferences(
        occupations=tuple(each.text for each in wanted),
        wanted=tuple(wanted),
        location_scope=values["location_scope"],
        location_place=values["location_place"],
        wage=_sealed(values.get("wage")),
        target_employer=TargetEmployer(
            name=name, address=values.get("employer_address"), phone=values.get("employer_phone")
        )
        if name
        else None,
    )


def _wanted(values: Values, number: int) -> WantedOccupation:
    code = values.get(f"occupation_code_{number}")
    industry = values.get(f"industry_{number}")
    return WantedOccupation(
        text=values[f"occupation_{number}"],
        occupation_code=code,
        occupation_scheme=SCHEME if code else None,
        industry_code=industry,
        industry_scheme=INDUSTRY_SCHEME if industry else None,
    )
