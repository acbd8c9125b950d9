"""A registration from its first card to its end: reports by date, two ends, no way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.verification.officers.domain import Officer
from services.verification.register.acts import (
    AskedEnd,
    AskedPlacement,
    open_line,
    place,
    recall,
    remove,
    take_report,
)
from services.verification.register.card_list import CARD_TABS, part_of
from services.verification.register.card_view import history_of, lines_of
from services.verification.register.domain import (
    CardEnd,
    RegisteredCard,
    RegisteredPerson,
    Registration,
    drop,
    end_card,
    enter,
    follow,
    is_forsaken,
)
from services.verification.register.refusals import AlreadyEnded, NoReportNow, OwnCard
from services.verification.register.store import order_on
from shared.errors import Forbidden, Invalid

GRACE = 30
ISSUED_ON = date(2026, 11, 25)
DUE = (date(2027, 5, 25), date(2027, 11, 25), date(2028, 5, 25))
PERSON = RegisteredPerson(full_name="SITI CONTOH", nik_index="n" * 64, subdistrict="Tembilahan")
CARD = RegisteredCard(
    card_id="card-1",
    application_id="application-1",
    reference="AK1-0000000000A",
    number="1404251126000001",
    copy_no=1,
    kind="new",
    issued_on=ISSUED_ON,
    valid_until=date(2028, 11, 25),
    report_due_on=DUE,
    issued_at=datetime(2026, 11, 25, 3, tzinfo=UTC),
)
COPY = CARD.model_copy(
    update={"card_id": "card-2", "copy_no": 2, "kind": "correction", "reference": "AK1-B"}
)
RENEWED = CARD.model_copy(
    update={
        "card_id": "card-3",
        "number": "1404011128000009",
        "kind": "renewal",
        "issued_on": date(2028, 11, 1),
        "valid_until": date(2030, 11, 1),
        "report_due_on": (date(2029, 5, 1), date(2029, 11, 1), date(2030, 5, 1)),
    }
)
VERA = Officer("1", "vera", "Vera Contoh", ("verification_officer",))
PUTRA = Officer("2", "putra", "Putra Contoh", ("placement_officer",), nip="1" * 18)
WORK = AskedPlacement("2027-05-03", "PT Sagu Contoh", "Operator", "Kab. Indragiri Hilir")


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)


def registered() -> Registration:
    return enter(CARD, PERSON)


def reported(registration: Registration, day: date) -> Registration:
    return take_report(registration, VERA, noon(day), "still_looking", GRACE)


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (ISSUED_ON, "valid"),
        (DUE[0] - timedelta(days=15), "valid"),
        (DUE[0] - timedelta(days=14), "report_due"),
        (DUE[0], "report_due"),
        (DUE[0] + timedelta(days=1), "report_overdue"),
        (DUE[0] + timedelta(days=GRACE), "report_overdue"),
        (DUE[0] + timedelta(days=GRACE + 1), "removed"),
    ],
)
def test_where_it_stands_follows_from_the_date(day: date, standing: str) -> None:
    assert registered().standing(GRACE, day) == standing
    assert is_forsaken(registered(), GRACE, day) == (standing == "removed")


def test_reports_fill_the_lines_one_after_the_other() -> None:
    one = registered()
    for number, due in enumerate(DUE, 1):
        early = due - timedelta(days=15)
        with pytest.raises(NoReportNow, match=f"Laporan ke-{number} baru bisa dicatat mulai"):
            reported(one, early)
        one = reported(one, early + timedelta(days=1))
        assert one.reports[-1].line_no == number
        assert one.standing(GRACE, due) == "valid"
        with pytest.raises(NoReportNow):
            reported(one, due)
    assert one.due is None
    with pytest.raises(NoReportNow, match="Semua laporan"):
        reported(one, DUE[2])
    assert [each.state for each in lines_of(one, DUE[2])] == ["filled"] * 3


def test_a_late_report_is_taken_until_the_grace_is_over() -> None:
    last = DUE[0] + timedelta(days=GRACE)
    assert reported(registered(), last).reports[0].due_on == DUE[0]
    with pytest.raises(NoReportNow, match="Masa tenggang 30 hari"):
        reported(registered(), last + timedelta(days=1))


def test_with_a_long_grace_the_report_fills_the_line_whose_time_has_come() -> None:
    day = DUE[1] - timedelta(days=3)
    line = open_line(registered(), day)
    assert line is not None
    assert line.line_no == 2
    filled = take_report(registered(), VERA, noon(day), "data_changed", 365)
    assert [each.state for each in lines_of(filled, day)] == ["missed", "filled", "later"]
    assert filled.due is not None
    assert filled.due.on == DUE[2]


def test_a_copy_keeps_the_lines_and_a_renewal_begins_new_ones() -> None:
    one = follow(reported(registered(), DUE[0]), COPY, PERSON)
    assert one.report_on(1) is not None
    assert (one.card.copy_no, one.standing(GRACE, DUE[0])) == (2, "valid")
    ended = one.cards[0].ended
    assert ended is not None
    assert ended.reason == "superseded"
    one = follow(one, RENEWED, PERSON)
    assert one.report_on(1) is None
    assert one.due is not None
    assert one.due.on == date(2029, 5, 1)
    assert one.is_live
    told = [each.what for each in history_of(one)]
    assert told.count("Perpanjangan terbit") == told.count("Laporan ke-1 dicatat") == 1


def test_a_copy_heard_of_late_takes_its_place_by_the_time_of_its_issue() -> None:
    third = COPY.model_copy(
        update={"card_id": "card-9", "copy_no": 3, "issued_at": COPY.issued_at + timedelta(days=9)}
    )
    second = COPY.model_copy(update={"issued_at": COPY.issued_at + timedelta(days=2)})
    renamed = PERSON.model_copy(update={"full_name": "SITI CONTOH RAHMA"})
    one = follow(follow(registered(), third, renamed), second, PERSON)
    assert [each.copy_no for each in one.cards] == [1, 2, 3]
    assert [each.ended.reason if each.ended else None for each in one.cards] == [
        "superseded",
        "superseded",
        None,
    ]
    assert one.person == renamed


def test_a_renewal_brings_nobody_back() -> None:
    left = noon(date(2028, 10, 20))
    before, after = left - timedelta(days=1), left + timedelta(days=1)
    works = place(registered(), PUTRA, left, WORK)
    assert works.goes_on_with(COPY, after)
    assert not works.goes_on_with(RENEWED, after)
    assert works.goes_on_with(RENEWED, before)  # he left while it was being made
    forgotten = drop(registered(), "report_overdue", left.date(), left)
    assert not forgotten.goes_on_with(RENEWED, before)
    ended = drop(registered(), "expired", left.date(), left)
    replaced = RENEWED.model_copy(update={"kind": "replacement"})
    assert not ended.goes_on_with(replaced, after)  # its new number can be reported on
    assert registered().goes_on_with(RENEWED, None)


def test_after_placement_there_is_no_way_back() -> None:
    day = date(2027, 5, 4)
    one = place(registered(), PUTRA, noon(day), WORK)
    assert (one.lane, one.standing(GRACE, DUE[1])) == ("placed", "placed")
    assert order_on(one) == day
    late: list[Callable[[], object]] = [
        lambda: place(one, PUTRA, noon(day), WORK),
        lambda: remove(one, PUTRA, noon(day), AskedEnd("died")),
        lambda: reported(one, DUE[0]),
    ]
    for act in late:
        with pytest.raises(AlreadyEnded, match="sudah tercatat bekerja sejak 3 Mei 2027"):
            act()
    assert drop(one, "report_overdue", day, noon(day)) is one
    assert not is_forsaken(one, GRACE, date(2029, 1, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"placed_on": ""},
        {"placed_on": "31-12-2026"},
        {"placed_on": "2027-05-05"},
        {"placed_on": "2026-11-24"},
        {"employer": " "},
        {"position": "x"},
        {"place": "x" * 101},
    ],
)
def test_a_placement_is_complete_and_has_begun(wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        place(registered(), PUTRA, noon(date(2027, 5, 4)), replace(WORK, **wrong))


def test_removal_needs_a_reason_of_the_list() -> None:
    day = noon(date(2027, 1, 8))
    one = remove(registered(), PUTRA, day, AskedEnd("moved_out"))
    assert one.removal is not None
    assert (one.removal.removed_on, one.lane) == (date(2027, 1, 8), "removed")
    for wrong in (AskedEnd(), AskedEnd("report_overdue"), AskedEnd("office")):
        with pytest.raises(Invalid):
            remove(registered(), PUTRA, day, wrong)
    assert remove(registered(), PUTRA, day, AskedEnd("office", "Salah orang.")).removal


def test_a_card_taken_back_takes_no_report_and_ends_once() -> None:
    day = noon(date(2027, 1, 8))
    asked = AskedEnd("false_data", "Ijazah palsu.")
    with pytest.raises(Invalid):
        recall(registered(), PUTRA, day, replace(asked, note=""))
    with pytest.raises(Invalid):
        recall(registered(), PUTRA, day, replace(asked, reason="superseded"))
    one = recall(registered(), PUTRA, day, asked)
    with pytest.raises(AlreadyEnded, match="Kartu ini dicabut"):
        reported(one, DUE[0])
    with pytest.raises(AlreadyEnded):
        recall(one, PUTRA, day, asked)
    ended = end_card(one, CARD.card_id, CardEnd(reason="false_data", at=day))
    assert (ended.lane, ended.standing(GRACE, ISSUED_ON)) == ("revoked", "revoked")
    assert end_card(ended, CARD.card_id, CardEnd(reason="expired", at=day)) is ended


def test_the_card_of_one_who_works_can_be_taken_back_too() -> None:
    day = noon(date(2027, 5, 8))
    one = place(registered(), PUTRA, day, WORK)
    one = recall(one, PUTRA, day, AskedEnd("court_order", "Putusan 12/2027."))
    ended = end_card(one, CARD.card_id, CardEnd(reason="court_order", at=day))
    assert (ended.lane, ended.outcome) == ("revoked", "placed")


def test_who_may_do_what_and_nobody_for_himself() -> None:
    day = noon(DUE[0])
    forbidden: list[Callable[[], object]] = [
        lambda: place(registered(), VERA, day, WORK),
        lambda: remove(registered(), VERA, day, AskedEnd("died")),
        lambda: recall(registered(), VERA, day, AskedEnd("office_error", "Salah foto.")),
        lambda: take_report(
            registered(), replace(VERA, roles=("office_head",)), day, "still_looking", GRACE
        ),
    ]
    for act in forbidden:
        with pytest.raises(Forbidden):
            act()
    himself = replace(PUTRA, nik_index=PERSON.nik_index)
    with pytest.raises(OwnCard):
        take_report(registered(), himself, day, "still_looking", GRACE)
    with pytest.raises(OwnCard):
        remove(registered(), himself, day, AskedEnd("died"))


def test_every_live_registration_stands_in_one_tab() -> None:
    day = date(2027, 5, 18)
    live = [part_of(tab, day) for tab in CARD_TABS if part_of(tab, day).lane == "live"]
    for due in (day + timedelta(days=each) for each in range(-20, 30)):
        holding = [
            part for part in live if (part.first or date.min) <= due <= (part.last or date.max)
        ]
        assert len(holding) == 1, due
