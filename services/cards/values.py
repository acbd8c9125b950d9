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
from services.cards.slots import COLUMNS, ROWS, SLOTS
from services.cards.typesetting import clean, fit, fit_line
from shared.dates import long_date


@dataclass(frozen=True, slots=True)
class Value:
    name: str  # of the slot
    step: int
    lines: tuple[str, ...]
    is_column: bool = False

    @property
    def rule(self) -> str:
        """CSS class that sets this many lines at this step; all rows of a column share one."""
        return f"{self.name}-{self.step}-{1 if self.is_column else len(self.lines)}"


def outside_values(face: CardFace) -> list[Value]:
    schools, works = face.education[:ROWS], face.experience[:ROWS]
    birth = f"{face.birth_place}, {long_date(face.birth_date)}"
    return [
        *_single("name", clean(face.full_name).upper()),
        *_column("person", [birth, face.sex, face.marital_status, face.religion]),
        *_single("address", face.address),
        *_single("phone", face.phone),
        *_single("valid", long_date(face.valid_until)),
        *_single("issued", f"{face.office.place}, {long_date(face.issued_on)}"),
        *_single("code", face.check_code),
        *_single("copy", "DUPLIKAT" if face.copy_no > 1 else ""),
        *_column("level", [school.level for school in schools]),
        *_column("major", [school.major for school in schools]),
        *_column("year", [school.year for school in schools]),
        *_column("work", [work.text for work in works]),
        *_column("span", [work.years for work in works]),
    ]


def inside_values(face: CardFace) -> list[Value]:
    values = _column("due", [long_date(report.due) for report in face.reports[:3]])
    for index, report in enumerate(face.reports[:3]):
        if report.reported_on:
            values += _single(f"reported{index}", long_date(report.reported_on))
            values += _single(f"receiver{index}", report.received_by)
            values += _single(f"receiver_nip{index}", _nip(report.received_nip))
    return values


def outside_frame_values(office: OfficeHeading, signatory: Signatory) -> list[Value]:
    return [
        *_single("government", clean(office.government).upper()),
        *_single("office", clean(office.name).upper()),
        *_single("heading", office.address),
        *_single("role", signatory.role),
        *_single("signer", signatory.name),
        *_single("nip", _nip(signatory.nip)),
    ]


def inside_frame_values(legal_basis: str) -> list[Value]:
    return _single("basis", f"Dasar: {legal_basis}" if legal_basis else "")


def _nip(nip: str) -> str:
    return f"NIP {nip}" if nip else ""


def _single(name: str, raw: str) -> list[Value]:
    text = clean(raw)
    if not text:
        return []
    setting = fit(text, SLOTS[name])
    return [Value(name, setting.step, setting.lines)]


def _column(name: str, raws: list[str]) -> list[Value]:
    """The rows as one text in the size that suits the longest; a row too long stands alone."""
    slot = COLUMNS[name]
    texts = [clean(raw) for raw in raws]
    fitting = [fit_line(text, slot) for text in texts]
    shared = [text if step is not None else "" for text, step in zip(texts, fitting, strict=True)]
    alone = [index for index, step in enumerate(fitting) if step is None]
    values = [value for index in alone for value in _single(f"{name}{index}", texts[index])]
    while shared and not shared[-1]:
        shared.pop()
    if shared:
        step = max(step for step in fitting if step is not None)
        values.append(Value(name, step, tuple(shared), is_column=True))
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
