"""Worker processes for work that may hang, crash or eat memory: cleaning documents, drawing cards.

One guilty task costs its own worker and nothing else. Worker functions are module-level, pure and
picklable; so are their arguments, results and exceptions.

Workers are spawned, never forked: a service has threads and an event loop. Spawning also makes the
service the real parent, so that the kernel itself ends the workers when the service is killed.
"""

import asyncio
import ctypes
import functools
import math
import multiprocessing
import os
import pickle
import resource
import signal
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pebble import ProcessExpired, ProcessPool
from pebble.common.types import Result, ResultStatus
from pebble.pool.process import PoolManager

T = TypeVar("T")

ATTEMPTS = 2  # when the pool itself broke; a task that failed is never repeated
STALL_GRACE = 30.0  # seconds beyond the time limit after which a silent pool is thrown away
LOST_WORKER_PATIENCE = 1.0  # seconds to wait for the note which task a dead worker had taken
LOST_WORKERS_LIMIT = 5  # workers that died without a task: they cannot even start
PR_SET_PDEATHSIG = 1
NICENESS = 5  # a person who waits for a page goes before a picture that is being made


class WorkTimedOut(Exception):
    """The task ran longer than allowed; its worker was killed."""


class WorkerDied(Exception):
    """The task ended its worker, or wanted more memory than a worker may have."""


class RemoteTraceback(Exception):
    """Carries the traceback of the worker as text, as the cause of the exception of a task."""


class WorkerPool:
    """Starts at first use, stops again when nothing was asked of it for `idle_seconds`."""

    def __init__(
        self,
        workers: int,
        initializer: Callable[[], None] | None = None,
        memory_mb: int = 1024,
        timeout: float = 60.0,
        max_tasks: int = 200,
        idle_seconds: float = 60,
    ) -> None:
        self._make = functools.partial(
            _PatientPool,
            max_workers=workers,
            max_tasks=max_tasks,
            initializer=_prepare_worker,
            initargs=(os.getpid(), memory_mb, initializer),
            context=multiprocessing.get_context("spawn"),
        )
        self._timeout = timeout
        self._idle_seconds = idle_seconds
        self._pool: ProcessPool | None = None
        self._pending: set[Future[bytes]] = set()
        self._last_sign_of_life = 0.0
        self._watch: asyncio.Task[None] | None = None
        self._stopping: set[asyncio.Task[None]] = set()
        self._closed = False

    async def run(self, fn: Callable[..., T], *args: object) -> T:
        for _ in range(ATTEMPTS):
            pool = self._running_pool()
            try:
                packed = await self._wait_for(pool, fn, args)
            except BrokenProcessPool:
                self._retire(pool)
                continue
            except TimeoutError as error:
                raise WorkTimedOut(f"no result after {self._timeout} s") from error
            except ProcessExpired as error:
                raise WorkerDied(f"worker ended with {error.exitcode}") from error
            return _unpack(packed)  # type: ignore[no-any-return]
        raise WorkerDied("workers do not stay alive")

    async def close(self) -> None:
        """Stop at once; whoever still waits gets `WorkerDied`."""
        self._closed = True
        if self._watch is not None:
            self._watch.cancel()
        if self._pool is not None:
            self._retire(self._pool)
        await asyncio.gather(*self._stopping)

    @property
    def running(self) -> bool:
        return self._pool is not None

    def _running_pool(self) -> ProcessPool:
        if self._closed:
            raise WorkerDied("the pool is closed")
        if self._pool is None:
            self._pool = self._make()
            self._last_sign_of_life = time.monotonic()
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._watch_over(), name="procpool-watch")
        return self._pool

    async def _wait_for(
        self, pool: ProcessPool, fn: Callable[..., T], args: tuple[object, ...]
    ) -> bytes:
        try:
            future = pool.schedule(
                _call, args=(fn, args, math.ceil(self._timeout)), timeout=self._timeout
            )
        except RuntimeError as error:  # pebble found its own threads dead
            raise BrokenProcessPool("the pool is not active") from error
        if not self._pending:
            self._last_sign_of_life = time.monotonic()
        self._pending.add(future)
        try:
            packed: bytes = await asyncio.wrap_future(future)
        finally:
            self._pending.discard(future)
            self._last_sign_of_life = time.monotonic()
        return packed

    async def _watch_over(self) -> None:
        """End the pool when it is idle, or when it is busy and yet silent beyond any time limit."""
        while self._pool is not None:
            limit = self._timeout + STALL_GRACE if self._pending else self._idle_seconds
            left = self._last_sign_of_life + limit - time.monotonic()
            if left <= 0:
                self._retire(self._pool)
            else:
                await asyncio.sleep(min(left, self._idle_seconds / 2))

    def _retire(self, pool: ProcessPool) -> None:
        if self._pool is not pool:
            return
        self._pool = None
        orphans, self._pending = self._pending, set()
        task = asyncio.create_task(_stop(pool, orphans), name="procpool-stop")
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)


