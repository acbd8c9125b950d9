"""What a notice says: the office's words, or those of the program, filled with its facts."""

from __future__ import annotations

from dataclasses import dataclass

from services.notify import store
from services.notify.domain import (
    CodeFacts,
    Contact,
    DraftExpiringFacts,
    DraftFacts,
    DraftKeptFacts,
    Facts,
    IssuedFacts,
    OverdueFacts,
    RejectedFacts,
    ReturnedFacts,
    SubmittedFacts,
    WithdrawnFacts,
)
from shared.contracts.envelope import Event
from shared.contracts.texts import TextChanged
from shared.dates import date_and_time, day_and_date, long_date, time_of_day
from shared.observability import get_logger
from shared.office import Office
from shared.texts import values
from shared.texts.builtin import BUILTIN
from shared.texts.checking import problems
from shared.texts.composing import Composed, Composer
from shared.texts.messages import MESSAGES, MessageId
from shared.texts.wording import Values, Wording
from shared.uow import Scope, Tx

_STEPS = {"verification": "pemeriksaan", "issue": "persetujuan dan penerbitan kartu"}
_log = get_logger(__name__)


@dataclass(frozen=True)
class Texts:
    """The messages of one office."""

    office: Office
    public_url: str

    @property
    def composer(self) -> Composer:
        return Composer(self.office, self.public_url)

    async def in_force(self, scope: Scope, facts: Facts) -> Wording:
        """The newest words of the office; of the program when there are none or they are broken."""
        message_id = message_of(facts)
        wording = await store.wording_of(scope, message_id)
        if wording is None:
            return BUILTIN[message_id]
        if found := problems(MESSAGES[message_id], wording, self.composer):
            wrong = [each.field for each in found]
            _log.error("text.broken", message=message_id, version=wording.version, fields=wrong)
            return BUILTIN[message_id]
        return wording

    def render(
        self, facts: Facts, contact: Contact, code: str = "", wording: Wording | None = None
    ) -> Composed:
        """`code` is what a message about a draft tells, opened."""
        message_id = message_of(facts)
        filled = values_of(facts, values.Person(contact.full_name, contact.reference), code)
        return self.composer.compose(MESSAGES[message_id], wording or BUILTIN[message_id], filled)


async def keep_text(event: Event[TextChanged], tx: Tx) -> None:
    """Use these words from now on, unless newer ones are known."""
    data = event.data
    message_id = next((each for each in MESSAGES if each == data.message), None)
    if message_id is None:  # of a newer release
        return
    known = await store.wording_of(tx, message_id)
    if known is None or known.version < data.version:
        await store.save_wording(tx, message_id, Wording(data.subject, data.body, data.version))


def message_of(facts: Facts) -> MessageId:
    if isinstance(facts, WithdrawnFacts) and facts.reason == "not_amended_in_time":
        return "closed"
    return facts.template


def values_of(facts: Facts, person: values.Person, code: str) -> Values:
    match facts:
        case SubmittedFacts() | WithdrawnFacts():
            return person.values
        case ReturnedFacts():
            asked = ((each.item, each.reason) for each in facts.items)
            return values.returned(person, asked, facts.note, facts.due_on)
        case RejectedFacts():
            return values.rejected(person, facts.reason, facts.note)
        case IssuedFacts():
            return {**person.values, **_of_the_card(facts)}
        case OverdueFacts():
            return {
                "nomor_pendaftaran": person.reference,
                "tahap": _STEPS[facts.promise],
                "batas_waktu": date_and_time(facts.passed_at),
            }
        case _:
            return _of_the_draft(facts, code)


def _of_the_card(facts: IssuedFacts) -> Values:
    first = facts.first_report_on
    return {
        "nomor_kartu": facts.registration_number,
        "berlaku_sampai": day_and_date(facts.valid_until),
        "lapor_pertama": day_and_date(first) if first else "",
    }


def _of_the_draft(facts: DraftFacts, code: str) -> Values:
    match facts:
        case CodeFacts():
            return {"kode": code, "pukul": time_of_day(facts.expires_at)}
        case DraftKeptFacts() | DraftExpiringFacts():
            until = facts.keeps_until
            return {
                "kode": code,
                "disimpan_sampai": long_date(until),
                "pukul": time_of_day(until),
            }
