"""The application as the applicant sees it: states, legal transitions. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from services.intake.requirements import SCHOOL_DOCUMENTS
from shared.errors import Conflict

State = Literal[
    "submitted", "under_review", "returned", "approved", "rejected", "issued", "withdrawn"
]
Entry = dict[str, Any]  # one line of the timeline: `what`, `at` and what belongs to it

STATE_LABELS: dict[State, str] = {
    "submitted": "Diajukan",
    "under_review": "Sedang diperiksa",
    "returned": "Perlu diperbaiki",
    "approved": "Disetujui",
    "rejected": "Ditolak",
    "issued": "Diterbitkan",
    "withdrawn": "Dibatalkan",
}

# Decisions come as events, in any order: a jump over states whose events are still on their way
# is legal, a way back from an end is not. Withdrawn gives way to a final decision alone, which was
# made before the officer could hear of the withdrawal: a card may be on its way (withdrawal.py).
_LEGAL: dict[State, frozenset[State]] = {
    "submitted": frozenset(
        {"under_review", "returned", "approved", "rejected", "issued", "withdrawn"}
    ),
    "under_review": frozenset({"returned", "approved", "rejected", "issued", "withdrawn"}),
    "returned": frozenset(
        {"submitted", "under_review", "approved", "rejected", "issued", "withdrawn"}
    ),
    "approved": frozenset({"issued"}),
    "rejected": frozenset(),
    "issued": frozenset(),
    "withdrawn": frozenset({"approved", "rejected", "issued"}),
}
WITHDRAWABLE: tuple[State, ...] = ("submitted", "under_review", "returned")


@dataclass
class Application:
    """What intake keeps of a sent application.

    `pages` holds `{page id: {"values", "warnings"}}` with sensitive values sealed, `documents`
    `{kind: DocumentRef as dict}`. `revision` guards each write; `event_version` counts the events
    we emit about it; `seen` is the newest version heard from each source; `decided_at` is when an
    officer last answered it; `discarded` are keys of images nobody will look at (leftovers.py);
    `after_issue` is what became of the card (checking/standing.py).
    """

    id: str
    reference: str
    birth_date: str
    draft_token_hash: str
    notice_version: str
    submitted_at: datetime
    pages: dict[str, Any]
    documents: dict[str, Any]
    state: State = "submitted"
    revision: int = 1
    event_version: int = 1
    timeline: list[Entry] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    returned: dict[str, Any] | None = None
    amendment: dict[str, Any] | None = None
    card: dict[str, Any] | None = None
    after_issue: dict[str, Any] = field(default_factory=dict)
    decided_at: datetime | None = None
    survey_answered: bool = False  # nothing else: see surveys/answering.py
    discarded: list[str] = field(default_factory=list)

    def note(self, what: str, at: datetime, **details: Any) -> None:
        """Add a line to the timeline, which is kept in order of time."""
        self.timeline.append({"what": what, "at": at, **details})
        self.timeline.sort(key=lambda entry: entry["at"])

    def hear(self, source: str, version: int) -> bool:
        """Whether this is newer than all heard from `source`; remembers it."""
        if version <= self.seen.get(source, 0):
            return False
        self.seen[source] = version
        return True

    def move(self, to: State) -> bool:
        """Go to a state if that is legal; an event that comes too late changes nothing.

        What was amended and not sent is for the state that ends.
        """
        if to not in _LEGAL[self.state]:
            return False
        self.state = to
        redone = (self.amendment or {}).get("documents", {})
        self.discarded += sorted(_image_keys(redone) - _image_keys(self.documents))
        self.amendment = None
        return True

    @property
    def is_never_issued(self) -> bool:
        """Its card was revoked before it came out; an issue that is heard of late ends this."""
        return self.state == "approved" and "revoked" in self.after_issue

    @property
    def ktp_in_regency(self) -> bool:
        """As the amended page says, else as sent."""
        amended = (self.amendment or {}).get("pages", {})
        page = amended.get("contact") or self.pages["contact"]
        return bool(page["values"]["ktp_in_regency"])

    @property
    def returned_items(self) -> tuple[str, ...]:
        return tuple(item["item"] for item in (self.returned or {}).get("items", ()))

    @property
    def is_amended(self) -> bool:
        """Whether a sent correction waits for the officers."""
        return self.event_version > 1 and self.state in {"submitted", "under_review"}

    def guard_amendment(self, item: str) -> None:
        """Raises `Conflict` unless `item` (a page id or `documents.<kind>`) may be amended now."""
        if self.state != "returned":
            raise Conflict("Permohonan ini sedang tidak menunggu perbaikan. Lihat halaman status.")
        if item not in amendable_items(self):
            raise Conflict("Bagian ini tidak perlu diperbaiki. Ubah hanya bagian yang diminta.")


def amendable_items(application: Application) -> frozenset[str]:
    """The returned items; a diploma and its stand-in count as one, and a missing letter is open."""
    items = set(application.returned_items)
    school = {f"documents.{kind}" for kind in SCHOOL_DOCUMENTS}
    if items & school:
        items |= school
    if not application.ktp_in_regency and "domicile_letter" not in application.documents:
        items.add("documents.domicile_letter")
    return frozenset(items)


def amended_document(application: Application, kind: str) -> Mapping[str, Any] | None:
    """What a correction has of this kind. Where several files were sent, it begins with all of
    them, so that the good ones need not be sent again.
    """
    redone: Mapping[str, Any] | None = (application.amendment or {}).get("documents", {}).get(kind)
    sent: Mapping[str, Any] | None = application.documents.get(kind)
    return sent if redone is None and sent and sent.get("files", 1) > 1 else redone


def open_items(application: Application) -> tuple[str, ...]:
    """The returned items that the applicant has not redone yet."""
    amendment = application.amendment or {}
    done = set(amendment.get("pages", ())) | {
        f"documents.{kind}" for kind in amendment.get("documents", ())
    }
    school = {f"documents.{kind}" for kind in SCHOOL_DOCUMENTS}
    if done & school:
        done |= school
    waiting = [item for item in application.returned_items if item not in done]
    _, documents = merged(application)
    if not application.ktp_in_regency and "domicile_letter" not in documents:
        waiting.append("documents.domicile_letter")
    return tuple(dict.fromkeys(waiting))


def unchanged_pages(application: Application) -> frozenset[str]:
    """Pages of a correction that were saved just as they had been sent."""
    redone = (application.amendment or {}).get("pages", {})
    return frozenset(
        name for name, page in redone.items() if page["values"] == application.pages[name]["values"]
    )


def _image_keys(documents: Mapping[str, Any]) -> set[str]:
    return {page["key"] for each in documents.values() for page in each.get("pages", ())}


def mask_name(name: str) -> str:
    """First letter of each word: enough to compare with a card in the hand, too little to learn."""
    return " ".join(word[0] + "•" * min(len(word) - 1, 6) for word in name.split())


def merged(application: Application) -> tuple[dict[str, Any], dict[str, Any]]:
    """Pages and documents with the amendment laid over them.

    A returned diploma for which a graduation letter came (or the other way round) is dropped:
    nobody would look at it again.
    """
    amendment = application.amendment or {}
    redone = amendment.get("documents", {})
    documents = {**application.documents, **redone}
    if SCHOOL_DOCUMENTS.intersection(redone):
        for kind in SCHOOL_DOCUMENTS:
            if f"documents.{kind}" in application.returned_items and kind not in redone:
                documents.pop(kind, None)
    return {**application.pages, **amendment.get("pages", {})}, documents
