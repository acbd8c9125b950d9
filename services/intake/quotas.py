"""How often one network, or one telephone number, may do what costs us: begin, upload, send.

A school or an office shares one address, a mobile carrier one network, so the limits of a network
are wide: they stop a script, not a class. A number is counted under a keyed hash of itself.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.intake.answers import open_page
from services.intake.intake import Intake
from services.intake.store import Draft
from shared.errors import AppError
from shared.web.limits import Limit, give_back, hit, network

_HOUR, _DAY = 3600, 24 * 3600


class TooMany(AppError):
    """Terlalu banyak percobaan."""

    status = 429
    code = "too_many_tries"

    def __init__(self, seconds: int, reason: str = "") -> None:
        super().__init__(f"{reason or self.__doc__} Tunggu {in_words(seconds)}, lalu coba lagi.")
        self.seconds = seconds


async def admit_start(intake: Intake, address: str) -> None:
    """Count a new draft; raises `TooMany`."""
    limit = Limit("starts", intake.settings.starts_per_hour, _HOUR)
    await _count(
        intake,
        (limit, network(address)),
        "Banyak pendaftaran dimulai dari jaringan internet yang sama.",
    )


async def admit_upload(intake: Intake, address: str) -> None:
    """Count a file, before it is read; raises `TooMany`."""
    limit = Limit("uploads_network", intake.settings.uploads_per_hour, _HOUR)
    await _count(
        intake,
        (limit, network(address)),
        "Banyak berkas diunggah dari jaringan internet yang sama.",
    )


@asynccontextmanager
async def one_submission(intake: Intake, draft: Draft) -> AsyncIterator[None]:
    """Count what is sent with one number, unless sending fails; raises `TooMany`.

    That somebody has none was noted by an officer, who was counted when he began.
    """
    mobile = open_page(intake.keys, draft.id, "contact", draft.pages["contact"])["mobile"]
    if mobile is None:
        yield
        return
    key = intake.settings.session_key.get_secret_value().encode()
    blind = hmac.new(key, f"mobile:{mobile}".encode(), hashlib.sha256).hexdigest()
    limit = Limit("submissions", intake.settings.submissions_per_day, _DAY)
    await _count(intake, (limit, blind), "Nomor HP ini sudah dipakai di beberapa pendaftaran.")
    try:
        yield
    except BaseException:
        await give_back(intake.uow.reading(), limit, blind)
        raise


async def _count(intake: Intake, counted: tuple[Limit, str], reason: str) -> None:
    wait = await hit(intake.uow.reading(), *counted)
    if wait:
        raise TooMany(wait, reason)


def in_words(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} detik"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} menit" if minutes < 120 else f"{math.ceil(minutes / 60)} jam"
