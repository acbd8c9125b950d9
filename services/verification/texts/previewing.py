"""What an applicant will read of a decision, before it is sent: the very mail that notify makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.verification.page import Desk
from services.verification.review.domain import Case
from services.verification.settings import VerificationSettings
from services.verification.texts import store
from shared.contracts.reviews import ReturnedItem
from shared.texts import values
from shared.texts.builtin import BUILTIN
from shared.texts.composing import Composed, Composer
from shared.texts.messages import MESSAGES, MessageId
from shared.texts.wording import Values, Wording
from shared.uow import Scope


@dataclass(frozen=True)
class Asked:
    """What the applicant is to redo, until when."""

    items: Iterable[ReturnedItem]
    note: str | None
    due_on: date


@dataclass(frozen=True)
class Refused:
    """Why the application is rejected, in the applicant's words."""

    reason: str
    note: str | None


async def preview(desk: Desk, case: Case, decision: Asked | Refused) -> Composed:
    """The message in force with the values of the case; `message.html` shows it."""
    person = values.Person(case.current.answers.person.full_name, case.reference)
    message: MessageId
    filled: Values
    match decision:
        case Asked(items, note, due_on):
            message = "returned"
            asked = [(each.item, each.reason) for each in items]
            filled = values.returned(person, asked, note, due_on)
        case Refused(reason, note):
            message = "rejected"
            filled = values.rejected(person, reason, note)
    wording = await in_force(desk.resources.uow.reading(), message)
    return composer_of(desk).compose(MESSAGES[message], wording, filled)


async def in_force(scope: Scope, message: MessageId) -> Wording:
    """The newest words, or those that come with the program."""
    newest = await store.newest(scope, message)
    return newest.wording if newest else BUILTIN[message]


def composer_of(desk: Desk) -> Composer:
    settings = desk.resources.settings
    if not isinstance(settings, VerificationSettings):
        raise TypeError("verification runs with its own settings")
    return Composer(desk.resources.office, settings.applicants_url)
