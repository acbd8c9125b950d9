"""A million made-up people for the desk: cases as the service keeps them, and rows of the search.

One case goes through the real code and is the pattern; what tells people apart (names, NIK,
phone, dates, place, state) is put in its place. Nobody here exists.
"""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from deploy.local.environment import Deployment
from services.verification.indexes import INDEXES
from services.verification.register import store as register
from services.verification.review import store as cases
from services.verification.review.domain import Case, Version
from services.verification.review.promise import service_clock
from services.verification.search import names
from services.verification.search import store as search
from services.verification.search.find import phone_index
from services.verification.search.names import name_keys, name_words, shortened
from shared.clock import today
from shared.dates import add_months
from shared.sealed import KeyRing, blind_index, field_context
from tests.load.report import say
from tests.unit.verification.sample_events import answers, documents

_BATCH = 2000
_NAMES = (
    (
        "Muhammad Siti Abdul Nur Ahmad Sri Dewi Budi Rina Agus Eka Dwi Putri Rizki Fitri Ayu Andi "
        "Indah Yusuf Fauzan Hendra Wahyu Ratna Joko Slamet Bambang Yulia Novi Lestari Aisyah "
        "Fatimah Zulkifli Ridwan Syahrul Khairul Arif Hasan Husin Maryam Rahmat Taufik Irfan"
    ),
    (
        "Hidayat Saputra Wijaya Pratama Siregar Nasution Lubis Harahap Kurniawan Setiawan Rahman "
        "Ramadhan Santoso Susanto Wibowo Utami Wulandari Anggraini Permata Sari Handayani Safitri "
        "Maulana Firmansyah Gunawan Hakim Halim Ismail Iskandar Jamaluddin Kartika Mahendra "
        "Nugroho Oktaviani Purnama Rahayu Suryadi Tanjung Usman Yanti Zainuddin Simanjuntak"
    ),
    "ba be bi da di du fa ga ha hi ja ka ki la li ma mi na ni ra ri sa su ta ti wa ya",
)
_GIVEN, _FAMILY, _SYLLABLES = (line.split() for line in _NAMES)
_SUBDISTRICTS = tuple(f"14.04.{number:02d}" for number in range(1, 21))
_LEVELS = ("sd", "smp", "sma", "sma", "smk", "smk", "d3", "s1")
# per mille, as in an office after years: nearly everything is decided
_STATES = (("submitted", 15), ("returned", 5), ("rejected", 20), ("withdrawn", 10), ("issued", 950))
_WITHDRAWAL = {"reason": "applicant_request"}
_PHOTO = {
    "item": "documents.photo",
    "reason_code": "photo_not_accepted",
    "reason": "Pas foto belum sesuai.",
}
_RETURNED = {"items": [_PHOTO], "note": None, "due_on": "2026-12-01"}
_NEWEST = datetime(2026, 11, 20, tzinfo=UTC)
_APART = timedelta(seconds=110)


@dataclass(frozen=True)
class Somebody:
    """What tells a made-up person apart."""

    case_id: str
    reference: str
    name: str
    nik: str
    mobile: str
    born: date
    state: str
    sent: datetime
    place: str
    level: str


def people(count: int) -> Iterator[Somebody]:
    """The same people each time; the newest come last."""
    chance = random.Random(1404)
    states = [state for state, share in _STATES for _ in range(share)]
    for number in range(count):
        sent = _NEWEST - _APART * (count - number)
        born = date(1970, 1, 1) + timedelta(days=chance.randrange(13_500))
        place = chance.choice(_SUBDISTRICTS)
        state = chance.choice(states)
        yield Somebody(
            case_id=_uuid7(sent, chance),
            reference=f"AK1-{number:011d}",
            name=_name(chance),
            nik=f"{place.replace('.', '')}{born:%d%m%y}{number % 9999 + 1:04d}",
            mobile=f"+628{number:010d}",
            born=born,
            state=state,
            sent=sent,
            place=place,
            level=chance.choice(_LEVELS),
        )


def _name(chance: random.Random) -> str:
    """Common names are common, and one in three people has a name that few others have."""
    given = _GIVEN[int(len(_GIVEN) * chance.random() ** 2)]
    family = _FAMILY[int(len(_FAMILY) * chance.random() ** 2)]
    if chance.random() < 0.3:
        rare = "".join(chance.choice(_SYLLABLES) for _ in range(3)).title()
        return f"{given} {rare} {family}"
    if chance.random() < 0.4:
        return f"{given} {chance.choice(_GIVEN)} {family}"
    return f"{given} {family}"


