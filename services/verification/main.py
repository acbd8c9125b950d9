"""Wires the service: settings, consumers, pages."""

from __future__ import annotations

from functools import partial

from services.verification.audit.chain import AuditKeys
from services.verification.audit.sealing import Sealer
from services.verification.audit.watching import watch_until_stopped
from services.verification.consumers import make_consumers
from services.verification.indexes import INDEXES
from services.verification.printing.confirming import settle_until_stopped
from services.verification.register.forsaken import watch_reports
from services.verification.review.ordering import order_until_stopped
from services.verification.review.overdue import watch_promises
from services.verification.review.promise import ServiceClock, use_clock
from services.verification.review.registering import register_until_stopped
from services.verification.review.warnings import CaseReader
from services.verification.settings import VerificationSettings
from services.verification.web.app import make_app
from shared.service import Parts, Resources, main
from shared.working_days import load_calendar


def build(resources: Resources) -> Parts:
    settings = resources.settings
    if not isinstance(settings, VerificationSettings):
        raise TypeError("verification runs with its own settings")
    use_clock(ServiceClock(resources.office.promise, load_calendar(settings.working_days_file)))
    index_key = settings.index_key.get_secret_value()
    card = resources.office.card
    reader = CaseReader(resources.keys, index_key, resources.office)
    sealer = Sealer(
        resources.uow, AuditKeys.of(resources.keys), resources.storage, resources.stopping
    )
    return Parts(
        indexes=INDEXES,
        consumers=make_consumers(reader),
        web=make_app(resources, settings),
        background=[
            ("audit-sealing", sealer.run),
            ("audit-watch", partial(watch_until_stopped, sealer)),
            ("promises", partial(watch_promises, resources.uow, resources.stopping)),
            ("printing", partial(settle_until_stopped, resources.uow, resources.stopping)),
            ("ordering", partial(order_until_stopped, resources.uow, resources.stopping)),
            (
                "registering",
                partial(register_until_stopped, resources.uow, card, resources.stopping),
            ),
            (
                "reports",
                partial(watch_reports, resources.uow, card.report_grace_days, resources.stopping),
            ),
        ],
    )


def run() -> int:
    return main(VerificationSettings, build)
