"""What an applicant takes home, in the JSON API: the card as PDF and as image, and the receipt."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.intake import status
from services.intake.applications import get_application
from services.intake.receipts.card_image import CardImages
from services.intake.receipts.receipt import make_receipt
from services.intake.web.api_input import ApplicationOfCaller, intake_of
from services.intake.web.pages_status import pdf_answer, png_answer

router = APIRouter()


@router.get("/status/card", summary="The issued card as PDF")
async def get_card(request: Request, application_id: ApplicationOfCaller) -> Response:
    return pdf_answer(*await status.read_card(intake_of(request), application_id))


@router.get("/status/card/image", summary="The issued card as PNG, for the phone")
async def get_card_image(request: Request, application_id: ApplicationOfCaller) -> Response:
    images = cast("CardImages", request.app.state.card_images)
    return png_answer(*await images.read(intake_of(request), application_id))


@router.get("/status/receipt", summary="The receipt as PDF")
async def get_receipt(request: Request, application_id: ApplicationOfCaller) -> Response:
    intake = intake_of(request)
    application = await get_application(intake.uow.reading(), application_id)
    return pdf_answer(*await make_receipt(intake, application))
