"""Collections `search_rows` (one small row for each case) and `search_words` (all words of names).

Rows are written in the transaction that writes the case. NIK and phone are blind indexes here as
in the case; the sealed NIK travels along so that a list can show it masked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING

from services.verification.search.names import is_near, name_keys, name_words, shortened
from shared.code_lists import EDUCATION_FORM_LEVEL
from shared.contracts.applications import Answers, ApplicationKind
from shared.contracts.envelope import Sealed
from shared.mongo import Document, IndexModel
from shared.uow import Scope

ROWS = "search_rows"
WORDS = "search_words"
REBUILDS = "search_rebuilds"
_FILTERS = ("state", "kind", "subdistrict_code", "education")
INDEXES = {
    ROWS: [
        # What is filtered by lies in the indexes: a common name with a rare filter reads no rows.
        IndexModel(
            [("names", ASCENDING), ("_id", DESCENDING), *((each, ASCENDING) for each in _FILTERS)]
        ),
        *(
            IndexModel(
                [
                    (each, ASCENDING),
                    ("_id", DESCENDING),
                    *((other, ASCENDING) for other in _FILTERS if other != each),
                ]
            )
            for each in _FILTERS
        ),
        *(
            IndexModel([(each, ASCENDING), ("_id", DESCENDING)])
            for each in ("nik_index", "phone_index", "numbers", "born")
        ),
        IndexModel([("reference", ASCENDING)]),
    ],
    WORDS: [IndexModel([("shortened", ASCENDING)])],
    REBUILDS: [],
}
_MOST_MS = 4000
BEGINNINGS_MOST = 150
_NEAR_MOST = 30


@dataclass(frozen=True)
class Searchable:
    """What of a case can be searched; the index of a phone it does not name stays as kept."""

    id: str
    reference: str
    state: str
    kind: ApplicationKind
    nik_index: str
    answers: Answers
    submitted_at: datetime
    phone_index: str = ""
    previous_number: str = ""


@dataclass(frozen=True)
class SearchRow:
    id: str
    reference: str
    full_name: str
    born: date
    subdistrict: str
    education: str
    state: str
    kind: ApplicationKind
    submitted_at: datetime
    nik: Sealed
    nik_index: str
    phone_index: str
    names: tuple[str, ...]
    numbers: tuple[str, ...]


def row_of(given: Searchable) -> Document:
    """The row without its id and its numbers."""
    person, address = given.answers.person, given.answers.domicile_address
    row: Document = {
        "reference": given.reference,
        "full_name": person.full_name,
        "names": list(name_keys(name_words(person.full_name))),
        "born": person.birth_date.isoformat(),
        "subdistrict_code": address.subdistrict_code,
        "subdistrict": address.subdistrict_name,
        "education": highest_education(given.answers),
        "state": given.state,
        "kind": given.kind,
        "submitted_at": given.submitted_at,
        "nik": person.nik.model_dump(),
        "nik_index": given.nik_index,
    }
    if given.phone_index or given.answers.contact.mobile is None:
        row["phone_index"] = given.phone_index
    return row


def highest_education(answers: Answers) -> str:
    """The highest level that was completed."""
    levels = [each.form_level for each in answers.education if each.completed]
    return max(levels, key=list(EDUCATION_FORM_LEVEL).index, default="none")


async def keep(scope: Scope, given: Searchable) -> None:
    """Write the row of a case; numbers of its cards stay."""
    number = plain_number(given.previous_number)
    update: Document = {
        "$set": row_of(given),
        "$addToSet": {"numbers": {"$each": [number] if number else []}},
    }
    await scope.collection(ROWS).update_one(
        {"_id": given.id}, update, upsert=True, session=scope.session
    )
    await keep_words(scope, name_words(given.answers.person.full_name))


async def keep_words(scope: Scope, words: tuple[str, ...]) -> None:
    """Remember words of names that nobody had before."""
    rows = scope.collection(WORDS)
    known = await rows.find(
        {"_id": {"$in": list(words)}}, {"_id": 1}, session=scope.session
    ).to_list()
    for word in set(words) - {row["_id"] for row in known}:
        await rows.update_one(
            {"_id": word},
            {"$setOnInsert": {"shortened": list(shortened(word))}},
            upsert=True,
            session=scope.session,
        )


async def keep_number(scope: Scope, case_id: str, number: str) -> None:
    """Find a case by the number of its card too."""
    await scope.collection(ROWS).update_one(
        {"_id": case_id},
        {"$addToSet": {"numbers": plain_number(number)}},
        session=scope.session,
    )


def plain_number(text: str) -> str:
    """A card's number without spaces and signs, as somebody may type it."""
    return "".join(filter(str.isalnum, text)).upper()


