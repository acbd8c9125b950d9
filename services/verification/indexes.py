"""Collections and indexes of the service."""

from __future__ import annotations

from services.verification import surveys
from services.verification.audit import chain_store
from services.verification.audit import store as audit
from services.verification.duplicates import store as duplicates
from services.verification.notes import store as notes
from services.verification.officers import provider_store
from services.verification.officers import session_store as sessions
from services.verification.officers import store as officers
from services.verification.printing import store as printing
from services.verification.register import store as register
from services.verification.review import census
from services.verification.review import store as review
from services.verification.search import store as search
from services.verification.stuck import store as stuck
from services.verification.texts import reason_store
from services.verification.texts import store as texts

INDEXES = {
    **audit.INDEXES,
    **chain_store.INDEXES,
    **officers.INDEXES,
    **sessions.INDEXES,
    **provider_store.INDEXES,
    **review.INDEXES,
    **register.INDEXES,
    **search.INDEXES,
    **duplicates.INDEXES,
    **stuck.INDEXES,
    **printing.INDEXES,
    **surveys.INDEXES,
    **census.INDEXES,
    **notes.INDEXES,
    **texts.INDEXES,
    **reason_store.INDEXES,
}
