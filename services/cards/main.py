"""Wires cards: settings, resources, consumers, workers that draw, what the date changes."""

from __future__ import annotations

from functools import partial
from typing import cast

from services.cards.checking import check_layouts
from services.cards.consumers import consumers
from services.cards.daily import watch_dates
from services.cards.indexes import INDEXES, OUTDATED_INDEXES
from services.cards.issuing import Press
from services.cards.keys.signing import SigningKeys
from services.cards.numbers import number_template
from services.cards.publishing.publisher import Publisher
from services.cards.rendering import warm_up
from services.cards.sealing.certificate import OfficeCertificate
from services.cards.settings import CardsSettings
from shared import service
from shared.office import Seal
from shared.procpool import WorkerPool

CARDS_OF_A_WORKER = 2000  # then a fresh one: its memory stays flat so far, a start costs seconds


def build(resources: service.Resources) -> service.Parts:
    """Raises `BadTemplateError` or `BadLayoutError` for an office file that gives no cards."""
    settings = cast("CardsSettings", resources.settings)
    example = check_layouts(resources.office)
    workers = WorkerPool(
        settings.render_workers,
        initializer=partial(warm_up, example, resources.office.card.layout),
        max_tasks=CARDS_OF_A_WORKER,
    )
    signing = SigningKeys.open(settings)
    press = make_press(resources, workers, signing)
    publisher = Publisher(
        uow=resources.uow,
        storage=resources.storage,
        keys=signing,
        public_url=settings.public_url,
        every_seconds=settings.publish_every_seconds,
        stopping=resources.stopping,
    )
    checks = {"signing_key": signing.is_ready}
    if press.certificate is not None:
        checks["seal"] = press.certificate.is_ready
    return service.Parts(
        indexes=INDEXES,
        outdated_indexes=OUTDATED_INDEXES,
        consumers=consumers(resources.uow, press, resources.stopping),
        background=[
            ("dates", partial(watch_dates, resources.uow, press.grace_days, resources.stopping)),
            ("publishing", publisher.run),
        ],
        checks=checks,
        close=workers.close,
    )


def make_press(resources: service.Resources, workers: WorkerPool, signing: SigningKeys) -> Press:
    """Raises `BadTemplateError` for a number template that cannot work."""
    settings = cast("CardsSettings", resources.settings)
    rules = resources.office.card
    return Press(
        storage=resources.storage,
        keys=resources.keys,
        office=resources.office,
        workers=workers,
        public_url=settings.public_url,
        numbers=number_template(
            rules.number_template,
            rules.sequence_reset,
            rules.number_boxes,
            resources.office.identity.regency_code,
        ),
        signer_at=signing.signer_at,
        certificate=_certificate(settings, resources.office.seal),
    )


def _certificate(settings: CardsSettings, seal: Seal) -> OfficeCertificate | None:
    if seal.adapter != "pyhanko":
        return None
    password = settings.seal_certificate_password.get_secret_value().encode()
    return OfficeCertificate(settings.seal_certificate_file, password, seal.timestamp_url)


def run() -> int:
    return service.main(CardsSettings, build)
