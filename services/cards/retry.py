"""Operator command: draw a failed card again.

    python -m services.cards.retry CARD_ID

With the environment of the service. The number stays; the event goes through the outbox.
"""

from __future__ import annotations

import asyncio
import sys

from services.cards.domain import IllegalTransition
from services.cards.issuing import retry_card
from services.cards.settings import CardsSettings
from shared.errors import NotFound
from shared.service import connect


async def _retry(card_id: str) -> int:
    resources = connect(CardsSettings())
    try:
        await resources.uow.run(lambda tx: retry_card(tx, card_id))
    except (NotFound, IllegalTransition) as error:
        sys.stderr.write(f"not retried: {error}\n")
        return 1
    finally:
        resources.mongo.close()
    sys.stdout.write(f"card {card_id} will be drawn again\n")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(asyncio.run(_retry(sys.argv[1])))
