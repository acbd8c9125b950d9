"""Answers at rest: which values are sealed, how pages are opened, how the event is composed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from services.intake.forms import Values
from services.intake.forms.areas import VILLAGES
from shared.contracts.applications import (
    Address,
    Answers,
    Contact,
    DocumentRef,
    EducationRow,
    ExperienceRow,
    LanguageRow,
    Person,
    Preferences,
    SkillRow,
)
from shared.contracts.envelope import Sealed
from shared.office import Office
from shared.sealed import KeyRing, Purpose, field_context

KeptPage = dict[str, Any]  # {"values": …, "warnings": […]}

_SEALED: dict[str, dict[str, Purpose]] = {
    "identity": {"nik": "identity", "disability": "special"},
    "contact": {"mobile": "contact", "email": "contact"},
}


def keep_page(
    keys: KeyRing, application_id: str, page_id: str, values: Values, warnings: tuple[str, ...]
) -> KeptPage:
    """The page as it is stored: sensitive values sealed to this application."""
    kept = dict(values)
    if page_id == "identity":
        special = {
            "status": kept.pop("disability_status"),
            "kinds": kept.pop("disability_kinds"),
        }
        kept["disability"] = json.dumps(special)
    for name, purpose in _SEALED.get(page_id, {}).items():
        if kept[name] is not None:
            context = field_context(application_id, name)
            kept[name] = keys.seal(purpose, kept[name], context).model_dump()
    return {"values": kept, "warnings": list(warnings)}


def open_page(keys: KeyRing, application_id: str, page_id: str, page: KeptPage) -> Values:
    """The values as `parse_page` gave them; raises `CannotOpen`."""
    values = dict(page["values"])
    for name, purpose in _SEALED.get(page_id, {}).items():
        if values[name] is not None:
            sealed = Sealed.model_construct(**values[name])
            values[name] = keys.open(purpose, sealed, field_context(application_id, name))
    if page_id == "identity":
        special = json.loads(values.pop("disability"))
        values["disability_status"] = special["status"]
        values["disability_kinds"] = special["kinds"]
    return values


def keep_unchanged(
    keys: KeyRing, application_id: str, page_id: str, page: KeptPage, earlier: KeptPage
) -> KeptPage:
    """The page with the earlier sealed text where the value is the same.

    Sealing again gives another text: without this every redone page would look changed.
    """
    values = dict(page["values"])
    for name, purpose in _SEALED.get(page_id, {}).items():
        new, old = values[name], earlier["values"][name]
        if new is None or old is None:
            continue
        context = field_context(application_id, name)
        opened = [keys.open(purpose, Sealed(**sealed), context) for sealed in (new, old)]
        if opened[0] == opened[1]:
            values[name] = old
    return {**page, "values": values}


def compose_answers(pages: Mapping[str, KeptPage], office: Office) -> Answers:
    """The answers of a complete application as the event carries them, still sealed."""
    of = {page_id: page["values"] for page_id, page in pages.items()}
    identity, contact = of["identity"], of["contact"]
    ktp_address = _address("ktp", contact, office)
    same = contact["domicile_same_as_ktp"]
    return Answers(
        person=Person(
            nik=Sealed(**identity["nik"]),
            full_name=identity["full_name"],
            birth_place=identity["birth_place"],
            birth_date=date.fromisoformat(identity["birth_date"]),
            sex=identity["sex"],
            religion=identity["religion"],
            marital_status=identity["marital_status"],
            disability=Sealed(**identity["disability"]),
        ),
        ktp_address=ktp_address,
        domicile_same_as_ktp=same,
        domicile_address=ktp_address if same else _address("domicile", contact, office),
        contact=Contact(
            mobile=Sealed(**contact["mobile"]),
            mobile_has_whatsapp=contact["mobile_has_whatsapp"],
            email=Sealed(**contact["email"]) if contact["email"] else None,
            preferred_channel=contact["preferred_channel"],
        ),
        education=tuple(EducationRow(**row) for row in of["education"]["education"]),
        skills=tuple(SkillRow(**row) for row in of["skills"]["skills"]),
        languages=_languages(of["skills"]),
        employment_status=of["experience"]["employment_status"],
        experience=tuple(ExperienceRow(**row) for row in of["experience"]["experience"]),
        preferences=_preferences(of["preferences"]),
    )


def compose_documents(documents: Mapping[str, Any]) -> tuple[DocumentRef, ...]:
    return tuple(DocumentRef.model_validate(each) for each in documents.values())


def _address(prefix: str, contact: Values, office: Office) -> Address:
    """Outside the regency the codes are not known: empty code, names as typed."""
    common = {name: contact[f"{prefix}_{name}"] for name in ("street", "rt", "rw", "postal_code")}
    if not contact[f"{prefix}_in_regency"]:
        names = {
            name: contact[f"{prefix}_{name}"]
            for name in ("regency_name", "subdistrict_name", "village_name")
        }
        return Address(**common, regency_code="", **names)
    village = VILLAGES[contact[f"{prefix}_village_code"]]
    return Address(
        **common,
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
        )
        for language in skills["languages"]
    )


def _preferences(values: Values) -> Preferences:
    wanted = (values["occupation_1"], values["occupation_2"], values["occupation_3"])
    return Preferences(
        occupations=tuple(each for each in wanted if each),
        location_scope=values["location_scope"],
        location_place=values["location_place"],
    )
