"""Come back to a draft with its code, show and print that code, and leave a shared phone."""

from __future__ import annotations

from typing import Any

from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.intake import store
from services.intake.drafts import DraftGone, StartedDraft
from services.intake.quotas import TooMany
from services.intake.returning import opening
from services.intake.returning.codes import read_one_time_code
from services.intake.returning.keeping import find_draft_code
from services.intake.returning.opening import (
    CODE_MINUTES,
    NoSuchDraft,
    Waiting,
    WrongBirthDate,
    WrongCode,
)
from services.intake.web import questions, sessions
from services.intake.web.failures import Failures, SessionOver, limited
from services.intake.web.pages_status import read_birth_date
from services.intake.web.places import TASK_LIST
from services.intake.web.posted import address_of, read_form
from services.intake.web.rendering import Link
from services.intake.web.sessions import Returning
from services.intake.web.site import Form, Site, go
from shared.mongo import is_outage

RETURN = "/lanjutkan"
ONE_TIME_CODE = "/lanjutkan/kode"
AGAIN = "/lanjutkan/kirim-ulang"
BIRTH_DATE = "/lanjutkan/tanggal-lahir"
DRAFT_CODE = "/daftar/kode"


class ReturnPages:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.intake = site.intake

    def routes(self) -> list[Route]:
        return [
            Route(RETURN, self.ask_draft_code),
            Route(RETURN, self.begin, methods=["POST"]),
            Route(ONE_TIME_CODE, self.ask_code),
            Route(ONE_TIME_CODE, self.open_with_code, methods=["POST"]),
            Route(AGAIN, self.send_again, methods=["POST"]),
            Route(BIRTH_DATE, self.ask_birth_date),
            Route(BIRTH_DATE, self.open_with_birth_date, methods=["POST"]),
            Route(DRAFT_CODE, self.show_draft_code),
            Route("/keluar", self.leave, methods=["POST"]),
            Route("/keluar", self.left),
        ]

    async def ask_draft_code(self, request: Request) -> Response:
        return await self._draft_code_form(request, {}, {})

    async def begin(self, request: Request) -> Response:
        form = await read_form(request)
        typed = questions.first(form, "draft_code")
        if not typed.strip():
            errors = {"draft_code": "Isi kode untuk melanjutkan."}
            return await self._draft_code_form(request, form, errors)
        try:
            found = await opening.begin_return(self.intake, typed, address_of(request))
        except NoSuchDraft as error:
            return await self._draft_code_form(request, form, {"draft_code": str(error)})
        except TooMany as error:
            page = await self._draft_code_form(request, form, {"draft_code": str(error)})
            return limited(page, error)
        if isinstance(found, StartedDraft):
            return await self._opened(request, found)
        return self._wait(found)

    async def ask_code(self, request: Request) -> Response:
        returning = sessions.returning(self.intake.settings, request)
        if returning is None or not returning.code_id:
            return go(RETURN)
        return await self._code_form(request, returning, {}, {})

    async def open_with_code(self, request: Request) -> Response:
        """The same answer for a wrong, an expired and an exhausted code."""
        returning, form = await self._posted(request)
        typed = questions.first(form, "code")
        if read_one_time_code(typed) is None:
            errors = {"code": "Kode terdiri dari 6 angka."}
            return await self._code_form(request, returning, form, errors)
        try:
            started = await opening.open_with_code(
                self.intake, returning.draft_id, returning.code_id, typed
            )
        except WrongCode as error:
            return await self._code_form(request, returning, form, {"code": str(error)})
        return await self._opened(request, started)

    async def send_again(self, request: Request) -> Response:
        returning, form = await self._posted(request)
        try:
            waiting = await opening.send_again(self.intake, returning.draft_id, address_of(request))
        except NoSuchDraft:
            return go(RETURN)
        except TooMany as error:
            page = await self._code_form(request, returning, form, {"code": str(error)})
            return limited(page, error)
        return self._wait(waiting, "?ulang=1")

    async def ask_birth_date(self, request: Request) -> Response:
        returning = sessions.returning(self.intake.settings, request)
        return self._birth_date_form(request, returning, {}, {}) if returning else go(RETURN)

    async def open_with_birth_date(self, request: Request) -> Response:
        returning, form = await self._posted(request)
        born, errors = read_birth_date(form)
        if errors:
            return self._birth_date_form(request, returning, form, errors)
        try:
            started = await opening.open_with_birth_date(self.intake, returning.draft_id, born)
        except WrongBirthDate as error:
            return self._birth_date_form(request, returning, form, {"birth_date": str(error)})
        except TooMany as error:
            page = self._birth_date_form(request, returning, form, {"birth_date": str(error)})
            return limited(page, error)
        return await self._opened(request, started)

    async def show_draft_code(self, request: Request) -> Response:
        """The code alone on a page, to be printed or photographed."""
        holder = self.site.draft_holder(request)
        found = await find_draft_code(self.intake, holder)
        if found is None:
            raise DraftGone
        return self.site.held(
            request,
            holder.draft_id,
            "draft_code_page.html",
            title="Kode untuk melanjutkan",
            draft_code=found,
            return_url=self.intake.settings.public_url.rstrip("/") + RETURN,
            back=TASK_LIST,
        )

    async def leave(self, request: Request) -> Response:
        """End what this phone holds, here and on the server; the draft itself stays.

        The answer shows the draft's code, once: the next person at this phone finds nothing.
        """
        holder = sessions.draft_holder(self.intake.settings, request)
        session = sessions.status_session(self.intake.settings, request)
        code = None
        try:
            code = await opening.leave(self.intake, holder) if holder else None
            await sessions.end_status(self.intake, session)
        except PyMongoError as error:
            if not is_outage(error):
                raise  # else the tokens are only in the cookies, which go
        response = self._left(request, code)
        sessions.forget(self.intake.settings, response)
        return response

    async def left(self, request: Request) -> Response:
        return self._left(request, None)

    def _left(self, request: Request, draft_code: Any) -> Response:
        return self.site.pages.page(
            request,
            "left.html",
            title="Anda sudah keluar",
            draft_code=draft_code,
            can_exit=False,
        )

    async def _draft_code_form(
        self, request: Request, form: Form, errors: dict[str, str]
    ) -> Response:
        return self.site.pages.page(
            request,
            "return.html",
            status=422 if errors else 200,
            title="Lanjutkan pendaftaran",
            failed=bool(errors),
            errors=errors,
            draft_code=questions.first(form, "draft_code"),
            has_draft=await self.site.open_draft(request) is not None,
            back="/",
        )

    async def _code_form(
        self, request: Request, returning: Returning, form: Form, errors: dict[str, str]
    ) -> Response:
        try:
            masked = await opening.find_masked(self.intake, returning.draft_id)
        except NoSuchDraft:  # sent or expired meanwhile, or the address was taken out
            return go(RETURN)
        return self.site.held(
            request,
            _session(returning),
            "return_code.html",
            status=422 if errors else 200,
            title="Masukkan kode 6 angka",
            errors=errors,
            code=questions.first(form, "code"),
            masked=masked,
            minutes=CODE_MINUTES,
            again="ulang" in request.query_params,
            back=RETURN,
        )

    def _birth_date_form(
        self, request: Request, returning: Returning, form: Form, errors: dict[str, str]
    ) -> Response:
        return self.site.held(
            request,
            _session(returning),
            "return_birth_date.html",
            status=422 if errors else 200,
            title="Tanggal lahir Anda",
            errors=errors,
            day=questions.first(form, "birth_date-day"),
            month=questions.first(form, "birth_date-month"),
            year=questions.first(form, "birth_date-year"),
            back=RETURN,
        )

    async def _posted(self, request: Request) -> tuple[Returning, Form]:
        """The form of somebody on the way back; raises `ReturnOver`."""
        returning = sessions.returning(self.intake.settings, request)
        if returning is None:
            raise ReturnOver
        return returning, await self.site.posted(request, _session(returning))

    def _wait(self, waiting: Waiting, query: str = "") -> Response:
        page = ONE_TIME_CODE if waiting.needs == "one_time_code" else BIRTH_DATE
        response = go(page + query)
        returning = Returning(waiting.draft_id, waiting.code_id)
        sessions.remember_return(self.intake.settings, response, returning)
        return response

    async def _opened(self, request: Request, started: StartedDraft) -> RedirectResponse:
        counter = sessions.counter_of(request)
        if counter is not None:
            reading = self.intake.uow.reading()
            await store.note_entered_by(reading, started.id, counter.officer_id)
        response = go(TASK_LIST)
        sessions.remember_draft(self.intake.settings, response, started)
        sessions.forget_return(self.intake.settings, response)
        return response


