"""A draft begun from an issued application: what is known is copied, only what is new is asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from services.intake import store
from services.intake.answers import carry_over, keep_page
from services.intake.checking.check import how_it_stands
from services.intake.checking.standing import Stands
from services.intake.domain import Application
from services.intake.drafts import StartedDraft, new_draft
from services.intake.forms import ANSWER_PAGES, Parsed, parse_page
from services.intake.forms.fields import Form
from services.intake.intake import Intake
from services.intake.quotas import admit_start
from services.intake.requirements import CARD_IS_KNOWN, CONDITIONAL
from services.intake.returning.keeping import tell_draft_code
from shared import clock
from shared.contracts.applications import ApplicationKind
from shared.errors import Conflict
from shared.office import Office
from shared.uow import Tx

# They belong to what was asked for then, except the letter about where the person lives.
_NOT_COPIED = frozenset(CONDITIONAL) - {"domicile_letter"}


def possible_kinds(
    application: Application, office: Office, today: date, stands: Stands | None
) -> tuple[ApplicationKind, ...]:
    """What can be asked for with this card today; nothing without one, or with a newer one."""
    if application.state != "issued" or stands is None or stands.standing == "superseded":
        return ()
    if not stands.is_active:
        return ("new",)
    kinds: tuple[ApplicationKind, ...] = ("correction", "replacement")
    return ("renewal", *kinds) if today >= renewable_from(application, office) else kinds


def renewable_from(application: Application, office: Office) -> date:
    return _valid_until(application) - timedelta(days=office.card.renewal_window_days)


def _valid_until(application: Application) -> date:
    card: dict[str, Any] = application.card or {}
    return date.fromisoformat(card["valid_until"])


async def begin_from(
    intake: Intake,
    application: Application,
    form: Form,
    address: str,
    entered_by: str | None = None,
) -> StartedDraft | Parsed:
    """Begin a draft that follows an issued application; the errors of the start page if it cannot.

    Raises `Conflict` while there is no card, `TooMany`.
    """
    today = clock.today()
    stands = await how_it_stands(intake, application)
    if stands and stands.standing == "superseded":
        raise Conflict(
            "Kartu ini sudah diganti kartu baru. Pakai nomor pendaftaran permohonan yang baru."
        )
    possible = possible_kinds(application, intake.office, today, stands)
    if not possible or application.card is None:
        raise Conflict("Kartu AK-1 untuk permohonan ini belum terbit.")
    number = application.card["registration_number"]
    entries = {**form, "previous_registration_number": [number]}
    parsed = parse_page("start", entries, today, intake.office)
    parsed.errors.pop("previous_registration_number", None)  # the card itself tells its time
    if "kind" not in parsed.errors and parsed.values["kind"] not in possible:
        parsed.errors["kind"] = _impossible(parsed.values["kind"], intake.office)
    if parsed.errors:
        return parsed
    await admit_start(intake, address)
    started, draft = new_draft(intake, entered_by)
    answered = {page_id: application.pages[page_id] for page_id in ANSWER_PAGES}
    draft.pages = carry_over(intake.keys, application.id, draft.id, answered)
    for page_id in parsed.values["correction_pages"] or ():
        draft.parts[page_id] = {**draft.pages.pop(page_id), "screens": []}  # to be looked through
    asked = {**parsed.values, CARD_IS_KNOWN: True}
    draft.pages["start"] = keep_page(intake.keys, draft.id, "start", asked)
    draft.documents = {
        kind: document
        for kind, document in application.documents.items()
        if kind not in _NOT_COPIED
    }
    draft.follows = application.id

    async def work(tx: Tx) -> None:
        await store.insert_draft(tx, draft)
        await tell_draft_code(intake, tx, draft.id)

    await intake.uow.run(work)
    return started


def _impossible(kind: str, office: Office) -> str:
    if kind == "renewal":
        return (
            f"Kartu hanya bisa diperpanjang mulai {office.card.renewal_window_days} hari sebelum "
            'masa berlaku habis. Bila sudah habis, pilih "Kartu baru".'
        )
    if kind == "new":
        return "Kartu Anda masih berlaku. Pilih perbaikan data atau penggantian kartu."
    return 'Kartu ini tidak aktif lagi. Pilih "Kartu baru".'
