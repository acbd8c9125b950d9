"""`make demo`: one whole journey over HTTP, from the form to the card, with one correction.

Uses the running system of `make up`, or starts it and stops it again. Ends with the reference, the
path of the card and the address of the status page, exit 0; or says which step failed, exit 1.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx2

from deploy.demo.applicant import JPEG, Applicant, Files
from deploy.demo.drawing import blurred_identity_card, diploma, identity_card, portrait
from deploy.demo.officer import Officer
from deploy.demo.patience import Line, StepFailed
from deploy.demo.people import SamplePerson, sample_people
from deploy.local import commands
from deploy.local.development_secrets import ensure_secrets
from deploy.local.state import StateFile

T = TypeVar("T")
WAIT_SECONDS = 60.0
EMAIL = "pelamar@contoh.example"


@dataclass(frozen=True)
class System:
    """Where the running system is, and who may sign in."""

    folder: Path
    public: str
    officers: str
    inbox: str
    username: str
    password: str


def main() -> int:
    folder = Path(os.environ.get("DATA", ".local")).resolve()
    file = StateFile(folder)
    started = file.running() is None
    if started and (code := commands.up_detached(folder)) != 0:
        print("demo: sistem tidak dapat dijalankan (lihat di atas)", file=sys.stderr)
        return code or 1
    try:
        return asyncio.run(_play(_system(folder, file)))
    except StepFailed as failure:
        print(f"demo: {failure}", file=sys.stderr)
        return 1
    finally:
        if started:
            commands.down(folder)


def _system(folder: Path, file: StateFile) -> System:
    state = file.running()
    if state is None or not state.ready:
        raise StepFailed("the system is still starting or has stopped: make status")
    signing = next(
        each
        for each in ensure_secrets(folder / "secrets").officers()
        if "placement_officer" in each.roles
    )
    addresses = state.addresses
    return System(
        folder,
        addresses["public"],
        addresses["officers"],
        addresses.get("inbox", ""),
        signing.username,
        signing.password,
    )


async def _play(system: System) -> int:
    person = sample_people(1, seed=time.time_ns())[0]
    async with (
        httpx2.AsyncClient(base_url=system.public, timeout=30) as public,
        httpx2.AsyncClient(base_url=system.officers, timeout=30) as desk,
    ):
        applicant = Applicant(Line(public, patience=10), person, EMAIL)
        officer = Officer(Line(desk, patience=10))
        await _register(applicant)
        await _review(officer, applicant, system)
        await _correct(applicant)
        await _approve(officer, applicant)
        pdf = await _receive(applicant, system)
    path = system.folder / f"AK1-{applicant.reference.removeprefix('AK1-')}.pdf"
    path.write_bytes(pdf)
    print(f"\nreference: {applicant.reference}")
    print(f"card: {path}")
    print(f"status: {system.public}/status")
    return 0


async def _register(applicant: Applicant) -> None:
    person = applicant.person
    await _step("isi formulir (pemohon)", _both(applicant.start, applicant.fill))
    await _step("unggah KTP (buram), ijazah, pas foto", lambda: applicant.upload(_files(person)))
    await _step("kirim pendaftaran", applicant.submit)


async def _review(officer: Officer, applicant: Applicant, system: System) -> None:
    case = applicant.application_id
    await _step("masuk sebagai petugas", lambda: officer.sign_in(system.username, system.password))
    await _step("permohonan tampil di antrean", lambda: _until(lambda: officer.sees_in_queue(case)))
    await _step("ambil permohonan", lambda: officer.claim(case))
    await _step("lihat berkas", lambda: officer.look_at_documents(case))
    await _step(
        "minta perbaikan: KTP tidak terbaca",
        lambda: officer.return_for_correction(
            case, {"documents.identity_card": "identity_card_unclear"}, "Foto di tempat terang."
        ),
    )


async def _correct(applicant: Applicant) -> None:
    async def is_returned() -> bool:
        return (await applicant.status())["returned"] is not None

    await _step("buka status (nomor dan tanggal lahir)", applicant.enter_status)
    await _step("pemohon diminta memperbaiki", lambda: _until(is_returned))
    clear = ("ktp.jpg", identity_card(applicant.person), JPEG)
    await _step(
        "unggah ulang KTP, kirim perbaikan",
        _both(lambda: applicant.redo_document("identity_card", clear), applicant.send_amendment),
    )


async def _approve(officer: Officer, applicant: Applicant) -> None:
    case = applicant.application_id
    await _step("perbaikan sampai di meja", lambda: _until(lambda: officer.sees_in_queue(case)))
    await _step("ambil lagi dan setujui", lambda: _claim_and_approve(officer, case))


async def _claim_and_approve(officer: Officer, case: str) -> None:
    await officer.claim(case)
    answer = await officer.approve(case)
    if answer.status_code != httpx2.codes.SEE_OTHER:
        raise StepFailed(f"approval was answered {answer.status_code}")


async def _receive(applicant: Applicant, system: System) -> bytes:
    async def is_issued() -> bool:
        return (await applicant.status())["card"] is not None

    async def messages_came() -> bool:
        async with httpx2.AsyncClient() as client:
            listed = await client.get(f"{system.inbox}/api/messages")
        mine = [each for each in listed.json() if applicant.reference in each["text"]]
        return len(mine) >= 3  # submitted, returned, issued

    await _step("kartu terbit", lambda: _until(is_issued))
    pdf = await _step("unduh kartu", applicant.card)
    if not pdf.startswith(b"%PDF"):
        raise StepFailed("what was downloaded is no PDF")
    if system.inbox:
        await _step("tiga pesan sampai di kotak surat", lambda: _until(messages_came))
    return pdf


def _files(person: SamplePerson) -> Files:
    return {
        "identity_card": ("ktp.jpg", blurred_identity_card(person), JPEG),
        "diploma": ("ijazah.pdf", diploma(person), "application/pdf"),
        "photo": ("foto.jpg", portrait(int(person.nik), sex=person.sex), JPEG),
    }


def _both(
    first: Callable[[], Awaitable[object]], second: Callable[[], Awaitable[object]]
) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        await first()
        await second()

    return run


async def _step(name: str, work: Callable[[], Awaitable[T]]) -> T:
    """Do one step and say so; a failure names it."""
    begun = time.monotonic()
    try:
        result = await work()
    except (StepFailed, httpx2.HTTPError, TimeoutError) as error:
        raise StepFailed(f"langkah gagal: {name}: {error or type(error).__name__}") from error
    print(f"  ok  {name}  ({time.monotonic() - begun:.1f} s)", flush=True)
    return result


async def _until(reached: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while not await reached():  # noqa: ASYNC110  # over HTTP there is nothing to wait on
            await asyncio.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
