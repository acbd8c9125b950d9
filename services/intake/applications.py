"""Applications: send a draft; amend what an officer returned."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from services.intake import store
from services.intake.answers import keep_page, keep_unchanged, open_page
from services.intake.composing import compose_answers, compose_documents
from services.intake.counter.sessions import CounterSession
from services.intake.documents import discard_pages
from services.intake.domain import (
    Application,
    amended_document,
    merged,
    open_items,
)
from services.intake.drafts import (
    DraftGone,
    Incomplete,
    birth_date_of,
    check_page,
    completeness,
    cross_page_problems,
    known_of,
    start_of,
    told_by,
)
from services.intake.files import has_file, joined, without
from services.intake.forms import PAGES, Parsed, Values, parse_page, sending
from services.intake.forms.fields import Form, Reading
from services.intake.forms.parsing import parse
from services.intake.forms.rules import age_on
from services.intake.intake import Intake
from services.intake.quotas import one_submission
from services.intake.references import new_reference
from services.intake.store import Draft, Holder
from shared import clock
from shared.code_lists import DOCUMENT_KIND
from shared.contracts.applications import (
    ApplicationAmended,
    ApplicationSubmitted,
    DocumentKind,
    DocumentRef,
)
from shared.errors import Conflict, NotFound
from shared.mongo import DuplicateKeyError
from shared.uow import Scope, Tx

_TRIES = 5
# Reference and birth date alone do not open them: a stranger may know both.
NUMBERS = ("nik", "family_card_number")


class LastFile(Conflict):
    """Satu berkas harus tetap ada. Tambahkan dulu penggantinya, lalu hapus berkas ini."""

    code = "last_file"


@dataclass(frozen=True)
class Submitted:
    """The receipt; `repeated` when the draft had been sent before."""

    application_id: str
    reference: str
    repeated: bool


async def submit_application(
    intake: Intake, holder: Holder, form: Form, counter: CounterSession | None = None
) -> Submitted:
    """Send a draft, once: sending it again gives the same receipt.

    `form` is what the person agrees to: the declaration, and what they allow beside the card.
    At a counter many people give one number, of a relative or of the village office: it is not
    counted there, what the officer begins is. Raises `Incomplete` with a text for each part,
    `DraftGone`, `TooMany`.
    """
    reading = intake.uow.reading()
    for _ in range(_TRIES):
        draft = await store.find_draft(reading, holder)
        if draft is None:
            sent = await store.find_sent(reading, holder)
            if sent is None:
                raise DraftGone
            return Submitted(sent.id, sent.reference, repeated=True)
        agreed = _check_complete(intake, draft, form)
        draft.pages[sending.PAGE.id] = keep_page(intake.keys, draft.id, sending.PAGE.id, agreed)
        try:
            async with nullcontext() if counter else one_submission(intake, draft):
                application = await _send(intake, draft, counter)
        except (_DraftChanged, DuplicateKeyError):
            continue  # sent or changed a moment ago by another request: look again
        return Submitted(application.id, application.reference, repeated=False)
    raise Conflict


class _DraftChanged(Exception):
    """The draft is not any more what was checked."""


async def _send(intake: Intake, draft: Draft, counter: CounterSession | None) -> Application:
    answers = compose_answers(draft.pages, intake.office)
    documents = compose_documents(draft.documents)
    asked = start_of(draft.pages)

    async def work(tx: Tx) -> Application:
        if not await store.delete_draft(tx, draft):
            raise _DraftChanged
        application = Application(
            id=draft.id,
            reference=new_reference(),
            birth_date=draft.pages["identity"]["values"]["birth_date"],
            draft_token_hash=draft.token_hash,
            notice_version=draft.notice_version,
            submitted_at=tx.at,
            pages=draft.pages,
            documents=draft.documents,
        )
        application.note("submitted", tx.at)
        await store.insert_application(tx, application)
        event = ApplicationSubmitted(
            application_id=application.id,
            reference=application.reference,
            kind=asked.get("kind", "new"),
            channel=counter.channel if counter else "online",
            answers=answers,
            documents=documents,
            notice_version=application.notice_version,
            submitted_at=tx.at,
            previous_registration_number=asked.get("previous_registration_number"),
            replacement_reason=asked.get("replacement_reason"),
            correction_pages=tuple(asked.get("correction_pages") or ()),
            purpose=asked.get("purpose"),
            entered_by=counter.officer_id if counter else draft.entered_by,
        )
        tx.emit(event, subject=application.id, version=application.event_version)
        return application

    return await intake.uow.run(work)


def _check_complete(intake: Intake, draft: Draft, form: Form) -> Values:
    """What the person agrees to; raises `Incomplete`."""
    problems = dict(completeness(draft, intake.office).problems)
    born = birth_date_of(draft.pages)
    youngest = intake.office.applicant.youngest
    if born and age_on(born, clock.today()) < youngest:
        problems["identity"] = f"Pemohon harus berusia paling sedikit {youngest} tahun."
    reading = Reading(clock.today(), intake.office, told_by(draft.pages))
    agreed = parse(sending.PAGE, form, reading)
    problems |= agreed.errors
    if problems:
        raise Incomplete(problems)
    return agreed.values


async def open_amendment(intake: Intake, application_id: str, page_id: str) -> Values:
    """A returned page for amending, as amended so far; identity numbers only as `<name>_masked`."""
    check_page(page_id)
    application = await get_application(intake.uow.reading(), application_id)
    application.guard_amendment(page_id)
    values = _open(intake, application, page_id)
    for name in NUMBERS:
        if values.get(name):
            number = values.pop(name)
            values[f"{name}_masked"] = f"{number[:4]}••••••••{number[-4:]}"
    return values


async def amend_page(
    intake: Intake, application_id: str, page_id: str, form: Form, *, at_counter: bool = False
) -> Parsed:
    """Keep a redone page until the amendment is sent; an empty number leaves it as it was."""
    check_page(page_id)
    application = await get_application(intake.uow.reading(), application_id)
    application.guard_amendment(page_id)
    entries = dict(form)
    if page_id == "identity":
        before = _open(intake, application, "identity")
        for name in NUMBERS:
            if before.get(name) and not "".join(entries.get(name, ())).strip():
                entries[name] = [before[name]]
    pages, _ = merged(application)
    known = await known_of(intake, pages, at_counter=at_counter)
    parsed = parse_page(page_id, entries, clock.today(), intake.office, known)
    if parsed.errors:
        return parsed
    page = keep_page(intake.keys, application_id, page_id, parsed.values, parsed.warnings)
    page = keep_unchanged(intake.keys, application_id, page_id, page, application.pages[page_id])

    async def work(tx: Tx) -> None:
        await _lay_over(tx, await get_application(tx, application_id), ("pages", page_id), page)

    await intake.uow.run(work)
    return parsed


async def keep_amended_document(
    tx: Tx, application_id: str, document: DocumentRef
) -> tuple[Any, DocumentRef]:
    """Keep a redone document until the amendment is sent, behind further files of its kind.

    Returns what was redone before (nobody ever sent that), and what is there now.
    """
    application = await get_application(tx, application_id)
    kept = joined(amended_document(application, document.kind), document)
    place = ("documents", document.kind)
    return await _lay_over(tx, application, place, kept.model_dump()), kept


async def remove_amended_file(
    intake: Intake, application_id: str, kind: DocumentKind, file_id: str
) -> None:
    """Leave one file of several out of the correction; one that is not there is no error.

    Raises `LastFile`, `Conflict`. What was sent before stays: the officers have seen it.
    """

    async def work(tx: Tx) -> tuple[Any, list[Any]]:
        application = await get_application(tx, application_id)
        application.guard_amendment(f"documents.{kind}")
        document = amended_document(application, kind)
        if document is None or not has_file(document, file_id):
            return None, []
        left = without(document, file_id)
        if left is None:
            raise LastFile
        earlier = await _lay_over(tx, application, ("documents", kind), left.model_dump())
        return earlier, [
            *application.documents.get(kind, {}).get("pages", ()),
            *left.model_dump()["pages"],
        ]

    earlier, needed = await intake.uow.run(work)
    await discard_pages(intake, application_id, earlier, {"pages": needed})


async def send_amendment(
    intake: Intake, application_id: str, counter: CounterSession | None = None
) -> Application:
    """Send what was redone back to the officers, once: sending it again gives the same receipt.

    Raises `Incomplete`, `Conflict`.
    """

    async def work(tx: Tx) -> Application:
        application = await get_application(tx, application_id)
        if application.is_amended:  # sent before, and the answer was lost on its way
            return application
        if application.state != "returned":
            raise Conflict("Permohonan ini sedang tidak menunggu perbaikan. Lihat halaman status.")
        pages, documents = merged(application)
        _check_amended(application, pages)
        amendment = application.amendment or {}
        changed = (
            *amendment.get("pages", {}),
            *(f"documents.{kind}" for kind in amendment.get("documents", {})),
        )
        application.pages, application.documents = dict(pages), dict(documents)
        application.birth_date = pages["identity"]["values"]["birth_date"]
        application.returned = None
        application.event_version += 1
        application.move("submitted")
        application.note("amended", tx.at, changed=list(changed))
        await store.save_application(tx, application)
        event = ApplicationAmended(
            application_id=application.id,
            reference=application.reference,
            answers=compose_answers(pages, intake.office),
            documents=compose_documents(documents),
            changed=changed,
            amended_at=tx.at,
            entered_by=counter.officer_id if counter else None,
        )
        tx.emit(event, subject=application.id, version=application.event_version)
        return application

    return await intake.uow.run(work)


def item_label(item: str) -> str:
    """What a page or `documents.<kind>` is called on the screen."""
    head, _, kind = item.partition(".")
    if head == "documents":
        return next((text for key, text in DOCUMENT_KIND.items() if key == kind), kind)
    return PAGES[head].title if head in PAGES else item


async def get_application(scope: Scope, application_id: str) -> Application:
    application = await store.find_application(scope, application_id)
    if application is None:
        raise NotFound
    return application


def _check_amended(application: Application, pages: Mapping[str, Any]) -> None:
    """Only what was returned is demanded: nothing else may be amended, whatever is asked today."""
    problems = {
        item: f"Perbaiki dulu bagian {item_label(item)}." for item in open_items(application)
    }
    problems |= cross_page_problems(pages)
    if problems:
        raise Incomplete(problems)


def _open(intake: Intake, application: Application, page_id: str) -> Values:
    pages, _ = merged(application)
    return open_page(intake.keys, application.id, page_id, pages[page_id])


async def _lay_over(tx: Tx, application: Application, place: tuple[str, str], value: Any) -> Any:
    """Keep one redone part, guarded again (reading took a while); returns what it replaces."""
    part, name = place
    application.guard_amendment(name if part == "pages" else f"{part}.{name}")
    amendment = application.amendment or {"pages": {}, "documents": {}}
    earlier = amendment[part].get(name)
    amendment[part][name] = value
    application.amendment = amendment
    await store.save_application(tx, application)
    return earlier
