"""Upload of documents into a draft: one form for each, works without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake import documents, drafts
from services.intake.refusals import Refused
from services.intake.requirements import MISSING_DOCUMENT
from services.intake.store import Draft
from services.intake.uploads import receiving
from services.intake.uploads.store import Owner
from services.intake.web.document_slots import asked_of, find_document, slots
from services.intake.web.places import DOCUMENTS, REVIEW, TASK_LIST
from services.intake.web.posted import FileTooBig, Upload, read_upload
from services.intake.web.site import Site, go
from shared.contracts.applications import DocumentKind
from shared.errors import Conflict, NotFound
from shared.web import page_numbers

page_numbers.register()
ALL_FILES = "semua"


class DocumentPages:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.intake = site.intake

    def routes(self) -> list[Route]:
        return [
            Route(DOCUMENTS, self.show),
            Route(DOCUMENTS, self.finish, methods=["POST"]),
            Route(DOCUMENTS + "/{kind}", self.upload, methods=["POST"]),
            Route(DOCUMENTS + "/{kind}", back_to_list),
            Route(DOCUMENTS + "/{document_id}/{number:page}.jpg", self.image),
        ]

    async def show(self, request: Request) -> Response:
        """With `?unggahan=<id>` also why that upload was refused, if it was."""
        holder = self.site.draft_holder(request)
        draft = await drafts.find_draft(self.intake, holder)
        upload_id = request.query_params.get("unggahan", "")
        owner = Owner(holder.draft_id, holder)
        return self._page(request, draft, await receiving.refusal_of(self.intake, owner, upload_id))

    async def finish(self, request: Request) -> Response:
        """To the check page, if nothing that is required is missing."""
        holder = self.site.draft_holder(request)
        await self.site.posted(request, holder.draft_id)
        draft = await drafts.find_draft(self.intake, holder)
        state = drafts.completeness(draft, self.intake.office)
        if state.missing_documents:
            missing: dict[str, str] = {
                kind: MISSING_DOCUMENT[kind] for kind in state.missing_documents
            }
            return self._page(request, draft, missing)
        return go(REVIEW if state.complete else TASK_LIST)

    async def upload(self, request: Request) -> Response:
        kind = documents.document_kind(request.path_params["kind"])
        holder = self.site.draft_holder(request)
        try:
            posted = await read_upload(request)
            self.site.check_token(holder.draft_id, posted.fields)
            removed = posted.fields.get("hapus", [""])[0]
            if removed == ALL_FILES:
                await documents.remove_document(self.intake, holder, kind)
            elif removed:
                await documents.remove_file(self.intake, holder, kind, removed)
            else:
                upload = chosen_file(kind, posted)
                owner = Owner(holder.draft_id, holder)
                await receiving.take_whole(self.intake, owner, kind, upload)
        except (FileTooBig, Refused, NothingChosen) as error:
            draft = await drafts.find_draft(self.intake, holder)
            return self._page(request, draft, {kind: refusal_text(error)})
        return go(f"{DOCUMENTS}#berkas-{kind}")

    async def image(self, request: Request) -> Response:
        """One page of an uploaded document, only for the phone that holds the draft."""
        draft = await drafts.find_draft(self.intake, self.site.draft_holder(request))
        document = find_document(draft.documents, request.path_params["document_id"])
        return await page_image(self.site, request, document)

    def _page(self, request: Request, draft: Draft, errors: Mapping[str, str]) -> Response:
        asked = asked_of(draft.pages, draft.documents, self.intake.office)
        return self.site.held(
            request,
            draft.id,
            "documents.html",
            status=422 if errors else 200,
            title="Unggah berkas",
            slots=slots(asked, draft.documents, DOCUMENTS),
            errors=errors,
            action=DOCUMENTS,
            back=TASK_LIST,
        )


async def back_to_list(request: Request) -> Response:
    """Somebody reloads the answer to an upload: the list, at that document."""
    folder, _, kind = request.url.path.rpartition("/")
    return go(f"{folder}#berkas-{documents.document_kind(kind)}")


class NothingChosen(Exception):
    """The form was sent without a file; the text says which one to choose."""


def chosen_file(kind: DocumentKind, posted: Upload) -> documents.Upload:
    """Raises `NothingChosen`. An empty file that has a name is a broken file, not a missing one."""
    if not posted.content and not posted.file_name:
        raise NothingChosen(MISSING_DOCUMENT[kind])
    return documents.Upload(posted.content, posted.file_name)


def refusal_text(error: FileTooBig | Refused | NothingChosen | Conflict) -> str:
    if isinstance(error, FileTooBig):
        return Refused("too_big").message
    return error.message if isinstance(error, Refused) else str(error)


async def page_image(site: Site, request: Request, document: Mapping[str, Any] | None) -> Response:
    """A page as a small picture, or in full size with `?penuh=1`; pages are counted from 1."""
    if document is None:
        raise NotFound
    number = request.path_params["number"] - 1
    if "penuh" in request.query_params:
        jpeg = await documents.read_page_image(site.intake, document, number)
    else:
        jpeg = await site.thumbnails.of(site.intake, document, number)
    return Response(jpeg, media_type="image/jpeg")
