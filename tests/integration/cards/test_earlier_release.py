"""Cards of the release before copies and signed codes: readable, drawn, followed."""

from __future__ import annotations

from services.cards.allocating import equip_card
from services.cards.domain import Card
from services.cards.indexes import INDEXES, OUTDATED_INDEXES
from shared.mongo import IndexModel
from tests.integration.cards.notes import placement_of, report_of
from tests.integration.cards.office import Office

NEW_FIELDS = (
    "approved_at",
    "kind",
    "copy_no",
    "replaces_card_id",
    "replaced_by",
    "legal_basis",
    "token",
    "token_id",
    "status_index",
    "status",
    "next_due_on",
    "reports",
    "outcome",
    "revocation",
    "phone_image",
    "history",
)


async def as_it_was(office: Office, card: Card) -> Card:
    """The record as the earlier release wrote it."""
    await office.resources.mongo.collection("cards").update_one(
        {"_id": card.card_id},
        {"$unset": dict.fromkeys(NEW_FIELDS, ""), "$set": {"check_code_hash": "0" * 64}},
    )
    return await office.card(card)


async def test_a_card_that_waits_to_be_drawn_gets_its_token(office: Office) -> None:
    card = await as_it_was(office, await office.allocated(await office.approved(1)))
    assert card.token is None
    card = await office.issue(card)
    assert card.state == "issued"
    assert card.token is not None
    assert card.status_index is not None
    assert card.check_code_hash is None
    (issued,) = await office.emitted("card.issued.v1")
    assert issued.data.token_id == card.token_id
    uow = office.resources.uow
    again = await uow.run(lambda tx: equip_card(tx, card.card_id, office.press))
    assert again == card, "a token is signed once"


async def test_an_issued_card_lives_on_without_a_token(office: Office) -> None:
    card = await as_it_was(office, await office.issued(await office.approved(1)))
    await office.tell(report_of(card, 1))
    await office.tell(placement_of(card))
    card = await office.card(card)
    assert (card.status, card.status_index) == (3, None)
    assert await office.rows("status_changes") == [], "it is in no list"
    assert card.check_code_hash == "0" * 64, "its link goes on working"


async def test_a_copy_of_such_a_card_has_a_token_and_the_same_number(office: Office) -> None:
    mongo = office.resources.mongo
    unique = IndexModel([("registration_number", 1)], name="registration_number_1", unique=True)
    await mongo.ensure_indexes({"cards": [unique]})
    await mongo.drop_indexes(OUTDATED_INDEXES)
    await mongo.drop_indexes(OUTDATED_INDEXES)
    await mongo.ensure_indexes(INDEXES)

    card = await as_it_was(office, await office.issued(await office.approved(1)))
    approval = await office.approved(2, "replacement", card.registration_number, 1)
    copy = await office.issued(approval)
    assert (copy.registration_number, copy.copy_no) == (card.registration_number, 2)
    assert (await office.card(card)).state == "revoked"
