"""The JSON API v1: a script can do all that a person can, by the same use-cases and rules."""

# ruff: noqa: FAST003  # `application_id` is read by the dependency behind `DraftOfCaller`

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.intake import (
    applications,
    continuing,
    drafts,
    filling,
    status,
    withdrawal,
)
from services.intake.checking import check
from services.intake.forms import Parsed, form_of
from services.intake.forms.areas import VILLAGES
from services.intake.intake import Intake
from services.intake.receipts.card_image import CardImages
from services.intake.web import (
    api_documents,
    api_figures,
    api_files,
    api_openapi,
    api_return,
    api_survey,
    problems,
    sessions,
)
from services.intake.web.api_input import (
    ApplicationOfCaller,
    DraftOfCaller,
    birth_date_of,
    intake_of,
    read_json,
)
from services.intake.web.api_output import (
    check_body,
    draft_body,
    link_body,
    screen_body,
    status_body,
    warnings_body,
)
from services.intake.web.idempotency import KEPT_SHORT, Answer, fingerprint_of, once
from services.intake.web.posted import address_of
from shared.errors import NotFound
from shared.office import Office, load_office

PREFIX = "/api/v1"
router = APIRouter(default_response_class=JSONResponse)


def make_api(intake: Intake, card_images: CardImages) -> FastAPI:
    """The app to be mounted at `PREFIX`."""
    app = _make_app(intake.office)
    app.state.intake = intake
    app.state.card_images = card_images
    return app


def openapi_document() -> dict[str, Any]:
    """The document at `PREFIX`/openapi.json, made without any server."""
    return _make_app(load_office()).openapi()


def _make_app(office: Office) -> FastAPI:
    app = FastAPI(
        title="SI PINTAR KERJA: pendaftaran pencari kerja",
        version="1",
        description=api_openapi.DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        root_path_in_servers=False,
        servers=[{"url": PREFIX}],
        exception_handlers=problems.Problems(office).handlers(),
    )
    app.include_router(router)
    app.include_router(api_documents.router)
    app.include_router(api_files.router)
    app.include_router(api_return.router)
    app.include_router(api_figures.router)
    app.include_router(api_survey.router)
    api_openapi.complete(app)
    return app


@router.get("/areas", summary="Kecamatan and villages with their codes")
async def get_areas() -> Response:
    return JSONResponse(_AREAS)


@router.post("/applications", status_code=201, summary="Start; returns id and bearer token")
async def start_application(request: Request) -> Response:
    intake = intake_of(request)
    body = await read_json(request)

    async def work() -> Answer | Response:
        form = form_of({"kind": "new", **body})
        started = await drafts.start_draft(intake, form, address_of(request))
        if isinstance(started, Parsed):
            return problems.invalid(started.errors)
        token = sessions.draft_token(intake.settings, started)
        return Answer(201, {"id": started.id, "token": token})

    return await once(intake, request, _fingerprint(body), work, required=True)


@router.get("/applications/{application_id}", summary="What is done and what is missing")
async def get_application(request: Request, holder: DraftOfCaller) -> Response:
    intake = intake_of(request)
    try:
        draft = await drafts.find_draft(intake, holder)
    except drafts.AlreadySent as sent:
        return JSONResponse(
            {"id": holder.draft_id, "state": "submitted", "reference": sent.reference}
        )
    return JSONResponse(draft_body(draft, drafts.completeness(draft, intake.office)))


@router.get("/applications/{application_id}/answers/{page}", summary="The saved answers of a page")
async def get_answers(request: Request, holder: DraftOfCaller, page: str) -> Response:
    intake = intake_of(request)
    drafts.check_page(page)
    draft = await drafts.find_draft(intake, holder)
    values = filling.open_known(intake, draft, page)
    return JSONResponse({"page": page, "saved": page in draft.pages, "values": values or None})


@router.put("/applications/{application_id}/answers/{page}", summary="Save the answers of a page")
async def put_answers(request: Request, holder: DraftOfCaller, page: str) -> Response:
    intake = intake_of(request)
    body = await read_json(request)

    async def work() -> Answer | Response:
        return _saved(page, await filling.save_page(intake, holder, page, form_of(body)))

    return await once(intake, request, _fingerprint(body), work)


@router.put(
    "/applications/{application_id}/answers/{page}/{screen}",
    summary="Save a part of a page; it is complete when all its parts are right",
)
async def put_screen(request: Request, holder: DraftOfCaller, page: str, screen: str) -> Response:
    intake = intake_of(request)
    body = await read_json(request)

    async def work() -> Answer | Response:
        saved = await filling.save_screen(intake, holder, page, screen, form_of(body))
        if saved.errors:
            return problems.invalid(saved.errors)
        return Answer(200, screen_body(saved.draft, page, saved.warnings))

    return await once(intake, request, _fingerprint(body), work)


