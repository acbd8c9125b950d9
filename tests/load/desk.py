"""Group desk: an officer at a desk that holds a million records.

`python -m tests.load.desk RECORDS` measures with another number. The records are made once and
kept in .local for the next run; RabbitMQ, MongoDB, S3 and the desk run beside them.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from pymongo import MongoClient

from deploy.demo.officer import CASES, Officer
from deploy.demo.patience import Line, expect
from deploy.local.commands import ensure_officers
from deploy.local.environment import ROOT, Deployment
from deploy.local.ports import choose_ports
from deploy.local.stack import Servers, Services
from services.verification.review import store as cases
from tests.load.desk_records import Somebody, build, card_number, people
from tests.load.report import Figure, Figures, as_json, percentile, say

FOLDER = ROOT / ".local" / "bench-desk"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_NEXT = re.compile(r"(/petugas/antrean\?[^\"]*after=[^\"]+)")
_TABS = ("new", "new", "new", "mine", "approval", "returned", "done", "rejected")


@dataclass(frozen=True)
class Plan:
    """How many records, and how often each thing is done."""

    records: int
    times: int


PLAN = Plan(1_000_000, 200)
QUICK = Plan(3_000, 12)


def measure(folder: Path, plan: Plan) -> Figures:
    """Records of a quick run are made anew in `folder`; those of a full one are kept."""
    kept = folder if plan == QUICK else FOLDER / str(plan.records)
    ports, _ = choose_ports(kept / "ports.json", {})
    servers = Servers.start(kept, ports)
    services = Services(servers)
    try:
        begun = time.monotonic()
        build(servers.run, plan.records)
        say(f"  {plan.records} records ready after {time.monotonic() - begun:.0f} s")
        ensure_officers(servers.run, lambda _: None)
        services.start("verification")
        return asyncio.run(_work(servers.run, plan))
    finally:
        services.stop()
        servers.stop()


async def _work(run: Deployment, plan: Plan) -> Figures:
    login = next(o for o in run.secrets.officers() if "placement_officer" in o.roles)
    known = _sample(plan)
    with _open(run) as client:
        waiting = [
            row["_id"]
            for row in client["verification"][cases.CASES]
            .find({"lane": "new", "claim": None}, {"_id": 1})
            .sort([("order_at", 1), ("queued_at", 1), ("_id", 1)])
            .limit(2 * plan.times + 5)
        ]
    async with httpx2.AsyncClient(base_url=run.officers_url, timeout=60) as http:
        desk = Desk(Officer(Line(http)), http, random.Random(11))
        await desk.officer.sign_in(login.username, login.password)
        for round_, times in (("warm", 5), ("measured", plan.times)):
            desk.seconds.clear()
            await desk.look_at_queues(times)
            await desk.search(known, times)
            await desk.open_cases(known, times)
            await desk.decide([waiting.pop() for _ in range(min(2 * times, len(waiting)))], times)
            say(f"  {round_}: {', '.join(f'{k} {len(v)}' for k, v in desk.seconds.items())}")
    return {f"{name}_p95_ms": _figure(seconds) for name, seconds in desk.seconds.items()}


def _figure(seconds: list[float]) -> Figure:
    ms = [1000 * each for each in seconds]
    note = f"{len(ms)} requests one after another, median {percentile(ms, 0.5):.3g} ms, "
    return Figure(percentile(ms, 0.95), f"{note}slowest {max(ms):.3g} ms")


def _open(run: Deployment) -> MongoClient[dict[str, Any]]:
    return MongoClient(run.mongo_url("deploy"))


def _sample(plan: Plan) -> list[Somebody]:
    """People evenly from the whole archive, and their misspelt names."""
    step = max(1, plan.records // (plan.times * 2))
    return [one for number, one in enumerate(people(plan.records)) if number % step == 0]


@dataclass
class Desk:
    """A signed-in officer; `seconds` of each kind of page."""

    officer: Officer
    http: httpx2.AsyncClient
    chance: random.Random
    seconds: dict[str, list[float]] = field(default_factory=dict)

    async def timed(self, kind: str, method: str, path: str, **options: Any) -> httpx2.Response:
        begun = time.perf_counter()
        answer = await self.http.request(method, path, **options)
        self.seconds.setdefault(kind, []).append(time.perf_counter() - begun)
        return expect(answer, 200, 303)

    async def look_at_queues(self, times: int) -> None:
        """Tabs, most often the new ones, and the page after where there is one."""
        path = ""
        for _ in range(times):
            page = await self.timed(
                "queue", "GET", path or f"/petugas/antrean?tab={self.chance.choice(_TABS)}"
            )
            following = _NEXT.search(page.text)
            path = following[1].replace("&amp;", "&") if following and not path else ""

    async def search(self, known: list[Somebody], times: int) -> None:
        page = await self.http.get("/petugas/cari")
        token = _TOKEN.search(page.text)
        assert token
        for _ in range(times):
            fields = _wish(self.chance.choice(known), self.chance)
            await self.timed(
                "search", "POST", "/petugas/cari", data={"csrf_token": token[1], **fields}
            )

    async def open_cases(self, known: list[Somebody], times: int) -> None:
        for _ in range(times):
            one = self.chance.choice(known)
            await self.timed("case", "GET", f"{CASES}/{one.case_id}")

    async def decide(self, case_ids: list[str], times: int) -> None:
        """Take a waiting case, look at it, approve it; the approval is measured."""
        for case_id in case_ids:
            if len(self.seconds.get("decision", [])) == times:
                return
            await self.officer.claim(case_id)
            page = (await self.timed("case", "GET", f"{CASES}/{case_id}")).text
            if 'value="approve"' not in page:  # two officers decide this one
                continue
            form = self.officer.approval(page)
            answer = await self.timed("decision", "POST", f"{CASES}/{case_id}/periksa", data=form)
            expect(answer, 303)


def _wish(one: Somebody, chance: random.Random) -> dict[str, str]:
    """What officers type, as often as they do (a guess): half of it names."""
    words = one.name.split()
    mixed = chance.sample(words, min(2, len(words)))
    slip = words[-1][:2] + words[-1][3:]  # a letter left out
    wishes: tuple[tuple[int, dict[str, str]], ...] = (
        (15, {"text": one.nik}),
        (10, {"text": one.reference}),
        (5, {"text": card_number(one)}),
        (10, {"text": f"0{one.mobile[3:]}"}),
        (5, {"text": f"{one.born:%d-%m-%Y}"}),
        (20, {"text": " ".join(mixed)}),
        (10, {"text": words[0][:4]}),
        (10, {"text": f"{words[0]} {words[-1][:3]}"}),
        (5, {"text": f"{words[0]} {slip}"}),
        (5, {"text": f"{words[-1]} {one.born:%d-%m-%Y}"}),
        (5, {"text": words[0], "subdistrict": one.place, "state": one.state}),
    )
    weights, fields = zip(*wishes, strict=True)
    chosen: dict[str, str] = chance.choices(fields, weights)[0]
    return chosen


def main() -> int:
    plan = Plan(int(sys.argv[1]) if len(sys.argv) > 1 else PLAN.records, PLAN.times)
    say(json.dumps(json.loads(as_json(measure(FOLDER, plan))), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
