"""/livez, /readyz, /metrics, and the watchdog that notices a lost consumer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from shared.messaging.broker import Broker, consumers_of
from shared.messaging.topology import Queue
from shared.observability import METRICS, get_logger

WATCH_SECONDS = 15.0
LOST_SECONDS = 60.0
_PASSED_ON = frozenset({"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded"})

_log = get_logger(__name__)
Check = Callable[[], Awaitable[bool]]


def health_routes(needed: Mapping[str, Check], told: Mapping[str, Check]) -> list[Route]:
    """Routes for probes.

    `needed` checks decide /readyz; `told` ones are reported only (a web process serves pages while
    RabbitMQ is away), unless the request says `?all=1`.
    """

    async def livez(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(request: Request) -> Response:
        if _is_from_outside(request):
            return _unknown()
        results = {name: await check() for name, check in {**needed, **told}.items()}
        deciding = results if request.query_params.get("all") else needed
        ready = all(results[name] for name in deciding)
        return JSONResponse(results, status_code=200 if ready else 503)

    async def metrics(request: Request) -> Response:
        if _is_from_outside(request):
            return _unknown()
        return Response(generate_latest(METRICS), media_type=CONTENT_TYPE_LATEST)

    return [Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)]


def _is_from_outside(request: Request) -> bool:
    """Whether a proxy passed it on: numbers and states are for those beside the service."""
    return not _PASSED_ON.isdisjoint(request.headers.keys())


def _unknown() -> Response:
    return PlainTextResponse("Halaman tidak ditemukan.", status_code=404)


class ConsumersLost(Exception):  # the process ends and is started again
    """A queue of this service has had no consumer for a minute though RabbitMQ is there."""


async def watch_consumers(
    broker: Broker, queues: tuple[Queue, ...], stopping: asyncio.Event
) -> None:
    """Raise `ConsumersLost` when a queue stays without consumer; a restart is always safe."""
    lost_since: dict[str, float] = {}
    while not stopping.is_set():
        try:
            await asyncio.wait_for(stopping.wait(), WATCH_SECONDS)
        except TimeoutError:
            pass
        else:
            return
        for queue in queues:
            if await has_consumer(broker, queue) is not False:
                lost_since.pop(queue.name, None)
                continue
            since = lost_since.setdefault(queue.name, time.monotonic())
            if time.monotonic() - since > LOST_SECONDS:
                _log.error("consumer.lost", queue=queue.name)
                raise ConsumersLost(queue.name)


async def has_consumer(broker: Broker, queue: Queue) -> bool | None:
    """Whether somebody consumes the queue; None when RabbitMQ cannot be asked."""
    try:
        count = await consumers_of(broker, queue)
    except Exception:  # noqa: BLE001  # whatever it is, the answer is "unknown"
        _log.debug("consumer.unknown", queue=queue.name, exc_info=True)
        return None
    return None if count is None else count > 0
