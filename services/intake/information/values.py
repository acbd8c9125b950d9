"""What the texts may say with `{…}`: from the office's configuration and our own rules.

Promises, ages, periods and lists of documents are written nowhere else, so that no page contradicts
what the form asks or what another page says.
"""

from __future__ import annotations

from markupsafe import Markup, escape

from services.intake.information import papers
from services.intake.web import wording
from shared.office import Office


def values_of(office: Office) -> dict[str, Markup]:
    """What may stand inside a sentence."""
    identity, card = office.identity, office.card
    applicant, promise = office.applicant, office.promise
    plain: dict[str, object] = {
        "nama_kantor": identity.name,
        "dinas": identity.department,
        "pemerintah": identity.government,
        "kabupaten": f"Kabupaten {identity.regency_name}",
        "kota": identity.city,
        "alamat": identity.address,
        "jam_layanan": identity.hours,
        "dasar_hukum": card.legal_basis,
        "masa_berlaku": f"{card.validity_months} bulan",
        "jarak_lapor": f"{card.report_interval_months} bulan",
        "jumlah_lapor": f"{card.report_lines} kali",
        "usia_minimum": f"{applicant.min_age} tahun",
        "waktu_perbaikan": f"{applicant.amend_days} hari",
        "waktu_draf": f"{applicant.draft_days} hari",
        "waktu_perpanjangan": f"{card.renewal_window_days} hari",
        "jawaban_usia": papers.youngest(office),
        "jawaban_ktp_luar": papers.elsewhere(office),
        "versi_pemberitahuan": applicant.notice_version,
        "janji_periksa": f"{promise.verification_working_days} hari kerja",
        "janji_terbit": f"{promise.issue_working_days} hari kerja",
        "janji_kartu": (
            f"{promise.verification_working_days + promise.issue_working_days} hari kerja"
        ),
        "biaya": "Rp 0 (gratis)",
    }
    return {
        **{name: escape(value) for name, value in plain.items()},
        "telepon": _link(
            f"tel:{identity.telephone.replace(' ', '')}", _unbroken(identity.telephone)
        ),
        "whatsapp": _link(
            f"https://wa.me/{identity.whatsapp}", _unbroken(wording.telephone(identity.whatsapp))
        ),
        "email": _link(f"mailto:{identity.email}", _anywhere(identity.email)),
        "situs": _link(f"https://{identity.website}", _anywhere(identity.website)),
    }


def blocks_of(office: Office, values: dict[str, Markup]) -> dict[str, Markup]:
    """What stands alone on a line."""
    return {
        "siapa_boleh": papers.who(office),
        "berkas_wajib": papers.needed(office),
        "berkas_pilihan": papers.optional(office),
        "berkas_menurut_jenis": papers.by_kind(office),
        "kontak": _contacts(values),
    }


def _contacts(values: dict[str, Markup]) -> Markup:
    rows = {
        "WhatsApp": values["whatsapp"],
        "Telepon": values["telepon"],
        "Email": values["email"],
        "Alamat": values["nama_kantor"] + Markup("<br>") + values["alamat"],
        "Jam layanan": values["jam_layanan"],
        "Situs": values["situs"],
    }
    lines = Markup().join(
        Markup(
            '<div class="govuk-summary-list__row govuk-summary-list__row--no-actions">'
            '<dt class="govuk-summary-list__key">{}</dt>'
            '<dd class="govuk-summary-list__value">{}</dd></div>'
        ).format(name, value)
        for name, value in rows.items()
    )
    return Markup('<dl class="govuk-summary-list">{}</dl>').format(lines)


def _link(address: str, text: Markup) -> Markup:
    return Markup('<a class="govuk-link" href="{}">{}</a>').format(address, text)


def _unbroken(number: str) -> Markup:
    return Markup('<span class="spk-nowrap">{}</span>').format(number)


def _anywhere(address: str) -> Markup:
    """May break at any letter: a long address must fit the smallest phone."""
    return Markup('<span class="spk-anywhere">{}</span>').format(address)
