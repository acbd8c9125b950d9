"""What the bench makes of k6's summary and of its goals; the measuring itself is `--quick`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.load import bench, report
from tests.load.journey import KEYS, Run, assets_of, read_summary
from tests.load.report import Figure, Goal

FAST = Goal("journey", "page_p95_ms", 50, "ms", "low")
MANY = Goal("journey", "journeys_per_second", 6, "1/s", "high")
GOALS = {goal.key: goal for goal in (MANY, FAST)}
SUMMARY: dict[str, dict[str, Any]] = {
    "journeys_started": {"count": 60, "rate": 2},
    "journeys_done": {"count": 60, "rate": 2},
    "journeys_done_in_time": {"count": 57, "rate": 2},
    "journey_seconds": {"p(95)": 1.25},
    "http_req_duration{kind:page}": {"p(95)": 12.5, "med": 4},
    "http_req_duration{kind:submit}": {"p(95)": 80.0, "med": 40},
}


def _run(**changed: dict[str, float]) -> Run:
    return read_summary({**SUMMARY, **changed}, 2, 30, {"intake": 12.0, "k6": 1.5})


def test_every_group_of_the_promises_is_known() -> None:
    groups = {goal.group for goal in report.read_goals(bench.SLO).values()}
    assert groups >= set(bench.MEASURED)
    assert groups - set(bench.MEASURED) == {"nothing_lost"}


def test_every_promise_about_the_journey_has_its_figure() -> None:
    goals = report.read_goals(bench.SLO).values()
    assert {goal.key for goal in goals if goal.group == "journey"} == set(KEYS)


def test_a_held_rate() -> None:
    run = _run()
    assert run.is_held
    assert run.errors == 0
    assert run.p95["page"] == 12.5
    assert run.cpu_per_journey == "all 225, intake 200, k6 25"


@pytest.mark.parametrize(
    "changed",
    [
        {"journeys_done": {"count": 59}, "journeys_failed": {"count": 1}},
        {"journeys_done": {"count": 59}},  # broken off at the end
        {"dropped_iterations": {"count": 1}},  # never began
        {"journeys_done_in_time": {"count": 50}},  # falls behind
        {"journeys_done": {"count": 0}, "journeys_started": {"count": 0}},
    ],
)
def test_a_rate_that_is_not_held(changed: dict[str, dict[str, float]]) -> None:
    assert not _run(**changed).is_held


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 10), (0.95, 19), (0.951, 20), (1.0, 20), (0.0, 1)]
)
def test_percentile(share: float, expected: float) -> None:
    assert report.percentile(list(range(20, 0, -1)), share) == expected


def test_percentile_of_nothing_is_no_number() -> None:
    with pytest.raises(ValueError, match="no values"):
        report.percentile([], 0.95)


@pytest.mark.parametrize(
    ("goal", "value", "verdict"),
    [(FAST, 50, "met"), (FAST, 50.1, "NOT MET"), (MANY, 6, "met"), (MANY, 5.9, "NOT MET")],
)
def test_value_beside_goal(goal: Goal, value: float, verdict: str) -> None:
    line = report.row(goal, Figure(value))
    assert line.endswith(f" {verdict}")
    assert f"{value:g} {goal.unit}" in line


def test_what_was_not_measured_says_why_and_has_no_value() -> None:
    line = report.row(FAST, Figure(None, report.LATER))
    assert "belum diukur: belongs to a later issue" in line
    assert "met" not in line.casefold()


def test_other_groups_stay_in_the_file(tmp_path: Path) -> None:
    out = tmp_path / "local" / "bench.json"
    report.write(out, GOALS, {"journeys_per_second": Figure(5.0, "note")}, "machine")
    report.write(out, GOALS, {"page_p95_ms": Figure(12.3456, "")}, "later")
    assert json.loads(out.read_text("utf-8")) == {
        "journeys_per_second": {
            "value": 5,
            "unit": "1/s",
            "goal": 6,
            "met": False,
            "context": "note; machine",
        },
        "page_p95_ms": {"value": 12.3, "unit": "ms", "goal": 50, "met": True, "context": "later"},
    }


def test_a_figure_that_could_not_be_measured_again_is_taken_out(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    report.write(out, GOALS, {"page_p95_ms": Figure(12.0)}, "machine")
    report.write(out, GOALS, {"page_p95_ms": Figure(None, "k6 missing")}, "machine")
    assert json.loads(out.read_text("utf-8")) == {}


def test_figures_travel_between_processes() -> None:
    figures = {"a": Figure(1.5, "note"), "b": Figure(None, "why")}
    assert report.from_json(report.as_json(figures)) == figures


def test_unknown_group_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.main(["jorney"])
    assert "no such group: jorney" in capsys.readouterr().err


def test_later_groups_alone_measure_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "bench.json"
    assert bench.main(["nothing_lost", "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert shown.count("belum diukur: belongs to a later issue") == 3
    assert not out.exists()


def test_what_the_start_page_loads() -> None:
    page = (
        b'<link rel="icon" href="/static/a/mark.svg"><link rel="stylesheet" href="/static/x.css">'
        b'<a href="/daftar">x</a><img alt="" src="/static/a/mark.svg">'
        b'<script src="/static/b/form.js" defer></script>'
    )
    assert set(assets_of(page)) == {"/static/a/mark.svg", "/static/x.css", "/static/b/form.js"}