def _uuid7(at: datetime, chance: random.Random) -> str:
    bits = int(at.timestamp() * 1000) << 80 | 0x7 << 76 | chance.getrandbits(12) << 64
    return str(uuid.UUID(int=bits | 0b10 << 62 | chance.getrandbits(62)))


@dataclass(frozen=True)
class Writer:
    """Makes documents from the pattern; keys are those of the desk under load."""

    keys: KeyRing
    index_key: str
    pattern: dict[str, Any]
    row: dict[str, Any]

    @classmethod
    def of(cls, keys: KeyRing, index_key: str) -> Writer:
        case_id = str(uuid.UUID(int=0))
        version = Version(
            number=1, at=_NEWEST, answers=answers(case_id, keys=keys), documents=documents()
        )
        case = Case(
            id=case_id,
            reference="AK1-00000000000",
            kind="new",
            channel="online",
            submitted_at=_NEWEST,
            state="submitted",
            version=1,
            queued_at=_NEWEST,
            nik_index="0",
            phone_index="0",
            versions=(version,),
        )
        return cls(keys, index_key, cases._row(case), search.row_of(cases.searchable(case)))

    def case(self, one: Somebody) -> dict[str, Any]:
        version = self.pattern["versions"][0]
        answers = version["answers"]
        person = answers["person"] | {
            "full_name": one.name,
            "birth_date": one.born.isoformat(),
            "nik": self._sealed("identity", one, "nik", one.nik),
            "disability": self._sealed("special", one, "disability", '{"status": "none"}'),
        }
        contact = answers["contact"] | {
            "mobile": self._sealed("contact", one, "mobile", one.mobile),
            "email": None,
        }
        address = answers["domicile_address"] | {
            "subdistrict_code": one.place,
            "subdistrict_name": f"Kecamatan {one.place[-2:]}",
        }
        changed = answers | {
            "person": person,
            "contact": contact,
            "domicile_address": address,
            "ktp_address": address,
            "education": [answers["education"][0] | {"form_level": one.level}],
        }
        lane = {"submitted": "new", "issued": "done"}.get(one.state, one.state)
        due_at = _due(one.sent) if lane == "new" else None
        return self.pattern | {
            "_id": one.case_id,
            "reference": one.reference,
            "state": one.state,
            "lane": lane,
            "submitted_at": one.sent,
            "queued_at": one.sent,
            "due_at": due_at,
            "order_at": due_at or one.sent,
            "broken": ["verification"] if due_at else [],
            "nik_index": blind_index(self.index_key, one.nik),
            "phone_index": phone_index(self.index_key, one.mobile),
            "versions": [version | {"answers": changed, "at": one.sent}],
            "full_name": one.name,
            "subdistrict": address["subdistrict_name"],
            "subdistrict_code": one.place,
            "withdrawal": _WITHDRAWAL | {"at": one.sent} if one.state == "withdrawn" else None,
            "returned": _RETURNED | {"at": one.sent} if one.state == "returned" else None,
        }

    def search_row(self, one: Somebody, case: dict[str, Any]) -> dict[str, Any]:
        return self.row | {
            "_id": one.case_id,
            "reference": one.reference,
            "full_name": one.name,
            "names": list(name_keys(_words_of(one.name))),
            "born": one.born.isoformat(),
            "subdistrict_code": one.place,
            "subdistrict": case["subdistrict"],
            "education": one.level,
            "state": one.state,
            "submitted_at": one.sent,
            "nik": case["versions"][0]["answers"]["person"]["nik"],
            "nik_index": case["nik_index"],
            "phone_index": case["phone_index"],
            "numbers": [card_number(one)] if one.state == "issued" else [],
        }

    def _sealed(self, purpose: Any, one: Somebody, name: str, value: str) -> dict[str, Any]:
        return self.keys.seal(purpose, value, field_context(one.case_id, name)).model_dump()


def card_number(one: Somebody) -> str:
    return f"1404{one.sent:%d%m%y}{int(one.reference[-6:]):06d}"


def _card(one: Somebody) -> dict[str, Any]:
    return {
        "_id": f"card-{one.case_id}",
        "application_id": one.case_id,
        "state": "issued",
        "registration_number": card_number(one),
        "valid_until": (one.sent + timedelta(days=730)).date().isoformat(),
        "issued_on": one.sent.date().isoformat(),
        "at": one.sent,
        "registered": True,
    }


