"""The public figures, reckoned from real applications in MongoDB, and shown."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest

from services.intake import store
from services.intake.domain import Application, State
from services.intake.figures import Board, Figures, Share
from services.intake.figures.board import reckon
from services.intake.figures.store import _DECIDED, _STATES
from services.intake.intake import Intake
from services.intake.references import new_reference
from shared.ids import uuid7
from tests.integration.intake.conftest import Served

# Years ahead, so that no application of another test is counted. A Monday, 9 o'clock in Tembilahan.
MONDAY = datetime(2031, 3, 10, 2, tzinfo=UTC)
NOW = datetime(2031, 3, 31, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def keep(
    intake: Intake, sent: datetime, state: State, *moves: tuple[str, datetime], times: int = 1
) -> None:
    """Applications as the consumers leave them."""
    for _ in range(times):
        application = Application(
            id=uuid7(),
            reference=new_reference(),
            birth_date="2001-08-27",
            draft_token_hash="",
            notice_version="2026-11",
            submitted_at=sent,
            pages={},
            documents={},
            state=state,
        )
        application.note("submitted", sent)
        for what, moment in moves:
            application.note(what, moment)
            if what in {"returned", "approved", "rejected"}:
                application.decided_at = moment
        await store.insert_application(intake.uow.reading(), application)


@pytest.fixture(scope="module")
async def figures(intake: Intake) -> Figures:
    later = MONDAY + timedelta(days=3)
    await keep(intake, MONDAY, "issued", ("approved", MONDAY + 2 * HOUR), times=12)
    await keep(
        intake,
        MONDAY,
        "rejected",
        ("returned", MONDAY + HOUR),
        ("amended", later),
        ("rejected", later + 3 * HOUR),
        times=6,
    )
    late = MONDAY + timedelta(days=2)
    await keep(intake, MONDAY, "approved", ("approved", late), times=7)
    await keep(intake, MONDAY, "withdrawn", ("withdrawn", late), times=5)
    await keep(intake, MONDAY, "returned", ("returned", late), times=5)
    february = MONDAY - timedelta(days=28)
    await keep(intake, february, "issued", ("approved", february + HOUR), times=3)
    january = MONDAY - timedelta(days=56)
    await keep(intake, january, "issued", ("approved", january + HOUR), times=8)
    return await reckon(intake.uow.reading(), intake.office, intake.queue.calendar, NOW)


async def test_the_month_is_told_as_it_was(figures: Figures) -> None:
    months = dict(figures.months)
    march = months[date(2031, 3, 1)]
    assert march.received == 12 + 6 + 7 + 5 + 5
    assert march.decided == 12 + 6 + 7
    assert march.median_hours == 4.0  # twelve took 2 hours, six 1 + 3, seven two days
    assert march.in_time == Share(72)  # 18 of 25 in one working day


async def test_few_are_hidden_and_so_is_what_would_tell_them(figures: Figures) -> None:
    months = dict(figures.months)
    february, january = months[date(2031, 2, 1)], months[date(2031, 1, 1)]
    assert (february.received, february.decided, february.in_time) == (None, None, None)
    assert (january.received, january.decided) == (None, None)
    assert months[date(2030, 12, 1)].received == 0
    assert figures.total.received == 35 + 3 + 8


async def test_each_question_is_answered_from_an_index(intake: Intake, figures: Figures) -> None:
    since = {"$gte": MONDAY - timedelta(days=300)}
    filters: list[dict[str, Any]] = [
        {"state": {"$in": _STATES}, "submitted_at": since},
        {"decided_at": since, "state": {"$in": _DECIDED}},
        {"state": {"$in": ["submitted", "under_review"]}},
    ]
    database = intake.mongo._client[intake.mongo.database]
    for each in filters:
        plan = await database.command("explain", {"find": store.APPLICATIONS, "filter": each})
        assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"]), each


async def test_the_board_reckons_once_a_minute(intake: Intake) -> None:
    board = Board()
    scope, calendar = intake.uow.reading(), intake.queue.calendar
    first = await board.read(scope, intake.office, calendar)
    await keep(intake, datetime.now(UTC), "submitted", times=6)
    assert await board.read(scope, intake.office, calendar) is first
    board._until = 0.0  # a minute has passed
    second = await board.read(scope, intake.office, calendar)
    assert (second.total.received or 0) >= (first.total.received or 0) + 6
    assert (second.waiting or 0) >= 6


@pytest.fixture
async def site(served: Served) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as client:
        yield client


async def test_page_and_api_tell_the_same(intake: Intake, site: httpx2.AsyncClient) -> None:
    await keep(intake, datetime.now(UTC), "submitted", times=6)
    intake.board._until = 0.0
    page = await site.get("/kinerja")
    answer = await site.get("/api/v1/figures")
    assert page.status_code == answer.status_code == 200
    assert page.headers["cache-control"] == answer.headers["cache-control"] == "public, max-age=60"
    told = answer.json()
    assert len(told["months"]) == page.text.count('<th scope="row"') == 12
    waiting = re.search(r"Menunggu sekarang</dt><dd>(\d+)<", page.text)
    assert waiting is not None
    assert int(waiting[1]) == told["waiting_now"] >= 6
    at = datetime.fromisoformat(told["updated_at"]) + 7 * HOUR
    assert f"Diperbarui {at:%H.%M} WIB" in page.text
    again = await site.get("/kinerja", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304
