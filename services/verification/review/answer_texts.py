"""Rows of AK/II as texts for the officer: first what counts, then a line for what else is known."""

from __future__ import annotations

import json
from datetime import date

from shared import code_lists
from shared.contracts.applications import (
    Address,
    Consents,
    EducationRow,
    ExperienceRow,
    LanguageRow,
    Person,
    SkillRow,
    TargetEmployer,
    WantedOccupation,
)
from shared.dates import long_date
from shared.wages import wage_in_words

_SCHEMES = {"kbji_2026": "KBJI 2026", "kbji_2014": "KBJI 2014", "kji": "KJI"}


def masked_number(digits: str) -> str:
    """Enough of a NIK or family card number to tell two apart."""
    return f"{digits[:4]}••••••••{digits[-4:]}"


def covered(_: str) -> str:
    return "••••••"


def birth(birth_date: date) -> str:
    return f"{long_date(birth_date)} ({birth_date:%d-%m-%Y})"


def body(person: Person) -> str:
    height = f"{person.height_cm} cm" if person.height_cm else ""
    weight = f"{person.weight_kg} kg" if person.weight_kg else ""
    return _dots(height, weight)


def disability(text: str) -> str:
    data = json.loads(text)
    status = code_lists.DISABILITY_STATUS.get(data["status"], data["status"])
    kinds = [code_lists.DISABILITY_KIND.get(each, each) for each in data.get("kinds", [])]
    return f"{status}: {', '.join(kinds)}" if kinds else status


def street(address: Address) -> str:
    numbers = (("RT", address.rt), ("RW", address.rw))
    rt_rw = " ".join(f"{name} {value}" for name, value in numbers if value)
    return ", ".join(each for each in (address.street, rt_rw) if each)


def regency(address: Address) -> str:
    """The province only of an address outside the regency."""
    far = not address.regency_code and address.province_name
    province = f", {address.province_name}" if far else ""
    postal = f" {address.postal_code}" if address.postal_code else ""
    return address.regency_name + province + postal


def school(row: EducationRow) -> str:
    level = code_lists.EDUCATION_FORM_LEVEL[row.form_level]
    end = f"lulus {row.year_out}" if row.completed else f"tidak tamat, sampai {row.year_out}"
    score = f"nilai {row.grade_score:g}".replace(".", ",") if row.grade_score is not None else ""
    number = f"nomor ijazah {row.diploma_number}" if row.diploma_number else ""
    return _lines(
        _dots(level, row.institution, row.major, end),
        _dots(f"masuk {row.year_in}" if row.year_in else "", score, number),
    )


def skill(row: SkillRow) -> str:
    name = f"{row.name} ({row.year})" if row.year else row.name
    number = f"nomor sertifikat {row.certificate_number}" if row.certificate_number else ""
    return _lines(name, _dots(row.provider, number))


def language(row: LanguageRow) -> str:
    name = row.other_name or code_lists.LANGUAGE[row.language]
    return f"{name} ({code_lists.LANGUAGE_LEVEL[row.level].lower()})" if row.level else name


def job(row: ExperienceRow) -> str:
    end = "sekarang" if row.still_working else row.year_out or "?"
    months = f"{row.duration_months} bulan" if row.duration_months is not None else ""
    return _lines(
        _dots(row.position, row.employer_name, f"{row.year_in}-{end}", months), row.duties
    )


def wanted(row: WantedOccupation) -> str:
    scheme = _SCHEMES.get(row.occupation_scheme or "", row.occupation_scheme or "kode")
    code = f"{scheme}: {row.occupation_code}" if row.occupation_code else ""
    industry = row.industry_code or ""
    return _lines(row.text, code, code_lists.INDUSTRY.get(industry, industry))


def wage(kept: str) -> str:
    """`Rp 3.000.000 per bulan`; where the office asked for bands, one of these."""
    return f"{wage_in_words(kept)} per bulan"


def employer(row: TargetEmployer) -> str:
    return _lines(row.name, _dots(row.address, row.phone))


def consents(given: Consents) -> str:
    """What the person allowed; empty when nothing."""
    allowed = (
        ("data diberikan kepada pemberi kerja", given.matching),
        ("pengingat lewat WhatsApp", given.reminders_whatsapp),
        ("nama tampil di daftar pencari kerja untuk umum", given.publication),
    )
    return ", ".join(text for text, is_given in allowed if is_given)


def _dots(*parts: str | None) -> str:
    return " · ".join(each for each in parts if each)


def _lines(*parts: str | None) -> str:
    return "\n".join(each for each in parts if each)
