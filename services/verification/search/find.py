"""Search: what was typed and chosen becomes rows, exact ones first, then similar names."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod

from pymongo.errors import ExecutionTimeout

from services.verification.audit import log
from services.verification.audit.domain import Entry
from services.verification.officers.domain import Officer
from services.verification.search import store
from services.verification.search.names import COUNTED_MOST, joined, key_of
from services.verification.search.store import SearchRow
from services.verification.search.typed import Typed, read_typed
from shared.errors import Invalid
from shared.mongo import Document
from shared.sealed import blind_index
from shared.uow import Scope, UnitOfWork

PAGE_SIZE = 25
SIMILAR_MOST = 10
_KEYS_MOST = 150  # MongoDB merges sorted ranges of an index up to 200
_BEGINNING = 3  # letters from which a word may be the beginning of a name


@dataclass(frozen=True)
class Wish:
    """What the officer typed and chose; filters are empty or a code. `after` is a row's id."""

    text: str = ""
    subdistrict: str = ""
    education: str = ""
    state: str = ""
    kind: str = ""
    after: str = ""

    @property
    def filters(self) -> Document:
        chosen = {
            "subdistrict_code": self.subdistrict,
            "education": self.education,
            "state": self.state,
            "kind": self.kind,
        }
        return {name: value for name, value in chosen.items() if value}

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.filters


@dataclass(frozen=True)
class Found:
    """`is_partial`: so many names begin like this that not all of them were looked for."""

    rows: tuple[SearchRow, ...] = ()
    similar: tuple[SearchRow, ...] = ()
    next_after: str = ""
    is_partial: bool = False


async def search(uow: UnitOfWork, index_key: str, officer: Officer, wish: Wish) -> Found:
    """Look for it, and record by which kinds of fields was searched, never for what."""
    officer.require("read_cases")
    typed = read_typed(wish.text) if wish.text.strip() or not wish.filters else Typed()
    scope = uow.reading()
    try:
        found = await _find(scope, index_key, typed, wish)
    except ExecutionTimeout as error:
        raise Invalid(
            "Pencarian ini terlalu luas. Ketik nama lebih lengkap atau tambahkan tanggal lahir."
        ) from error
    detail = {
        "by": list(typed.kinds),
        "filters": sorted(wish.filters),
        "found": len(found.rows) + len(found.similar),
    }
    await log.record_view(uow, Entry(officer.actor, "search.made", detail=detail, is_view=True))
    return found


async def _find(scope: Scope, index_key: str, typed: Typed, wish: Wish) -> Found:
    chosen = wish.filters | _by_number(index_key, typed)
    if typed.born is not None:
        chosen["born"] = typed.born.isoformat()
    exact, is_partial = chosen, False
    if typed.words:
        options = await _beginnings(scope, typed.words)
        exact = chosen | _having(typed.words, options)
        is_partial = any(len(each) >= store.BEGINNINGS_MOST for each in options.values())
    rows = await store.page(scope, exact, wish.after or None, PAGE_SIZE + 1)
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    similar: list[SearchRow] = []
    if typed.words and not wish.after and len(rows) < SIMILAR_MOST:
        seen = {row.id for row in rows}
        near = await store.page(
            scope, chosen | await _by_similar(scope, typed.words), None, PAGE_SIZE
        )
        similar = [row for row in near if row.id not in seen][:SIMILAR_MOST]
    return Found(tuple(rows), tuple(similar), rows[-1].id if more else "", is_partial)


def _by_number(index_key: str, typed: Typed) -> Document:
    if typed.mobile:
        return {"phone_index": phone_index(index_key, typed.mobile)}
    if typed.reference:
        return {"reference": {"$gte": typed.reference, "$lt": typed.reference + "\U0010ffff"}}
    if len(typed.number) == 16 and typed.number.isdigit():
        nik = blind_index(index_key, typed.number)
        return {"$or": [{"nik_index": nik}, {"numbers": typed.number}]}
    return {"numbers": typed.number} if typed.number else {}


def phone_index(index_key: str, mobile: str) -> str:
    """Its own space of values, so that no phone number looks like a NIK."""
    return blind_index(index_key, f"mobile:{mobile}")


async def _beginnings(scope: Scope, words: tuple[str, ...]) -> dict[str, list[str]]:
    """Each word is a word of the name or, from three letters on, the beginning of one."""
    options = {}
    for word in words:
        known = await store.beginning_with(scope, word) if len(word) >= _BEGINNING else []
        is_typed_to_the_end = word in known and word != words[-1]
        options[word] = [word] if is_typed_to_the_end else list(dict.fromkeys([word, *known]))
    return options


async def _by_similar(scope: Scope, words: tuple[str, ...]) -> Document:
    """Words that sound or look like these, and parts of the name written as one word."""
    options = {
        word: list(dict.fromkeys([word, *await store.near_words(scope, word)])) for word in words
    }
    near = _having(words, options)
    if len(words) == 2:
        near["names"]["$in"].extend(joined(words))
    return near


def _having(words: tuple[str, ...], options: dict[str, list[str]]) -> Document:
    """By one key of the three longest words (the rarest, most likely); others are tested after."""
    ranked = sorted(words, key=len, reverse=True)
    counted, rest = ranked[:COUNTED_MOST], ranked[COUNTED_MOST:]
    keys = [key_of(each) for each in product(*_shortened([options[word] for word in counted]))]
    found: Document = {"names": {"$in": keys}}
    if rest:
        # In an expression, so that MongoDB does not choose these, maybe common, words to scan by.
        tests = [{"$setIntersection": ["$names", options[word]]} for word in rest]
        found["$expr"] = {"$and": [{"$ne": [each, []]} for each in tests]}
    return found


def _shortened(lists: list[list[str]]) -> list[list[str]]:
    """The same lists, the longest cut until all combinations are few enough."""
    while prod(len(each) for each in lists) > _KEYS_MOST:
        longest = max(range(len(lists)), key=lambda at: len(lists[at]))
        lists[longest] = lists[longest][: len(lists[longest]) * 3 // 4]
    return lists
