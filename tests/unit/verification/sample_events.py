"""Made-up applications as intake would send them, sealed with a key ring of the tests."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.contracts.applications import (
    Address,
    Answers,
    ApplicationAmended,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    Contact,
    DocumentKind,
    DocumentRef,
    EducationRow,
    ExperienceRow,
    LanguageRow,
    PageRef,
    Person,
    Preferences,
    SkillRow,
    WithdrawalReason,
)
from shared.contracts.cards import CardIssued
from shared.contracts.envelope import Event, EventData
from shared.contracts.notices import NoticeFailed, NoticeSent, NoticeTemplate
from shared.ids import uuid7
from shared.sealed import KeyRing, PurposeKeys, field_context

_KEY = base64.b64encode(bytes(range(32))).decode()
INDEX_KEY = base64.b64encode(bytes(range(1, 33))).decode()
KEYS = KeyRing(
    {
        name: PurposeKeys(current="test", keys={"test": _KEY})
        for name in ("identity", "contact", "special", "auth", "audit")
    }
)
SUBMITTED_AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def event_of(data: EventData, *, source: str, subject: str, version: int) -> Event[Any]:
    event_id = uuid7()
    envelope: Any = Event[type(data)]  # type: ignore[misc]
    event: Event[Any] = envelope(
        id=event_id,
        source=f"/services/{source}",
        type=data.TYPE,
        subject=subject,
        time=SUBMITTED_AT,
        office="1404",
        aggregateversion=version,
        correlationid=event_id,
        data=data,
    )
    return event


def address(street: str = "Parit 7, Dusun Contoh") -> Address:
    return Address(
        street=street,
        rt="003",
        rw="001",
        regency_code="14.04",
        regency_name="Indragiri Hilir",
        subdistrict_code="14.04.04",
        subdistrict_name="Tembilahan",
        village_code="14.04.04.1001",
        village_name="Tembilahan Kota",
    )


def person(
    application_id: str, full_name: str, nik: str, birth_date: date, keys: KeyRing
) -> Person:
    return Person(
        nik=keys.seal("identity", nik, field_context(application_id, "nik")),
        full_name=full_name,
        birth_place="Tembilahan",
        birth_date=birth_date,
        sex="P",
        religion="islam",
        marital_status="single",
        disability=keys.seal(
            "special",
            '{"status": "none", "kinds": []}',
            field_context(application_id, "disability"),
        ),
    )


def contact(application_id: str, keys: KeyRing) -> Contact:
    return Contact(
        mobile=keys.seal("contact", "+6281200000001", field_context(application_id, "mobile")),
        mobile_has_whatsapp=True,
        email=keys.seal("contact", "contoh@contoh.example", field_context(application_id, "email")),
        preferred_channel="email",
    )


def answers(
    application_id: str,
    *,
    full_name: str = "Contoh Pencari Kerja",
    nik: str = "1404046708010001",
    birth_date: date = date(2001, 8, 27),
    keys: KeyRing = KEYS,
) -> Answers:
    """A woman born 27 August 2001, as her NIK says."""
    return Answers(
        person=person(application_id, full_name, nik, birth_date, keys),
        ktp_address=address(),
        domicile_same_as_ktp=True,
        domicile_address=address(),
        contact=contact(application_id, keys),
        education=(
            EducationRow(
                form_level="smk",
                completed=True,
                institution="SMK Negeri Contoh",
                major="Akuntansi",
                year_out=2019,
            ),
        ),
        skills=(SkillRow(name="Komputer perkantoran", year=2020),),
        languages=(LanguageRow(language="id"), LanguageRow(language="other", other_name="Melayu")),
        employment_status="unemployed",
        experience=(
            ExperienceRow(
                position="Kasir", employer_name="Toko Contoh", year_in=2020, year_out=2023
            ),
        ),
        preferences=Preferences(occupations=("Staf administrasi",), location_scope="domestic"),
    )


def document(kind: DocumentKind, content: bytes = b"jpeg", pages: int = 1) -> DocumentRef:
    document_id = uuid7()
    return DocumentRef(
        document_id=document_id,
        kind=kind,
        source_type="image/jpeg",
        pages=tuple(
            PageRef(
                key=f"{document_id}/{number}.jpg",
                sha256=hashlib.sha256(content).hexdigest(),
                width=600,
                height=400,
                size=len(content),
            )
            for number in range(1, pages + 1)
        ),
        uploaded_at=SUBMITTED_AT,
    )


def documents() -> tuple[DocumentRef, ...]:
    return (document("identity_card"), document("diploma"), document("photo"))


def submitted(
    application_id: str | None = None,
    given: Answers | None = None,
    files: tuple[DocumentRef, ...] | None = None,
    reference: str = "AK1-7K3M9QX2TWP",
) -> Event[ApplicationSubmitted]:
    application_id = application_id or uuid7()
    data = ApplicationSubmitted(
        application_id=application_id,
        reference=reference,
        kind="new",
        channel="online",
        answers=given or answers(application_id),
        documents=files or documents(),
        notice_version="2026-11",
        submitted_at=SUBMITTED_AT,
    )
    return event_of(data, source="intake", subject=application_id, version=1)


def amended(
    before: Event[ApplicationSubmitted],
    *,
    version: int = 3,
    given: Answers | None = None,
    files: tuple[DocumentRef, ...] | None = None,
    changed: tuple[str, ...] = ("documents.photo",),
) -> Event[ApplicationAmended]:
    data = ApplicationAmended(
        application_id=before.data.application_id,
        reference=before.data.reference,
        answers=given or before.data.answers,
        documents=files or before.data.documents,
        changed=changed,
        amended_at=SUBMITTED_AT + timedelta(hours=version),
    )
    return event_of(data, source="intake", subject=before.subject, version=version)


def withdrawn(
    before: Event[ApplicationSubmitted],
    reason: WithdrawalReason = "applicant_request",
    version: int = 9,
) -> Event[ApplicationWithdrawn]:
    data = ApplicationWithdrawn(
        application_id=before.data.application_id,
        reference=before.data.reference,
        reason=reason,
        withdrawn_at=SUBMITTED_AT + timedelta(hours=version),
    )
    return event_of(data, source="intake", subject=before.subject, version=version)


def notice_sent(application_id: str, template: NoticeTemplate) -> Event[NoticeSent]:
    data = NoticeSent(
        notice_id=uuid7(),
        application_id=application_id,
        template=template,
        channel="email",
        sent_at=SUBMITTED_AT + timedelta(minutes=1),
    )
    return event_of(data, source="notify", subject=data.notice_id, version=1)


def notice_failed(application_id: str, template: NoticeTemplate) -> Event[NoticeFailed]:
    data = NoticeFailed(
        notice_id=uuid7(),
        application_id=application_id,
        template=template,
        reason="no_channel",
        failed_at=SUBMITTED_AT + timedelta(minutes=2),
    )
    return event_of(data, source="notify", subject=data.notice_id, version=1)


def card_issued(before: Event[ApplicationSubmitted], pdf: bytes = b"%PDF-") -> Event[CardIssued]:
    card_id = uuid7()
    data = CardIssued(
        card_id=card_id,
        application_id=before.data.application_id,
        reference=before.data.reference,
        registration_number="1404241126000001",
        issued_on=date(2026, 11, 25),
        valid_until=date(2028, 11, 25),
        report_due_on=(date(2027, 5, 25),),
        object_key=f"{card_id}.pdf",
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
        check_code_hash="0" * 64,
        issued_at=SUBMITTED_AT + timedelta(days=1),
    )
    return event_of(data, source="cards", subject=card_id, version=2)