class ReturnOver(SessionOver):
    """The browser is not on its way back any more: it took too long."""

    def __init__(self) -> None:
        super().__init__(draft=True)


def draft_gone_page(site: Site, failures: Failures) -> Any:
    """What a browser shows whose token ended: kindly, if the draft was opened elsewhere."""

    async def on_draft_gone(request: Request, _: DraftGone) -> Response:
        holder = sessions.draft_holder(site.intake.settings, request)
        if holder is None or not await opening.was_opened_elsewhere(site.intake, holder):
            return await failures.on_session_over(request, SessionOver(draft=True))
        return site.pages.message(
            request,
            401,
            "Pendaftaran ini sudah dibuka di tempat lain",
            "Anda, atau orang yang memegang kode Anda, melanjutkan pendaftaran ini di HP atau "
            "peramban lain. Untuk menjaga data Anda, pendaftaran hanya terbuka di satu tempat.",
            "Semua jawaban dan berkas yang sudah disimpan tetap aman. Ingin melanjutkan di sini? "
            "Masukkan lagi kode untuk melanjutkan.",
            links=(Link(RETURN, "Lanjutkan di sini"), Link("/status", "Cek status pendaftaran")),
        )

    return on_draft_gone


def _session(returning: Returning) -> str:
    return f"return:{returning.draft_id}"
