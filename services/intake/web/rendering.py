"""Jinja2 templates to compressed HTML answers."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import Response

from services.intake.information import Library, Shelf
from services.intake.information.library import DEFAULT_FOLDER
from services.intake.settings import IntakeSettings
from services.intake.web import questions, wording
from services.intake.web.assets import Assets
from services.intake.web.kept import PRIVATE_FIELDS
from services.intake.web.sessions import counter_of, is_remembered
from shared import dates
from shared.code_lists import CHANNEL
from shared.office import Office

TEMPLATES = Path(__file__).parent / "templates"
_BROTLI_QUALITY = 4  # half a millisecond for a page; more costs time and saves little
_SMALL = 600  # bytes below which compressing is not worth it


@dataclass(frozen=True)
class Link:
    """A way on, offered on a message page; the first of several is shown as a button."""

    url: str
    text: str


class Pages:
    """Renders the templates; one per process."""

    def __init__(self, settings: IntakeSettings, office: Office, assets: Assets) -> None:
        self._settings = settings
        self._shelf = Shelf(settings.information_dir or DEFAULT_FOLDER, office)
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        promise = office.promise
        self._environment.globals.update(
            office=office,
            information=self.information,
            asset=assets.url,
            whatsapp_text=wording.telephone(office.identity.whatsapp),
            promise_days=promise.verification_working_days + promise.issue_working_days,
            width_of=questions.width,
            private_fields=" ".join(sorted(PRIVATE_FIELDS)),
            failed=False,
            back=None,
            can_exit=False,
            counter=None,
            channels=CHANNEL,
            csrf="",
            title="",
        )
        self._environment.filters.update(
            tanggal=dates.long_date,
            waktu=dates.date_and_time,
            pukul=dates.time_of_day,
            desimal=wording.decimal,
            hari=dates.day_and_date,
            jam=dates.time_of_day,
            lama=wording.span,
            ukuran=wording.file_size,
            first=questions.first,
            questions=questions.questions,
            option_tags=questions.option_tags,
            row_numbers=questions.row_numbers,
        )

    def information(self) -> Library:
        """The texts of the office, as they are now."""
        return self._shelf.library()

    def html(self, template: str, **values: Any) -> str:
        return self._environment.get_template(template).render(values)

    def page(
        self, request: Request, template: str, *, status: int = 200, **values: Any
    ) -> Response:
        counter = counter_of(request)
        values.setdefault("counter", counter)
        values.setdefault("can_exit", counter is None and is_remembered(self._settings, request))
        return compressed(request, self.html(template, **values), status)

    def message(
        self, request: Request, status: int, title: str, *lines: str, links: tuple[Link, ...] = ()
    ) -> Response:
        """A page that only says something: what happened, and what to do next."""
        return self.page(
            request,
            "message.html",
            status=status,
            title=title,
            lines=lines,
            links=links,
            contact=True,
        )


def compressed(request: Request, text: str, status: int) -> Response:
    """An HTML answer in the best encoding the browser takes."""
    body = text.encode()
    headers = {"Vary": "Accept-Encoding"}
    accepted = request.headers.get("accept-encoding", "")
    if len(body) > _SMALL and "br" in accepted:
        body = brotli.compress(body, quality=_BROTLI_QUALITY)
        headers["Content-Encoding"] = "br"
    elif len(body) > _SMALL and "gzip" in accepted:
        body = gzip.compress(body, 4)
        headers["Content-Encoding"] = "gzip"
    return Response(body, status, headers, media_type="text/html")
