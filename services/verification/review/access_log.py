"""Who opened or changed the file of one person, for the person's question and for supervision."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from services.verification.audit import log
from services.verification.audit.domain import SYSTEM, Actor, Entry, Recorded
from services.verification.officers.domain import ROLE_NAMES
from services.verification.review import store
from services.verification.review.timeline import line_of
from shared.clock import OFFICE_ZONE
from shared.errors import Invalid, NotFound
from shared.sealed import blind_index
from shared.uow import Scope, Tx, UnitOfWork

PURPOSES = (
    "Permintaan pemilik data",
    "Pemeriksaan berkala",
    "Dugaan penyalahgunaan data",
    "Permintaan pengawas atau penegak hukum",
)
HEADERS = ("Waktu (WIB)", "Petugas", "Peran", "Tindakan", "Rincian", "Keperluan", "Permohonan")
_WHAT = "Isi nomor permohonan (seperti AK1-7K3M9QX2TWP) atau NIK 16 angka."
_LONGEST = 30
_NIK_LENGTH = 16
# With one of these at its beginning a cell would be computed, not shown.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class NobodyFound(NotFound):
    """Tidak ada permohonan dengan nomor atau NIK ini. Periksa lagi angkanya, lalu coba lagi."""


@dataclass(frozen=True)
class Access:
    """One time that an officer opened or changed something of the person."""

    time: str
    name: str
    roles: str
    what: str
    more: str
    purpose: str
    reference: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (
            *(self.time, self.name, self.roles, self.what, self.more),
            *(self.purpose, self.reference),
        )


@dataclass(frozen=True)
class AccessLog:
    """All of them, oldest first, over all applications of the person."""

    references: tuple[str, ...]
    rows: tuple[Access, ...]


@dataclass(frozen=True)
class Question:
    """Whose file it is about, by reference or NIK, who asks, and why."""

    text: str
    asker: Actor
    purpose: str


async def read_access_log(uow: UnitOfWork, index_key: str, question: Question) -> AccessLog:
    """Find the person, record that somebody looked, and read."""
    if question.purpose not in PURPOSES:
        raise Invalid("Pilih keperluan membuka catatan akses ini.")
    scope = uow.reading()
    cases = await store.of_person(scope, _chosen(index_key, question.text))
    if not cases:
        raise NobodyFound
    shown = await _read(scope, cases)

    async def work(tx: Tx) -> None:
        for case_id in cases:
            entry = Entry(
                question.asker,
                "access_log.viewed",
                case_id,
                purpose=question.purpose,
                is_view=True,
            )
            await log.record(tx, entry)

    await uow.run(work)
    return shown


def as_csv(rows: Iterable[Access]) -> bytes:
    """For a spreadsheet: semicolons as Indonesian ones expect, and no cell that is computed."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADERS)
    writer.writerows([guarded(cell) for cell in row.cells] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


async def _read(scope: Scope, cases: dict[str, str]) -> AccessLog:
    entries = await log.of_cases(scope, list(cases))
    rows = [_access(each, cases) for each in entries if each.actor.id != SYSTEM.id]
    return AccessLog(tuple(cases.values()), tuple(rows))


def _access(entry: Recorded, cases: dict[str, str]) -> Access:
    line = line_of(entry)
    return Access(
        time=f"{line.at.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M:%S}",
        name=line.who,
        roles=", ".join(ROLE_NAMES.get(role, role) for role in entry.actor.roles),
        what=line.what,
        # Of acts there may be notes for colleagues, which are not for the person.
        more=line.more if entry.is_view else "",
        purpose=entry.purpose or "",
        reference=cases.get(entry.case_id or "", ""),
    )


def _chosen(index_key: str, text: str) -> dict[str, str]:
    plain = "".join(text.split()).upper()
    if plain.isascii() and plain.isdigit() and len(plain) == _NIK_LENGTH:
        return {"nik_index": blind_index(index_key, plain)}
    if plain.startswith("AK1-") and len(plain) <= _LONGEST:
        return {"reference": plain}
    raise Invalid(_WHAT)
