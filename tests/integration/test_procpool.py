"""WorkerPool: a guilty task costs its own worker, and no worker outlives its service."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from shared.procpool import RemoteTraceback, WorkerDied, WorkerPool, WorkTimedOut

ROOT = Path(__file__).parents[2]


class Unfit(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code


class Unpackable(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)  # cannot be rebuilt from its args
        self.code = code


def square(number: int) -> int:
    return number * number


def pid_after(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def spin() -> None:
    while True:
        pass


def processor_seconds_left() -> float:
    return resource.getrlimit(resource.RLIMIT_CPU)[0] - time.process_time()


def allocate() -> int:
    return len(bytearray(3 << 30))


def leave() -> None:
    os._exit(7)


def refuse() -> None:
    raise Unfit("too_big", "Terlalu besar.")


def refuse_unpackably() -> None:
    raise Unpackable("a", "b")


def give_unpackable() -> object:
    return lambda: None


def broken_initializer() -> None:
    raise RuntimeError("cannot start")


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    made = WorkerPool(workers=2, timeout=1.0, memory_mb=512)
    yield made
    await made.close()


async def test_returns_the_result(pool: WorkerPool) -> None:
    assert await pool.run(square, 7) == 49


async def test_guilty_tasks_leave_their_neighbours_alone(pool: WorkerPool) -> None:
    guilty = [pool.run(spin), pool.run(allocate), pool.run(leave)]
    innocent = [pool.run(square, number) for number in range(20)]
    results = await asyncio.gather(*guilty, *innocent, return_exceptions=True)
    assert [type(result) for result in results[:3]] == [WorkTimedOut, WorkerDied, WorkerDied]
    assert results[3:] == [number * number for number in range(20)]


async def test_an_instant_exit_is_reported_long_before_the_time_limit() -> None:
    pool = WorkerPool(workers=2, timeout=120)
    await pool.run(square, 1)
    started = time.monotonic()
    results = await asyncio.gather(*(pool.run(leave) for _ in range(6)), return_exceptions=True)
    assert {type(result) for result in results} == {WorkerDied}
    assert time.monotonic() - started < 60
    await pool.close()


async def test_exceptions_of_the_task_pass_through(pool: WorkerPool) -> None:
    with pytest.raises(Unfit) as caught:
        await pool.run(refuse)
    assert caught.value.code == "too_big"
    assert isinstance(caught.value.__cause__, RemoteTraceback)
    assert "def refuse" not in str(caught.value)
    assert "in refuse" in str(caught.value.__cause__)


@pytest.mark.parametrize("fn", [refuse_unpackably, give_unpackable])
async def test_what_cannot_travel_harms_only_its_task(pool: WorkerPool, fn: object) -> None:
    with pytest.raises(Exception, match=r"Unpackable|pickle"):
        await pool.run(fn)  # type: ignore[arg-type]
    assert await pool.run(square, 3) == 9


async def test_a_killed_idle_worker_is_replaced(pool: WorkerPool) -> None:
    victim = await pool.run(pid_after, 0)
    os.kill(victim, signal.SIGKILL)
    assert await asyncio.gather(*(pool.run(square, number) for number in range(4))) == [0, 1, 4, 9]


async def test_workers_that_cannot_start_are_told(caplog: pytest.LogCaptureFixture) -> None:
    pool = WorkerPool(workers=2, initializer=broken_initializer, timeout=20)
    with pytest.raises(WorkerDied):
        await pool.run(square, 2)
    await pool.close()


async def test_stops_when_idle_and_starts_again() -> None:
    pool = WorkerPool(workers=1, idle_seconds=0.3)
    first = await pool.run(pid_after, 0)
    async with asyncio.timeout(90):
        while pool.running or psutil.pid_exists(first):
            await asyncio.sleep(0.05)
    assert await pool.run(pid_after, 0) != first
    await pool.close()


async def test_an_idle_pool_that_works_again_in_time_keeps_its_worker() -> None:
    pool = WorkerPool(workers=1, idle_seconds=1.0)
    pids = set()
    for _ in range(4):
        pids.add(await pool.run(pid_after, 0))
        await asyncio.sleep(0.5)
    assert len(pids) == 1
    await pool.close()


async def test_a_worker_is_recycled_after_max_tasks() -> None:
    pool = WorkerPool(workers=1, max_tasks=2)
    pids = [await pool.run(pid_after, 0) for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]
    await pool.close()


async def test_close_wakes_whoever_waits() -> None:
    pool = WorkerPool(workers=1, timeout=60)
    waiting = asyncio.ensure_future(pool.run(spin))
    await asyncio.sleep(0.5)
    await pool.close()
    with pytest.raises(WorkerDied):
        await waiting
    with pytest.raises(WorkerDied):
        await pool.run(square, 1)


async def test_a_cancelled_caller_frees_the_worker(pool: WorkerPool) -> None:
    waiting = [asyncio.ensure_future(pool.run(spin)) for _ in range(2)]
    await asyncio.sleep(0.5)
    for task in waiting:
        task.cancel()
    assert await asyncio.wait_for(pool.run(square, 5), 60) == 25


SERVICE = """
import asyncio
from shared.procpool import WorkerPool
from tests.integration.test_procpool import pid_after, spin

async def main():
    pool = WorkerPool(workers=2, timeout=600)
    busy = asyncio.create_task(pool.run(spin))
    await pool.run(pid_after, 0.2)
    print("ready", flush=True)
    await busy

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_nothing_outlives_a_killed_service(tmp_path: Path) -> None:
    script = tmp_path / "service.py"
    script.write_text(SERVICE, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    service = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env=environment
    )
    assert service.stdout is not None
    with service.stdout:
        assert service.stdout.readline() == b"ready\n"
        children = psutil.Process(service.pid).children(recursive=True)
        assert len(children) >= 3  # one worker spins, one is idle, one tracks resources
        service.kill()
        service.wait()
    _, alive = psutil.wait_procs(children, timeout=5)
    assert not alive


async def test_the_kernel_too_limits_the_time_of_each_task() -> None:
    """Anew for each, or the two-hundredth would pay for all before it."""
    pool = WorkerPool(1, timeout=5)
    try:
        left = [await pool.run(processor_seconds_left) for _ in range(2)]
    finally:
        await pool.close()
    assert all(5 <= seconds <= 8 for seconds in left)
