"""All indexes of cards."""

from __future__ import annotations

from services.cards import store
from services.cards.batches import closing
from services.cards.publishing import store as publishing

INDEXES = {
    **store.INDEXES,
    **publishing.INDEXES,
    **closing.INDEXES,
    "cards": [*store.INDEXES["cards"], publishing.STATUS_INDEX],
}
# Numbers were unique before copies had the number of their card.
OUTDATED_INDEXES = {"cards": ["registration_number_1"]}