def _registration(one: Somebody, case: dict[str, Any]) -> dict[str, Any]:
    """As the register keeps it: whatever fell due was reported, old cards have expired."""
    issued_on, day = one.sent.date(), today()
    valid_until = add_months(issued_on, 24)
    due_on = [add_months(issued_on, months) for months in (6, 12, 18)]
    reported = [number for number, on in enumerate(due_on, 1) if on < day]
    is_over = valid_until < day
    ended = {"reason": "expired", "at": one.sent + timedelta(days=731)} if is_over else None
    awaited = next((on for on in due_on if on >= day), date.max)
    number = card_number(one)
    return {
        "_id": f"card-{one.case_id}",
        "version": 1 + len(reported),
        "person": {
            "full_name": one.name,
            "nik_index": case["nik_index"],
            "subdistrict": case["subdistrict"],
        },
        "cards": [
            {
                "card_id": f"card-{one.case_id}",
                "application_id": one.case_id,
                "reference": one.reference,
                "number": number,
                "copy_no": 1,
                "kind": "new",
                "issued_on": issued_on.isoformat(),
                "valid_until": valid_until.isoformat(),
                "report_due_on": [on.isoformat() for on in due_on],
                "issued_at": one.sent,
                "ended": ended,
            }
        ],
        "reports": [
            {
                "number": number,
                "line_no": line,
                "due_on": due_on[line - 1].isoformat(),
                "reported_on": due_on[line - 1].isoformat(),
                "answer": "still_looking",
                "officer_name": "Vera Contoh",
                "officer_nip": None,
                "at": one.sent,
            }
            for line in reported
        ],
        "removal": {"reason": "expired", "removed_on": valid_until.isoformat(), "at": one.sent}
        if is_over
        else None,
        "lane": "expired" if is_over else "live",
        "order_on": (valid_until if is_over else awaited).isoformat(),
    }


def _due(sent: datetime) -> datetime:
    clock = service_clock()
    return clock.calendar.after(sent, clock.length("verification"))


_folded = cache(name_words)


def _words_of(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for word in name.split() for key in _folded(word)))


def build(run: Deployment, count: int) -> None:
    """Put `count` people into the desk's database, unless they are there already."""
    keys = KeyRing.load(run.secrets.keyring("verification"))
    writer = Writer.of(keys, run.secrets.values["index:verification"])
    mark = run.folder / "records.json"
    wanted = {"count": count, "made_by": _fingerprint(writer)}
    client: MongoClient[dict[str, Any]] = MongoClient(run.mongo_url("deploy"), tz_aware=True)
    with client:
        database = client["verification"]
        if not mark.exists() or json.loads(mark.read_text("utf-8")) != wanted:
            mark.unlink(missing_ok=True)
            _fill(database, writer, count)
            mark.write_text(json.dumps(wanted), "utf-8")
        for name, models in INDEXES.items():
            if models:
                database[name].create_indexes(models)


def _fill(database: Any, writer: Writer, count: int) -> None:
    for name in (cases.CASES, cases.CARDS, register.REGISTRATIONS, search.ROWS, search.WORDS):
        database[name].drop()
    words: set[str] = set()
    batch: list[Somebody] = []
    for number, one in enumerate(people(count), 1):
        batch.append(one)
        words.update(_words_of(one.name))
        if len(batch) == _BATCH or number == count:
            _insert(database, writer, batch)
            batch = []
        if number % 50_000 == 0:
            say(f"  {number} records made")
    rows = [{"_id": word, "shortened": list(shortened(word))} for word in sorted(words)]
    database[search.WORDS].insert_many(rows)


def _insert(database: Any, writer: Writer, batch: list[Somebody]) -> None:
    made = [writer.case(one) for one in batch]
    rows = [writer.search_row(one, case) for one, case in zip(batch, made, strict=True)]
    cards = [_card(one) for one in batch if one.state == "issued"]
    registered = [
        _registration(one, case)
        for one, case in zip(batch, made, strict=True)
        if one.state == "issued"
    ]
    database[cases.CASES].insert_many(made, ordered=False)
    database[search.ROWS].insert_many(rows, ordered=False)
    if cards:
        database[cases.CARDS].insert_many(cards, ordered=False)
        database[register.REGISTRATIONS].insert_many(registered, ordered=False)


def _fingerprint(writer: Writer) -> str:
    """Of all that decides how a record looks: another one makes the records anew."""
    shape = json.dumps([_shape(writer.pattern), _shape(writer.row)], sort_keys=True)
    sources = b"".join(Path(each).read_bytes() for each in (__file__, names.__file__))
    return hashlib.sha256(sources + shape.encode()).hexdigest()[:16]


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_shape(each) for each in value[:1]]
    return type(value).__name__
