"""The office's own configuration: names, contacts, card texts, deadlines (domain.md 16)."""

from __future__ import annotations

import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from shared.contracts.applications import DocumentKind

_WORKING_AGE, _OF_AGE = 15, 18
DEFAULT_FILE = Path(__file__).parent.parent / "deploy" / "office.toml"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Identity(_Section):
    """`regency_code` is 4 digits in numbers and events; areas write it with a dot (14.04).

    `emblem` is a PNG, JPEG or SVG for the cards, named from the folder of the office file.
    """

    name: str
    government: str
    department: str
    address: str
    city: str
    regency_code: str
    regency_name: str
    website: str
    telephone: str
    whatsapp: str
    email: str
    hours: str
    emblem: Path | None = None

    @property
    def province_code(self) -> str:
        return self.regency_code[:2]

    @property
    def area_code(self) -> str:
        """The regency as an area code, e.g. `14.04`."""
        return f"{self.province_code}.{self.regency_code[2:]}"


class SignatoryConfig(_Section):
    role: str
    name: str
    nip: str


class Card(_Section):
    """`renewal_window_days`: so long before a card ends may it be renewed.

    `paper`: the office prints each card and hands it over; else people have it from the web alone.
    `layout` is the PDF that people get. `number_template` makes the numbers, printed in
    `number_boxes`; their sequence begins again each year or never. So long after a report was due
    (`report_grace_days`) its holder stays in the list of job seekers. `short_terms` stand on the
    plastic card, which has no room for `terms`.
    """

    layout: Literal["strip", "sheet", "form"] = "sheet"
    number_template: str = "{regency:4}{issue_date:%d%m%y}{sequence:06d}"
    number_boxes: tuple[int, ...] = (4, 6, 6)
    sequence_reset: Literal["yearly", "never"] = "yearly"
    area_of_validity: str = "Berlaku Nasional"
    report_grace_days: int = Field(default=30, ge=0)
    validity_months: int
    paper: bool = False
    renewal_window_days: int = 30
    report_interval_months: int
    report_lines: int
    print_phone: bool
    legal_basis: str
    terms: tuple[str, ...]
    short_terms: tuple[str, ...] = (
        "Selama belum bekerja, lapor setiap 6 bulan.",
        "Data berubah, kartu hilang, atau sudah bekerja: segera lapor.",
        "Bila diterima bekerja, kartu dikembalikan ke Dinas.",
    )
    signatory: SignatoryConfig


class Applicant(_Section):
    """Who may apply. With `allow_minor_with_guardian` people from 15 may, if a guardian agrees."""

    min_age: int
    allow_minor_with_guardian: bool = False
    outside_domicile: bool = True  # with a letter of domicile
    max_age: int
    amend_days: int
    draft_days: int
    notice_version: str

    @property
    def youngest(self) -> int:
        """The age from which somebody may apply at all."""
        return min(self.min_age, _WORKING_AGE) if self.allow_minor_with_guardian else self.min_age

    def needs_guardian(self, age: int) -> bool:
        return self.allow_minor_with_guardian and age < _OF_AGE


class Documents(_Section):
    """`required` of everybody; a diploma may always be a graduation letter instead."""

    required: tuple[DocumentKind, ...] = ("identity_card", "diploma", "photo")
    optional: tuple[DocumentKind, ...] = ("family_card", "skill_certificate", "employment_letter")


class Skills(_Section):
    """`min_rows`: so many skills or courses a person must name."""

    min_rows: int = Field(default=0, ge=0, le=10)


class Wage(_Section):
    """The wanted wage as a number, or one of the bands between `bands` (whole rupiah a month)."""

    mode: Literal["number", "bands"] = "number"
    bands: tuple[int, ...] = (1_000_000, 1_500_000, 2_000_000, 2_500_000)

    @field_validator("bands")
    @classmethod
    def _ascending(cls, bands: tuple[int, ...]) -> tuple[int, ...]:
        if not bands or bands[0] <= 0 or any(low >= high for low, high in pairwise(bands)):
            raise ValueError("bands must be amounts that grow")
        return bands


class Promise(_Section):
    verification_working_days: int
    issue_working_days: int


class Review(_Section):
    """Which cases one officer checks and another decides; `share` is the percent for `random`."""

    four_eyes: Literal["always", "random", "risk", "never"] = "risk"
    share: int = Field(default=10, ge=0, le=100)


class Escalation(_Section):
    """Who hears of a promise that was not kept, by e-mail; empty: nobody."""

    email: str = ""


class Seal(_Section):
    """Who seals the PDF of a card: nobody (it is signed by hand on paper), the service cards with
    the office's own certificate, or an official at the desk through BSrE.

    With `timestamp_url` (RFC 3161) the office's own seal carries a time stamp, too.
    """

    adapter: Literal["none", "pyhanko", "bsre"] = "none"
    timestamp_url: str = ""


class Office(_Section):
    identity: Identity
    card: Card
    applicant: Applicant
    promise: Promise
    documents: Documents = Documents()
    skills: Skills = Skills()
    wage: Wage = Wage()
    review: Review = Review()
    escalation: Escalation = Escalation()
    seal: Seal = Seal()


@cache
def load_office(path: Path | None = None) -> Office:
    """Read the office file (TOML); raises `pydantic.ValidationError` naming what is wrong."""
    file = path or DEFAULT_FILE
    values = tomllib.loads(file.read_text("utf-8"))
    identity = values.get("identity", {})
    emblem = identity.pop("emblem", "")
    return Office.model_validate(
        values | {"identity": identity | ({"emblem": file.parent / emblem} if emblem else {})}
    )
