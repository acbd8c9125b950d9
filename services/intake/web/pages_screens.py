"""The screens of the form: one thing at a time, each saved before the next is shown."""

from __future__ import annotations

from dataclasses import replace

from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake import drafts
from services.intake.filling import (
    PageState,
    SavedScreen,
    may_change,
    open_known,
    page_state,
    save_screen,
)
from services.intake.forms import Values, form_of
from services.intake.forms.fields import Screen
from services.intake.forms.identity import said_by_nik
from services.intake.forms.screens import find_screen, overlaid, screen_page
from services.intake.forms.tailoring import tailored
from services.intake.forms.warnings import WARNING_TEXTS
from services.intake.store import Draft, Holder
from services.intake.web import questions, sessions
from services.intake.web.counter_wording import as_asked, spoken
from services.intake.web.pages_form import Filled, asked_page, with_rows_changed
from services.intake.web.places import TASK_LIST, Place, page_url
from services.intake.web.site import Form, Site, go
from shared import clock
from shared.errors import NotFound
from shared.mongo import is_outage
from shared.office import Office

_SAID_BY_NIK = (
    "Tanggal lahir dan jenis kelamin di bawah ini kami baca dari NIK Anda. "
    "Ubah bila di KTP tertulis lain."
)


class ScreenPages:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.intake = site.intake

    def routes(self) -> list[Route]:
        return [
            Route("/daftar/{page}", self.enter),
            Route("/daftar/{page}/{screen}", self.show),
            Route("/daftar/{page}/{screen}", self.save, methods=["POST"]),
        ]

    async def enter(self, request: Request) -> Response:
        page = asked_page(request)
        draft = await drafts.find_draft(self.intake, self.site.draft_holder(request))
        return go(page_url(draft, page.id))

    async def show(self, request: Request) -> Response:
        holder = self.site.draft_holder(request)
        draft = await drafts.find_draft(self.intake, holder)
        place = _place(request, draft)
        page = place.state.page
        if not may_change(draft, page.id):
            return go(TASK_LIST)
        if place.elsewhere:
            return go(place.elsewhere)
        known = open_known(self.intake, draft, page.id)
        form, note = proposed(place.screen, known, _preset(page.id, self.intake.office))
        rules = place.state.warnings if place.screen.warns else ()
        warnings = tuple(WARNING_TEXTS[rule] for rule in rules)
        await self.intake.occupations.current(self.intake.uow.reading())
        filled = Filled(screen_page(page, place.screen), form, {}, warnings)
        return self._form(request, holder, place, filled, place.onward(draft), note)

    async def save(self, request: Request) -> Response:
        holder = self.site.draft_holder(request)
        posted = await self.site.posted(request, holder.draft_id)
        page = asked_page(request)
        screen = find_screen(page, request.path_params["screen"])
        if screen is None:
            raise NotFound
        cut = screen_page(page, screen)
        try:
            changed = with_rows_changed(cut, posted)
            if changed is not None:
                place = _place(request, await drafts.find_draft(self.intake, holder))
                if place.elsewhere:
                    return go(place.elsewhere)
                return self._form(request, holder, place, Filled(cut, changed, {}), "")
            saved = await save_screen(
                self.intake,
                holder,
                page.id,
                screen.id,
                posted,
                at_counter=sessions.counter_of(request) is not None,
            )
        except PyMongoError as error:
            if not is_outage(error):
                raise
            unknown = PageState(page, (screen,), frozenset(), complete=False)
            here = Place(unknown, screen, _checks(request))
            return self._form(request, holder, here, Filled(cut, posted, {}, away=True), "")
        return self._saved(request, holder, screen, posted, saved)

    def _saved(
        self, request: Request, holder: Holder, screen: Screen, posted: Form, saved: SavedScreen
    ) -> Response:
        place = _place(request, saved.draft)
        if place.elsewhere:
            return go(place.elsewhere)
        page = place.state.page
        if saved.errors:
            form = overlaid(screen, open_known(self.intake, saved.draft, page.id), posted)
            filled = Filled(screen_page(page, screen), form, saved.errors)
            return self._form(request, holder, place, filled, "")
        if screen.warns and saved.warnings:
            return go(f"{place.url}#peringatan")
        return go(place.onward(saved.draft))

    def _form(
        self,
        request: Request,
        holder: Holder,
        place: Place,
        filled: Filled,
        onward: str,
        note: str = "",
    ) -> Response:
        counter = sessions.counter_of(request)
        filled = replace(filled, form=as_asked(filled.page, filled.form, counter))
        asked = spoken(tailored(filled.page, self.intake.office), counter)
        page = questions.fitted(asked, filled.form, self.intake.occupations.known, filled.errors)
        return self.site.held(
            request,
            holder.draft_id,
            "form.html",
            status=filled.status,
            away=filled.away,
            page=page,
            alone=questions.stands_alone(page),
            note=note or place.screen.note,
            title=place.screen.title,
            step=place.step,
            form=filled.form,
            errors=filled.errors,
            warnings=filled.warnings,
            reasons=filled.reasons,
            action=place.url,
            onward=onward,
            back=place.back,
        )


def _preset(page_id: str, office: Office) -> dict[str, list[str]]:
    """What most people answer; they see it chosen and may change it."""
    if page_id == "skills":
        return {"languages": ["id"]}
    if page_id != "contact":
        return {}
    province = [office.identity.province_code]
    return {
        "ktp_in_regency": ["yes"],
        "ktp_province_code": province,
        "domicile_same_as_ktp": ["yes"],
        "domicile_province_code": province,
    }


def proposed(
    screen: Screen, known: Values, preset: dict[str, list[str]]
) -> tuple[dict[str, list[str]], str]:
    """What stands on a screen: the answers, or what is likely; and what must be said about it."""
    form = form_of(known)
    fresh = {name: each for name, each in preset.items() if name in screen.names}
    note = ""
    if known.get("nik") and "birth_date" in screen.names and not known.get("birth_date"):
        said = form_of(said_by_nik(known["nik"], clock.today()))
        fresh |= said
        note = _SAID_BY_NIK
    return {**{n: each for n, each in fresh.items() if known.get(n) is None}, **form}, note


def _place(request: Request, draft: Draft) -> Place:
    page = asked_page(request)
    screen = find_screen(page, request.path_params["screen"])
    if screen is None:
        raise NotFound
    return Place(page_state(draft, page.id), screen, _checks(request))


def _checks(request: Request) -> bool:
    return request.query_params.get("kembali") == "periksa"
