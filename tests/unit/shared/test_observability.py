"""Logs never hold a NIK, a phone number, an e-mail address or a password."""

from __future__ import annotations

import json
import logging

import pytest

from shared.observability import configure_logging, current_traceparent, get_logger, redact, traced


@pytest.mark.parametrize(
    "text",
    [
        "nik 1404022708010001 salah",
        "hp +6281234567890",
        "hp 081234567890.",
        "surat ke budi.santoso@contoh.id gagal",
        "expected atom but found '[budi]!santoso#@contoh.id'",
        "mongodb://intake:rahasia@127.0.0.1:1/intake",
        "amqp://cards:rahasia@127.0.0.1/",
    ],
)
def test_private_values_are_masked_in_text(text: str) -> None:
    masked = redact(text)
    for secret in ("1404022708010001", "81234567890", "budi", "santoso", "rahasia"):
        assert secret not in masked


def test_private_keys_are_masked_whatever_they_hold() -> None:
    assert redact({"nik": 1, "a": [{"Email": "x"}]}) == {
        "nik": "[redacted]",
        "a": [{"Email": "[redacted]"}],
    }


def test_ids_and_counts_stay() -> None:
    kept = {"event_id": "0193aaaa-0000-7000-8000-000000000001", "count": 12, "port": "27017"}
    assert redact(kept) == kept


def test_a_log_line_is_json_and_redacted_even_in_a_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        configure_logging("cards", "INFO")
        try:
            raise ValueError("NIK 1404022708010001")  # noqa: TRY301
        except ValueError:
            get_logger("x").exception("it.failed", email="a@b.id")
        logging.getLogger("library").warning("to a@b.id")
    finally:
        root.handlers, root.level = before
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["event"] == "it.failed"
    assert lines[0]["service"] == "cards"
    assert "1404022708010001" not in json.dumps(lines)
    assert "a@b.id" not in json.dumps(lines)


def test_a_trace_context_travels() -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with traced("work", parent):
        inner = current_traceparent()
    assert inner is not None
    assert inner.split("-")[1] == parent.split("-")[1]
    assert current_traceparent() is None
