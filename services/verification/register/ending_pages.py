"""Forms that end something for good: placed, removed, card taken back. Each is confirmed first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from starlette.responses import Response
from starlette.routing import Route

from services.verification.officers.domain import Officer
from services.verification.officers.guard import Form, Visit, signed_in
from services.verification.register import acts, labels
from services.verification.register.acts import (
    NOTE_LONGEST,
    TEXT_LONGEST,
    AskedEnd,
    AskedPlacement,
)
from services.verification.register.domain import Registration
from services.verification.register.pages import (
    CARD,
    CARDS,
    Told,
    act_of,
    card_id_of,
    show_card,
    to_card,
    told_again,
    viewed,
)
from services.verification.register.recording import (
    CardAct,
    record_placement,
    record_recall,
    record_removal,
)
from shared.clock import now, today
from shared.dates import long_date
from shared.errors import Conflict, Invalid
from shared.uow import Tx

_NO_WAY_BACK = "Ini tidak bisa dibatalkan. Bila keliru, orangnya harus mendaftar lagi."
_INACTIVE = "Kartunya tidak aktif lagi. Siapa pun yang mengecek kartu ini melihatnya."
Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Ending:
    """One way to end: its form, what follows from it, and how it is tried out and recorded."""

    path: str
    act: str
    title: str
    question: str
    button: str
    follows: tuple[str, ...]
    reasons: Mapping[str, str]
    try_out: Callable[[Registration, Officer, datetime, Form], Registration]
    record: Callable[[Tx, CardAct, Form], Awaitable[Registration]]
    summary: Callable[[Registration], Fields]


def _asked_placement(form: Form) -> AskedPlacement:
    return AskedPlacement(
        form.get("placed_on", ""),
        form.get("employer", ""),
        form.get("position", ""),
        form.get("place", ""),
    )


def _asked_end(form: Form) -> AskedEnd:
    return AskedEnd(form.get("reason", ""), form.get("note", ""))


def _placement(registration: Registration) -> Fields:
    found = registration.placement
    if found is None:
        return []
    return [
        ("Mulai bekerja", long_date(found.placed_on)),
        ("Pemberi kerja", found.employer),
        ("Jabatan", found.position),
        ("Tempat kerja", found.place),
    ]


def _removal(registration: Registration) -> Fields:
    found = registration.removal
    if found is None:
        return []
    return [("Alasan", labels.REMOVAL[found.reason]), ("Penjelasan", found.note or "Tidak diisi")]


def _recall(registration: Registration) -> Fields:
    found = registration.recall
    if found is None:
        return []
    return [("Alasan", labels.REVOCATION[found.reason]), ("Penjelasan", found.note)]


PLACED = Ending(
    "ditempatkan",
    "placed",
    "Catat penempatan",
    "Catat bahwa {name} sudah bekerja?",
    "Catat penempatan",
    (
        "Orang ini keluar dari daftar pencari kerja, dan dihitung sebagai ditempatkan.",
        _INACTIVE,
        "Nama pemberi kerja hanya disimpan di kantor ini.",
        _NO_WAY_BACK,
    ),
    {},
    lambda registration, officer, at, form: acts.place(
        registration, officer, at, _asked_placement(form)
    ),
    lambda tx, act, form: record_placement(tx, act, _asked_placement(form)),
    _placement,
)
REMOVED = Ending(
    "dihapuskan",
    "removed",
    "Hapus dari daftar",
    "Hapus {name} dari daftar pencari kerja?",
    "Hapus dari daftar",
    (
        "Orang ini keluar dari daftar pencari kerja. Riwayatnya tetap tersimpan.",
        _INACTIVE,
        _NO_WAY_BACK,
    ),
    {str(key): text for key, text in labels.REMOVAL_BY_OFFICER.items()},
    lambda registration, officer, at, form: acts.remove(
        registration, officer, at, _asked_end(form)
    ),
    lambda tx, act, form: record_removal(tx, act, _asked_end(form)),
    _removal,
)
RECALLED = Ending(
    "cabut",
    "recalled",
    "Cabut kartu",
    "Cabut kartu {name}?",
    "Cabut kartu",
    (
        'Siapa pun yang mengecek kartu ini membaca "Dicabut".',
        "Orang ini juga keluar dari daftar pencari kerja.",
        _NO_WAY_BACK,
    ),
    {str(key): text for key, text in labels.REVOCATION.items()},
    lambda registration, officer, at, form: acts.recall(
        registration, officer, at, _asked_end(form)
    ),
    lambda tx, act, form: record_recall(tx, act, _asked_end(form)),
    _recall,
)
ENDINGS = (PLACED, REMOVED, RECALLED)


async def get_ending(visit: Visit, ending: Ending) -> Response:
    visit.officer.require("end_registrations")
    return await _form(visit, ending, await viewed(visit))


async def post_ending(visit: Visit, ending: Ending) -> Response:
    """Look at what was typed, ask once more, then record it."""
    visit.officer.require("end_registrations")
    form, wants = visit.form, visit.form.get("do", "")
    try:
        if wants == "save":
            work = partial(_record, ending=ending, act=act_of(visit), form=form)
            await visit.desk.resources.uow.run(work)
            return to_card(visit, ending.act)
        registration = await viewed(visit)
        if wants == "edit":
            return await _form(visit, ending, registration)
        tried = ending.try_out(registration, visit.officer, now(), form)
    except Invalid as error:
        return await _form(visit, ending, await viewed(visit), str(error))
    except Conflict as error:
        return await told_again(visit, ending.act) or await show_card(
            visit, Told(str(error), error.status)
        )
    return _ask(visit, ending, registration, ending.summary(tried))


async def _record(tx: Tx, ending: Ending, act: CardAct, form: Form) -> Registration:
    return await ending.record(tx, act, form)


async def _form(
    visit: Visit, ending: Ending, registration: Registration, error: str = ""
) -> Response:
    typed = {"reason": visit.request.query_params.get("alasan", ""), **visit.form}
    context = {
        "ending": ending,
        "registration": registration,
        "card": registration.card,
        "base": f"{CARDS}/{card_id_of(visit)}",
        "typed": typed,
        "longest": {"text": TEXT_LONGEST, "note": NOTE_LONGEST},
        "first": registration.cards[0].issued_on.isoformat(),
        "today": today().isoformat(),
        "error": error,
    }
    return visit.render("card_end.html", context, 422 if error else 200)


def _ask(visit: Visit, ending: Ending, registration: Registration, summary: Fields) -> Response:
    names = ("placed_on", "employer", "position", "place", "reason", "note")
    context = {
        "ending": ending,
        "registration": registration,
        "card": registration.card,
        "base": f"{CARDS}/{card_id_of(visit)}",
        "question": ending.question.format(name=registration.person.full_name),
        "summary": summary,
        "fields": {name: visit.form[name] for name in names if name in visit.form},
        "version": act_of(visit).version,
    }
    return visit.render("card_sure.html", context)


ROUTES = [
    Route(f"{CARD}/{ending.path}", signed_in(partial(handler, ending=ending)), methods=[method])
    for ending in ENDINGS
    for method, handler in (("GET", get_ending), ("POST", post_ending))
]
