"""One sample of every event, made-up data, for golden files and tests of consumers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from shared.contracts import (
    applications,
    cards,
    drafts,
    notices,
    print_batches,
    registry,
    repairs,
    reviews,
    surveys,
    texts,
)
from shared.contracts.envelope import Event, EventData, Sealed

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
APPLICATION_ID = "0193aaaa-0000-7000-8000-000000000001"
CARD_ID = "0193aaaa-0000-7000-8000-000000000002"
REFERENCE = "AK1-7K3M9QX2TV8"
SEALED = Sealed(k="i1", n="AAAAAAAAAAAAAAAA", c="c2FtcGxl")

NO_TELEPHONE = applications.Contact(mobile_has_whatsapp=False, preferred_channel="email")
ADDRESSEE = drafts.Addressee(mobile=SEALED, mobile_has_whatsapp=True, email=SEALED)

PHOTO = applications.PageRef(
    key=f"applications/{APPLICATION_ID}/d3/1.jpg", sha256="0" * 64, width=900, height=1200, size=9
)


def answers(**person: Any) -> applications.Answers:
    address = applications.Address(
        street="Parit 6",
        rt="003",
        rw="001",
        regency_code="14.04",
        province_code="14",
        province_name="Riau",
        regency_name="Kabupaten Indragiri Hilir",
        subdistrict_code="14.04.04",
        subdistrict_name="Tembilahan",
        village_code="14.04.04.1009",
        village_name="Tembilahan Kota",
    )
    fields: dict[str, Any] = {
        "nik": SEALED,
        "full_name": "Siti Mu'min",
        "birth_place": "Tembilahan",
        "birth_date": date(2001, 8, 27),
        "sex": "P",
        "religion": "islam",
        "marital_status": "single",
        "disability": SEALED,
        "family_card_number": SEALED,
        "height_cm": 158,
        "weight_kg": 50,
    }
    return applications.Answers(
        person=applications.Person(**fields | person),
        ktp_address=address,
        domicile_same_as_ktp=True,
        domicile_address=address,
        contact=applications.Contact(
            mobile=SEALED, mobile_has_whatsapp=True, email=SEALED, preferred_channel="email"
        ),
        education=(
            applications.EducationRow(
                form_level="smk",
                completed=True,
                institution="SMKN 1 Tembilahan",
                major="Akuntansi",
                year_in=2016,
                year_out=2019,
                grade_score=78.4,
                diploma_number="DN-09 Mk 0001",
            ),
        ),
        skills=(
            applications.SkillRow(
                name="Komputer", provider="BLK Tembilahan", year=2020, certificate_number="K-1"
            ),
        ),
        languages=(applications.LanguageRow(language="id", level="fluent"),),
        employment_status="unemployed",
        experience=(
            applications.ExperienceRow(
                position="Kasir",
                employer_name="Toko Maju",
                year_in=2020,
                year_out=2022,
                duties="Melayani pembeli",
                duration_months=24,
            ),
        ),
        preferences=applications.Preferences(
            occupations=("Staf administrasi",),
            wanted=(
                applications.WantedOccupation(
                    text="Staf administrasi",
                    occupation_code="4110",
                    occupation_scheme="kbji_2026",
                    industry_code="G",
                    industry_scheme="kbli_2020",
                ),
            ),
            location_scope="domestic",
            wage=SEALED,
            target_employer=applications.TargetEmployer(
                name="PT Contoh", address="Jl. Contoh 2", phone="0768 00000"
            ),
        ),
        consents=applications.Consents(matching=True),
    )


def documents() -> tuple[applications.DocumentRef, ...]:
    kinds: tuple[applications.DocumentKind, ...] = ("identity_card", "diploma", "photo")
    return tuple(
        applications.DocumentRef(
            document_id=f"d{number}",
            kind=kind,
            source_type="image/jpeg",
            pages=(PHOTO,),
            uploaded_at=AT,
        )
        for number, kind in enumerate(kinds, 1)
    )


def holder() -> reviews.Holder:
    given = answers()
    return reviews.Holder(
        full_name=given.person.full_name,
        nik=SEALED,
        birth_place=given.person.birth_place,
        birth_date=given.person.birth_date,
        sex="P",
        religion="islam",
        marital_status="single",
        address=given.domicile_address,
        mobile=SEALED,
        education=given.education,
        skills=given.skills,
        experience=given.experience,
    )


def samples() -> list[EventData]:
    """One of each type, in catalog order."""
    ids: dict[str, Any] = {"application_id": APPLICATION_ID, "reference": REFERENCE}
    number = "1404241126000001"
    return [
        applications.ApplicationSubmitted(
            **ids,
            kind="new",
            channel="counter",
            answers=answers(),
            documents=documents(),
            notice_version="2026-11",
            submitted_at=AT,
            purpose="Melamar kerja",
            entered_by="o1",
        ),
        applications.ApplicationAmended(
            **ids,
            answers=answers().model_copy(update={"contact": NO_TELEPHONE}),
            documents=documents(),
            changed=("documents.photo",),
            amended_at=AT,
            entered_by="o1",
        ),
        applications.ApplicationWithdrawn(**ids, reason="applicant_request", withdrawn_at=AT),
        drafts.DraftKept(draft_id=APPLICATION_ID, to=ADDRESSEE, draft_code=SEALED, keeps_until=AT),
        drafts.DraftExpiring(
            draft_id=APPLICATION_ID, to=ADDRESSEE, draft_code=SEALED, keeps_until=AT
        ),
        drafts.CodeRequested(
            code_id="c1",
            draft_id=APPLICATION_ID,
            purpose="return_to_draft",
            to=ADDRESSEE,
            code=SEALED,
            expires_at=AT,
        ),
        surveys.SurveyAnswered(
            survey_id="s1",
            scores=surveys.Scores(
                requirements=4,
                procedure=3,
                time=4,
                cost=4,
                product=4,
                competence=3,
                conduct=4,
                complaints=3,
                facilities=2,
            ),
            suggestion="Lebih banyak loket.",
            kind="new",
            sex="P",
            age_group="20-29",
            education="smk",
            employment_status="unemployed",
            answered_on=date(2026, 11, 24),
            answered_hour=8,
        ),
        reviews.ReviewStarted(**ids, started_at=AT),
        reviews.ReviewOverdue(**ids, promise="verification", due_at=AT),
        reviews.ApplicationReturned(
            **ids,
            items=(
                reviews.ReturnedItem(
                    item="documents.photo",
                    reason_code="photo_not_accepted",
                    reason="Pas foto belum sesuai.",
                ),
            ),
            note="Terima kasih",
            due_on=date(2026, 12, 1),
            returned_at=AT,
        ),
        reviews.ApplicationRejected(
            **ids,
            reason_code="under_age",
            reason="Pemohon belum cukup umur.",
            rejected_at=AT,
        ),
        reviews.ApplicationApproved(
            **ids,
            kind="new",
            holder=holder(),
            photo=PHOTO,
            signatory=reviews.Signatory(
                role="Pengantar Kerja", name="CONTOH, S.E.", nip="198001012005011001"
            ),
            approved_at=AT,
            previous_registration_number="1404241124000001",
        ),
        reviews.CardPrinted(**ids, printed_at=AT),
        reviews.CardCollected(**ids, by_other=False, collected_at=AT),
        repairs.CardRetryRequested(card_id=CARD_ID, application_id=APPLICATION_ID, requested_at=AT),
        repairs.NoticeRetryRequested(
            notice_id="n2", application_id=APPLICATION_ID, requested_at=AT
        ),
        texts.TextChanged(
            message="submitted",
            version=3,
            subject="Pendaftaran AK-1 {nomor_pendaftaran} sudah kami terima",
            body="Halo {nama},\n\nNomor pendaftaran: {nomor_pendaftaran}\nStatus: {tautan_status}",
            changed_at=AT,
        ),
        registry.JobSeekerReported(
            **ids,
            card_id=CARD_ID,
            line_no=1,
            answer="still_looking",
            channel="counter",
            reported_on=date(2027, 5, 20),
            next_due_on=date(2027, 11, 24),
            officer_name="CONTOH, S.E.",
            officer_nip="198001012005011001",
            reported_at=AT,
        ),
        registry.JobSeekerPlaced(**ids, card_id=CARD_ID, placed_on=date(2027, 5, 20), placed_at=AT),
        registry.JobSeekerRemoved(
            **ids,
            card_id=CARD_ID,
            reason="moved_out",
            removed_on=date(2027, 5, 20),
            removed_at=AT,
        ),
        registry.CardRevocationRequested(
            **ids, card_id=CARD_ID, reason="false_data", requested_at=AT
        ),
        registry.CardSealed(
            **ids,
            card_id=CARD_ID,
            seal="bsre",
            object_key=f"cards/2026/{CARD_ID}.pdf",
            sha256="0" * 64,
            size=60_000,
            sealed_at=AT,
        ),
        print_batches.PrintBatchRequested(
            batch_id="b1",
            card_ids=(CARD_ID,),
            layout="plastic",
            arrangement="imposed",
            offset=print_batches.PrinterOffset(front_x=3, front_y=-2, back_x=0, back_y=5),
            requested_at=AT,
        ),
        cards.CardAllocated(
            card_id=CARD_ID, application_id=APPLICATION_ID, registration_number=number
        ),
        cards.CardIssued(
            **ids,
            card_id=CARD_ID,
            registration_number=number,
            issued_on=date(2026, 11, 24),
            valid_until=date(2028, 11, 24),
            report_due_on=(date(2027, 5, 24), date(2027, 11, 24), date(2028, 5, 24)),
            object_key=f"cards/2026/{CARD_ID}.pdf",
            sha256="0" * 64,
            size=50_000,
            issued_at=AT,
            kind="replacement",
            copy_no=2,
            replaces_card_id="0193aaaa-0000-7000-8000-000000000003",
            check_code=SEALED,
            token_id="0102030405060708",
            status_index=123,
            phone_image=cards.StoredObject(
                key=f"cards/2026/{CARD_ID}.png", sha256="0" * 64, size=90_000
            ),
        ),
        cards.CardFailed(
            **ids,
            card_id=CARD_ID,
            registration_number=number,
            cause="RenderError",
            failed_at=AT,
        ),
        cards.CardRevoked(
            **ids,
            card_id=CARD_ID,
            registration_number=number,
            reason="superseded",
            revoked_at=AT,
            replaced_by="0193aaaa-0000-7000-8000-000000000003",
        ),
        cards.CardExpired(
            **ids,
            card_id=CARD_ID,
            registration_number=number,
            valid_until=date(2028, 11, 24),
            expired_at=AT,
        ),
        print_batches.PrintBatchClosed(batch_id="b1", closed_at=AT),
        print_batches.PrintBatchProgressed(batch_id="b1", drawn=120, total=500, progressed_at=AT),
        print_batches.PrintBatchReady(
            batch_id="b1",
            sheets=cards.StoredObject(key="batches/b1.pdf", sha256="0" * 64, size=5_000_000),
            pages=100,
            ready_at=AT,
        ),
        print_batches.PrintBatchFailed(
            batch_id="b1", cause="revoked", card_id=CARD_ID, failed_at=AT, others=("c2",)
        ),
        notices.NoticeSent(
            notice_id="n1",
            application_id=APPLICATION_ID,
            template="issued",
            channel="email",
            sent_at=AT,
        ),
        notices.NoticeFailed(
            notice_id="n2",
            application_id=APPLICATION_ID,
            template="issued",
            reason="smtp_550",
            failed_at=AT,
            channel="email",
        ),
    ]


def envelope(data: EventData, **attributes: Any) -> Event[Any]:
    """An event around `data`, as its owner would send it."""
    fields: dict[str, Any] = {
        "id": "0193aaaa-0000-7000-8000-00000000000e",
        "source": "/services/sample",
        "type": data.TYPE,
        "subject": APPLICATION_ID,
        "time": AT,
        "office": "1404",
        "aggregateversion": 1,
        "correlationid": "0193aaaa-0000-7000-8000-00000000000e",
    }
    model: Any = Event[type(data)]  # type: ignore[misc]
    event: Event[Any] = model(**fields | attributes, data=data)
    return event
