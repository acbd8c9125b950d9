"""Write docs/asyncapi.json from the catalog and the topology: who sends and who hears what.

python -m tools.asyncapi [--check]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from shared.contracts.catalog import OWNERS
from shared.contracts.envelope import Event
from shared.messaging.topology import DELIVERY_LIMIT, EXCHANGE, QUEUES

TARGET = Path(__file__).parent.parent / "docs" / "asyncapi.json"


def document() -> dict[str, Any]:
    """The AsyncAPI 3.0 description of every event of the system."""
    envelopes: list[Any] = [Event[data] for data in OWNERS]  # type: ignore[valid-type]
    refs, schemas = models_json_schema(
        [(model, "validation") for model in envelopes],
        ref_template="#/components/schemas/{model}",
    )
    messages, channels, operations = {}, {}, {}
    for model, (data, owner) in zip(envelopes, OWNERS.items(), strict=True):
        message = {"$ref": f"#/components/messages/{data.__name__}"}
        messages[data.__name__] = {
            "name": data.TYPE,
            "contentType": "application/cloudevents+json",
            "summary": (data.__doc__ or "").strip().split("\n")[0],
            "payload": refs[(model, "validation")],
        }
        channels[data.TYPE] = {
            "address": data.TYPE,
            "messages": {data.__name__: message},
            "bindings": {
                "amqp": {"is": "routingKey", "exchange": {"name": EXCHANGE, "type": "topic"}}
            },
        }
        channel = {"$ref": f"#/channels/{data.TYPE}"}
        operations[f"{owner} sends {data.TYPE}"] = {"action": "send", "channel": channel}
        for queue in QUEUES:
            if data in queue.hears:
                operations[f"{queue.name} hears {data.TYPE}"] = {
                    "action": "receive",
                    "channel": channel,
                    "bindings": {"amqp": {"ack": True}},
                    "description": f"prefetch {queue.prefetch}, delivery limit {DELIVERY_LIMIT}",
                }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "SI PINTAR KERJA", "version": "1.0.0"},
        "defaultContentType": "application/cloudevents+json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas["$defs"]},
    }


def text() -> str:
    return json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if TARGET.read_text("utf-8") == text() else f"{TARGET.name} is out of date")
    TARGET.write_text(text(), "utf-8")