async def _stop(pool: ProcessPool, orphans: set[Future[bytes]]) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    await asyncio.to_thread(pool.join)
    for future in orphans:
        if not future.done():
            future.set_exception(BrokenProcessPool("the pool was stopped"))


class _PatientManager(PoolManager):
    """Pebble looks up the task of a dead worker before it has read which task that worker took,
    and then either leaves the task to its time limit or gives up the whole pool.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._lost: list[tuple[int, int, float]] = []  # worker, exit code, when found dead
        self._died_without_task = 0

    def update_workers(self) -> None:
        now = time.monotonic()
        self._lost = [lost for lost in self._lost if not self._settle(*lost, now)]
        dead = self.worker_manager.inspect_workers()
        self._lost += [(worker, code, now) for worker, code in dead]
        self.worker_manager.create_workers()  # type: ignore[no-untyped-call]

    def _settle(self, worker: int, code: int, found: float, now: float) -> bool:
        for task in tuple(self.task_manager.tasks.values()):
            if task.worker_id == worker:
                error = ProcessExpired("worker died", code, worker)  # type: ignore[no-untyped-call]
                self.task_manager.task_done(task.id, Result(ResultStatus.ERROR, error))
                return True
        if now - found < LOST_WORKER_PATIENCE:
            return False
        self._died_without_task += 1
        if self._died_without_task >= LOST_WORKERS_LIMIT:
            raise BrokenProcessPool("workers die before they take a task")
        return True


class _PatientPool(ProcessPool):
    def __init__(self, *, context: Any, **options: Any) -> None:
        super().__init__(context=context, **options)
        self._pool_manager = _PatientManager(self._context, context)


def _prepare_worker(service: int, memory_mb: int, initializer: Callable[[], None] | None) -> None:
    _die_with(service)
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold personal data
    Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")  # we go before the service
    os.nice(NICENESS)
    if initializer is not None:
        initializer()


def _die_with(service: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != service:  # it died before the kernel knew our wish
        os._exit(1)


def _call(fn: Callable[..., object], args: tuple[object, ...], cpu_seconds: int) -> bytes:
    """Packed here, so that an object that cannot be packed or unpacked harms this task alone."""
    try:
        _limit_processor_time(cpu_seconds)
        return pickle.dumps((fn(*args), None, None))
    except MemoryError:
        return pickle.dumps((None, WorkerDied("out of memory"), None))
    except Exception as error:  # noqa: BLE001  every failure of a task belongs to its caller
        text = traceback.format_exc()
        try:
            packed = pickle.dumps((None, error, text))
            pickle.loads(packed)  # noqa: S301
        except Exception:  # noqa: BLE001
            return pickle.dumps((None, WorkerDied(f"failed with {type(error).__name__}"), text))
        return packed


def _limit_processor_time(seconds: int) -> None:
    """The kernel ends the worker even if nobody is left to watch the clock of the task."""
    until = math.ceil(time.process_time()) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def _unpack(packed: bytes) -> Any:
    value, error, text = pickle.loads(packed)  # noqa: S301
    if error is not None:
        _raise(error, text)
    return value


def _raise(error: Exception, text: str | None) -> NoReturn:
    raise error from (RemoteTraceback(text) if text else None)