@router.post(
    "/applications/{application_id}/submission",
    status_code=202,
    summary="Send the application, with the declaration that it is true and with consents",
)
async def submit_application(request: Request, holder: DraftOfCaller) -> Response:
    intake = intake_of(request)
    body = await read_json(request)

    async def work() -> Answer:
        sent = await applications.submit_application(intake, holder, form_of(body))
        return Answer(202, {"id": sent.application_id, "reference": sent.reference})

    return await once(intake, request, _fingerprint(body), work, required=True)


@router.post("/status-sessions", status_code=201, summary="Token for reference and birth date")
async def start_status_session(request: Request) -> Response:
    intake = intake_of(request)
    body = await read_json(request)

    async def work() -> Answer:
        found = await status.find_application(
            intake,
            str(body.get("reference", ""))[:100],
            birth_date_of(body.get("birth_date")),
            address_of(request),
        )
        token = sessions.status_token(intake.settings, found.id)
        return Answer(201, {"token": token, "expires_in": sessions.STATUS_SECONDS})

    return await once(intake, request, _fingerprint(body), work, kept=KEPT_SHORT)


@router.get("/status", summary="State and timeline")
async def get_status(request: Request, application_id: ApplicationOfCaller) -> Response:
    shown = await status.get_status(intake_of(request), application_id)
    return JSONResponse(status_body(shown))


@router.post("/status/withdrawal", status_code=202, summary="Withdraw before a decision")
async def withdraw_application(request: Request, application_id: ApplicationOfCaller) -> Response:
    intake = intake_of(request)

    async def work() -> Answer:
        found = await withdrawal.withdraw_application(intake, application_id)
        body = {"id": found.id, "reference": found.reference, "state": found.state}
        return Answer(202, body)

    return await once(intake, request, fingerprint_of(), work, required=True)


@router.post(
    "/status/continuation",
    status_code=201,
    summary="With an issued card: start a renewal, correction or replacement with what is known",
)
async def continue_application(request: Request, application_id: ApplicationOfCaller) -> Response:
    intake = intake_of(request)
    body = await read_json(request)

    async def work() -> Answer | Response:
        application = await applications.get_application(intake.uow.reading(), application_id)
        form = form_of(body)
        started = await continuing.begin_from(intake, application, form, address_of(request))
        if isinstance(started, Parsed):
            return problems.invalid(started.errors)
        token = sessions.draft_token(intake.settings, started)
        return Answer(201, {"id": started.id, "token": token})

    return await once(intake, request, _fingerprint(body), work, required=True)


@router.get("/status/amendment/answers/{page}", summary="A returned page; the NIK is masked")
async def get_amendment(
    request: Request, application_id: ApplicationOfCaller, page: str
) -> Response:
    values = await applications.open_amendment(intake_of(request), application_id, page)
    return JSONResponse({"page": page, "values": values})


@router.put("/status/amendment/answers/{page}", summary="Redo a returned page")
async def put_amendment(
    request: Request, application_id: ApplicationOfCaller, page: str
) -> Response:
    intake = intake_of(request)
    body = await read_json(request)

    async def work() -> Answer | Response:
        form = form_of(body)
        return _saved(page, await applications.amend_page(intake, application_id, page, form))

    return await once(intake, request, _fingerprint(body), work)


@router.post("/status/amendment/submission", status_code=202, summary="Send the amendment")
async def send_amendment(request: Request, application_id: ApplicationOfCaller) -> Response:
    intake = intake_of(request)

    async def work() -> Answer:
        sent = await applications.send_amendment(intake, application_id)
        return Answer(202, {"id": sent.id, "reference": sent.reference})

    return await once(intake, request, fingerprint_of(), work, required=True)


@router.get("/cards/{code}", summary="Check a card by the link of a card with an unsigned QR")
async def get_card_check(request: Request, code: str) -> Response:
    checked = await check.check_link(intake_of(request), code, address_of(request))
    if checked is None:
        raise NotFound(_NO_CARD)
    return JSONResponse(link_body(checked))


@router.post("/card-checks", summary="Check a card by the code printed on it; kept in no log")
async def post_card_check(request: Request) -> Response:
    intake, body = intake_of(request), await read_json(request)
    checked = await check.check_code(intake, str(body.get("code", "")), address_of(request))
    if checked is None:
        raise NotFound(_NO_CARD)
    return JSONResponse(check_body(checked))


def _saved(page: str, parsed: Parsed) -> Answer | Response:
    if parsed.errors:
        return problems.invalid(parsed.errors)
    return Answer(200, {"page": page, "warnings": warnings_body(parsed.warnings)})


def _fingerprint(body: dict[str, Any]) -> str:
    return fingerprint_of(json.dumps(body, sort_keys=True).encode())


_NO_CARD = "Kode ini tidak dikenali. Periksa lagi kode di kartu."
_AREAS = {
    "villages": [
        {
            "code": each.code,
            "name": each.name,
            "subdistrict_code": each.subdistrict_code,
            "subdistrict_name": each.subdistrict_name,
        }
        for each in VILLAGES.values()
    ]
}
