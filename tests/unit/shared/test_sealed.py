"""Sealed fields open only with the right key, record and field."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from shared.sealed import CannotOpen, KeyRing, PurposeKeys, blind_index, field_context

KEY_A = base64.b64encode(b"a" * 32).decode()
KEY_B = base64.b64encode(b"b" * 32).decode()
CONTEXT = field_context("app1", "nik")


def ring(current: str = "i1") -> KeyRing:
    return KeyRing({"identity": PurposeKeys(current=current, keys={"i1": KEY_A, "i2": KEY_B})})


def test_what_is_sealed_opens_again() -> None:
    sealed = ring().seal("identity", "1404022708010001", CONTEXT)
    assert ring().open("identity", sealed, CONTEXT) == "1404022708010001"
    assert "1404022708010001" not in sealed.model_dump_json()


def test_two_seals_of_one_value_differ() -> None:
    assert ring().seal("identity", "x", CONTEXT) != ring().seal("identity", "x", CONTEXT)


@pytest.mark.parametrize("context", ["application:app2:nik", "application:app1:email"])
def test_a_sealed_value_cannot_be_moved(context: str) -> None:
    sealed = ring().seal("identity", "x", CONTEXT)
    with pytest.raises(CannotOpen):
        ring().open("identity", sealed, context)


def test_a_flipped_bit_is_noticed() -> None:
    sealed = ring().seal("identity", "hello", CONTEXT)
    changed = sealed.model_copy(update={"c": ("A" if sealed.c[0] != "A" else "B") + sealed.c[1:]})
    with pytest.raises(CannotOpen):
        ring().open("identity", changed, CONTEXT)


def test_old_keys_open_after_rotation_and_new_ones_seal() -> None:
    old = ring("i1").seal("identity", "x", CONTEXT)
    assert ring("i2").open("identity", old, CONTEXT) == "x"
    assert ring("i2").seal("identity", "x", CONTEXT).k == "i2"


def test_a_service_without_the_purpose_cannot_open() -> None:
    sealed = ring().seal("identity", "x", CONTEXT)
    with pytest.raises(CannotOpen, match="no contact key"):
        ring().open("contact", sealed, CONTEXT)


def test_the_ring_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    path.write_text(json.dumps({"contact": {"current": "c1", "keys": {"c1": KEY_B}}}))
    assert KeyRing.load(path).seal("contact", "x", CONTEXT).k == "c1"


def test_blind_index_finds_equal_values_and_needs_its_key() -> None:
    assert blind_index(KEY_A, "1404") == blind_index(KEY_A, "1404")
    assert blind_index(KEY_A, "1404") != blind_index(KEY_B, "1404")
    assert len(blind_index(KEY_A, "1404")) == 32
