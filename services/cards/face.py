"""The face of an AK-1 card: every value that is printed on it, and nothing else."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class OfficeHeading:
    """The letterhead, from the office file. An empty logo prints the neutral emblem."""

    government: str  # "Pemerintah Kabupaten Indragiri Hilir"
    name: str  # "Dinas Tenaga Kerja dan Transmigrasi"
    address: str
    place: str  # where cards are issued: "Tembilahan"
    logo: bytes = b""  # PNG, JPEG or SVG


@dataclass(frozen=True, slots=True)
class Signatory:
    role: str  # "Pengantar Kerja/Petugas Antar Kerja"
    name: str
    nip: str


@dataclass(frozen=True, slots=True)
class EducationRow:
    level: str
    major: str
    year: str
    institution: str = ""


@dataclass(frozen=True, slots=True)
class ExperienceRow:
    """A skill or a job: `text` is "position, employer" or the name of the skill."""

    text: str
    years: str  # "2021", "2021-2024"; may be empty
    is_skill: bool = False


@dataclass(frozen=True, slots=True)
class ReportLine:
    due: date
    reported_on: date | None = None
    received_by: str = ""  # the officer who took the report
    received_nip: str = ""


@dataclass(frozen=True, slots=True)
class CardFace:
    registration_number: str  # 16 characters at most
    nik: str  # 16 digits
    full_name: str
    birth_place: str
    birth_date: date
    sex: str  # the words as printed: "Laki-laki"
    marital_status: str
    religion: str
    address: str
    phone: str  # empty = the office does not print it
    issued_on: date
    valid_until: date
    education: tuple[EducationRow, ...]  # highest first
    experience: tuple[ExperienceRow, ...]
    reports: tuple[ReportLine, ...]  # 3
    office: OfficeHeading
    signatory: Signatory
    terms: tuple[str, ...]
    legal_basis: str
    qr: tuple[str, str]  # what the QR holds, before and behind its `#`
    check_code: str  # the same check by typing, as printed
    copy_no: int = 1
    is_duplicate: bool = False  # then the card says DUPLIKAT
    area_of_validity: str = ""
    number_boxes: tuple[int, ...] = (4, 6, 6)  # how the number is grouped
    short_terms: tuple[str, ...] = ()  # where there is no room for the terms


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
    qr=("HTTPS://EXAMPLE.INVALID/V", "CONTOH"),
    check_code="C0NT0-HSAJA",
)
