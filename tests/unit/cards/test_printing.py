"""From a record to the face that is printed."""

import base64
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.cards.domain import Card, Report
from services.cards.printing import face_of
from services.cards.rendering import RenderError
from shared.contracts.applications import ApplicationKind
from shared.office import Office, load_office
from shared.sealed import KeyRing, PurposeKeys, field_context
from tests.unit.cards.test_life import CARD
from tests.unit.cards.vector import ADDRESS, BASE32, TOKEN

KEY = base64.b64encode(b"k" * 32).decode()
KEYS = KeyRing(
    {name: PurposeKeys(current="k1", keys={"k1": KEY}) for name in ("identity", "contact")}
)
OFFICE = load_office()
PUBLIC_URL = "https://ak1.inhilkab.go.id/"


def signed() -> Card:
    context = CARD.application_id
    nik = KEYS.seal("identity", "1404056507980003", field_context(context, "nik"))
    mobile = KEYS.seal("contact", "+6281234567890", field_context(context, "mobile"))
    code = KEYS.seal("identity", "7KQ4AM2XDE", field_context(context, "check_code"))
    holder = CARD.holder.model_copy(update={"nik": nik, "mobile": mobile})
    return replace(CARD, holder=holder, check_code=code, token=TOKEN)


def with_card(**changes: object) -> Office:
    return OFFICE.model_copy(update={"card": OFFICE.card.model_copy(update=changes)})


def test_the_token_that_was_kept_is_what_the_qr_says() -> None:
    face = face_of(signed(), KEYS, OFFICE, PUBLIC_URL)
    assert face.qr == (ADDRESS, BASE32)
    assert face.check_code == "7KQ4A-M2XDE"
    assert face.area_of_validity == OFFICE.card.area_of_validity


def test_a_card_that_was_never_signed_is_not_drawn() -> None:
    with pytest.raises(RenderError):
        face_of(replace(signed(), token=None), KEYS, OFFICE, PUBLIC_URL)


def test_a_report_fills_its_line_and_the_others_stay_open() -> None:
    at = datetime(2027, 11, 20, 3, tzinfo=UTC)
    report = Report(2, at.date(), at, "still_looking", "counter", "RAHMA", "198001012005011002")
    lines = face_of(replace(signed(), reports=(report,)), KEYS, OFFICE, PUBLIC_URL).reports
    assert [line.due for line in lines] == list(CARD.report_due_on)
    assert [line.reported_on for line in lines] == [None, date(2027, 11, 20), None]
    assert (lines[1].received_by, lines[1].received_nip) == ("RAHMA", "198001012005011002")


@pytest.mark.parametrize(
    ("kind", "copy_no", "says"),
    [("new", 1, False), ("correction", 2, False), ("replacement", 2, True)],
)
def test_only_a_replacement_says_duplikat(kind: ApplicationKind, copy_no: int, says: bool) -> None:
    card = replace(signed(), kind=kind, copy_no=copy_no)
    assert face_of(card, KEYS, OFFICE, PUBLIC_URL).is_duplicate is says


def test_the_phone_is_printed_if_the_office_says_so() -> None:
    assert face_of(signed(), KEYS, with_card(print_phone=True), PUBLIC_URL).phone == "081234567890"
    assert face_of(signed(), KEYS, with_card(print_phone=False), PUBLIC_URL).phone == ""


def test_a_number_of_an_earlier_template_is_one_group() -> None:
    office = with_card(number_boxes=(4, 8, 6))
    assert face_of(signed(), KEYS, office, PUBLIC_URL).number_boxes == (16,)


def test_a_card_keeps_the_legal_basis_it_was_issued_on() -> None:
    card = replace(signed(), legal_basis="Permenaker 18/2024")
    assert face_of(card, KEYS, OFFICE, PUBLIC_URL).legal_basis == "Permenaker 18/2024"
    assert face_of(signed(), KEYS, OFFICE, PUBLIC_URL).legal_basis == OFFICE.card.legal_basis
