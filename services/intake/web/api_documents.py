"""The documents of a draft and of a correction, in the JSON API."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.intake import applications, documents, drafts
from services.intake.domain import amended_document
from services.intake.uploads import receiving
from services.intake.uploads.store import Owner
from services.intake.web.api_input import (
    ApplicationOfCaller,
    DraftOfCaller,
    intake_of,
    read_file,
)
from services.intake.web.api_output import document_body
from services.intake.web.idempotency import Answer, fingerprint_of, once
from shared.errors import NotFound

router = APIRouter(default_response_class=JSONResponse)
_DRAFT = "/applications/{application_id}/documents/{kind}"
_AMENDMENT = "/status/amendment/documents/{kind}"
_NOT_THERE = "Berkas ini belum diunggah."


@router.put(_DRAFT, summary="Upload a document; of some kinds several files, one by one")
async def put_document(request: Request, holder: DraftOfCaller, kind: str) -> Response:
    return await _uploaded(request, Owner(holder.draft_id, holder), kind)


@router.get(
    f"{_DRAFT}/pages/{{number}}",
    summary="A page image of an uploaded document, as an officer will see it",
)
async def get_document_page(
    request: Request, holder: DraftOfCaller, kind: str, number: int
) -> Response:
    intake = intake_of(request)
    draft = await drafts.find_draft(intake, holder)
    document = draft.documents.get(documents.document_kind(kind))
    if document is None:
        raise NotFound(_NOT_THERE)
    image = await documents.read_page_image(intake, document, number)
    return Response(image, media_type="image/jpeg")


@router.delete(_DRAFT, status_code=204, summary="Take a document out, with all its files")
async def delete_document(request: Request, holder: DraftOfCaller, kind: str) -> Response:
    await documents.remove_document(intake_of(request), holder, documents.document_kind(kind))
    return Response(status_code=204)


@router.delete(f"{_DRAFT}/files/{{file_id}}", status_code=204, summary="Take out one file")
async def delete_file(request: Request, holder: DraftOfCaller, kind: str, file_id: str) -> Response:
    known = documents.document_kind(kind)
    await documents.remove_file(intake_of(request), holder, known, file_id)
    return Response(status_code=204)


@router.get(
    _AMENDMENT,
    summary="A returned document as it will be sent: what was redone, else several files",
)
async def get_amended_document(
    request: Request, application_id: ApplicationOfCaller, kind: str
) -> Response:
    known = documents.document_kind(kind)
    reading = intake_of(request).uow.reading()
    application = await applications.get_application(reading, application_id)
    application.guard_amendment(f"documents.{known}")
    document = amended_document(application, known)
    if document is None:
        raise NotFound(_NOT_THERE)
    return JSONResponse(document_body(document))


@router.put(_AMENDMENT, summary="Redo a returned document; a further file goes behind several")
async def put_amended_document(
    request: Request, application_id: ApplicationOfCaller, kind: str
) -> Response:
    return await _uploaded(request, Owner(application_id), kind)


@router.delete(
    f"{_AMENDMENT}/files/{{file_id}}", status_code=204, summary="Leave out one file of several"
)
async def delete_amended_file(
    request: Request, application_id: ApplicationOfCaller, kind: str, file_id: str
) -> Response:
    known = documents.document_kind(kind)
    await applications.remove_amended_file(intake_of(request), application_id, known, file_id)
    return Response(status_code=204)


async def _uploaded(request: Request, owner: Owner, kind: str) -> Response:
    intake = intake_of(request)
    known = documents.document_kind(kind)
    upload = await read_file(request)

    async def work() -> Answer:
        document = await receiving.take_whole(intake, owner, known, upload)
        return Answer(200, document_body(document.model_dump()))

    return await once(intake, request, fingerprint_of(upload.data), work)
