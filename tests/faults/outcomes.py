"""What must be true in the end, whatever failed on the way."""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

import aio_pika
import pypdfium2

from deploy.local import SERVICES
from shared.contracts.reviews import ApplicationApproved
from shared.messaging.dead_letters import count_dead
from shared.messaging.topology import QUEUES
from tests.faults.journeys import Journey, email_of
from tests.faults.system import System, by, side_by_side, until

_SUBJECTS = {
    "draft_kept": "Kode untuk melanjutkan",
    "submitted": "sudah kami terima",
    "returned": "Perbaiki pendaftaran",
    "rejected": "belum dapat disetujui",
    "issued": "sudah terbit",
}


async def settle(system: System, journeys: Sequence[Journey], seconds: float = 150) -> None:
    """Wait until nothing is on its way any more."""
    ids = [each.id for each in journeys]
    mine = {"_id": {"$in": ids}, "state": "issued"}
    told = sum(len(each.told_of_application) for each in journeys)

    async def issued() -> bool:
        return len(await system.rows("intake", "applications", mine)) == len(ids)

    async def known_at_the_desk() -> bool:
        return len(await system.rows("verification", "cases", mine)) == len(ids)

    async def messages_known() -> bool:
        where = {"application_id": {"$in": ids}, "state": "sent"}
        return len(await system.rows("verification", "case_notices", where)) >= told

    await until(issued, "all applications issued", seconds)
    await until(known_at_the_desk, "all cases issued", seconds)
    await until(messages_known, "all messages sent and known at the desk", seconds)
    await quiet(system)


async def quiet(system: System, seconds: float = 60, but_for: Collection[str] = ()) -> None:
    """Wait until no outbox and no queue holds anything, and no message waits to be sent.

    `but_for` are queues nobody reads now. A queue tells of what waits in it, not of what a consumer
    is working on: who needs the effect of the last event waits for that effect.
    """

    async def published() -> bool:
        waiting = [await system.rows(each, "outbox", {"published_at": None}) for each in SERVICES]
        return not any(waiting)

    async def empty() -> bool:
        sizes = await queue_sizes(system)
        return not any(size for name, size in sizes.items() if name not in but_for)

    await until(published, "all outboxes published", seconds)

    async def sent() -> bool:
        return not await system.rows("notify", "notices", {"state": "planned"})

    await until(empty, "all queues empty", seconds)
    await until(sent, "all messages sent", seconds)


async def queue_sizes(system: System) -> dict[str, int]:
    connection = await aio_pika.connect(system.servers.run.rabbit_url("deploy"))
    async with connection:
        channel = await connection.channel()
        sizes = {}
        for queue in QUEUES:
            declared = await channel.get_queue(queue.name)
            sizes[queue.name] = declared.declaration_result.message_count or 0
        return sizes


async def check(
    system: System, journeys: Sequence[Journey], repeated: Collection[str] = ()
) -> None:
    """All promises for these journeys; `repeated` are those whose mail may have come twice."""
    await settle(system, journeys)
    system.assert_none_ended()
    assert not any((await count_dead(system.servers.run.rabbit_url("deploy"))).values())
    await one_decision(system, journeys)
    await one_card(system, journeys)
    await numbers_without_gap(system)
    await one_message_per_event(system, journeys, repeated)


async def one_decision(system: System, journeys: Sequence[Journey]) -> None:
    """One approval per case: in the audit log, and as an event."""
    rows = await system.rows("verification", "audit_log", {"is_view": False})
    acts = {
        case: Counter(row["action"] for row in found) for case, found in by(rows, "case_id").items()
    }
    outbox = await system.rows("verification", "outbox", {"type": ApplicationApproved.TYPE})
    events = Counter(row["key"] for row in outbox)
    for journey in journeys:
        done = acts[journey.id]
        returns = journey.told.count("returned")
        expected = {
            "application.submitted": 1,
            "application.returned": returns,
            "application.amended": returns,
            "application.approved": 1,
            "application.rejected": 0,
            "card.issued": 1,
            "card.failed": 0,
        }
        assert {action: done[action] for action in expected} == expected, journey.id
        assert events[journey.id] == 1, journey.id


async def one_card(system: System, journeys: Sequence[Journey]) -> None:
    """One card each, and the applicant can read the very PDF that was made."""
    cards = by(await system.rows("cards", "cards"), "application_id")

    async def check_card(journey: Journey) -> None:
        (card,) = cards[journey.id]
        assert card["state"] == "issued"
        await journey.applicant.enter_status()
        shown = await journey.applicant.status()
        assert shown["card"]["registration_number"] == card["registration_number"]
        pdf = await journey.applicant.card()
        assert hashlib.sha256(pdf).hexdigest() == card["pdf"]["sha256"]
        text = "".join(_text(pdf).split())
        assert card["registration_number"] in text
        assert journey.applicant.person.nik in text

    await side_by_side([lambda each=each: check_card(each) for each in journeys], 6)  # type: ignore[misc]


async def numbers_without_gap(system: System) -> None:
    """The sequence of the year over all cards there are: 1, 2, 3 … each once."""
    cards = await system.rows("cards", "cards")
    numbers = sorted(int(card["registration_number"][-6:]) for card in cards)
    assert numbers == list(range(1, len(cards) + 1))
    of_numbers = {"_id": {"$regex": "^1404:"}}  # places in the status lists are counted there, too
    (counter,) = await system.rows("cards", "counters", of_numbers)
    assert counter["sequence"] == len(cards)


async def one_message_per_event(
    system: System, journeys: Sequence[Journey], repeated: Collection[str]
) -> None:
    """Each applicant heard of each event once; a repeat has the same Message-ID and is announced.

    Only where notify was killed between the provider's answer and its own record may a mail come
    twice: SMTP cannot be asked.
    """

    async def everybody_heard() -> bool:
        boxes = mails(system)
        return all(
            not Counter(each.told) - Counter(_heard(boxes.get(email_of(each.applicant.person), ())))
            for each in journeys
        )

    await until(everybody_heard, "a mail for everything that applicants must hear of")
    await quiet(system)
    boxes = mails(system)
    for journey in journeys:
        box = boxes[email_of(journey.applicant.person)]
        assert Counter(_heard(box)) == Counter(journey.told), journey.id
        twice = [
            message_id for message_id, count in Counter(m for m, _ in box).items() if count > 1
        ]
        if journey.id in repeated:
            print(f"sent again with the same Message-ID, as foreseen: {len(twice)} mail")  # noqa: T201
            assert len(twice) == 1
        else:
            assert not twice, journey.id


def mails(system: System) -> dict[str, list[tuple[str, str]]]:
    """Message-ID and subject of every mail in the inbox, by recipient."""
    boxes: dict[str, list[tuple[str, str]]] = {}
    for path in Path(system.servers.run.folder / "mail").glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        boxes.setdefault(str(mail["X-Envelope-To"]), []).append(
            (str(mail["Message-ID"]).strip(), str(mail["Subject"]))
        )
    return boxes


def _heard(box: Collection[tuple[str, str]]) -> list[str]:
    """Which templates the mails of one box were made from; a repeated mail counts once."""
    return list({message_id: _template(subject) for message_id, subject in box}.values())


def _template(subject: str) -> str:
    (name,) = (name for name, part in _SUBJECTS.items() if re.search(part, subject))
    return name


def _text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
