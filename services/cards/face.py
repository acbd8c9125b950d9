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
    registration_number: str  # 16 digits
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
    education: tuple[EducationRow, ...]  # highest first, 5 at most are printed
    experience: tuple[ExperienceRow, ...]  # 5 at most are printed
    reports: tuple[ReportLine, ...]  # 3
    office: OfficeHeading
    signatory: Signatory
    terms: tuple[str, ...]
    legal_basis: str
    check_url: str  # what the QR holds
    check_code: str  # the same check by typing
    copy_no: int = 1  # from 2 on the card says DUPLIKAT