async def page(scope: Scope, chosen: Document, after: str | None, limit: int) -> list[SearchRow]:
    """Newest first; `after` is the id of the last row seen."""
    wanted: Document = {**chosen, "_id": {"$lt": after}} if after else chosen
    cursor = scope.collection(ROWS).find(wanted, max_time_ms=_MOST_MS)
    rows = await cursor.sort("_id", DESCENDING).limit(limit).to_list(limit)
    return [_row(each) for each in rows]


async def row(scope: Scope, case_id: str) -> SearchRow | None:
    found = await scope.collection(ROWS).find_one({"_id": case_id}, session=scope.session)
    return _row(found) if found else None


async def references_of(scope: Scope, case_ids: list[str]) -> dict[str, str]:
    """The reference of each of these cases, as far as they are known."""
    rows = scope.collection(ROWS).find(
        {"_id": {"$in": case_ids}}, {"reference": 1}, session=scope.session
    )
    return {row["_id"]: row["reference"] async for row in rows}


async def beginning_with(scope: Scope, word: str) -> list[str]:
    """Words of names that begin so; an `i` at the end may become a `y` with the next letter."""
    beginnings = [word, f"{word[:-1]}y"] if word.endswith("i") else [word]
    ranges = [{"_id": {"$gte": each, "$lt": each + "\U0010ffff"}} for each in beginnings]
    cursor = scope.collection(WORDS).find({"$or": ranges}, {"_id": 1})
    found = await cursor.sort("_id", ASCENDING).limit(BEGINNINGS_MOST).to_list()
    return [each["_id"] for each in found]


async def near_words(scope: Scope, word: str) -> list[str]:
    """Words of names that a slip of the hand makes of this one."""
    parts = [word, *shortened(word)]
    wanted: Document = {"$or": [{"_id": {"$in": parts}}, {"shortened": {"$in": parts}}]}
    found = scope.collection(WORDS).find(wanted, {"_id": 1}).limit(2000)
    near = [each["_id"] async for each in found if is_near(word, each["_id"])]
    return sorted(near, key=lambda each: (each != word, abs(len(each) - len(word)), each))[
        :_NEAR_MOST
    ]


async def subdistricts(scope: Scope, area: str) -> dict[str, str]:
    """Kecamatan of the office (area code such as 14.04) that anybody lives in, by code."""
    pipeline: list[Document] = [
        {"$match": {"subdistrict_code": {"$gte": area, "$lt": area + "\U0010ffff"}}},
        {"$sort": {"subdistrict_code": 1}},
        {"$group": {"_id": "$subdistrict_code", "name": {"$first": "$subdistrict"}}},
    ]
    rows = await scope.mongo.aggregate(ROWS, pipeline).to_list(None)
    return dict(sorted(((each["_id"], each["name"]) for each in rows), key=lambda pair: pair[1]))


async def rebuilt_until(scope: Scope) -> str:
    """Where an interrupted rebuild stopped: the id of the last case done."""
    found = await scope.collection(REBUILDS).find_one({"_id": "rows"})
    return found["after"] if found else ""


async def note_rebuilt(scope: Scope, after: str) -> None:
    """Remember how far a rebuild came; an empty id: it is done."""
    rows = scope.collection(REBUILDS)
    if after:
        await rows.update_one(
            {"_id": "rows"}, {"$set": {"after": after}}, upsert=True, session=scope.session
        )
    else:
        await rows.delete_one({"_id": "rows"}, session=scope.session)


def _row(raw: dict[str, Any]) -> SearchRow:
    return SearchRow(
        id=raw["_id"],
        reference=raw["reference"],
        full_name=raw["full_name"],
        born=date.fromisoformat(raw["born"]),
        subdistrict=raw["subdistrict"],
        education=raw["education"],
        state=raw["state"],
        kind=raw["kind"],
        submitted_at=raw["submitted_at"],
        nik=Sealed.model_validate(raw["nik"]),
        nik_index=raw["nik_index"],
        phone_index=raw.get("phone_index", ""),
        names=tuple(raw["names"]),
        numbers=tuple(raw.get("numbers", ())),
    )
