"""What an officer returned: redo only those pages and documents, then send again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake import applications, documents, status
from services.intake.domain import Application, amendable_items, amended_document
from services.intake.drafts import Incomplete
from services.intake.forms import FormPage, form_of
from services.intake.forms.sending import DECLARATION
from services.intake.forms.tailoring import tailored
from services.intake.forms.warnings import WARNING_TEXTS
from services.intake.refusals import Refused
from services.intake.requirements import DOCUMENT_KINDS
from services.intake.store import Holder
from services.intake.uploads import receiving
from services.intake.uploads.store import Owner
from services.intake.web import questions, sessions
from services.intake.web.counter_wording import as_asked, spoken, spoken_field
from services.intake.web.document_slots import Asked, find_document, slots
from services.intake.web.pages_documents import (
    NothingChosen,
    back_to_list,
    chosen_file,
    page_image,
    refusal_text,
)
from services.intake.web.pages_form import Filled, asked_page, with_rows_changed
from services.intake.web.pages_status import SUMMARY
from services.intake.web.posted import FileTooBig, read_upload
from services.intake.web.site import Form, Site, go
from shared.errors import Conflict, NotFound
from shared.mongo import is_outage
from shared.web import page_numbers

page_numbers.register()
LIST = "/status/perbaikan"
DOCUMENTS = "/status/perbaikan/dokumen"


@dataclass(frozen=True)
class Item:
    id: str
    title: str
    reason: str
    done: bool
    unchanged: bool
    url: str


class CorrectionPages:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.intake = site.intake

    def routes(self) -> list[Route]:
        return [
            Route(LIST, self.show),
            Route(LIST, self.send, methods=["POST"]),
            Route(DOCUMENTS, self.show_documents),
            Route(DOCUMENTS, self.leave_documents, methods=["POST"]),
            Route(DOCUMENTS + "/{kind}", self.upload, methods=["POST"]),
            Route(DOCUMENTS + "/{kind}", back_to_list),
            Route(DOCUMENTS + "/{document_id}/{number:page}.jpg", self.image),
            Route(LIST + "/{page}", self.show_page),
            Route(LIST + "/{page}", self.save_page, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        return await self._list(request, {})

    async def send(self, request: Request) -> Response:
        application_id = await self.site.status_of(request)
        form = await self.site.posted(request, application_id)
        if questions.first(form, "declaration") != "yes":
            return await self._list(
                request, {"declaration": "Centang pernyataan bahwa data Anda benar."}
            )
        try:
            await applications.send_amendment(
                self.intake, application_id, sessions.counter_of(request)
            )
        except Incomplete as error:
            return await self._list(request, error.errors)
        except Conflict:
            return go(SUMMARY)  # sent a moment ago, by the same tap
        return go(SUMMARY)

    async def _list(self, request: Request, errors: Mapping[str, str]) -> Response:
        application_id = await self.site.status_of(request)
        view = await status.get_status(self.intake, application_id)
        if view.returned is None:
            return go(SUMMARY)
        return self.site.held(
            request,
            application_id,
            "corrections.html",
            status=422 if errors else 200,
            title="Perbaiki pendaftaran",
            reference=view.reference,
            due_on=view.returned.due_on,
            note=view.returned.note,
            items=[
                Item(each.item, each.label, each.reason, each.done, each.unchanged, _url(each.item))
                for each in view.returned.items
            ],
            errors=errors,
            declaration=spoken_field(DECLARATION, sessions.counter_of(request)),
            back=SUMMARY,
        )

    async def show_page(self, request: Request) -> Response:
        page = asked_page(request)
        application_id = await self.site.status_of(request)
        values = await applications.open_amendment(self.intake, application_id, page.id)
        application = await self._application(application_id)
        kept = (application.amendment or {}).get("pages", {}).get(page.id, {})
        warnings = tuple(WARNING_TEXTS[rule] for rule in kept.get("warnings", ()))
        reasons = _reasons(application, page.id)
        filled = Filled(page, form_of(values), {}, warnings, reasons)
        return self._form(request, application_id, filled)

    async def save_page(self, request: Request) -> Response:
        page = asked_page(request)
        application_id = await self.site.status_of(request)
        form: Form = await self.site.posted(request, application_id)
        try:
            at_counter = sessions.counter_of(request) is not None
            filled = await self._save(application_id, page, form, at_counter=at_counter)
        except PyMongoError as error:
            if not is_outage(error):
                raise
            filled = Filled(page, form, {}, away=True)
        if filled is None:
            return go(LIST)
        if filled.warnings:
            return go(f"{LIST}/{page.id}#peringatan")
        return self._form(request, application_id, filled)

    async def _save(
        self, application_id: str, page: FormPage, form: Form, *, at_counter: bool
    ) -> Filled | None:
        """What to show again, or None when the page was kept without a remark."""
        errors: dict[str, str] = {}
        changed = with_rows_changed(page, form)
        if changed is None:
            parsed = await applications.amend_page(
                self.intake, application_id, page.id, form, at_counter=at_counter
            )
            if not parsed.errors:
                return Filled(page, form, {}, parsed.warnings) if parsed.warnings else None
            errors = parsed.errors
        if page.id == "identity":
            known = await applications.open_amendment(self.intake, application_id, page.id)
            masked = {name: [known[name]] for name in known if name.endswith("_masked")}
            form = {**form, **masked}
        reasons = _reasons(await self._application(application_id), page.id)
        return Filled(page, changed or form, errors, (), reasons)

    def _form(self, request: Request, application_id: str, filled: Filled) -> Response:
        counter = sessions.counter_of(request)
        filled = replace(filled, form=as_asked(filled.page, filled.form, counter))
        page = spoken(tailored(filled.page, self.intake.office), counter)
        return self.site.held(
            request,
            application_id,
            "form.html",
            status=filled.status,
            away=filled.away,
            page=_with_masked_numbers(
                questions.fitted(page, filled.form, self.intake.occupations.known, filled.errors),
                filled.form,
            ),
            title=page.title,
            alone=False,
            note="",
            step="Perbaiki pendaftaran",
            form=filled.form,
            errors=filled.errors,
            warnings=filled.warnings,
            reasons=filled.reasons,
            action=f"{LIST}/{page.id}",
            onward=LIST,
            back=LIST,
        )

    async def show_documents(self, request: Request) -> Response:
        application = await self._application(await self.site.status_of(request))
        upload_id = request.query_params.get("unggahan", "")
        errors = await receiving.refusal_of(self.intake, Owner(application.id), upload_id)
        return self._documents(request, application, errors)

    async def leave_documents(self, request: Request) -> Response:
        await self.site.posted(request, await self.site.status_of(request))
        return go(LIST)

    async def upload(self, request: Request) -> Response:
        kind = documents.document_kind(request.path_params["kind"])
        application_id = await self.site.status_of(request)
        try:
            posted = await read_upload(request)
            self.site.check_token(application_id, posted.fields)
            removed = posted.fields.get("hapus", [""])[0]
            if removed:
                await applications.remove_amended_file(self.intake, application_id, kind, removed)
            else:
                upload = chosen_file(kind, posted)
                await receiving.take_whole(self.intake, Owner(application_id), kind, upload)
        except (FileTooBig, Refused, NothingChosen, applications.LastFile) as error:
            application = await self._application(application_id)
            return self._documents(request, application, {kind: refusal_text(error)})
        return go(f"{DOCUMENTS}#berkas-{kind}")

    async def image(self, request: Request) -> Response:
        """Only what may be seen here: see `_hidden`."""
        application = await self._application(await self.site.status_of(request))
        document = find_document(_amended(application), request.path_params["document_id"])
        hidden = self._hidden(request, application)
        number = request.path_params["number"]
        if document and any(
            page["key"] in hidden for page in document["pages"][number - 1 : number]
        ):
            raise NotFound
        return await page_image(self.site, request, document)

    def _hidden(self, request: Request, application: Application) -> frozenset[str]:
        """Keys of pages that were sent before: reference and birth date alone open none of them,
        the phone that sent them may still see them.
        """
        holder = sessions.draft_holder(self.intake.settings, request)
        if holder == Holder(application.id, application.draft_token_hash):
            return frozenset()
        sent = application.documents.values()
        return frozenset(page["key"] for document in sent for page in document["pages"])

    def _documents(
        self, request: Request, application: Application, errors: Mapping[str, str]
    ) -> Response:
        asked = amendable_items(application)
        wanted = [
            Asked(
                kind,
                required=kind != "graduation_letter",
                reason=" ".join(_reasons(application, f"documents.{kind}")),
            )
            for kind in DOCUMENT_KINDS
            if f"documents.{kind}" in asked
        ]
        if application.state != "returned" or not wanted:
            return go(LIST)
        hidden = self._hidden(request, application)
        redone = (application.amendment or {}).get("documents", {})
        shown = [
            replace(slot, removable=False, was_sent=slot.kind not in redone)
            for slot in slots(wanted, _amended(application), DOCUMENTS, hidden)
        ]
        return self.site.held(
            request,
            application.id,
            "documents.html",
            status=422 if errors else 200,
            title="Unggah berkas",
            slots=shown,
            errors=errors,
            action=DOCUMENTS,
            back=LIST,
        )

    async def _application(self, application_id: str) -> Application:
        return await applications.get_application(self.intake.uow.reading(), application_id)


def _amended(application: Application) -> dict[str, Mapping[str, Any]]:
    """What the correction has of each kind."""
    found = {kind: amended_document(application, kind) for kind in DOCUMENT_KINDS}
    return {kind: document for kind, document in found.items() if document is not None}


def _url(item: str) -> str:
    head, _, kind = item.partition(".")
    return f"{DOCUMENTS}#berkas-{kind}" if head == "documents" else f"{LIST}/{item}"


def _reasons(application: Application, item: str) -> tuple[str, ...]:
    items: list[dict[str, Any]] = (application.returned or {}).get("items", [])
    return tuple(each["reason"] for each in items if each["item"] == item)


def _with_masked_numbers(page: FormPage, form: Form) -> FormPage:
    """They are not shown again to somebody who knows only reference and birth date."""
    hints = {
        name: f"Tersimpan: {masked}. Isi hanya bila nomor ini perlu diganti."
        for name in applications.NUMBERS
        if (masked := questions.first(form, f"{name}_masked"))
    }
    return replace(
        page,
        fields=tuple(
            replace(field, hint=hints.get(field.name, field.hint)) for field in page.fields
        ),
    )
