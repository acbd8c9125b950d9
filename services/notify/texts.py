"""Subject, text and HTML of a notice, in plain Indonesian, from the templates."""

from __future__ import annotations

from dataclasses import dataclass, field

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from services.notify.domain import Contact, Facts
from shared.code_lists import ITEM
from shared.dates import day_and_date, long_date, time_of_day
from shared.office import Office


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
        environment.filters["tanggal"] = day_and_date
        environment.filters["tanggal_pendek"] = long_date
        environment.filters["jam"] = time_of_day
        environment.filters["item"] = item_label
        environment.globals["identity"] = self.office.identity
        environment.globals["promise"] = self.office.promise
        environment.globals["amend_days"] = self.office.applicant.amend_days
        environment.globals["report_months"] = self.office.card.report_interval_months
        environment.globals["status_url"] = f"{self.public_url.rstrip('/')}/status"
        environment.globals["apply_url"] = f"{self.public_url.rstrip('/')}/"
        environment.globals["return_url"] = f"{self.public_url.rstrip('/')}/lanjutkan"
        object.__setattr__(self, "environment", environment)

    def render(self, facts: Facts, contact: Contact, code: str = "") -> Text:
        """`code` is what a message about a draft tells, opened."""
        values = {
            "facts": facts,
            "name": contact.full_name,
            "reference": contact.reference,
            "code": code,
        }

        def part(file: str) -> str:
            return self.environment.get_template(f"{facts.template}/{file}").render(values)

        subject = " ".join(part("subject.txt").split())
        return Text(subject, part("body.txt"), part("body.html"))


def item_label(item: str) -> str:
    """What the form calls this part; an unknown one is simply "your data"."""
    return ITEM.get(item, "Data Anda")
