"""Who waits, in which order, and that a burst is no overload."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.intake.admission import gate as gate_module
from services.intake.admission.gate import Gate, Waiting
from services.intake.admission.line import PATIENCE_SECONDS, Line, Ticket, pause_for
from services.intake.admission.tickets import Tickets
from services.intake.admission.workload import Workload


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def time(self) -> float:
        self.now += 0.001
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(gate_module, "time", clock)
    return clock


def busy_gate(running: int = 4) -> Gate:
    gate = Gate(most=4, longest_delay=0.5, last_in=1e12)
    gate.work.running = running
    return gate


def wait_at(gate: Gate, ticket: Ticket | None = None) -> Waiting:
    waiting = gate.ask(ticket)
    assert waiting is not None
    return waiting


def test_with_room_nobody_waits() -> None:
    gate = busy_gate(running=3)
    assert gate.is_open
    assert gate.ask(None) is None


def test_places_are_true_and_kept(clock: Clock) -> None:
    gate = busy_gate()
    line = [wait_at(gate) for _ in range(12)]
    assert [each.position for each in line] == list(range(1, 13))
    again = [wait_at(gate, each.ticket).position for each in reversed(line)]
    assert again == list(range(12, 0, -1))


def test_who_came_first_goes_first_whoever_asks_first(clock: Clock) -> None:
    gate = busy_gate()
    first, second, third = (wait_at(gate).ticket for _ in range(3))
    gate.work.running = 3
    assert not gate.is_open
    assert wait_at(gate, third).position == 3
    assert wait_at(gate, second).position == 2
    assert wait_at(gate).position == 4  # a newcomer does not slip in
    assert gate.ask(first) is None
    assert gate.ask(second) is None
    assert gate.ask(third) is None


def test_room_for_several_is_not_kept_from_those_behind(clock: Clock) -> None:
    gate = busy_gate()
    first, second, third = (wait_at(gate).ticket for _ in range(3))
    gate.work.running = 2
    assert gate.ask(second) is None
    assert gate.ask(third) is None
    assert gate.ask(first) is None


def test_who_does_not_ask_again_loses_the_place_but_not_the_ticket(clock: Clock) -> None:
    gate = busy_gate()
    gone, there = (wait_at(gate).ticket for _ in range(2))
    clock.now += pause_for(0) + PATIENCE_SECONDS
    gate.line.stay(there, clock.now + 100)
    clock.now += 2
    assert wait_at(gate, there).position == 1
    assert wait_at(gate, gone).position == 1  # back again, before those who came later
    assert wait_at(gate, there).position == 2


def test_the_line_moves_a_little_even_when_there_is_no_room(clock: Clock) -> None:
    gate = busy_gate()
    gate.last_in = clock.now
    first, second = (wait_at(gate).ticket for _ in range(2))
    clock.now += 6
    assert wait_at(gate, second).position == 2
    assert gate.ask(first) is None
    assert wait_at(gate, second).position == 1
    clock.now += 6
    assert gate.ask(second) is None


def test_light_pages_wait_later(clock: Clock) -> None:
    gate = busy_gate()
    assert gate.ask(None, patience=2) is None
    gate.work.running = 8
    assert gate.ask(None, patience=2) is not None


def test_the_line_does_not_fill_the_memory() -> None:
    line = Line()
    for number in range(20_500):
        line.stay(Ticket(float(number), ""), 1e12)
    assert len(line) == 20_000
    assert line.ahead_of(Ticket(20_400.0, ""), 0.0) == 20_000


def test_pauses_grow_and_end_somewhere() -> None:
    assert [pause_for(ahead) for ahead in (0, 10, 100, 5000)] == [5, 7, 25, 30]


def test_nobody_makes_an_earlier_ticket() -> None:
    tickets, others = Tickets("one key"), Tickets("another")
    text = tickets.text(Ticket(5.0, "ab"))
    assert tickets.read(text) == Ticket(5.0, "ab")
    for forged in (None, "", "x", text[:-2], others.text(Ticket(1.0, "ab")), tickets.make_pass()):
        assert tickets.read(forged) is None
    assert tickets.is_pass(tickets.make_pass())
    assert not tickets.is_pass(text)


class Loop:
    """An event loop that runs what is due as late as it is told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due: list[tuple[Any, ...]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, call: Any, *args: Any) -> None:
        self.due.append((self.now + delay, call, args))

    def run(self, *late: float) -> None:
        for each in late:
            when, call, args = self.due.pop()
            self.now = when + each
            call(*args)


def test_a_standing_queue_is_lateness_and_a_burst_is_not() -> None:
    loop: Any = Loop()
    work = Workload()
    work.running = 1
    work._sample_later(loop)
    loop.run(0.0, 3.0, 0.0, 0.0, 0.0, 3.0)
    assert work.delay == pytest.approx(0.0)
    loop.run(0.6, 0.6, 0.7, 0.8)
    assert work.delay == pytest.approx(0.6)
    work.running = 0
    work._came = 7  # came and went between two samples
    loop.run(0.6)
    assert work.delay == pytest.approx(0.6)
    loop.run(0.6)
    assert work.delay == 0.0
    assert loop.due == []  # nothing is measured while nothing is done


async def test_waiting_for_a_client_is_no_work() -> None:
    work = Workload()
    work.begin()
    come = asyncio.Event()
    waiting: asyncio.Future[bool] = asyncio.ensure_future(work.aside(come.wait)())
    await asyncio.sleep(0)
    assert work.running == 0
    come.set()
    await waiting
    assert work.running == 1
    work.end()
