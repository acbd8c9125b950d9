"""From a card record to the face that is drawn: labels, order, opened fields."""

from __future__ import annotations

from datetime import date

from services.cards.domain import Card
from services.cards.face import CardFace, EducationRow, ExperienceRow, OfficeHeading, ReportLine
from services.cards.face import Signatory as PrintedSignatory
from services.cards.layouts.emblem import read_emblem
from services.cards.rendering import RenderError
from services.cards.token import qr_text
from shared.code_lists import EDUCATION_FORM_LEVEL, MARITAL_STATUS, RELIGION, SEX
from shared.contracts import applications
from shared.contracts.applications import Address
from shared.office import Office
from shared.sealed import KeyRing, field_context

_RANK = {level: rank for rank, level in enumerate(EDUCATION_FORM_LEVEL)}


def face_of(card: Card, keys: KeyRing, office: Office, public_url: str) -> CardFace:
    """What is printed; opens NIK, phone and check code of this one card."""
    if card.token is None:
        raise RenderError(f"card {card.card_id} was never signed")
    holder = card.holder
    context = card.application_id
    code = keys.open("identity", card.check_code, field_context(context, "check_code"))
    phone = ""
    if office.card.print_phone and holder.mobile is not None:
        phone = _phone(keys.open("contact", holder.mobile, field_context(context, "mobile")))
    return CardFace(
        registration_number=card.registration_number,
        nik=keys.open("identity", holder.nik, field_context(context, "nik")),
        full_name=holder.full_name,
        birth_place=holder.birth_place,
        birth_date=holder.birth_date,
        sex=SEX[holder.sex],
        marital_status=MARITAL_STATUS[holder.marital_status],
        religion=RELIGION[holder.religion],
        address=address_line(holder.address),
        phone=phone,
        issued_on=card.issued_on,
        valid_until=card.valid_until,
        education=education_rows(holder.education),
        experience=experience_rows(holder.skills, holder.experience),
        reports=_report_lines(card),
        office=letterhead(office),
        signatory=PrintedSignatory(card.signatory.role, card.signatory.name, card.signatory.nip),
        terms=office.card.terms,
        legal_basis=card.legal_basis or office.card.legal_basis,
        qr=qr_text(card.token, public_url),
        check_code=printed_code(code),
        copy_no=card.copy_no,
        is_duplicate=card.is_duplicate,
        area_of_validity=office.card.area_of_validity,
        number_boxes=_boxes_of(card.registration_number, office),
        short_terms=office.card.short_terms,
    )


def _boxes_of(number: str, office: Office) -> tuple[int, ...]:
    """As the office groups them today; a number by an earlier template is one group."""
    boxes = office.card.number_boxes
    return boxes if sum(boxes) == len(number) else (len(number),)


def letterhead(office: Office) -> OfficeHeading:
    """Raises `BrokenEmblemError`."""
    return OfficeHeading(
        government=office.identity.government,
        name=office.identity.department,
        address=office.identity.address,
        place=office.identity.city,
        logo=read_emblem(office.identity.emblem),
    )


def printed_code(code: str) -> str:
    """In two groups, as people read it out."""
    return f"{code[: len(code) // 2]}-{code[len(code) // 2 :]}"


def _report_lines(card: Card) -> tuple[ReportLine, ...]:
    """Every line with its due date; one that was reported says when, and to whom."""
    reports = {report.line_no: report for report in card.reports}
    lines: list[ReportLine] = []
    for number, due in enumerate(card.report_due_on, start=1):
        report = reports.get(number)
        lines.append(
            ReportLine(due, report.reported_on, report.officer_name or "", report.officer_nip or "")
            if report
            else ReportLine(due)
        )
    return tuple(lines)


def address_line(address: Address) -> str:
    """One line: street, RT/RW, village, subdistrict, regency."""
    parts = [address.street]
    if address.rt:
        parts.append(f"RT {address.rt}" + (f" RW {address.rw}" if address.rw else ""))
    parts += [address.village_name, f"Kec. {address.subdistrict_name}", address.regency_name]
    return ", ".join(parts)


def education_rows(rows: tuple[applications.EducationRow, ...]) -> tuple[EducationRow, ...]:
    """Highest first; a school left without diploma says so."""
    ordered = sorted(rows, key=lambda row: (_RANK[row.form_level], row.year_out), reverse=True)
    return tuple(
        EducationRow(
            level=EDUCATION_FORM_LEVEL[row.form_level]
            + ("" if row.completed else " (tidak tamat)"),
            major=row.major or "",
            year=str(row.year_out),
            institution=row.institution,
        )
        for row in ordered
    )


def experience_rows(
    skills: tuple[applications.SkillRow, ...], jobs: tuple[applications.ExperienceRow, ...]
) -> tuple[ExperienceRow, ...]:
    """Jobs, newest first, then skills, in one table as layout A has it."""
    newest = sorted(
        jobs, key=lambda job: (job.year_out or date.max.year, job.year_in), reverse=True
    )
    printed = [ExperienceRow(f"{job.position}, {job.employer_name}", _years(job)) for job in newest]
    printed += [ExperienceRow(skill.name, str(skill.year or ""), is_skill=True) for skill in skills]
    return tuple(printed)


def _years(job: applications.ExperienceRow) -> str:
    if job.still_working or job.year_out is None:
        return f"{job.year_in}-kini"
    return str(job.year_in) if job.year_out == job.year_in else f"{job.year_in}-{job.year_out}"


def _phone(e164: str) -> str:
    return "0" + e164.removeprefix("+62") if e164.startswith("+62") else e164
