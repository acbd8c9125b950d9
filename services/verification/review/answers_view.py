"""The answers of an applicant as labelled texts, in the groups an officer compares."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.verification.review.warnings import open_nik
from shared import code_lists
from shared.contracts.applications import (
    Address,
    Answers,
    EducationRow,
    ExperienceRow,
    LanguageRow,
)
from shared.dates import long_date
from shared.sealed import KeyRing, field_context

Hidden = Literal["nik", "disability"]
SHOWN_ON_REQUEST: tuple[Hidden, ...] = ("nik", "disability")
EMPTY = "Tidak diisi"


@dataclass(frozen=True)
class Field:
    """`shown` is what stands on the page; `value` is compared and never shown when hidden."""

    key: str
    label: str
    value: str
    shown: str
    hidden: Hidden | None = None


@dataclass(frozen=True)
class Group:
    """Fields of one page of the form; `item` is its id in a return."""

    item: str
    title: str
    fields: tuple[Field, ...]


def groups_of(
    keys: KeyRing, case_id: str, answers: Answers, revealed: frozenset[str] = frozenset()
) -> tuple[Group, ...]:
    """All answers; hidden fields are masked unless `revealed`."""
    return (
        Group("identity", "Data diri", _identity(keys, case_id, answers, revealed)),
        Group("ktp_address", "Alamat KTP", _address("ktp_address", answers.ktp_address)),
        Group("education", "Pendidikan formal", _education(answers)),
        Group("domicile", "Tempat tinggal sekarang", _domicile(answers)),
        Group("contact", "Kontak", _contact(keys, case_id, answers)),
        Group("skills", "Keterampilan dan bahasa", _skills(answers)),
        Group("experience", "Pengalaman kerja", _experience(answers)),
        Group("preferences", "Pekerjaan yang diinginkan", _preferences(answers)),
    )


def masked_nik(digits: str) -> str:
    return f"{digits[:4]}••••••••{digits[-4:]}"


def _identity(
    keys: KeyRing, case_id: str, answers: Answers, revealed: frozenset[str]
) -> tuple[Field, ...]:
    person = answers.person
    nik = open_nik(keys, case_id, answers)
    disability = keys.open("special", person.disability, field_context(case_id, "disability"))
    return (
        Field("nik", "NIK", nik, nik if "nik" in revealed else masked_nik(nik), "nik"),
        _field("full_name", "Nama lengkap", person.full_name),
        _field("birth_place", "Tempat lahir", person.birth_place),
        _field("birth_date", "Tanggal lahir", _birth(person.birth_date)),
        _field("sex", "Jenis kelamin", code_lists.SEX[person.sex]),
        _field("religion", "Agama", code_lists.RELIGION[person.religion]),
        _field(
            "marital_status", "Status perkawinan", code_lists.MARITAL_STATUS[person.marital_status]
        ),
        Field(
            "disability",
            "Kondisi disabilitas",
            disability,
            _disability(disability) if "disability" in revealed else "••••••",
            "disability",
        ),
    )


def _birth(birth_date: date) -> str:
    return f"{long_date(birth_date)} ({birth_date:%d-%m-%Y})"


def _disability(text: str) -> str:
    data = json.loads(text)
    status = code_lists.DISABILITY_STATUS.get(data["status"], data["status"])
    kinds = [code_lists.DISABILITY_KIND.get(each, each) for each in data.get("kinds", [])]
    return f"{status}: {', '.join(kinds)}" if kinds else status


def _address(key: str, address: Address) -> tuple[Field, ...]:
    rt_rw = " ".join(
        f"{name} {value}" for name, value in (("RT", address.rt), ("RW", address.rw)) if value
    )
    postal = f" {address.postal_code}" if address.postal_code else ""
    return (
        _field(f"{key}.street", "Alamat", ", ".join(filter(None, (address.street, rt_rw)))),
        _field(f"{key}.village", "Desa/kelurahan", address.village_name),
        _field(f"{key}.subdistrict", "Kecamatan", address.subdistrict_name),
        _field(f"{key}.regency", "Kabupaten/kota", address.regency_name + postal),
    )


def _domicile(answers: Answers) -> tuple[Field, ...]:
    if answers.domicile_same_as_ktp:
        return (_field("domicile.same", "Alamat", "Sama dengan alamat KTP"),)
    return _address("domicile", answers.domicile_address)


def _contact(keys: KeyRing, case_id: str, answers: Answers) -> tuple[Field, ...]:
    contact = answers.contact
    mobile = keys.open("contact", contact.mobile, field_context(case_id, "mobile"))
    email = ""
    if contact.email is not None:
        email = keys.open("contact", contact.email, field_context(case_id, "email"))
    has_whatsapp = " (WhatsApp)" if contact.mobile_has_whatsapp else ""
    return (
        _field("mobile", "Nomor HP", mobile + has_whatsapp),
        _field("email", "Email", email),
        _field("channel", "Dihubungi lewat", code_lists.CONTACT_CHANNEL[contact.preferred_channel]),
    )


def _education(answers: Answers) -> tuple[Field, ...]:
    return _rows("education", "Sekolah", [_school(each) for each in answers.education])


def _school(row: EducationRow) -> str:
    end = f"lulus {row.year_out}" if row.completed else f"tidak tamat, sampai {row.year_out}"
    parts = (code_lists.EDUCATION_FORM_LEVEL[row.form_level], row.institution, row.major, end)
    return " · ".join(each for each in parts if each)


def _skills(answers: Answers) -> tuple[Field, ...]:
    skills = [f"{each.name} ({each.year})" if each.year else each.name for each in answers.skills]
    languages = ", ".join(_language(each) for each in answers.languages)
    return (
        *_rows("skills", "Keterampilan", skills),
        _field("languages", "Bahasa", languages),
    )


def _language(row: LanguageRow) -> str:
    return row.other_name or code_lists.LANGUAGE[row.language]


def _experience(answers: Answers) -> tuple[Field, ...]:
    status = code_lists.EMPLOYMENT_STATUS[answers.employment_status]
    return (
        _field("employment_status", "Sedang bekerja?", status),
        *_rows("experience", "Pengalaman", [_job(each) for each in answers.experience]),
    )


def _job(row: ExperienceRow) -> str:
    end = "sekarang" if row.still_working else row.year_out or "?"
    return f"{row.position} · {row.employer_name} · {row.year_in}-{end}"


def _preferences(answers: Answers) -> tuple[Field, ...]:
    wish = answers.preferences
    place = f" ({wish.location_place})" if wish.location_place else ""
    return (
        *_rows("occupations", "Jabatan", list(wish.occupations)),
        _field("location", "Lokasi", code_lists.WORK_LOCATION[wish.location_scope] + place),
    )


def _rows(key: str, label: str, texts: list[str]) -> tuple[Field, ...]:
    if len(texts) <= 1:
        return (_field(f"{key}.0", label, texts[0] if texts else ""),)
    return tuple(
        _field(f"{key}.{number}", f"{label} {number + 1}", text)
        for number, text in enumerate(texts)
    )


def _field(key: str, label: str, value: str) -> Field:
    return Field(key, label, value, value or EMPTY)
