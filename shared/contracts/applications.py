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
LanguageLevel = Literal["basic", "intermediate", "fluent"]
GuardianRelation = Literal["parent", "guardian", "sibling", "other"]
ReplacementReason = Literal["lost", "damaged"]
WithdrawalReason = Literal["applicant_request", "not_amended_in_time"]
DocumentKind = Literal[
    "identity_card",
    "diploma",
    "graduation_letter",
    "photo",
    "family_card",
    "skill_certificate",
    "employment_letter",
    "domicile_letter",
    "police_loss_letter",
    "previous_card",
    "curriculum_vitae",
    "birth_certificate",
    "village_letter",
]
# What the machine noticed about a document (domain.md 5.9); a mark never refuses by itself.
DocumentMark = Literal["small", "not_3x4", "blurred", "dark", "bright"]


class Person(Contract):
    """Who applies. `nik` opens to 16 digits; `disability` to JSON {status, kinds}."""

    nik: Sealed
    family_card_number: Sealed | None = None
    full_name: str
    birth_place: str
    birth_date: date
    sex: Sex
    religion: Religion
    marital_status: MaritalStatus
    disability: Sealed
    height_cm: int | None = None
    weight_kg: int | None = None


class Guardian(Contract):
    """Parent or guardian of an applicant of 15 to 17, who agreed. `mobile` opens to E.164."""

    name: str
    relation: GuardianRelation
    mobile: Sealed


class Address(Contract):
    """Area codes by Kepmendagri (14.04.01.1001); outside 14.04 the names are free text.

    The province was not always asked outside 14.04.
    """

    street: str
    rt: str | None = None
    rw: str | None = None
    province_code: str | None = None
    province_name: str | None = None
    regency_code: str
    regency_name: str
    subdistrict_code: str | None = None
    subdistrict_name: str
    village_code: str | None = None
    village_name: str
    postal_code: str | None = None


class Contact(Contract):
    """`mobile` opens to E.164, `email` to a lower-case address.

    Without both the person asks at the office: nobody can be told by message.
    """

    mobile: Sealed | None = None
    mobile_has_whatsapp: bool
    email: Sealed | None = None
    preferred_channel: ContactChannel


class EducationRow(Contract):
    form_level: EducationFormLevel
    completed: bool
    institution: str
    major: str | None = None
    year_in: int | None = None
    year_out: int
    grade_score: float | None = None
    diploma_number: str | None = None


class SkillRow(Contract):
    name: str
    provider: str | None = None
    year: int | None = None
    certificate_number: str | None = None


class LanguageRow(Contract):
    language: Language
    other_name: str | None = None
    level: LanguageLevel | None = None


class ExperienceRow(Contract):
    position: str
    employer_name: str
    year_in: int
    year_out: int | None = None
    still_working: bool = False
    duties: str | None = None
    duration_months: int | None = None


class WantedOccupation(Contract):
    """As typed, and the code the person picked: `kbji_2026` 4 digits, or a heading of 1 or 2.

    `industry_code` is a section letter of `kbli_2020`.
    """

    text: str
    occupation_code: str | None = None
    occupation_scheme: str | None = None
    industry_code: str | None = None
    industry_scheme: str | None = None


class TargetEmployer(Contract):
    name: str
    address: str | None = None
    phone: str | None = None


class Preferences(Contract):
    """`occupations` in order of wish, the first counts; `wanted` says the same with codes.

    `wage` opens to whole rupiah a month as digits, or to a band `from-to` with one end or both.
    """

    occupations: tuple[str, ...]
    wanted: tuple[WantedOccupation, ...] = ()
    location_scope: WorkLocation
    location_place: str | None = None
    wage: Sealed | None = None
    target_employer: TargetEmployer | None = None


class Consents(Contract):
    """What the person allows beyond the card itself; each is free and false unless ticked."""

    matching: bool = False
    reminders_whatsapp: bool = False
    publication: bool = False


class Answers(Contract):
    """The answers of AK/II (domain.md 5), sensitive fields sealed."""

    person: Person
    guardian: Guardian | None = None
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
    consents: Consents | None = None


class PageRef(Contract):
    """One clean page image (JPEG) in bucket `documents`."""

    key: str
    sha256: str
    width: int
    height: int
    size: int


class DocumentRef(Contract):
    """A clean document: its page images; `source_type` is what the person uploaded (first file).

    `marks` are what the machine noticed, for the applicant at once and the officer later.
    """

    document_id: str
    kind: DocumentKind
    source_type: str
    pages: tuple[PageRef, ...]
    uploaded_at: datetime
    files: int = 1
    marks: tuple[DocumentMark, ...] = ()


class ApplicationSubmitted(EventData):
    """A person sent an application; everything an officer needs is here.

    A kind other than `new` names the card it is about; `correction_pages` are ids of form pages.
    `entered_by` is the id of the officer who typed it for the person, if one did.
    """

    TYPE: ClassVar[str] = "application.submitted.v1"

    application_id: str
    reference: str
    kind: ApplicationKind
    channel: Channel
    answers: Answers
    documents: tuple[DocumentRef, ...]
    notice_version: str
    submitted_at: datetime
    previous_registration_number: str | None = None
    replacement_reason: ReplacementReason | None = None
    correction_pages: tuple[str, ...] = ()
    purpose: str | None = None
    entered_by: str | None = None


class ApplicationAmended(EventData):
    """The applicant redid what was returned; `changed` names the items, e.g. `documents.photo`.

    `entered_by` is the id of the officer who sent it for the person, if one did.
    """

    TYPE: ClassVar[str] = "application.amended.v1"

    application_id: str
    reference: str
    answers: Answers
    documents: tuple[DocumentRef, ...]
    changed: tuple[str, ...]
    amended_at: datetime
    entered_by: str | None = None


class ApplicationWithdrawn(EventData):
    """It ends without a decision: the applicant asked, or did not amend it in time."""

    TYPE: ClassVar[str] = "application.withdrawn.v1"

    application_id: str
    reference: str
    reason: WithdrawalReason
    withdrawn_at: datetime
