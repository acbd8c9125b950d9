"""The figures of a time and of this moment, as a head reads them."""

from __future__ import annotations

from asyncio import gather
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from services.verification.figures.period import Period, point_name
from services.verification.officers.domain import Officer
from services.verification.review import census
from services.verification.review.facts import AGE_GROUPS
from shared import code_lists
from shared.clock import now
from shared.mongo import Document
from shared.uow import Scope

COLUMNS = {
    "received": "Masuk",
    "amended": "Perbaikan masuk",
    "approved": "Disetujui",
    "returned": "Diminta perbaikan",
    "rejected": "Ditolak",
    "withdrawn": "Dibatalkan",
}
TABLES = {
    "subdistrict": "Kecamatan",
    "kind": "Jenis permohonan",
    "channel": "Cara mendaftar",
    "sex": "Jenis kelamin",
    "age": "Umur",
    "education": "Pendidikan terakhir",
}
AGES = (
    (timedelta(hours=4), "Kurang dari 4 jam"),
    (timedelta(days=1), "4 sampai 24 jam"),
    (timedelta(days=2), "1 sampai 2 hari"),
    (timedelta(days=4), "2 sampai 4 hari"),
    (timedelta(days=7), "4 sampai 7 hari"),
    (timedelta(days=14), "7 sampai 14 hari"),
    (None, "Lebih dari 14 hari"),
)
_LABELS: dict[str, dict[str, str]] = {
    "kind": code_lists.APPLICATION_KIND,
    "channel": code_lists.CHANNEL,
    "sex": code_lists.SEX,
    "age": {name: name for _, name in ((0, "0-14"), *AGE_GROUPS)},
    "education": code_lists.EDUCATION_FORM_LEVEL,
}

Counts = Counter[str]


@dataclass(frozen=True)
class Row:
    """One line of a table; `minutes` is the median time to a decision, of officers only."""

    name: str
    counts: Counts
    minutes: int | None = None

    @property
    def decided(self) -> int:
        return sum(self.counts[each] for each in census.DECIDED)


@dataclass(frozen=True)
class Waiting:
    """What waits for an officer at this moment; `ages` by `AGES`."""

    new: int
    approval: int
    oldest: datetime | None
    ages: list[tuple[str, int]]

    @property
    def total(self) -> int:
        return self.new + self.approval


@dataclass(frozen=True)
class Reason:
    text: str
    returned: int
    rejected: int


@dataclass(frozen=True)
class Delivery:
    """Messages to applicants: sent, by channel, and failed."""

    sent: dict[str, int]
    failed: int


@dataclass(frozen=True)
class Figures:
    """`on_time` and `promised`: decisions within the promise, of those that had one."""

    period: Period
    at: datetime
    total: Row
    course: list[Row]
    tables: dict[str, list[Row]]
    officers: list[Row]
    reasons: list[Reason]
    on_time: int
    promised: int
    waiting: Waiting
    delivery: Delivery

    @property
    def percent_on_time(self) -> int | None:
        """Rounded down: 100 means all."""
        return 100 * self.on_time // self.promised if self.promised else None


async def read_figures(scope: Scope, officer: Officer, period: Period) -> Figures:
    officer.require("see_figures")
    present = now()
    unit = "%Y-%m" if period.by_month else "%Y-%m-%d"
    limits = [present - age for age, _ in AGES if age is not None]
    counted, waiting, notices = await gather(
        census.counted(scope, period.begins, period.ends, unit),
        census.waiting(scope, limits),
        census.notices(scope, period.begins, period.ends),
    )
    spread = _spread(counted["minutes"])
    in_time = {row["_id"]: row["count"] for row in counted["in_time"]}
    points = _rows(counted["time"], {})
    by_point = {row.name: row.counts for row in points}
    return Figures(
        period=period,
        at=present,
        total=Row("Semua", sum((row.counts for row in points), Counter()), median(spread[""])),
        course=[Row(point_name(each), by_point.get(each, Counter())) for each in period.points()],
        tables={name: _rows(counted[name], _LABELS.get(name, {})) for name in census.DIMENSIONS},
        officers=_officers(counted["officer"], spread),
        reasons=_reasons(counted["reasons"]),
        on_time=in_time.get(True, 0),
        promised=in_time.get(True, 0) + in_time.get(False, 0),
        waiting=_waiting(waiting),
        delivery=_delivery(notices),
    )


def median(spread: Counts) -> int | None:
    """Of minutes, each with how often it was seen."""
    total, seen = spread.total(), 0
    for minutes in sorted(spread, key=int):
        seen += spread[minutes]
        if 2 * seen >= total:
            return int(minutes)
    return None


def _spread(rows: list[Document]) -> dict[str, Counts]:
    """Minutes of each officer, and under "" of all."""
    found: dict[str, Counts] = {"": Counter()}
    for row in rows:
        minutes = str(int(row["_id"]["minutes"]))
        for key in ("", row["_id"]["officer"]):
            found.setdefault(key, Counter())[minutes] += row["count"]
    return found


def _rows(rows: list[Document], labels: dict[str, str]) -> list[Row]:
    """In the order of the code list, else of the alphabet."""
    counts: dict[str, Counts] = {}
    for row in rows:
        counts.setdefault(row["_id"]["key"], Counter())[row["_id"]["what"]] = row["count"]
    order = list(labels)
    keys = sorted(counts, key=lambda key: (order.index(key) if key in labels else len(order), key))
    return [Row(labels.get(key, key), counts[key]) for key in keys]


def _officers(rows: list[Document], spread: dict[str, Counts]) -> list[Row]:
    counts: dict[str, Counts] = {}
    names: dict[str, str] = {}
    for row in rows:
        key = row["_id"]["key"]
        names[key] = row["name"]
        counts.setdefault(key, Counter())[row["_id"]["what"]] = row["count"]
    return [
        Row(names[key], counts[key], median(spread.get(key, Counter())))
        for key in sorted(names, key=lambda key: (names[key], key))
    ]


def _reasons(rows: list[Document]) -> list[Reason]:
    counts: dict[str, Counts] = {}
    texts: dict[str, str] = {}
    for row in rows:
        key = row["_id"]["key"]
        texts[key] = row["text"]
        counts.setdefault(key, Counter())[row["_id"]["what"]] += row["count"]
    found = [Reason(texts[key], each["returned"], each["rejected"]) for key, each in counts.items()]
    return sorted(found, key=lambda each: (-each.returned - each.rejected, each.text))


def _waiting(found: Document) -> Waiting:
    total = sum(found["by_lane"].values())
    older = [total, *found["ages"], 0]
    ages = [
        (name, more - fewer) for (_, name), (more, fewer) in zip(AGES, pairwise(older), strict=True)
    ]
    lanes = found["by_lane"]
    return Waiting(lanes.get("new", 0), lanes.get("approval", 0), found["oldest"], ages)


def _delivery(rows: list[Document]) -> Delivery:
    sent: Counts = Counter()
    failed = 0
    for row in rows:
        if row["_id"]["state"] == "sent":
            channel = row["_id"]["channel"]
            sent[code_lists.CONTACT_CHANNEL.get(channel, channel)] += row["count"]
        else:
            failed += row["count"]
    return Delivery(dict(sorted(sent.items())), failed)
