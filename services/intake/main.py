"""Wires intake: settings, resources, consumers, pages and API."""

from __future__ import annotations

from functools import partial

from services.intake import store, withdrawal
from services.intake.consumers import consumers
from services.intake.counter import sessions as counter_sessions
from services.intake.expiry import sweep_until_stopped
from services.intake.intake import open_intake
from services.intake.occupations import store as occupations
from services.intake.settings import IntakeSettings
from services.intake.uploads import store as uploads_store
from services.intake.uploads import sweeping as uploads_sweeping
from services.intake.web.app import make_app
from shared import service


def build(resources: service.Resources) -> service.Parts:
    intake = open_intake(resources)
    return service.Parts(
        indexes={
            **store.INDEXES,
            **uploads_store.INDEXES,
            **occupations.INDEXES,
            **counter_sessions.INDEXES,
        },
        consumers=consumers(intake),
        web=make_app(intake),
        background=[
            ("uploads-sweep", partial(uploads_sweeping.sweep_until_stopped, intake)),
            ("drafts-expiry", partial(sweep_until_stopped, intake)),
            ("overdue-amendments", partial(withdrawal.sweep_until_stopped, intake)),
        ],
        close=intake.workers.close,
    )


def run() -> int:
    return service.main(IntakeSettings, build)
