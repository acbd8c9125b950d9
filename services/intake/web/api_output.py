"""What the API answers, as JSON objects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.intake.checking.check import CardCheck
from services.intake.drafts import Completeness
from services.intake.files import files_of
from services.intake.filling import page_state
from services.intake.finish.estimate import Expected
from services.intake.forms.warnings import WARNING_TEXTS
from services.intake.status import CardView, Returned, Status
from services.intake.store import Draft
from services.intake.timeline import Line

Body = dict[str, Any]


def draft_body(draft: Draft, known: Completeness) -> Body:
    return {
        "id": draft.id,
        "state": "draft",
        "expires_at": _moment(draft.expires_at),
        "pages": dict(known.pages),
        "documents": {kind: document_body(each) for kind, each in draft.documents.items()},
        "missing_documents": list(known.missing_documents),
        "tasks": dict(known.tasks),
        "complete": known.complete,
        "problems": dict(known.problems),
    }


def document_body(document: Mapping[str, Any]) -> Body:
    return {
        "document_id": document["document_id"],
        "kind": document["kind"],
        "source_type": document["source_type"],
        "pages": len(document["pages"]),
        "files": [{"id": file.id, "pages": len(file.pages)} for file in files_of(document)],
        "uploaded_at": _moment(document["uploaded_at"]),
    }


def screen_body(draft: Draft, page_id: str, warnings: tuple[str, ...]) -> Body:
    state = page_state(draft, page_id)
    return {
        "page": page_id,
        "complete": state.complete,
        "screens": {each.id: each.id in state.done for each in state.asked},
        "warnings": warnings_body(warnings),
    }


def warnings_body(warnings: tuple[str, ...]) -> list[Body]:
    return [{"rule": rule, "text": WARNING_TEXTS[rule]} for rule in warnings]


def status_body(status: Status) -> Body:
    return {
        "id": status.application_id,
        "reference": status.reference,
        "state": status.state,
        "state_label": status.state_label,
        "name": status.masked_name,
        "next_step": status.next_step,
        "expected": _expected(status.expected) if status.expected else None,
        "timeline": [_line(line) for line in status.timeline],
        "steps": [{"title": step.title, "text": step.text} for step in status.steps],
        "withdrawable": status.withdrawable,
        "follow_ups": list(status.follow_ups),
        "returned": _returned(status.returned) if status.returned else None,
        "card": _card(status.card) if status.card else None,
    }


def link_body(checked: CardCheck) -> Body:
    return {
        "registration_number": checked.registration_number,
        "issued_on": checked.issued_on.isoformat(),
        "office": checked.office,
        **check_body(checked),
    }


def check_body(checked: CardCheck) -> Body:
    """All that fifty bits are told."""
    return {
        "name": checked.masked_name,
        "valid_until": checked.valid_until.isoformat(),
        "standing": checked.standing,
        "word": checked.word,
    }


def _line(line: Line) -> Body:
    return {
        "at": _moment(line.at),
        "title": line.title,
        "text": line.text,
        "items": list(line.items),
    }


def _expected(expected: Expected) -> Body:
    return {
        "on": expected.on.isoformat(),
        "promised_on": expected.promised_on.isoformat(),
        "basis": expected.basis,
        "ahead": expected.ahead,
        "at": _moment(expected.at),
    }


def _returned(returned: Returned) -> Body:
    return {
        "items": [
            {"item": each.item, "label": each.label, "reason": each.reason, "done": each.done}
            for each in returned.items
        ],
        "note": returned.note,
        "due_on": returned.due_on.isoformat(),
        "ready": returned.ready,
    }


def _card(card: CardView) -> Body:
    return {
        "registration_number": card.registration_number,
        "issued_on": card.issued_on.isoformat(),
        "valid_until": card.valid_until.isoformat(),
        "renewable_from": card.renewable_from.isoformat(),
        "report_due_on": [_day(day) for day in card.report_due_on],
        "standing": card.standing,
        "word": card.word,
        "next_report_on": _day(card.next_report.on) if card.next_report else None,
    }


def _day(day: date) -> str:
    return day.isoformat()


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
