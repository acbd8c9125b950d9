"""The receipt of an application that was sent: what we have, what comes next, where to ask."""

from __future__ import annotations

from services.intake.domain import Application, mask_name
from services.intake.intake import Intake
from services.intake.quotas import TooMany
from services.intake.receipts.drawing import Receipt, draw_receipt
from services.intake.returning.destinations import destination_of
from shared.code_lists import APPLICATION_KIND, DOCUMENT_KIND
from shared.dates import date_and_time
from shared.errors import Unavailable
from shared.observability import get_logger
from shared.office import Office
from shared.procpool import WorkerDied, WorkTimedOut
from shared.web.limits import Limit, hit

DRAWN = Limit("receipts", 20, 3600)  # of one application; each costs a worker a tenth of a second
_log = get_logger(__name__)


async def make_receipt(intake: Intake, application: Application) -> tuple[str, bytes]:
    """File name and PDF, drawn in a worker; raises `TooMany`, `Unavailable`."""
    wait = await hit(intake.uow.reading(), DRAWN, application.id)
    if wait:
        raise TooMany(wait, "Tanda terima ini sudah sering diunduh.")
    news = destination_of(intake.keys, intake.settings, application.id, application.pages)
    receipt = receipt_of(
        application, intake.office, intake.settings.public_url, is_told=news is not None
    )
    try:
        pdf = await intake.workers.run(draw_receipt, receipt)
    except (WorkTimedOut, WorkerDied) as error:
        _log.warning("receipt.not_drawn", cause=repr(error))
        raise Unavailable from error
    return f"tanda-terima-{application.reference}.pdf", pdf


def receipt_of(
    application: Application, office: Office, public_url: str, *, is_told: bool
) -> Receipt:
    """The words on the receipt; `is_told` when messages reach the applicant. Pure."""
    identity, promise = office.identity, office.promise
    start = application.pages.get("start", {}).get("values", {})
    kind = APPLICATION_KIND[start.get("kind") or "new"]
    name = mask_name(application.pages["identity"]["values"]["full_name"])
    return Receipt(
        office_lines=(identity.name, identity.address),
        reference=application.reference,
        facts=(
            ("Nama", f"{name} (disamarkan)"),
            ("Jenis permohonan", kind),
            ("Dikirim", date_and_time(application.submitted_at)),
            ("Biaya", "Rp 0 (gratis)"),
        ),
        documents=tuple(
            f"{DOCUMENT_KIND[kind]} ({len(application.documents[kind]['pages'])} halaman)"
            for kind in DOCUMENT_KIND
            if kind in application.documents
        ),
        steps=(
            (
                "Petugas memeriksa data dan berkas Anda, paling lama "
                f"{promise.verification_working_days} hari kerja."
            ),
            _news(office, is_told=is_told),
            (
                "Setelah disetujui, kartu terbit paling lama "
                f"{promise.issue_working_days} hari kerja dan dapat diunduh dari halaman status."
            ),
        ),
        status_url=f"{public_url.rstrip('/')}/status",
        contacts=(
            f"WhatsApp +{identity.whatsapp} · Telepon {identity.telephone}",
            f"Email {identity.email}",
            f"Jam layanan: {identity.hours}",
        ),
    )


def _news(office: Office, *, is_told: bool) -> str:
    days = f"Anda punya waktu {office.applicant.amend_days} hari."
    if is_told:
        return f"Bila ada yang perlu diperbaiki, kami memberi kabar dan {days}"
    return (
        "Kami tidak mengirim pesan. Tanyakan hasilnya di kantor dengan nomor pendaftaran ini, atau "
        "buka halaman status dengan nomor ini dan tanggal lahir Anda. "
        f"Bila ada yang perlu diperbaiki, {days}"
    )
