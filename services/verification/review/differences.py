"""What an applicant changed: old and new value side by side, and exchanged documents."""

from __future__ import annotations

from dataclasses import dataclass

from services.verification.review.answers_view import EMPTY, Field, groups_of
from services.verification.review.domain import Case, Version
from shared.contracts.applications import DocumentRef
from shared.sealed import KeyRing


@dataclass(frozen=True)
class Difference:
    key: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Differences:
    """Against the version before; `documents` are the ids of new or exchanged ones."""

    answers: tuple[Difference, ...]
    documents: frozenset[str]
    replaced: tuple[DocumentRef, ...]

    @property
    def changed_keys(self) -> frozenset[str]:
        return frozenset(each.key for each in self.answers)


NOTHING = Differences((), frozenset(), ())


def differences(
    keys: KeyRing, case: Case, revealed: frozenset[str] = frozenset(), round_: int | None = None
) -> Differences:
    """Between the version of a round (the present one unless told) and the one before."""
    number = round_ or case.round
    if number == 1:
        return NOTHING
    old, new = case.versions[number - 2], case.versions[number - 1]
    old_fields = _fields(keys, case.id, old, revealed)
    new_fields = _fields(keys, case.id, new, revealed)
    changed = []
    for key in [*new_fields, *(key for key in old_fields if key not in new_fields)]:
        before, after = old_fields.get(key), new_fields.get(key)
        if (before.value if before else "") != (after.value if after else ""):
            label = after.label if after else before.label if before else key
            changed.append(Difference(key, label, _shown(before), _shown(after)))
    old_ids = {each.document_id for each in old.documents}
    new_ids = {each.document_id for each in new.documents}
    return Differences(
        tuple(changed),
        frozenset(new_ids - old_ids),
        tuple(each for each in old.documents if each.document_id not in new_ids),
    )


def _fields(
    keys: KeyRing, case_id: str, version: Version, revealed: frozenset[str]
) -> dict[str, Field]:
    groups = groups_of(keys, case_id, version.answers, revealed)
    return {field.key: field for group in groups for field in group.fields}


def _shown(field: Field | None) -> str:
    return field.shown if field else EMPTY
