"""Who may apply and with which documents, in the words of the pages; the rules are the form's."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from services.intake.information.markup import table
from services.intake.requirements import offered_documents, required_documents
from shared.code_lists import DOCUMENT_KIND
from shared.contracts.applications import DocumentKind
from shared.office import Office

_UNLESS: dict[DocumentKind, str] = {
    "previous_card": ", hanya bila kartu itu tidak terbit lewat layanan ini"
}
_YOUNGEST = 15  # with a guardian's consent, where the office allows it
_KINDS = (
    ("Kartu baru", "new", None),
    ("Perpanjangan", "renewal", None),
    ("Perbaikan data", "correction", None),
    ("Penggantian karena hilang", "replacement", "lost"),
    ("Penggantian karena rusak", "replacement", "damaged"),
)


def who(office: Office) -> Markup:
    """The people who may apply."""
    applicant, regency = office.applicant, office.identity.regency_name
    items = [
        f"Warga negara Indonesia berusia {applicant.min_age} tahun atau lebih.",
        "Sedang mencari kerja. Anda yang sudah bekerja dan ingin pindah kerja juga boleh.",
        f"Ber-KTP Kabupaten {regency}.",
    ]
    if applicant.allow_minor_with_guardian:
        items[0] += (
            f" Usia {_YOUNGEST} sampai {applicant.min_age - 1} tahun boleh, dengan persetujuan "
            "orang tua atau wali."
        )
    if applicant.outside_domicile:
        items[2] += " Ber-KTP daerah lain boleh, dengan surat keterangan domisili."
    return _bullets([escape(item) for item in items])


def youngest(office: Office) -> str:
    """From which age one may apply."""
    applicant = office.applicant
    since = f"{applicant.min_age} tahun, dihitung pada hari Anda mendaftar."
    if applicant.allow_minor_with_guardian:
        since += (
            f" Usia {_YOUNGEST} sampai {applicant.min_age - 1} tahun boleh, dengan persetujuan "
            "orang tua atau wali."
        )
    return since


def elsewhere(office: Office) -> str:
    """The answer to somebody whose KTP is from another regency."""
    if office.applicant.outside_domicile:
        return (
            "Boleh. Unggah juga surat keterangan domisili dari RT, lurah atau kepala desa, atau "
            "Dukcapil."
        )
    return "Maaf, belum bisa. Daftarlah di dinas tenaga kerja kabupaten atau kota di KTP Anda."


def needed(office: Office) -> Markup:
    """What everybody needs for a first card, then what only some need."""
    here = required_documents(_answers("new"), office)
    items = [_title(kind) for kind in here]
    if office.applicant.outside_domicile:
        items += [
            Markup("{}, hanya bila KTP Anda dari luar Kabupaten {}").format(
                _title(kind), office.identity.regency_name
            )
            for kind in required_documents(_answers("new", in_regency=False), office)
            if kind not in here
        ]
    return _bullets(items)


def optional(office: Office) -> Markup:
    """What may be added to a first card, if somebody has it."""
    answers = _answers("new")
    asked = {*required_documents(answers, office), "graduation_letter"}
    return _bullets(
        [_title(kind) for kind in offered_documents(answers, office) if kind not in asked]
    )


def by_kind(office: Office) -> Markup:
    """A table: each kind of application, and what it needs."""
    rows = []
    for name, kind, reason in _KINDS:
        asked = required_documents(_answers(kind, reason), office)
        titles = [_title(each) + _UNLESS.get(each, "") for each in asked]
        rows.append([Markup("<strong>{}</strong>").format(name), _bullets(titles)])
    return table([Markup("Jenis permohonan"), Markup("Berkas")], rows)


def _answers(kind: str, reason: str | None = None, *, in_regency: bool = True) -> dict[str, Any]:
    """The pages of the form as far as they decide about documents."""
    return {
        "start": {"values": {"kind": kind, "replacement_reason": reason}},
        "contact": {"values": {"ktp_in_regency": in_regency}},
    }


def _bullets(items: list[Markup]) -> Markup:
    lines = Markup().join(Markup("<li>{}</li>").format(item) for item in items)
    return Markup('<ul class="govuk-list govuk-list--bullet">{}</ul>').format(lines)


def _title(kind: DocumentKind) -> Markup:
    title = escape(DOCUMENT_KIND[kind])
    if kind == "diploma":
        other = DOCUMENT_KIND["graduation_letter"]
        return title + f", atau {other[0].lower()}{other[1:]} bila ijazah belum keluar"
    return title
