"""Feeds recorded events to the consumers of one service, on a database of its own."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from faststream.exceptions import RejectMessage

from deploy.local.environment import environment
from services.cards.consumers import consumers as cards_consumers
from services.cards.indexes import INDEXES as CARDS_INDEXES
from services.cards.keys.signing import SigningKeys
from services.cards.main import make_press
from services.cards.settings import CardsSettings
from services.intake import store as intake_store
from services.intake.consumers import consumers as intake_consumers
from services.intake.settings import IntakeSettings
from services.notify.consumers import make_consumers as make_notify_consumers
from services.notify.settings import NotifySettings
from services.notify.store import INDEXES as NOTIFY_INDEXES
from services.verification.consumers import make_consumers
from services.verification.indexes import INDEXES as VERIFICATION_INDEXES
from services.verification.review.warnings import CaseReader
from services.verification.settings import VerificationSettings
from shared.contracts.catalog import BY_TYPE
from shared.ids import uuid7
from shared.messaging import inbox, outbox
from shared.messaging.subscribe import Consumer, Subscription
from shared.mongo import Document
from shared.procpool import WorkerPool
from shared.service import Resources, connect
from shared.settings import ServiceSettings
from tests.faults.recordings import Recorded, Snapshot
from tests.faults.system import System

SETTINGS: dict[str, type[ServiceSettings]] = {
    "intake": IntakeSettings,
    "verification": VerificationSettings,
    "cards": CardsSettings,
    "notify": NotifySettings,
}
INDEXES: dict[str, Any] = {
    "intake": intake_store.INDEXES,
    "verification": VERIFICATION_INDEXES,
    "cards": CARDS_INDEXES,
    "notify": NOTIFY_INDEXES,
}
MOST_TRIES = 50


@dataclass(frozen=True)
class Stand:
    """One service on a fresh database, without queues: deliveries come from us."""

    resources: Resources
    consumers: Sequence[Consumer]

    async def feed(self, events: Sequence[Recorded], at_once: int = 1) -> None:
        """Deliver to every consumer that hears it; what fails goes to the end of the line.

        A rejected (poisonous) event fails the test.
        """
        line = deque(
            (consumer, event, 0)
            for event in events
            for consumer in self.consumers
            if BY_TYPE[event.type] in consumer.handlers
        )

        async def work() -> None:
            while line:
                consumer, event, tries = line.popleft()
                resources = self.resources
                subscription = Subscription(consumer, resources.uow, resources.stopping)
                message: Any = SimpleNamespace(body=event.body, headers={"x-delivery-count": tries})
                try:
                    await subscription.receive(message)
                except RejectMessage:
                    raise
                except Exception:  # as a nack: again, behind the others
                    if tries == MOST_TRIES:
                        raise
                    line.append((consumer, event, tries + 1))
                    await asyncio.sleep(0)

        await asyncio.gather(*(work() for _ in range(at_once)))

    async def rows(self, table: str) -> list[Document]:
        return await self.resources.mongo.collection(table).find({}).to_list(None)


@asynccontextmanager
async def stand(
    system: System, service: str, before: Snapshot | None = None, workers: WorkerPool | None = None
) -> AsyncIterator[Stand]:
    """A service with its own settings, on a new database that begins with `before`."""
    values = {n.lower(): v for n, v in environment(service, system.servers.run).items()}
    values["mongo_url"] = system.servers.run.mongo_url("deploy")
    values["mongo_database"] = f"replay_{service}_{uuid7()[-12:]}"
    resources = connect(SETTINGS[service].model_validate(values))
    await resources.mongo.ensure_indexes({**INDEXES[service], **outbox.INDEXES, **inbox.INDEXES})
    for table, rows in (before or {}).items():
        if rows:
            await resources.mongo.collection(table).insert_many(rows)
    resources.stopping.set()  # so that nobody pauses before a nack
    try:
        yield Stand(resources, _CONSUMERS[service](resources, workers))
    finally:
        resources.mongo.close()


def shuffled(events: Sequence[Recorded], seed: int) -> list[Recorded]:
    """Every event twice, a third of them three times, in any order; then the oldest once more."""
    dice = random.Random(seed)
    many = [*events, *events, *dice.sample(list(events), len(events) // 3)]
    dice.shuffle(many)
    return [*many, *events[: len(events) // 4]]


def _of_verification(resources: Resources, _: WorkerPool | None) -> Sequence[Consumer]:
    settings = resources.settings
    assert isinstance(settings, VerificationSettings)
    index_key = settings.index_key.get_secret_value()
    return make_consumers(CaseReader(resources.keys, index_key, resources.office))


def _of_cards(resources: Resources, workers: WorkerPool | None) -> Sequence[Consumer]:
    settings = resources.settings
    assert isinstance(settings, CardsSettings)
    assert workers is not None
    press = make_press(resources, workers, SigningKeys.open(settings))
    return cards_consumers(resources.uow, press, resources.stopping)


_CONSUMERS: dict[str, Callable[[Resources, WorkerPool | None], Sequence[Consumer]]] = {
    "intake": lambda resources, _: intake_consumers(resources),
    "verification": _of_verification,
    "cards": _of_cards,
    "notify": lambda resources, _: make_notify_consumers(resources.office.escalation.email),
}
