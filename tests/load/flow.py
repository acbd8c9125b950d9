"""Group flow: from a submission to the desk, from a decision to the card and to the message.

People arrive with k6 at one journey a second while officers approve whatever is in the queue.
Times come from the events (when it was decided) and from MongoDB's own log of changes (when the
outcome was committed), so nothing is polled and watching costs nothing. On a system that runs
already, everything that waits in its queue is approved.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
from pymongo import MongoClient

from deploy.demo.officer import Officer
from deploy.demo.patience import Line, StepFailed
from tests.load import hop
from tests.load.journey import Load
from tests.load.report import Figure, Figures, percentile
from tests.load.system import System, bare_servers

_CASE = re.compile(r'href="/petugas/permohonan/([0-9a-f-]{36})"')
DRAIN_SECONDS = 60.0
OFFICERS = 3


@dataclass(frozen=True)
class Plan:
    """Seconds of arrivals at one a second, and events sent one by one."""

    seconds: int
    hops: int


PLAN = Plan(64, 200)
QUICK = Plan(4, 10)


def measure(system: System, folder: Path, plan: Plan) -> Figures:
    with bare_servers() as run:
        hops = asyncio.run(hop.measure(run, plan.hops))
    return {**_end_to_end(system, folder, plan), **hops}


def _end_to_end(system: System, folder: Path, plan: Plan) -> Figures:
    client: MongoClient[dict[str, Any]] = MongoClient(system.run.mongo_url("deploy"))
    with client:
        since = client.admin.command("hello")["operationTime"]
        told_before = _messages(client)
        desk = Desk(system)
        officers = threading.Thread(target=lambda: asyncio.run(desk.work()), daemon=True)
        officers.start()
        run = Load(system, folder).run(1, plan.seconds)
        deadline = time.monotonic() + DRAIN_SECONDS
        while (
            _messages(client) - told_before < run.done
            and time.monotonic() < deadline
            and not desk.problem
        ):
            time.sleep(0.5)
        desk.stopping.set()
        officers.join(30)
        if desk.problem:
            raise RuntimeError(f"the officers could not work: {desk.problem}")
        if run.errors:
            raise RuntimeError(f"journeys failed: {run}")
        return _figures(read_history(client, since), run.done)


def _messages(client: MongoClient[dict[str, Any]]) -> int:
    return client["notify"]["notices"].count_documents(
        {"facts.template": "issued", "state": "sent"}
    )


def _figures(history: History, journeys: int) -> Figures:
    spans = {
        "submitted_visible_p95_s": (history.submitted, history.visible),
        "approved_pdf_p95_s": (history.approved, history.issued),
        "decision_notice_p95_s": (history.approved, history.told),
    }
    notes = {
        "submitted_visible_p95_s": "submit transaction begun until the case is committed",
        "approved_pdf_p95_s": "approval until the card, PDF stored, is committed as issued",
        "decision_notice_p95_s": "approval until the SMTP server took the message with the card",
    }
    found = {}
    for key, (begun, ended) in spans.items():
        seconds = [
            (ended[case] - at).total_seconds() for case, at in begun.items() if case in ended
        ]
        missing = journeys - len(seconds)
        if not seconds or missing > 0:
            found[key] = Figure(None, f"{missing} of {journeys} did not come to the end")
            continue
        median = percentile(seconds, 0.5)
        found[key] = Figure(
            percentile(seconds, 0.95),
            f"{notes[key]}; {len(seconds)} of {journeys} journeys at 1/s, "
            f"median {median:.3g} s, slowest {max(seconds):.3g} s",
        )
    return found


@dataclass
class History:
    """When what happened, by application id."""

    submitted: dict[str, datetime] = field(default_factory=dict)
    visible: dict[str, datetime] = field(default_factory=dict)
    approved: dict[str, datetime] = field(default_factory=dict)
    issued: dict[str, datetime] = field(default_factory=dict)
    told: dict[str, datetime] = field(default_factory=dict)


def read_history(client: MongoClient[dict[str, Any]], since: Any) -> History:
    """Collect what was committed since a moment of the cluster."""
    history = History()
    cards = {row["_id"]: row["application_id"] for row in client["cards"]["cards"].find()}
    notices = {
        row["_id"]: row["application_id"]
        for row in client["notify"]["notices"].find({"facts.template": "issued"})
    }
    for change in _changes(client, since):
        at, place = change["wallTime"], (change["ns"]["db"], change["ns"]["coll"])
        key = change["documentKey"]["_id"]
        if place == ("verification", "cases"):
            if change["operationType"] == "insert":
                history.submitted[key] = change["fullDocument"]["submitted_at"]
                history.visible[key] = at
        elif place == ("verification", "outbox"):
            _note_approval(history, change)
        elif _state_of(change) == "issued" and key in cards:
            history.issued.setdefault(cards[key], at)
        elif _state_of(change) == "sent" and key in notices:
            history.told.setdefault(notices[key], at)
    mine = history.visible
    history.approved = {case: at for case, at in history.approved.items() if case in mine}
    return history


def _note_approval(history: History, change: Mapping[str, Any]) -> None:
    row = change.get("fullDocument") or {}
    if change["operationType"] == "insert" and row["type"].startswith("application.approved"):
        body = json.loads(row["body"])
        at = datetime.fromisoformat(body["data"]["approved_at"])
        history.approved[row["key"]] = at.replace(tzinfo=None)


def _state_of(change: Mapping[str, Any]) -> str | None:
    """The state that this change wrote."""
    if change["operationType"] == "update":
        fields: dict[str, Any] = change["updateDescription"]["updatedFields"]
        return fields.get("state")
    return (change.get("fullDocument") or {}).get("state")


def _changes(client: MongoClient[dict[str, Any]], since: Any) -> Iterable[Mapping[str, Any]]:
    """All changes until now, in order, with the server's clock at each commit (MongoDB 6)."""
    places = [
        *({"db": "verification", "coll": name} for name in ("cases", "outbox")),
        {"db": "cards", "coll": "cards"},
        {"db": "notify", "coll": "notices"},
    ]
    match = {"$match": {"ns": {"$in": places}}}
    with client.watch([match], start_at_operation_time=since, max_await_time_ms=500) as stream:
        while (change := stream.try_next()) is not None:
            yield change


@dataclass
class Desk:
    """Officers who approve what comes, oldest first."""

    system: System
    stopping: threading.Event = field(default_factory=threading.Event)
    problem: str = ""
    taken: set[str] = field(default_factory=set)

    async def work(self) -> None:
        run = self.system.run
        login = next(o for o in run.secrets.officers() if "placement_officer" in o.roles)
        try:
            async with httpx2.AsyncClient(base_url=run.officers_url, timeout=30) as client:
                line = Line(client, patience=10)
                await Officer(line).sign_in(login.username, login.password)
                await asyncio.gather(*(self._approve_all(line) for _ in range(OFFICERS)))
        except (StepFailed, httpx2.HTTPError) as error:
            self.problem = f"{type(error).__name__}: {error}"

    async def _approve_all(self, line: Line) -> None:
        officer = Officer(line)
        while not self.stopping.is_set():
            page = await line.request("GET", "/petugas/antrean?tab=new")
            waiting = [case for case in _CASE.findall(page.text) if case not in self.taken]
            if not waiting:
                await asyncio.sleep(0.3)
                continue
            self.taken.add(waiting[0])
            await officer.claim(waiting[0])
            await officer.look_at_documents(waiting[0])
            await officer.approve(waiting[0])
