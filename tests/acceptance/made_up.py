"""What a made-up person answers, found by the name of the question; any other gets a guess."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from deploy.demo.applicant import answers_of
from deploy.demo.people import SamplePerson
from services.intake.forms import form_of

EMAIL = "bilah@pemohon.example"
_ROW = re.compile(r"^[a-z_]+-\d+-")
# Questions about which a guess would lead astray: nothing that calls for further documents.
_USUAL = {
    "ktp_in_regency": "yes",
    "domicile_same_as_ktp": "yes",
    "disability_status": "none",
    "kind": "new",
    "declaration": "yes",
    "notice_acknowledged": "yes",
}


@dataclass(frozen=True)
class Control:
    """One question on a page; a set of radios or boxes with one name is one question."""

    name: str
    type: str
    inputmode: str = ""
    options: tuple[str, ...] = ()  # values that may be chosen


@dataclass(frozen=True)
class MadeUp:
    """The answers of one person, from the same source as the demo and the other tests."""

    person: SamplePerson
    answers: dict[str, str] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)  # how often, by name

    @classmethod
    def up(cls, person: SamplePerson, email: str = EMAIL) -> MadeUp:
        known: dict[str, str] = {}
        for values in answers_of(person, email).values():
            for name, entries in form_of(values).items():
                known.setdefault(_ROW.sub("", name), entries[0] if entries else "")
                known.setdefault(name, entries[0] if entries else "")
        return cls(person, {**known, **_USUAL})

    def answer(self, control: Control) -> str:
        """An entry that the page takes; empty where nothing need be said."""
        possible = list(self._possible(control))
        return possible[min(self.refused[control.name], len(possible) - 1)]

    def _possible(self, control: Control) -> Iterator[str]:
        """What to say, and what else if that was refused."""
        name = _ROW.sub("", control.name)
        entry = self.answers.get(control.name, self.answers.get(name))
        if control.type == "checkbox" and len(control.options) == 1:
            yield entry if entry in control.options else ""
        if entry is not None and (not control.options or entry in control.options):
            yield entry
        if control.options:
            chosen = [value for value in control.options if value]
            yield from sorted(chosen, key=lambda value: value not in {"none", "no"})
            return
        told = f"{name} {control.type} {control.inputmode}"
        guesses = {
            "email": EMAIL,
            "postal_code": "29212",
            "year": str(self.person.birth_date.year + 20),
            "tel": f"0812{self.person.nik[-8:]}",
            "numeric": "",
        }
        yield next((guess for part, guess in guesses.items() if part in told), "Contoh")
        yield from ("", "Contoh", "10")


def made_up(person: SamplePerson, **changes: Any) -> MadeUp:
    """The answers of `person`, some of them changed."""
    usual = MadeUp.up(person)
    return MadeUp(person, {**usual.answers, **changes})
