"""Subject, text and HTML of a notice, in plain Indonesian, from the templates."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from services.notify.domain import Contact, Facts
from shared.office import Office

ITEM_LABELS = {
    "identity": "Data diri",
    "contact": "Alamat dan kontak",
    "education": "Pendidikan formal",
    "skills": "Keterampilan dan bahasa",
    "experience": "Pengalaman kerja",
    "preferences": "Pekerjaan yang diinginkan",
    "documents.identity_card": "KTP",
    "documents.diploma": "Ijazah",
    "documents.graduation_letter": "Surat keterangan lulus (SKL)",
    "documents.photo": "Pas foto",
    "documents.domicile_letter": "Surat keterangan domisili",
}


@dataclass(frozen=True)
class Text:
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Texts:
    """Renders notices for one office."""

    office: Office
    public_url: str
    environment: Environment = field(init=False, repr=False)

    def __post_init__(self) -> None:
        environment = Environment(
            loader=PackageLoader("services.notify", "templates"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.filters["tanggal"] = long_date
        environment.filters["tanggal_pendek"] = short_date
        environment.filters["item"] = item_label
        environment.globals["identity"] = self.office.identity
        environment.globals["promise"] = self.office.promise
        environment.globals["report_months"] = self.office.card.report_interval_months
        environment.globals["status_url"] = f"{self.public_url.rstrip('/')}/status"
        object.__setattr__(self, "environment", environment)

    def render(self, facts: Facts, contact: Contact) -> Text:
        values = {"facts": facts, "name": contact.full_name, "reference": contact.reference}

        def part(file: str) -> str:
            return self.environment.get_template(f"{facts.template}/{file}").render(values)

        subject = " ".join(part("subject.txt").split())
        return Text(subject, part("body.txt"), part("body.html"))


def long_date(value: date) -> str:
    """E.g. `Selasa, 1 Desember 2026`."""
    return format_date(value, "EEEE, d MMMM y", locale="id")


def short_date(value: date) -> str:
    """E.g. `1 Desember 2026`."""
    return format_date(value, "d MMMM y", locale="id")


def item_label(item: str) -> str:
    """What the form calls this part; an unknown one is simply "your data"."""
    return ITEM_LABELS.get(item, "Data Anda")
