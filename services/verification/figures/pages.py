"""Pages of the figures: look at a time, take it along as a file."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from services.verification.figures import charts, period, summary
from services.verification.figures.export import Content, Wish, export
from services.verification.figures.period import Period
from services.verification.figures.summary import Figures, read_figures
from services.verification.officers.guard import Visit, signed_in
from services.verification.officers.pages import FIGURES
from shared.clock import today
from shared.errors import Invalid

_FILES: dict[str, tuple[Content, str, str]] = {
    "angka": ("figures.csv", "angka-{}.csv", "text/csv; charset=utf-8"),
    "permohonan": ("cases.csv", "permohonan-{}.csv", "text/csv; charset=utf-8"),
    "excel": (
        "all.xlsx",
        "angka-{}.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}


async def get_figures(visit: Visit) -> Response:
    visit.officer.require("see_figures")
    asked = visit.request.query_params
    chosen = period.named(asked.get("waktu", "hari"), today()) or Period(today(), today())
    if "dari" not in asked and "sampai" not in asked:
        return await _page(visit, chosen)
    try:
        chosen = period.between(asked.get("dari", ""), asked.get("sampai", ""), today())
    except Invalid as refused:
        return await _page(visit, chosen, str(refused))
    return await _page(visit, chosen)


async def post_export(visit: Visit) -> Response:
    """A form, so that the proof can be asked and nobody is led to it by a link."""
    visit.officer.require("see_figures")
    form = visit.form
    chosen = Period(today(), today())
    try:
        chosen = period.between(form.get("dari", ""), form.get("sampai", ""), today())
        content, name, kind = _file(form.get("berkas", ""))
        pieces = await export(visit.desk.resources.uow, visit.session, Wish(chosen, content))
    except Invalid as refused:
        return await _page(visit, chosen, str(refused))
    name = name.format(f"{chosen.first}-sampai-{chosen.last}")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type=kind, headers=headers)


def _file(wanted: str) -> tuple[Content, str, str]:
    if wanted not in _FILES:
        raise Invalid("Pilih berkas yang ingin diunduh.")
    return _FILES[wanted]


async def _page(visit: Visit, chosen: Period, error: str = "") -> Response:
    found = await read_figures(visit.desk.resources.uow.reading(), visit.officer, chosen)
    context = {
        "found": found,
        "chosen": chosen,
        "names": period.NAMES,
        "current": next(
            (name for name in period.NAMES if period.named(name, today()) == chosen), ""
        ),
        "before": _address(chosen.shifted(-1)),
        "after": _address(after) if (after := chosen.shifted(1)).last <= today() else "",
        "newest": today(),
        "columns": summary.COLUMNS,
        "tables": summary.TABLES,
        "duration": duration,
        "share": charts.share,
        "course_chart": _course(found),
        "waiting_chart": charts.bars(
            "umur", "Lama menunggu petugas", found.waiting.ages, "is-waiting"
        ),
        "error": error,
    }
    return visit.render("figures.html", context, 422 if error else 200)


def duration(minutes: int | None) -> str:
    """`3 jam 20 menit`."""
    if minutes is None:
        return "Belum ada"
    if minutes < 60:
        return f"{minutes} menit"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} jam {rest} menit" if rest else f"{hours} jam"
    days, hours = divmod(hours, 24)
    return f"{days} hari {hours} jam" if hours else f"{days} hari"


def _course(found: Figures) -> str:
    """How received and decided went, where there is more than one point."""
    if len(found.course) < 2:
        return ""
    return charts.columns(
        "perjalanan",
        "Permohonan masuk dan diputuskan",
        [each.name for each in found.course],
        [
            charts.Series(
                "Masuk",
                "is-received",
                [each.counts["received"] + each.counts["amended"] for each in found.course],
            ),
            charts.Series("Diputuskan", "is-decided", [each.decided for each in found.course]),
        ],
    )


def _address(chosen: Period) -> str:
    days = {"dari": chosen.first.isoformat(), "sampai": chosen.last.isoformat()}
    return f"{FIGURES}?{urlencode(days)}"


ROUTES = [
    Route(FIGURES, signed_in(get_figures), methods=["GET"]),
    Route(f"{FIGURES}/unduh", signed_in(post_export), methods=["POST"]),
]
