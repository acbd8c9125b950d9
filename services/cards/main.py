"""Wires cards: settings, resources, consumers, workers that draw."""

from __future__ import annotations

from typing import cast

from services.cards import store
from services.cards.consumers import consumers
from services.cards.issuing import Press
from services.cards.rendering import warm_up
from services.cards.settings import CardsSettings
from shared import service
from shared.procpool import WorkerPool


def build(resources: service.Resources) -> service.Parts:
    settings = cast("CardsSettings", resources.settings)
    workers = WorkerPool(settings.render_workers, initializer=warm_up)
    press = Press(
        storage=resources.storage,
        keys=resources.keys,
        office=resources.office,
        workers=workers,
        public_url=settings.public_url,
    )
    return service.Parts(
        indexes=store.INDEXES,
        consumers=consumers(resources.uow, press),
        close=workers.close,
    )


def run() -> int:
    return service.main(CardsSettings, build)
