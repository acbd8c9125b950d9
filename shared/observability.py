"""Structured logs without personal data, metrics, and the trace context."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from opentelemetry import propagate, trace
from opentelemetry.context import attach, detach
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

METRICS = CollectorRegistry()

CONSUMED = Counter(
    "events_consumed", "Deliveries by outcome", ["queue", "type", "outcome"], registry=METRICS
)
CONSUME_SECONDS = Histogram(
    "event_consume_seconds", "Time of one delivery", ["queue", "type"], registry=METRICS
)
PUBLISHED = Counter("outbox_published", "Events confirmed by RabbitMQ", ["type"], registry=METRICS)
PUBLISH_FAILED = Counter("outbox_publish_failed", "Publishes not confirmed", registry=METRICS)
OUTBOX_LAG = Gauge("outbox_lag_seconds", "Age of the oldest unpublished event", registry=METRICS)
REQUEST_SECONDS = Histogram(
    "http_request_seconds", "Time of one request", ["method", "route", "status"], registry=METRICS
)

_PRIVATE_KEYS = frozenset(
    {"nik", "mobile", "phone", "email", "family_card_number", "full_name", "password", "code"}
)
_PATTERNS = (
    (re.compile(r"(?<!\d)\d{16}(?!\d)"), "[16 digits]"),
    (re.compile(r"(?<![\w+])(?:\+62|62|0)8[1-9]\d{7,10}(?!\d)"), "[phone]"),
    (re.compile(r"[^\s\"<>(),:;@\\]{1,64}@[\w-]+\.[\w.-]+"), "[email]"),
    (re.compile(r"(amqps?|mongodb(?:\+srv)?)://[^@\s/]+@"), r"\1://…@"),
)


def redact(value: Any) -> Any:
    """The value with NIK, phone numbers, e-mail addresses and passwords in URLs masked."""
    if isinstance(value, str):
        for pattern, mask in _PATTERNS:
            value = pattern.sub(mask, value)
        return value
    if isinstance(value, dict):
        return {
            key: "[redacted]" if str(key).lower() in _PRIVATE_KEYS else redact(item)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple, set)):
        return [redact(item) for item in value]
    return value


def _redact_event(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    redacted: dict[str, Any] = redact(dict(event))
    return redacted


def configure_logging(service: str, level: str) -> None:
    """JSON lines on standard output, for our own code and for libraries alike."""
    shared_steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared_steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared_steps, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _redact_event,
                structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("aiormq", "aio_pika", "pymongo", "faststream", "weasyprint", "fontTools"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True
    structlog.contextvars.bind_contextvars(service=service)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def configure_tracing(service: str, endpoint: str) -> None:
    """Export spans when an endpoint is set; without one only the context travels."""
    if not endpoint:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint}/v1/traces")))
    trace.set_tracer_provider(provider)


def current_traceparent() -> str | None:
    """The W3C trace context of the running work, to be stored with an event."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def traced(name: str, traceparent: str | None) -> Iterator[None]:
    """Run a block as a span below a stored trace context."""
    carrier = {"traceparent": traceparent} if traceparent else {}
    token = attach(propagate.extract(carrier))
    try:
        with trace.get_tracer("si-pintar-kerja").start_as_current_span(name):
            yield
    finally:
        detach(token)
