"""All that the page of one case shows."""

from __future__ import annotations

from dataclasses import dataclass

from services.verification.counter.entering import name_of
from services.verification.duplicates.compare import twins_of
from services.verification.duplicates.domain import Twin
from services.verification.officers.domain import Officer
from services.verification.review import store
from services.verification.review.answers_view import Group, groups_of, request_of
from services.verification.review.decisions import Findings
from services.verification.review.differences import Differences, differences
from services.verification.review.domain import DUPLICATE, Case, Claim, shown_state
from services.verification.review.register import Related, related_to, warned_of
from services.verification.review.store import OldCard
from services.verification.review.timeline import Line, timeline, views
from services.verification.review.warnings import TEXTS, remarks
from shared import code_lists
from shared.clock import now
from shared.contracts.applications import DocumentRef
from shared.mongo import Document
from shared.office import Office
from shared.sealed import KeyRing
from shared.uow import Scope

# What to compare with each document: groups of answers, and a reminder.
_COMPARED = {
    "identity_card": (
        ("identity", "ktp_address"),
        "Bandingkan nama, NIK, tempat dan tanggal lahir, jenis kelamin, dan alamat.",
    ),
    "diploma": (("education",), "Bandingkan nama, sekolah, jurusan, dan tahun lulus."),
    "graduation_letter": (("education",), "Bandingkan nama, sekolah, jurusan, dan tahun lulus."),
    "photo": ((), "Berwarna, wajah terlihat jelas, orang yang sama dengan di KTP."),
    "domicile_letter": (("domicile",), "Bandingkan nama dan alamat tempat tinggal sekarang."),
    "family_card": (("family_card",), "Bandingkan nomor KK, nama, NIK, dan alamat."),
    "skill_certificate": (("skills",), "Bandingkan nama, keterampilan, lembaga, dan tahun."),
    "employment_letter": (("experience",), "Bandingkan nama, jabatan, perusahaan, dan tahun."),
    "police_loss_letter": ((), "Bandingkan nama dan nomor kartu AK-1 yang hilang."),
    "previous_card": (
        (),
        "Bandingkan nama, NIK, dan nomor kartu AK-1 lama; lihat masa berlakunya.",
    ),
    "curriculum_vitae": ((), "Bandingkan nama, pendidikan, dan pengalaman kerja."),
    "birth_certificate": ((), "Bandingkan nama, tempat dan tanggal lahir."),
    "village_letter": ((), "Bandingkan nama, NIK, dan alamat."),
}


@dataclass(frozen=True)
class Panel:
    """A document with the answers to compare and what was found so far."""

    document: DocumentRef
    title: str
    reminder: str
    marks: tuple[str, ...]
    groups: tuple[Group, ...]
    result: str | None
    note: str
    is_new: bool

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
class CaseView:
    case: Case
    full_name: str
    shown_state: str
    request: Group
    old_card: OldCard | None
    panels: tuple[Panel, ...]
    other_groups: tuple[Group, ...]
    warnings: tuple[WarningView, ...]
    remarks: tuple[str, ...]
    twins: list[Twin]
    changes: Differences
    timeline: list[Line]
    views: list[Line]
    entered_by: str
    card: Document | None
    held: Claim | None
    is_mine: bool
    may_check: bool
    may_decide: bool


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
    panels = _panels(case, groups, changes, looking.typed)
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
        twins=await twins_of(scope, case.id),
        changes=changes,
        timeline=await timeline(scope, case.id),
        views=await views(scope, case.id),
        entered_by=await name_of(scope, case.entered_by),
        card=await store.card_of(scope, case.id),
        held=held,
        is_mine=is_open and held is not None and held.officer_id == officer.id,
        may_check=is_open and officer.may("check_cases"),
        may_decide=officer.may("decide_cases"),
    )


def _panels(
    case: Case, groups: tuple[Group, ...], changes: Differences, typed: Findings | None
) -> tuple[Panel, ...]:
    by_item = {group.item: group for group in groups}
    panels = []
    for document in case.current.documents:
        items, reminder = _COMPARED.get(document.kind, ((), ""))
        check = case.check_of(document)
        result, note = (check.result, check.note or "") if check else (None, "")
        if typed is not None:
            result, note = typed.checks.get(document.kind, (result, note))
        panels.append(
            Panel(
                document=document,
                title=code_lists.DOCUMENT_KIND[document.kind],
                reminder=reminder,
                marks=tuple(code_lists.DOCUMENT_MARK[each] for each in document.marks),
                groups=tuple(by_item[item] for item in items),
                result=result,
                note=note,
                is_new=document.document_id in changes.documents,
            )
        )
    return tuple(panels)


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
