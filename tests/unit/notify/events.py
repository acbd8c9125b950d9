"""Events as the other services send them, about one made-up applicant."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from shared.contracts.applications import (
    Address,
    Answers,
    ApplicationAmended,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    Contact,
    EducationRow,
    Person,
    Preferences,
    WithdrawalReason,
)
from shared.contracts.cards import CardIssued
from shared.contracts.drafts import Addressee, CodeRequested, DraftExpiring, DraftKept
from shared.contracts.envelope import Event, EventData, Sealed
from shared.contracts.reviews import (
    ApplicationRejected,
    ApplicationReturned,
    ReturnedItem,
    ReviewOverdue,
)
from shared.ids import uuid7
from shared.sealed import KeyRing, PurposeKeys, field_context

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NIK = "1404022708010001"
KEYS = KeyRing(
    {
        "contact": PurposeKeys(
            current="t1", keys={"t1": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}
        )
    }
)
_NOT_OURS = Sealed(k="x", n="x", c="x")  # notify has no key for it


def sealed(application_id: str, field: str, value: str) -> Sealed:
    return KEYS.seal("contact", value, field_context(application_id, field))


def answers(application_id: str, name: str, email: str | None) -> Answers:
    address = Address(
        street="Jl. Contoh 1",
        regency_code="14.04",
        regency_name="",
        subdistrict_name="",
        village_name="",
    )
    return Answers(
        person=Person(
            nik=_NOT_OURS,
            full_name=name,
            birth_place="Tembilahan",
            birth_date=date(2001, 8, 27),
            sex="L",
            religion="islam",
            marital_status="single",
            disability=_NOT_OURS,
        ),
        ktp_address=address,
        domicile_same_as_ktp=True,
        domicile_address=address,
        contact=Contact(
            mobile=sealed(application_id, "mobile", "+6281200000001"),
            mobile_has_whatsapp=True,
            email=sealed(application_id, "email", email) if email else None,
            preferred_channel="whatsapp",
        ),
        education=(
            EducationRow(form_level="sma", completed=True, institution="SMA", year_out=2019),
        ),
        employment_status="unemployed",
        preferences=Preferences(occupations=("guard",), location_scope="anywhere"),
    )


def envelope(data: EventData, subject: str, version: int, source: str) -> Event[Any]:
    event: Any = Event[type(data)]  # type: ignore[misc]
    event_id = uuid7()
    made: Event[Any] = event(
        id=event_id,
        source=f"/services/{source}",
        type=data.TYPE,
        subject=subject,
        time=AT,
        office="1404",
        aggregateversion=version,
        correlationid=event_id,
        data=data,
    )
    return made


def reference(application_id: str) -> str:
    return f"AK1-{application_id[-10:].upper()}7"


def submitted(
    application_id: str, name: str = "Contoh Pemohon", email: str | None = "pemohon@warga.example"
) -> Event[Any]:
    data = ApplicationSubmitted(
        application_id=application_id,
        reference=reference(application_id),
        kind="new",
        channel="online",
        answers=answers(application_id, name, email),
        documents=(),
        notice_version="2026-11",
        submitted_at=AT,
    )
    return envelope(data, application_id, 1, "intake")


def amended(application_id: str, name: str, email: str | None, version: int = 2) -> Event[Any]:
    data = ApplicationAmended(
        application_id=application_id,
        reference=reference(application_id),
        answers=answers(application_id, name, email),
        documents=(),
        changed=("contact",),
        amended_at=AT,
    )
    return envelope(data, application_id, version, "intake")


def unreachable(event: Event[Any]) -> Event[Any]:
    """The same event of somebody whom no message reaches."""
    nowhere = Contact(mobile_has_whatsapp=False, preferred_channel="email")
    answers = event.data.answers.model_copy(update={"contact": nowhere})
    return event.model_copy(update={"data": event.data.model_copy(update={"answers": answers})})


def returned(application_id: str) -> Event[Any]:
    data = ApplicationReturned(
        application_id=application_id,
        reference=reference(application_id),
        items=(
            ReturnedItem(
                item="documents.photo",
                reason_code="photo_not_accepted",
                reason="Pas foto belum sesuai. Gunakan foto berwarna 3x4, wajah terlihat jelas.",
            ),
        ),
        note="Latar merah atau biru.",
        due_on=date(2026, 12, 1),
        returned_at=AT,
    )
    return envelope(data, application_id, 2, "verification")


def rejected(application_id: str) -> Event[Any]:
    data = ApplicationRejected(
        application_id=application_id,
        reference=reference(application_id),
        reason_code="duplicate",
        reason="Anda sudah memiliki kartu AK-1 yang masih berlaku.",
        rejected_at=AT,
    )
    return envelope(data, application_id, 2, "verification")


def overdue(application_id: str) -> Event[Any]:
    data = ReviewOverdue(
        application_id=application_id,
        reference=reference(application_id),
        promise="verification",
        due_at=AT,
    )
    return envelope(data, application_id, 2, "verification")


def withdrawn(application_id: str, reason: WithdrawalReason = "applicant_request") -> Event[Any]:
    data = ApplicationWithdrawn(
        application_id=application_id,
        reference=reference(application_id),
        reason=reason,
        withdrawn_at=AT,
    )
    return envelope(data, application_id, 2, "intake")


def issued(application_id: str) -> Event[Any]:
    data = CardIssued(
        card_id=uuid7(),
        application_id=application_id,
        reference=reference(application_id),
        registration_number="1404270801000001",
        issued_on=date(2026, 11, 24),
        valid_until=date(2028, 11, 24),
        report_due_on=(date(2027, 5, 24), date(2027, 11, 24), date(2028, 5, 24)),
        object_key="k",
        sha256="s",
        size=1,
        check_code_hash="h",
        issued_at=AT,
    )
    return envelope(data, data.card_id, 1, "cards")


def addressee(draft_id: str, email: str | None) -> Addressee:
    if email is None:
        return Addressee(mobile=sealed(draft_id, "mobile", "+6281200000001"))
    return Addressee(email=sealed(draft_id, "email", email))


def draft_kept(draft_id: str, code: str, until: datetime, email: str | None) -> Event[Any]:
    data = DraftKept(
        draft_id=draft_id,
        to=addressee(draft_id, email),
        draft_code=sealed(draft_id, "draft_code", code),
        keeps_until=until,
    )
    return envelope(data, draft_id, 3, "intake")


def draft_expiring(draft_id: str, code: str, until: datetime, email: str) -> Event[Any]:
    data = DraftExpiring(
        draft_id=draft_id,
        to=addressee(draft_id, email),
        draft_code=sealed(draft_id, "draft_code", code),
        keeps_until=until,
    )
    return envelope(data, draft_id, 3, "intake")


def code_requested(draft_id: str, code: str, until: datetime, email: str) -> Event[Any]:
    data = CodeRequested(
        code_id=uuid7(),
        draft_id=draft_id,
        purpose="return_to_draft",
        to=addressee(draft_id, email),
        code=sealed(draft_id, "code", code),
        expires_at=until,
    )
    return envelope(data, draft_id, 3, "intake")
