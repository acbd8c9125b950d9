"""Other cases with the same NIK, asked afresh each time: they come and go while a case waits."""

from __future__ import annotations

from services.verification.review import store
from services.verification.review.domain import DUPLICATE, Case
from services.verification.review.warnings import merge_rules
from shared.mongo import Document
from shared.uow import Scope


async def with_duplicates(scope: Scope, case: Case) -> Case:
    """The case with the duplicate warning if, and only if, it holds now."""
    return add_duplicates(case, await store.same_nik(scope, case))


def add_duplicates(case: Case, others: list[Document]) -> Case:
    rules = tuple(each.rule for each in case.warnings if each.rule != DUPLICATE)
    wanted = (*rules, DUPLICATE) if others else rules
    if wanted == tuple(each.rule for each in case.warnings):
        return case
    return case.model_copy(update={"warnings": merge_rules(case.warnings, wanted)})
