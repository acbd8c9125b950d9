"""A field that people never see and scripts fill in: whoever fills it begins nothing.

The answer is the usual one, so that the script learns nothing; its draft does not exist.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from services.intake.drafts import StartedDraft
from shared.ids import uuid7
from shared.observability import get_logger

FIELD = "catatan_lain"  # a name that no browser fills in by itself
_log = get_logger(__name__)


def is_caught(form: Mapping[str, Sequence[str]]) -> bool:
    caught = any(form.get(FIELD, ()))
    if caught:
        _log.info("start.caught")
    return caught


def decoy() -> StartedDraft:
    """What a started draft looks like, kept nowhere."""
    return StartedDraft(uuid7(), secrets.token_urlsafe(32))
