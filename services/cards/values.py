"""Turns a card face into set texts: wording, dates and capitals, each fitted to its slot."""

from dataclasses import dataclass
from datetime import date

from services.cards.face import (
    CardFace,
    EducationRow,
    ExperienceRow,
    OfficeHeading,
    ReportLine,
    Signatory,
)
from services.cards.slots import ROWS, SLOTS
from services.cards.typesetting import clean, fit

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli",
    "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    name: str  # of the slot
    step: int
    lines: tuple[str, ...]

    @property
    def rule(self) -> str:
        """CSS class that sets this many lines at this step."""
        return f"{self.name}-{self.step}-{len(self.lines)}"


def long_date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def outside_values(face: CardFace) -> list[Value]:
    texts = {
        "name": clean(face.full_name).upper(),
        "birth": f"{face.birth_place}, {long_date(face.birth_date)}",
        "sex": face.sex,
        "marital": face.marital_status,
        "religion": face.religion,
        "address": face.address,
        "phone": face.phone,
        "valid": long_date(face.valid_until),
        "issued": f"{face.office.place}, {long_date(face.issued_on)}",
        "code": face.check_code,
        "copy": "DUPLIKAT" if face.copy_no > 1 else "",
    }
    for index, school in enumerate(face.education[:ROWS]):
        texts |= {
            f"level{index}": school.level,
            f"major{index}": school.major,
            f"year{index}": school.year,
        }
    for index, work in enumerate(face.experience[:ROWS]):
        texts |= {f"work{index}": work.text, f"span{index}": work.years}
    return _set(texts)


def inside_values(face: CardFace) -> list[Value]:
    texts: dict[str, str] = {}
    for index, report in enumerate(face.reports[:3]):
        texts[f"due{index}"] = long_date(report.due)
        if report.reported_on:
            texts[f"reported{index}"] = long_date(report.reported_on)
            texts[f"receiver{index}"] = report.received_by
    return _set(texts)


def _set(texts: dict[str, str]) -> list[Value]:
    values: list[Value] = []
    for name, raw in texts.items():
        if text := clean(raw):
            setting = fit(text, SLOTS[name])
            values.append(Value(name, setting.step, setting.lines))
    return values


EXAMPLE = CardFace(
    registration_number="1404010126000000",
    nik="1404014101000000",
    full_name="Contoh",
    birth_place="Contoh",
    birth_date=date(2000, 1, 1),
    sex="Perempuan",
    marital_status="Belum Kawin",
    religion="Islam",
    address="Contoh",
    phone="",
    issued_on=date(2026, 1, 1),
    valid_until=date(2028, 1, 1),
    education=(EducationRow("SD/sederajat", "", "2012"),),
    experience=(ExperienceRow("Contoh", ""),),
    reports=(ReportLine(date(2026, 7, 1)),),
    office=OfficeHeading("Pemerintah Kabupaten", "Dinas", "Contoh", "Contoh"),
    signatory=Signatory("Pengantar Kerja", "Contoh", "-"),
    terms=("Contoh.",),
    legal_basis="Contoh",
    check_url="https://example.invalid/",
    check_code="CONTOH",
)
