"""All that the page of one case shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.verification.duplicates.compare import twins_of
from services.verification.duplicates.domain import Twin
from services.verification.officers.domain import Officer
from services.verification.officers.entering import name_of
from services.verification.register.domain import RegisterStanding
from services.verification.register.known_cards import KnownCard, standings_of
from services.verification.review import store
from services.verification.review.answers_view import Group, groups_of, request_of
from services.verification.review.checklists import CHECKLISTS
from services.verification.review.decisions import Findings
from services.verification.review.differences import Differences, differences
from services.verification.review.domain import (
    DUPLICATE,
    Case,
    Check,
    CheckResult,
    Claim,
    Version,
    shown_state,
)
from services.verification.review.four_eyes import (
    Oversight,
    is_own,
    needs_two,
    oversight,
    require_decider,
    why_two,
)
from services.verification.review.reasons import Reason
from services.verification.review.refusals import NotYours
from services.verification.review.related import (
    Related,
    earlier_of,
    related_to,
    suspects_of,
    warned_of,
)
from services.verification.review.timeline import Line, timeline, views
from services.verification.review.warnings import TEXTS, remarks
from services.verification.texts import reasons_in_force
from shared import code_lists
from shared.clock import now
from shared.contracts.applications import DocumentKind, DocumentRef
from shared.mongo import Document
from shared.office import Office
from shared.sealed import KeyRing
from shared.uow import Scope

# The groups of answers to compare with each document.
_COMPARED: dict[DocumentKind, tuple[str, ...]] = {
    "identity_card": ("identity", "ktp_address"),
    "diploma": ("education",),
    "graduation_letter": ("education",),
    "domicile_letter": ("domicile",),
    "family_card": ("family_card",),
    "skill_certificate": ("skills",),
    "employment_letter": ("experience",),
}


@dataclass(frozen=True)
class ItemView:
    """One line of a checklist; `result` is what was found or typed so far."""

    code: str
    label: str
    result: CheckResult | None


@dataclass(frozen=True)
class Panel:
    """A document with the answers to compare and what was found so far."""

    document: DocumentRef
    title: str
    marks: tuple[str, ...]
    groups: tuple[Group, ...]
    items: tuple[ItemView, ...]
    result: CheckResult | None
    note: str
    is_new: bool

    @property
    def all_match(self) -> bool:
        return all(each.result == "matches" for each in self.items)

    @property
    def extent(self) -> str:
        """`2 berkas, 5 halaman`; nothing for the usual single page."""
        files, pages = self.document.files, len(self.document.pages)
        texts = (f"{files} berkas" if files > 1 else "", f"{pages} halaman" if pages > 1 else "")
        return ", ".join(each for each in texts if each)


@dataclass(frozen=True)
class WarningView:
    rule: str
    text: str
    answer: str
    others: tuple[Document, ...] = ()


@dataclass(frozen=True)
class RoundView:
    """An earlier round: what the applicant changed then."""

    number: int
    version: Version
    changes: Differences


@dataclass(frozen=True)
class Deciding:
    """What this officer may do with the case; `refusal` says why he may not decide it."""

    is_own: bool
    may_decide: bool
    refusal: str
    why_two: str
    undecided: tuple[str, ...]


@dataclass(frozen=True)
class CaseView:
    case: Case
    full_name: str
    shown_state: str
    request: Group
    old_card: KnownCard | None
    panels: tuple[Panel, ...]
    other_groups: tuple[Group, ...]
    warnings: tuple[WarningView, ...]
    remarks: tuple[str, ...]
    twins: list[Twin]
    earlier: list[Twin]
    changes: Differences
    rounds: tuple[RoundView, ...]
    replaced: tuple[tuple[int, DocumentRef], ...]
    proposed: Reason | None
    timeline: list[Line]
    views: list[Line]
    entered_by: str
    card: Document | None
    newer_card: Document | None
    standing: RegisterStanding | None
    held: Claim | None
    is_mine: bool
    may_check: bool
    deciding: Deciding


@dataclass(frozen=True)
class Looking:
    """Who looks, at which office, what he asked to see, and what he typed but did not save yet."""

    officer: Officer
    office: Office
    revealed: frozenset[str] = frozenset()
    typed: Findings | None = None


async def view_case(scope: Scope, keys: KeyRing, case_id: str, looking: Looking) -> CaseView:
    """Read a case for its page; the caller has recorded the view."""
    officer = looking.officer
    officer.require("read_cases")
    case = await store.load(scope, case_id)
    related = await related_to(scope, case)
    case = warned_of(case, related)
    held = case.held_by(now())
    is_open = case.state in {"submitted", "under_review"}
    groups = groups_of(keys, case.id, case.current.answers, looking.revealed)
    changes = differences(keys, case, looking.revealed)
    rounds = tuple(
        RoundView(
            number,
            case.versions[number - 1],
            differences(keys, case, looking.revealed, number),
        )
        for number in range(2, case.round)
    )
    twins = await twins_of(scope, case.id)
    suspects = suspects_of(related, twins)
    panels = _panels(case, groups, changes, looking.typed)
    standings = await standings_of(scope, [case.id], looking.office.card.report_grace_days)
    card = await store.card_of(scope, case.id)
    compared = {group.item for panel in panels for group in panel.groups}
    return CaseView(
        case=case,
        full_name=case.current.answers.person.full_name,
        shown_state=shown_state(case.state, case.lane, held),
        request=request_of(case),
        old_card=related.old_card,
        panels=panels,
        other_groups=tuple(group for group in groups if group.item not in compared),
        warnings=_warnings(case, related, looking.typed),
        remarks=remarks(keys, looking.office, case),
        twins=suspects,
        earlier=earlier_of(related, twins),
        changes=changes,
        rounds=rounds[::-1],
        replaced=_replaced(changes, rounds),
        proposed=await _proposed(scope, case),
        timeline=await timeline(scope, case.id),
        views=await views(scope, case.id),
        entered_by=await name_of(scope, case.entered_by),
        card=card,
        newer_card=await _newer_card(scope, card),
        standing=standings.get(case.id),
        held=held,
        is_mine=is_open and held is not None and held.officer_id == officer.id,
        may_check=is_open and officer.may("check_cases") and not is_own(case, officer),
        deciding=_deciding(case, officer, oversight(case, looking.office, related, suspects)),
    )


def _panels(
    case: Case, groups: tuple[Group, ...], changes: Differences, typed: Findings | None
) -> tuple[Panel, ...]:
    by_item = {group.item: group for group in groups}
    panels = []
    for document in case.current.documents:
        check = case.check_of(document)
        found = _found(document, check)
        note = (check.note or "") if check else ""
        if typed is not None and document.kind in typed.checks:
            given = typed.checks[document.kind]
            found, note = given.complete(document.kind), given.note
        panels.append(
            Panel(
                document=document,
                title=code_lists.DOCUMENT_KIND[document.kind],
                marks=tuple(code_lists.DOCUMENT_MARK[each] for each in document.marks),
                groups=tuple(
                    by_item[item] for item in _COMPARED.get(document.kind, ()) if item in by_item
                ),
                items=tuple(
                    ItemView(each.code, each.label, found.get(each.code))
                    for each in CHECKLISTS[document.kind]
                ),
                result=check.result if check else None,
                note=note,
                is_new=document.document_id in changes.documents,
            )
        )
    return tuple(panels)


def _found(document: DocumentRef, check: Check | None) -> Mapping[str, CheckResult]:
    """The items; a document that matched before there were checklists matched in all of them."""
    if check is None:
        return {}
    if not check.items and check.result == "matches":
        return {each.code: "matches" for each in CHECKLISTS[document.kind]}
    return check.items


def _replaced(
    changes: Differences, rounds: tuple[RoundView, ...]
) -> tuple[tuple[int, DocumentRef], ...]:
    """Documents that were exchanged, newest first, each with the last round it stood in."""
    last = [(len(rounds) + 1, each) for each in changes.replaced]
    before = [
        (each.number - 1, document) for each in rounds[::-1] for document in each.changes.replaced
    ]
    return (*last, *before)


async def _newer_card(scope: Scope, card: Document | None) -> Document | None:
    """The card that took the place of one that was never issued."""
    newer_id = card.get("replaced_by") if card else None
    return await store.card(scope, newer_id) if newer_id else None


async def _proposed(scope: Scope, case: Case) -> Reason | None:
    """The reason of the rejection that a colleague proposes."""
    if case.forwarded is None or case.forwarded.proposal is None:
        return None
    listed = await reasons_in_force(scope)
    return listed.find(case.forwarded.proposal.reason_code)


def _deciding(case: Case, officer: Officer, rules: Oversight) -> Deciding:
    refusal = ""
    try:
        require_decider(case, officer, rules)
    except NotYours as error:
        refusal = str(error)
    is_decider = officer.may("decide_cases")
    return Deciding(
        is_own(case, officer),
        is_decider and not refusal,
        refusal if is_decider else "",
        why_two(rules) if needs_two(case, rules) else "",
        rules.undecided,
    )


def _warnings(case: Case, related: Related, typed: Findings | None) -> tuple[WarningView, ...]:
    typed_answers = typed.answers if typed else {}
    return tuple(
        WarningView(
            each.rule,
            TEXTS[each.rule],
            typed_answers.get(each.rule, each.answer or ""),
            related.others if each.rule == DUPLICATE else (),
        )
        for each in case.warnings
    )
