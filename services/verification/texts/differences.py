"""What differs between two versions, in words: for people who compare them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from services.verification.review.reasons import REJECTION, Reason, ReasonList
from shared.code_lists import ITEM

_WORDS = re.compile(r"\s+|[^\s]+")


class Part(NamedTuple):
    kind: Literal["same", "old", "new"]
    text: str


Parts = list[Part]


def words_between(old: str, new: str) -> Parts:
    """Both texts in one, word by word."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    parts: Parts = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(Part("same", "".join(before[i1:i2])))
            continue
        if i2 > i1:
            parts.append(Part("old", "".join(before[i1:i2])))
        if j2 > j1:
            parts.append(Part("new", "".join(after[j1:j2])))
    return parts


@dataclass(frozen=True)
class ReasonChange:
    """What happened to one reason from one version to the next."""

    group: str
    what: str
    label: Parts
    text: Parts


def group_name(group: str) -> str:
    return "Penolakan" if group == REJECTION else ITEM.get(group, group)


def reasons_between(old: ReasonList, new: ReasonList) -> list[ReasonChange]:
    """Each reason that is new or not the same, and each group in another order."""
    changes: list[ReasonChange] = []
    for group, after in new.groups.items():
        before = {each.code: each for each in old.groups.get(group, ())}
        for reason in after:
            known = before.get(reason.code)
            if known != reason:
                changes.append(_change(group, known, reason))
        kept = [each.code for each in after if each.code in before]
        if kept != list(before):
            changes.append(ReasonChange(group_name(group), "Urutan diubah", [], []))
    return changes


def _change(group: str, old: Reason | None, new: Reason) -> ReasonChange:
    if old is None:
        what = "Ditambahkan"
    elif old.is_retired != new.is_retired:
        what = "Tidak dipakai lagi" if new.is_retired else "Dipakai lagi"
    else:
        what = "Diubah"
    before = old or Reason(new.code, "", "")
    return ReasonChange(
        group_name(group),
        what,
        words_between(before.label, new.label),
        words_between(before.text, new.text),
    )
