"""The page that searches everything the office holds.

What is typed is personal data: it travels in the body of a POST, never in an address.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from services.verification.officers.guard import Visit, signed_in
from services.verification.register.domain import RegisterStanding
from services.verification.register.known_cards import standings_of
from services.verification.register.labels import STANDING
from services.verification.review import labels
from services.verification.review.answer_texts import masked_number
from services.verification.review.domain import HAS_CARD
from services.verification.search import store
from services.verification.search.find import Found, Wish, search
from services.verification.search.store import SearchRow
from services.verification.settings import VerificationSettings
from shared import code_lists
from shared.errors import Invalid
from shared.observability import get_logger
from shared.sealed import CannotOpen, KeyRing, field_context

SEARCH = "/petugas/cari"
STATES = {key: name for key, name in labels.STATE.items() if key != "approval"}
_LONGEST_ID = 36
_log = get_logger(__name__)


@dataclass(frozen=True)
class Line:
    """A row with its masked NIK, and how its card stands if it has one."""

    row: SearchRow
    nik: str
    standing: str


async def get_search(visit: Visit) -> Response:
    visit.officer.require("read_cases")
    return await _page(visit, Wish(), None)


async def post_search(visit: Visit) -> Response:
    visit.officer.require("read_cases")
    wish = await _wish(visit)
    try:
        found = await search(visit.desk.resources.uow, _index_key(visit), visit.officer, wish)
    except Invalid as error:
        return await _page(visit, wish, None, str(error))
    return await _page(visit, wish, found)


async def _page(visit: Visit, wish: Wish, found: Found | None, error: str = "") -> Response:
    keys = visit.desk.resources.keys
    standings = await _standings(visit, found) if found else {}
    context = {
        "wish": wish,
        "found": found,
        "lines": _lines(keys, found.rows, standings) if found else [],
        "similar": _lines(keys, found.similar, standings) if found else [],
        "error": error,
        "subdistricts": await _subdistricts(visit),
        "educations": code_lists.EDUCATION_FORM_LEVEL,
        "states": STATES,
        "kinds": code_lists.APPLICATION_KIND,
    }
    return visit.render("search.html", context, 422 if error else 200)


async def _wish(visit: Visit) -> Wish:
    """Filters that no list knows, as a forged form has them, count as not chosen."""
    form = visit.form

    def chosen(name: str, known: dict[str, str]) -> str:
        return form.get(name, "") if form.get(name) in known else ""

    after = form.get("after", "")
    return Wish(
        text=form.get("text", ""),
        subdistrict=chosen("subdistrict", await _subdistricts(visit)),
        education=chosen("education", code_lists.EDUCATION_FORM_LEVEL),
        state=chosen("state", STATES),
        kind=chosen("kind", code_lists.APPLICATION_KIND),
        after=after if len(after) <= _LONGEST_ID and after.replace("-", "").isalnum() else "",
    )


async def _subdistricts(visit: Visit) -> dict[str, str]:
    resources = visit.desk.resources
    area = resources.office.identity.area_code
    return await store.subdistricts(resources.uow.reading(), area)


def _index_key(visit: Visit) -> str:
    settings = visit.desk.resources.settings
    if not isinstance(settings, VerificationSettings):
        raise TypeError("verification runs with its own settings")
    return settings.index_key.get_secret_value()


async def _standings(visit: Visit, found: Found) -> dict[str, RegisterStanding]:
    """How the cards of these applications stand."""
    resources = visit.desk.resources
    rows = (*found.rows, *found.similar)
    with_card = [row.id for row in rows if row.state in HAS_CARD]
    grace_days = resources.office.card.report_grace_days
    return await standings_of(resources.uow.reading(), with_card, grace_days)


def _lines(
    keys: KeyRing, rows: tuple[SearchRow, ...], standings: dict[str, RegisterStanding]
) -> list[Line]:
    return [
        Line(row, masked_nik(keys, row), STANDING.get(standings.get(row.id, ""), ""))
        for row in rows
    ]


def masked_nik(keys: KeyRing, row: SearchRow) -> str:
    try:
        return masked_number(keys.open("identity", row.nik, field_context(row.id, "nik")))
    except CannotOpen as error:
        _log.error("search.nik_not_opened", error=str(error))
        return "NIK tidak dapat dibuka"


ROUTES = [
    Route(SEARCH, signed_in(get_search)),
    Route(SEARCH, signed_in(post_search), methods=["POST"]),
]
