"""The public ASGI app of intake: pages, static files, the JSON API, and what goes wrong."""

from __future__ import annotations

import re
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from services.intake.drafts import AlreadySent, DraftGone
from services.intake.intake import Intake
from services.intake.web.api import make_api
from services.intake.web.assets import Assets
from services.intake.web.at_counter import OPEN, AtCounter
from services.intake.web.door import Door
from services.intake.web.failures import Failures, Handler
from services.intake.web.kept import Forget
from services.intake.web.pages_check import CheckPages
from services.intake.web.pages_continuing import ContinuingPages
from services.intake.web.pages_corrections import CorrectionPages
from services.intake.web.pages_counter import CounterPages
from services.intake.web.pages_documents import DocumentPages
from services.intake.web.pages_figures import FigurePages
from services.intake.web.pages_form import FormPages
from services.intake.web.pages_information import InformationPages
from services.intake.web.pages_phone import PhonePages
from services.intake.web.pages_public import PublicPages
from services.intake.web.pages_return import ReturnPages, draft_gone_page
from services.intake.web.pages_review import ReviewPages
from services.intake.web.pages_screens import ScreenPages
from services.intake.web.pages_sent import SentPages
from services.intake.web.pages_status import StatusPages
from services.intake.web.pages_survey import SurveyPages
from services.intake.web.pages_withdrawal import WithdrawalPages
from services.intake.web.public_objects import PublicObjectRoutes
from services.intake.web.rendering import Pages
from services.intake.web.site import Site, go
from services.intake.web.tus import TusUploads
from shared.web.csrf import SameOrigin
from shared.web.headers import SecurityHeaders
from shared.web.observe import Observe

API = "/api/v1"


def make_app(intake: Intake) -> ASGIApp:
    """Everything the public reaches."""
    assets = Assets()
    pages = Pages(intake.settings, intake.office, assets)
    site = Site(intake, pages)
    failures = Failures(pages)
    app = Starlette(
        routes=[
            _mounted(make_api(intake, site.card_images)),
            Route("/static/{path:path}", assets.serve),
            *PhonePages(site, assets).routes(),
            *PublicPages(site).routes(),
            *PublicObjectRoutes(intake).routes(),
            *CheckPages(site).routes(),
            *InformationPages(site).routes(),
            *FigurePages(site).routes(),
            *ReturnPages(site).routes(),
            *StatusPages(site).routes(),
            *SurveyPages(site).routes(),
            *CorrectionPages(site).routes(),
            *WithdrawalPages(site).routes(),
            *CounterPages(site).routes(),
            *ContinuingPages(site).routes(),
            *DocumentPages(site).routes(),
            *TusUploads(site).routes(),
            *SentPages(site).routes(),
            *ReviewPages(site).routes(),
            *FormPages(site).routes(),
            *ScreenPages(site).routes(),  # last: it takes every other page of /daftar
        ],
        middleware=[
            Middleware(Observe),
            Middleware(SameOrigin, exempt=(API, OPEN)),  # a page of the desk posts to OPEN
            Middleware(Forget),
            Middleware(AtCounter, intake=intake, pages=pages, failures=failures),
        ],
        exception_handlers={**failures.handlers(), **_intake_handlers(site, failures)},
    )
    app.state.intake = intake
    app.router.redirect_slashes = False  # such a redirect repeats the Host header
    # Around the whole app: Starlette makes the page of a crash outside its middleware.
    door = Door(app, intake.settings, pages)
    return SecurityHeaders(door, https=intake.settings.public_url.startswith("https"))


def _mounted(api: ASGIApp) -> Mount:
    """Every path below it, one with a line feed too: the API answers with problems, not pages."""
    mount = Mount(API, api)
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


def _intake_handlers(site: Site, failures: Failures) -> dict[Any, Handler]:
    """Errors of the use-cases that have a page of their own."""

    async def on_already_sent(_: Request, error: AlreadySent) -> Response:
        return go(f"/daftar/terkirim/{error.reference}")

    return {
        AlreadySent: on_already_sent,
        DraftGone: draft_gone_page(site, failures),
    }
