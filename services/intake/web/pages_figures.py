"""The public figures of the service: /kinerja."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake.figures import Figures, Period, Share
from services.intake.information.library import FIGURES, HELP
from services.intake.web.chart import Bars, bar_chart
from services.intake.web.printed import Printed, print_page
from services.intake.web.sessions import is_remembered
from services.intake.web.site import Site
from services.intake.web.wording import decimal, whole
from shared.dates import MONTHS

NOT_SHOWN = "–"
_SECONDS = 60


class FigurePages:
    """The page is made once for each reckoning, with and without the exit."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._of: Figures | None = None
        self._printed: dict[bool, Printed] = {}

    def routes(self) -> list[Route]:
        return [Route(FIGURES, self.show)]

    async def show(self, request: Request) -> Response:
        intake = self.site.intake
        figures = await intake.board.read(
            intake.uow.reading(), intake.office, intake.queue.calendar
        )
        if figures is not self._of:
            self._of, self._printed = figures, {}
        leave = is_remembered(intake.settings, request)
        if leave not in self._printed:
            html = self.site.pages.html(
                "figures.html",
                title="Kinerja layanan",
                figures=figures,
                total=line_of("Dua belas bulan", figures.total, figures.hours_of_day),
                lines=[
                    line_of(month_name(month), period, figures.hours_of_day)
                    for month, period in reversed(figures.months)
                ],
                chart=_chart(figures),
                can_exit=leave,
                back=HELP,
            )
            self._printed[leave] = print_page(html)
        return self._printed[leave].answer(request, public=not leave, seconds=_SECONDS)


@dataclass(frozen=True)
class Line:
    """One row of the table, in words."""

    name: str
    received: str
    decided: str
    median: str
    in_time: str


def line_of(name: str, period: Period, hours_of_day: float) -> Line:
    return Line(
        name=name,
        received=_number(period.received),
        decided=_number(period.decided),
        median=_duration(period.median_hours, hours_of_day),
        in_time=_share(period.in_time),
    )


def month_name(month: date) -> str:
    """`Nov 2026`."""
    return f"{MONTHS[month.month - 1][:3]} {month.year}"


def _chart(figures: Figures) -> Markup | None:
    """None while there is nothing to draw."""
    rows = [
        Bars(month_name(month), (period.received, period.decided))
        for month, period in reversed(figures.months)
    ]
    if not any(number for row in rows for number in row.numbers):
        return None
    return bar_chart(
        rows, "Pendaftaran masuk dan diputus tiap bulan. Angkanya ada di tabel sesudahnya."
    )


def _number(number: int | None) -> str:
    return NOT_SHOWN if number is None else whole(number)


def _duration(hours: float | None, hours_of_day: float) -> str:
    if hours is None:
        return NOT_SHOWN
    if hours >= hours_of_day:
        return f"{decimal(hours / hours_of_day)} hari"
    return f"{decimal(hours)} jam" if hours >= 1 else "di bawah 1 jam"


def _share(share: Share | None) -> str:
    if share is None:
        return NOT_SHOWN
    before = {"exact": "", "at_least": "minimal ", "at_most": "maksimal "}[share.bound]
    return f"{before}{share.percent}%"
