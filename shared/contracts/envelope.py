"""CloudEvents 1.0 envelope, structured JSON, generic over its data."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class Contract(BaseModel):
    """A piece of data in an event.

    Read leniently (unknown fields of a newer release are ignored), written strictly (mypy refuses
    an unknown field at the call).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


class EventData(Contract):
    """Payload of one event type; `TYPE` is also the routing key."""

    TYPE: ClassVar[str]


class Sealed(Contract):
    """A sealed field: key id, nonce and ciphertext in base64url (`shared/sealed.py`)."""

    k: str
    n: str
    c: str


DataT = TypeVar("DataT", bound=EventData)


class Event(BaseModel, Generic[DataT]):
    """CloudEvents 1.0 (https://cloudevents.io) with our extension attributes.

    `id` is a UUIDv7 and also the AMQP message id; `type` is the routing key; `subject` is the id of
    the aggregate; `aggregateversion` lets a consumer ignore what is older than what it knows.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    office: str
    aggregateversion: Annotated[int, Field(ge=1)]
    correlationid: str
    causationid: str | None = None
    traceparent: str | None = None
    data: DataT


@cache
def event_with(data_class: type[EventData]) -> Any:
    """`Event[data_class]`, built once.

    pydantic lets go of such a class at the next garbage collection, unless somebody holds it; to
    build it anew takes milliseconds, which a consumer paid for almost every event.
    """
    return Event[data_class]  # type: ignore[valid-type]
