"""Answers at rest: which values are sealed, and how pages are kept, opened and carried over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from services.intake.forms import Values
from shared.contracts.envelope import Sealed
from shared.sealed import KeyRing, Purpose, field_context

KeptPage = dict[str, Any]  # {"values": …, "warnings": […]}

_SEALED: dict[str, dict[str, Purpose]] = {
    "identity": {
        "nik": "identity",
        "family_card_number": "identity",
        "disability": "special",
        "guardian_mobile": "contact",
    },
    "contact": {"mobile": "contact", "email": "contact"},
    "preferences": {"wage": "identity"},
}


def keep_page(
    keys: KeyRing,
    application_id: str,
    page_id: str,
    values: Values,
    warnings: tuple[str, ...] = (),
) -> KeptPage:
    """The page as it is stored: sensitive values sealed to this application."""
    kept = dict(values)
    if page_id == "identity" and "disability_status" in kept:
        special = {
            "status": kept.pop("disability_status"),
            "kinds": kept.pop("disability_kinds", []),
        }
        kept["disability"] = json.dumps(special)
    for name, purpose in _SEALED.get(page_id, {}).items():
        if kept.get(name) is not None:
            context = field_context(application_id, name)
            kept[name] = keys.seal(purpose, kept[name], context).model_dump()
    return {"values": kept, "warnings": list(warnings)}


def open_page(keys: KeyRing, application_id: str, page_id: str, page: Mapping[str, Any]) -> Values:
    """The values as `parse_page` gave them; raises `CannotOpen`."""
    values = dict(page["values"])
    for name, purpose in _SEALED.get(page_id, {}).items():
        if values.get(name) is not None:
            sealed = Sealed.model_construct(**values[name])
            values[name] = keys.open(purpose, sealed, field_context(application_id, name))
    if "disability" in values:
        special = json.loads(values.pop("disability"))
        values["disability_status"] = special["status"]
        values["disability_kinds"] = special["kinds"]
    return values


def keep_unchanged(
    keys: KeyRing, application_id: str, page_id: str, page: KeptPage, earlier: KeptPage
) -> KeptPage:
    """The page with the earlier sealed text where the value is the same.

    Sealing again gives another text: without this every redone page would look changed.
    """
    values = dict(page["values"])
    for name, purpose in _SEALED.get(page_id, {}).items():
        new, old = values.get(name), earlier["values"].get(name)
        if new is None or old is None:
            continue
        context = field_context(application_id, name)
        opened = [keys.open(purpose, Sealed(**sealed), context) for sealed in (new, old)]
        if opened[0] == opened[1]:
            values[name] = old
    return {**page, "values": values}


def carry_over(
    keys: KeyRing, from_id: str, to_id: str, pages: Mapping[str, KeptPage]
) -> dict[str, KeptPage]:
    """Pages of one application for another: what is sealed is sealed anew."""
    return {
        page_id: keep_page(
            keys,
            to_id,
            page_id,
            open_page(keys, from_id, page_id, page),
            tuple(page["warnings"]),
        )
        for page_id, page in pages.items()
    }
