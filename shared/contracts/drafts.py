"""Events of intake about drafts: how a person finds back to one. All addresses are sealed.

A draft has the id of the application it becomes; sealed fields are bound to it
(`field_context(draft_id, ...)`), with the contact key: `mobile`, `email`, `draft_code`, `code`.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from shared.contracts.envelope import Contract, EventData, Sealed

CodePurpose = Literal["return_to_draft"]


class Addressee(Contract):
    """Where a person may be told: `mobile` opens to E.164, `email` to a lower-case address."""

    mobile: Sealed | None = None
    mobile_has_whatsapp: bool = False
    email: Sealed | None = None


class DraftKept(EventData):
    """A draft can be told of for the first time, or anew: `draft_code` opens to its code."""

    TYPE: ClassVar[str] = "draft.kept.v1"

    draft_id: str
    to: Addressee
    draft_code: Sealed
    keeps_until: datetime


class DraftExpiring(EventData):
    """A draft with answers will be deleted soon."""

    TYPE: ClassVar[str] = "draft.expiring.v1"

    draft_id: str
    to: Addressee
    draft_code: Sealed
    keeps_until: datetime


class CodeRequested(EventData):
    """A person must show that a phone or mailbox is theirs; `code` opens to 6 digits."""

    TYPE: ClassVar[str] = "code.requested.v1"

    code_id: str
    draft_id: str
    purpose: CodePurpose
    to: Addressee
    code: Sealed
    expires_at: datetime
