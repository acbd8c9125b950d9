"""Print batches, printers and their test page: the pure part."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pikepdf
import pytest
from starlette.requests import Request
from starlette.types import Message

from services.verification.officers.domain import Officer
from services.verification.officers.guard import FormTooLarge, read_form
from services.verification.printing.causes import cause_of
from services.verification.printing.domain import (
    CARDS_MOST,
    SHAPES,
    BatchChanged,
    Line,
    PrintBatch,
    asked_again,
    became_failed,
    became_ready,
    by,
    cancelled,
    confirmed,
    progressed,
    settled,
)
from services.verification.printing.printers import (
    Printer,
    checked_offset,
    checked_printer_name,
    distance_text,
    shift_text,
)
from services.verification.printing.ruler import draw_test_page, size_of
from shared.contracts.cards import StoredObject
from shared.contracts.print_batches import PrinterOffset
from shared.errors import Invalid

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
VERA = Officer("v", "vera", "Vera Contoh", ("verification_officer",))
SHEETS = StoredObject(key="batches/b.pdf", sha256="0" * 64, size=10)
MM = 72 / 25.4


def batch(count: int = 3) -> PrintBatch:
    ids = tuple(f"c{number}" for number in range(count))
    return PrintBatch(
        id="b",
        number="2026-0001",
        lines=tuple(
            Line(
                card_id=each, case_id=f"k{each}", reference=f"AK1-{each}", registration_number=each
            )
            for each in ids
        ),
        shape="plastic_sheet",
        printer="Tanpa penyesuaian",
        offset=PrinterOffset(),
        made=by(VERA, AT),
        heard_at=AT,
        open_cards=ids,
    )


def test_a_batch_goes_from_asked_to_printed() -> None:
    drawn = progressed(batch(), 2, AT)
    assert (drawn.drawn, drawn.version) == (2, 1), "an open page stays good"
    assert progressed(drawn, 1, AT) is drawn, "late news change nothing"
    ready = became_ready(drawn, SHEETS, 2, AT)
    done = confirmed(ready, VERA, AT, {"c1"})
    assert (done.spoilt, done.open_cards) == (("c1",), ("c0", "c2"))
    assert done.is_settling
    half = settled(done, {"c0"})
    assert (half.settled, half.is_settling) == (1, True)
    assert not settled(half, {"c2"}).is_settling
    for act in (cancelled, lambda each: asked_again(each, AT)):
        with pytest.raises(BatchChanged, match="Vera Contoh"):
            act(done)
    with pytest.raises(BatchChanged):
        confirmed(done, VERA, AT, ())


def test_news_in_another_order_open_nothing_that_is_closed() -> None:
    failed = became_failed(batch(), "revoked", ("c1", "unknown"), AT)
    assert (failed.state, failed.in_the_way) == ("failed", ("c1",))
    assert became_ready(failed, SHEETS, 2, AT).state == "ready"
    again = asked_again(failed, AT)
    assert (again.state, again.in_the_way, again.cause) == ("asked", (), "")
    ended = cancelled(again)
    assert ended.open_cards == ()
    assert became_ready(ended, SHEETS, 2, AT) is ended
    assert became_failed(ended, "revoked", (), AT) is ended
    ready = became_ready(again, SHEETS, 2, AT)
    assert became_failed(ready, "revoked", (), AT) is ready


def test_only_a_silent_batch_is_asked_for_again() -> None:
    with pytest.raises(BatchChanged, match="sedang digambar"):
        asked_again(batch(), AT + timedelta(minutes=1))
    late = AT + timedelta(minutes=3)
    assert asked_again(batch(), late).heard_at == late


def test_a_card_that_is_not_in_the_list_cannot_be_spoilt() -> None:
    with pytest.raises(Invalid):
        confirmed(became_ready(batch(), SHEETS, 2, AT), VERA, AT, {"x"})


def test_an_officer_finds_a_card_on_its_sheet() -> None:
    assert batch().place_of(0) == "lembar 1, baris 1, kiri"
    assert batch(12).place_of(11) == "lembar 2, baris 1, kanan"
    assert batch().model_copy(update={"shape": "form"}).place_of(4) == "kartu ke-5"


def test_every_cause_says_what_to_do() -> None:
    for code in ("revoked", "NotFound", "RenderError", "WorkerDied", "something new"):
        assert cause_of(code).endswith((".", "Macet."))
    assert cause_of("") == ""


@pytest.mark.parametrize(
    ("typed", "tenths"),
    [("20,7", 7), ("19.5", -5), ("20", 0), ("", 0), (" 21,0 mm ", 10)],
)
def test_what_was_measured_becomes_an_offset(typed: str, tenths: int) -> None:
    assert checked_offset("plastic_sheet", {"front_x": typed}).front_x == tenths


async def test_every_card_of_the_largest_batch_can_be_ticked() -> None:
    """As spoilt, or to be printed again after a bad day of the printer."""
    others = {"csrf_token": "x" * 40, "version": "4", "do": "some", "printed_as": "shape:plastic"}
    ticked = {f"rusak.00000000-0000-7000-8000-{number:012d}": "1" for number in range(CARDS_MOST)}
    assert await read_form(posted({**others, **ticked})) == {**others, **ticked}
    with pytest.raises(FormTooLarge):
        await read_form(posted({f"f{number}": "" for number in range(2 * CARDS_MOST)}))


def posted(form: dict[str, str]) -> Request:
    async def receive() -> Message:
        return {"type": "http.request", "body": urlencode(form).encode(), "more_body": False}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


def test_a_card_printer_has_its_cross_nearer() -> None:
    assert checked_offset("plastic", {"back_y": "9,6"}) == PrinterOffset(back_y=-4)


@pytest.mark.parametrize("typed", ["dua", "20,45", "-1", "35,0", "2", "٢٠"])
def test_what_no_ruler_says_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="halaman depan, dari tepi kiri"):
        checked_offset("plastic_sheet", {"front_x": typed})


def test_printers_are_shown_as_they_were_measured() -> None:
    printer = Printer(
        id="p",
        name=checked_printer_name("  Epson   loket "),
        shape="plastic_sheet",
        offset=PrinterOffset(front_x=7, front_y=-13),
        changed=by(VERA, AT),
    )
    assert printer.name == "Epson loket"
    assert [printer.measured(side) for side in ("front_x", "front_y", "back_x")] == [
        "20,7",
        "18,7",
        "20,0",
    ]
    assert shift_text(7, -13) == "0,7 mm ke kanan, 1,3 mm ke atas"
    assert shift_text(0, 0) == "tepat"
    assert distance_text(204) == "20,4"
    with pytest.raises(Invalid):
        checked_printer_name("x")


@pytest.mark.parametrize("shape", SHAPES)
def test_the_test_page_has_the_paper_and_its_cross_where_it_says(shape: str) -> None:
    name = next(each for each in SHAPES if each == shape)
    cross = 10 if name == "plastic" else 20
    for offset in (PrinterOffset(), PrinterOffset(front_x=7, front_y=-13, back_x=-2)):
        with pikepdf.open(io.BytesIO(draw_test_page(name, offset))) as pdf:
            shifts = [(offset.front_x, offset.front_y), (offset.back_x, offset.back_y)]
            if name in {"sheet", "form"}:  # nothing is on the back
                del shifts[1]
            for page, (dx, dy) in zip(pdf.pages, shifts, strict=True):
                width, height = size_of(name)
                assert [round(float(each) / MM, 1) for each in page.mediabox] == [
                    0,
                    0,
                    width,
                    height,
                ]
                content = pikepdf.parse_content_stream(page)
                shift = next(each.operands for each in content if str(each.operator) == "cm")
                assert float(shift[4]) / MM == pytest.approx(-dx / 10, abs=0.01)
                assert float(shift[5]) / MM == pytest.approx(dy / 10, abs=0.01)
                lines = [
                    [float(each) / MM for each in step.operands]
                    for step in content
                    if str(step.operator) == "m"
                ]
                assert lines[0][1] == pytest.approx(height - cross, abs=0.01)
                assert lines[1][0] == pytest.approx(cross, abs=0.01)
