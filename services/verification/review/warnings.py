"""What the system noticed about a case and an officer must answer (domain.md 5.12)."""

from __future__ import annotations

from dataclasses import dataclass

from services.verification.review.domain import DUPLICATE, CaseWarning
from shared.clock import today
from shared.contracts.applications import Answers
from shared.nik import InvalidNik, nik_warnings, parse_nik
from shared.sealed import KeyRing, blind_index, field_context

TEXTS = {
    "nik_birth_date": "Tanggal lahir di formulir tidak sama dengan tanggal di NIK.",
    "nik_sex": "Jenis kelamin di formulir tidak sama dengan yang ada di NIK.",
    "nik_unknown": "NIK di formulir tidak dikenali.",
    DUPLICATE: "NIK yang sama ada di permohonan lain.",
}


def open_nik(keys: KeyRing, application_id: str, answers: Answers) -> str:
    """The 16 digits of the applicant's NIK."""
    return keys.open("identity", answers.person.nik, field_context(application_id, "nik"))


@dataclass(frozen=True)
class NikReader:
    """Opens NIKs and makes their blind index; only this service holds the index key."""

    keys: KeyRing
    index_key: str

    def index(self, digits: str) -> str:
        return blind_index(self.index_key, digits)


@dataclass(frozen=True)
class NikFindings:
    index: str
    rules: tuple[str, ...]


def read_nik(reader: NikReader, application_id: str, answers: Answers) -> NikFindings:
    """The blind index of the NIK, and where it differs from the form."""
    digits = open_nik(reader.keys, application_id, answers)
    person = answers.person
    try:
        nik = parse_nik(digits, today())
    except InvalidNik:
        return NikFindings(reader.index(digits), ("nik_unknown",))
    return NikFindings(reader.index(nik.digits), nik_warnings(nik, person.birth_date, person.sex))


def merge_rules(known: tuple[CaseWarning, ...], rules: tuple[str, ...]) -> tuple[CaseWarning, ...]:
    """Warnings for these rules; an answer already given to one of them stays."""
    answers = {warning.rule: warning.answer for warning in known}
    return tuple(CaseWarning(rule=rule, answer=answers.get(rule)) for rule in rules)
