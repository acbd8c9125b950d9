"""Group cards: processor time and memory of a card, beside plain WeasyPrint and pdfmake; its rate.

Each measurement runs in a fresh process: `python -m tests.load.cards COMPARED MANY PHOTO` draws our
cards, card.js draws the same ones with pdfmake under node.
"""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import psutil

from deploy.demo.drawing import portrait
from deploy.demo.people import sample_people
from deploy.local.environment import ROOT
from services.cards.face import CardFace
from services.cards.rendering import render, render_plain, warm_up
from services.intake.clean_images import clean_photo
from shared.fonts import FONTS
from shared.procpool import WorkerPool
from tests.load import issuing
from tests.load.report import Figure, Figures, as_json, from_json, not_measured
from tests.unit.cards.sample import FACE
from tests.unit.cards.vector import ADDRESS, BASE32

PDFMAKE = "pdfmake@0.3.11"
SCRIPT = Path(__file__).parent / "card.js"
WARM = 50  # cards before memory is looked at: the caches are full then
KEPT = 8  # cards of the comparison that run before it counts


def measure(folder: Path, *, quick: bool = False) -> Figures:
    compared, many, issued = (10, 100, 20) if quick else (40, 2000, 200)
    photo = folder / "photo.jpg"
    photo.write_bytes(clean_photo(portrait(1, 400), "image/jpeg").jpeg)  # as intake hands it on
    command = [sys.executable, "-m", "tests.load.cards", str(compared), str(many), str(photo)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise RuntimeError(answer.stderr[-2000:])
    ours = from_json(answer.stdout)
    milliseconds = ours.pop("milliseconds").value
    return {
        **ours,
        **_beside_pdfmake(folder, photo, compared, milliseconds or 0),
        **issuing.measure(folder, photo, issued),
    }


def _beside_pdfmake(folder: Path, photo: Path, compared: int, ours: float) -> Figures:
    key = ["card_vs_pdfmake_ratio"]
    if shutil.which("npm") is None:
        return not_measured(key, "npm missing")
    place = folder / "pdfmake"
    place.mkdir(exist_ok=True)
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", PDFMAKE]
    fetched = subprocess.run(install, cwd=place, capture_output=True, text=True, check=False)
    if fetched.returncode != 0:
        return not_measured(key, f"npm could not install {PDFMAKE}: {fetched.stderr[-300:]}")
    shutil.copy(SCRIPT, place / "card.js")
    _write_input(place / "cards.json", photo, compared)
    command = ["node", "card.js", "cards.json", str(KEPT), "card.pdf"]
    answer = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        return not_measured(key, f"pdfmake failed: {answer.stderr[-500:]}")
    theirs = float(json.loads(answer.stdout)["milliseconds"])
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    note = (
        f"ours {ours:.1f} ms, {PDFMAKE} {theirs:.1f} ms of processor time per card "
        f"(all threads), mean of {compared} after warm-up; same values, photo, fonts, two pages and "
        f"QR; node {version.stdout.strip()}"
    )
    return {key[0]: Figure(ours / theirs, note)}


def _write_input(path: Path, photo: Path, count: int) -> None:
    cards = [asdict(face) for face in faces(KEPT + count)]
    for card in cards:
        del card["office"]["logo"]
    body = {
        "cards": cards,
        "photo": "data:image/jpeg;base64," + base64.b64encode(photo.read_bytes()).decode(),
        "regular": str(FONTS / "IBMPlexSansCondensed-Regular.ttf"),
        "bold": str(FONTS / "IBMPlexSansCondensed-SemiBold.ttf"),
    }
    path.write_text(json.dumps(body, default=str), "utf-8")


def faces(count: int) -> list[CardFace]:
    """Cards of different people."""
    return [
        replace(
            FACE,
            registration_number=f"1404241126{number:06d}",
            nik=person.nik,
            full_name=person.full_name,
            birth_place=person.birth_place,
            birth_date=person.birth_date,
            address=person.address,
            qr=(ADDRESS, f"{BASE32[:-6]}{base64.b32encode(number.to_bytes(3)).decode()[:5]}J"),
        )
        for number, person in enumerate(sample_people(count, seed=2))
    ]


def _cpu_of(draw: Callable[[CardFace, bytes], bytes], face: CardFace, photo: bytes) -> float:
    begun = time.process_time()
    draw(face, photo)
    return (time.process_time() - begun) * 1000


async def _rate(workers: int, count: int, photo: bytes) -> float:
    """Cards a second from a pool of workers, as the service asks it, by the clock."""
    pool = WorkerPool(workers, initializer=warm_up)
    free = asyncio.Semaphore(workers + 1)

    async def draw(face: CardFace) -> None:
        async with free:
            await pool.run(render, face, photo)

    try:
        await asyncio.gather(*map(draw, faces(KEPT)))
        begun = time.perf_counter()
        await asyncio.gather(*map(draw, faces(count)))
        return count / (time.perf_counter() - begun)
    finally:
        await pool.close()


def _rss() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


def _draw(compared: int, many: int, photo: bytes) -> Figures:
    warm_up()
    pair: dict[str, list[float]] = {"ours": [], "plain": []}
    for face in faces(KEPT + compared):  # in turns, so that both meet the same machine
        pair["ours"].append(_cpu_of(render, face, photo))
        pair["plain"].append(_cpu_of(render_plain, face, photo))
    ours, plain = (sum(pair[name][KEPT:]) / compared for name in ("ours", "plain"))
    cards = faces(WARM + many)
    for face in cards[:WARM]:
        render(face, photo)
    before, begun = _rss(), time.process_time()
    for face in cards[WARM:]:
        render(face, photo)
    lasted = time.process_time() - begun
    growth = _rss() - before
    rates = {workers: asyncio.run(_rate(workers, many // 4, photo)) for workers in (1, 2)}
    photo_kb = len(photo) / 1000
    each = f"{ours:.1f} ms against {plain:.1f} ms of processor time"
    return {
        "card_cpu_ratio": Figure(ours / plain, f"{each} per card, mean of {compared} in turns"),
        "cards_per_second_core": Figure(
            many / lasted, f"{many} cards by processor time, photo of {photo_kb:.0f} kB each"
        ),
        "card_memory_growth_mb": Figure(
            growth, f"resident, after {WARM} and after {many} more cards; then {before:.0f} MB"
        ),
        "cards_per_second_pool": Figure(
            rates[2],
            f"two workers by the clock; one worker {rates[1]:.1f}/s; {many // 4} cards each",
        ),
        "milliseconds": Figure(ours),
    }


if __name__ == "__main__":
    result = _draw(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]).read_bytes())
    os.write(1, as_json(result).encode())
