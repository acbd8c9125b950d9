"""cards on real servers, empty at the begin of each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from deploy.local.environment import environment
from deploy.local.stack import Servers
from services.cards.indexes import INDEXES, OUTDATED_INDEXES
from services.cards.issuing import Press
from services.cards.keys.signer import PemSigner, new_private_key
from services.cards.numbers import number_template
from services.cards.rendering import warm_up
from services.cards.settings import CardsSettings
from shared.messaging import inbox, outbox
from shared.procpool import WorkerPool
from shared.service import connect
from tests.integration.cards.office import KEYS, Office


@pytest.fixture(scope="package")
async def workers() -> AsyncIterator[WorkerPool]:
    """A worker takes seconds to start: one for all tests."""
    pool = WorkerPool(1, initializer=warm_up)
    yield pool
    await pool.close()


@pytest.fixture
async def office(
    servers: Servers, workers: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    for service in ("intake", "cards"):
        for name, value in environment(service, servers.run).items():
            monkeypatch.setenv(name, value)
        if service == "intake":
            writer = connect(CardsSettings()).storage
    resources = connect(CardsSettings())
    await resources.mongo.drop_indexes(OUTDATED_INDEXES)
    await resources.mongo.ensure_indexes({**INDEXES, **outbox.INDEXES, **inbox.INDEXES})
    for name in (*INDEXES, outbox.COLLECTION, inbox.COLLECTION):
        await resources.mongo.collection(name).delete_many({})
    signer = PemSigner.load(new_private_key())
    rules = resources.office.card
    press = Press(
        storage=resources.storage,
        keys=KEYS,
        office=resources.office,
        workers=workers,
        public_url="https://ak1.example",
        numbers=number_template(
            rules.number_template, rules.sequence_reset, rules.number_boxes, "1404"
        ),
        signer_at=lambda _: signer,
    )
    yield Office(resources, press, writer)
    resources.mongo.close()
