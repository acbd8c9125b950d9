"""The page of the data protection officer: who opened the file of one person.

What is typed is personal data: it travels in the body of a POST, never in an address.
"""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from services.verification.officers.guard import Visit, signed_in
from services.verification.officers.pages import ACCESS
from services.verification.review import access_log
from services.verification.review.access_log import AccessLog, Question
from services.verification.settings import VerificationSettings
from shared.clock import today
from shared.errors import Invalid

SHOWN_MOST = 200
_TYPED_LONGEST = 30


async def get_access(visit: Visit) -> Response:
    visit.officer.require("read_access_log")
    return _page(visit, None)


async def post_access(visit: Visit) -> Response:
    """The page, or the whole log as a file."""
    visit.officer.require("read_access_log")
    uow = visit.desk.resources.uow
    question = Question(
        visit.form.get("text", ""), visit.officer.actor, visit.form.get("purpose", "")
    )
    try:
        found = await access_log.read_access_log(uow, _index_key(visit), question)
    except (Invalid, access_log.NobodyFound) as error:
        return _page(visit, None, str(error))
    if visit.form.get("do") == "csv":
        name = f"catatan-akses-{found.references[-1]}-{today().isoformat()}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        data = access_log.as_csv(found.rows)
        return Response(data, media_type="text/csv; charset=utf-8", headers=headers)
    return _page(visit, found)


def _page(visit: Visit, found: AccessLog | None, error: str = "") -> Response:
    context = {
        "found": found,
        "rows": found.rows[: -SHOWN_MOST - 1 : -1] if found else (),
        "headers": access_log.HEADERS,
        "purposes": access_log.PURPOSES,
        "text": visit.form.get("text", "")[:_TYPED_LONGEST],
        "purpose": visit.form.get("purpose", ""),
        "error": error,
    }
    return visit.render("access_log.html", context, 422 if error else 200)


def _index_key(visit: Visit) -> str:
    settings = visit.desk.resources.settings
    if not isinstance(settings, VerificationSettings):
        raise TypeError("verification runs with its own settings")
    return settings.index_key.get_secret_value()


ROUTES = [
    Route(ACCESS, signed_in(get_access)),
    Route(ACCESS, signed_in(post_access), methods=["POST"]),
]
