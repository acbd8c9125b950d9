"""Events of intake: the application with its answers (AK/II) and documents."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.contracts.envelope import Contract, EventData, Sealed

Sex = Literal["L", "P"]
Religion = Literal[
    "islam", "catholic", "protestant", "hindu", "buddhist", "confucian", "belief_other"
]
MaritalStatus = Literal["single", "married", "divorced", "widowed"]
ContactChannel = Literal["whatsapp", "sms", "email"]
EmploymentStatus = Literal["unemployed", "employed"]
WorkLocation = Literal["domestic", "abroad", "anywhere"]
ApplicationKind = Literal["new", "renewal", "correction", "replacement"]
Channel = Literal["online", "counter", "subdistrict_desk", "whatsapp"]
Language = Literal["id", "en", "zh", "ja", "ar", "other"]
EducationFormLevel = Literal[
    "none", "sd", "smp", "sma", "smk", "d1", "d2", "d3", "d4", "s1", "s2", "s3"
]
DocumentKind = Literal["identity_card", "diploma", "graduation_letter", "photo", "domicile_letter"]


class Person(Contract):
    """Who applies. `nik` opens to 16 digits; `disability` to JSON {status, kinds}."""

    nik: Sealed
    full_name: str
    birth_place: str
    birth_date: date
    sex: Sex
    religion: Religion
    marital_status: MaritalStatus
    disability: Sealed


class Address(Contract):
    """Area codes by Kepmendagri (14.04.01.1001); outside 14.04 the names are free text."""

    street: str
    rt: str | None = None
    rw: str | None = None
    regency_code: str
    regency_name: str
    subdistrict_code: str | None = None
    subdistrict_name: str
    village_code: str | None = None
    village_name: str
    postal_code: str | None = None


class Contact(Contract):
    """`mobile` opens to E.164, `email` to a lower-case address."""

    mobile: Sealed
    mobile_has_whatsapp: bool
    email: Sealed | None = None
    preferred_channel: ContactChannel


class EducationRow(Contract):
    form_level: EducationFormLevel
    completed: bool
    institution: str
    major: str | None = None
    year_out: int


class SkillRow(Contract):
    name: str
    year: int | None = None


class LanguageRow(Contract):
    language: Language
    other_name: str | None = None


class ExperienceRow(Contract):
    position: str
    employer_name: str
    year_in: int
    year_out: int | None = None
    still_working: bool = False


class Preferences(Contract):
    """`occupations` in order of wish, the first counts."""

    occupations: tuple[str, ...]
    location_scope: WorkLocation
    location_place: str | None = None


class Answers(Contract):
    """The answers of AK/II (domain.md 5), sensitive fields sealed."""

    person: Person
    ktp_address: Address
    domicile_same_as_ktp: bool
    domicile_address: Address
    contact: Contact
    education: tuple[EducationRow, ...]
    skills: tuple[SkillRow, ...] = ()
    languages: tuple[LanguageRow, ...] = ()
    employment_status: EmploymentStatus
    experience: tuple[ExperienceRow, ...] = ()
    preferences: Preferences


class PageRef(Contract):
    """One clean page image (JPEG) in bucket `documents`."""

    key: str
    sha256: str
    width: int
    height: int
    size: int


class DocumentRef(Contract):
    """A clean document: its page images; `source_type` is what the person uploaded."""

    document_id: str
    kind: DocumentKind
    source_type: str
    pages: tuple[PageRef, ...]
    uploaded_at: datetime


class ApplicationSubmitted(EventData):
    """A person sent an application; everything an officer needs is here."""

    TYPE: ClassVar[str] = "application.submitted.v1"

    application_id: str
    reference: str
    kind: ApplicationKind
    channel: Channel
    answers: Answers
    documents: tuple[DocumentRef, ...]
    notice_version: str
    submitted_at: datetime


class ApplicationAmended(EventData):
    """The applicant redid what was returned; `changed` names the items, e.g. `documents.photo`."""

    TYPE: ClassVar[str] = "application.amended.v1"

    application_id: str
    reference: str
    answers: Answers
    documents: tuple[DocumentRef, ...]
    changed: tuple[str, ...]
    amended_at: datetime
