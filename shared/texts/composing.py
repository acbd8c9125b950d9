"""A whole message: words filled with values, in the mail of the office with its help lines."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from shared.office import Office
from shared.texts.messages import Message
from shared.texts.wording import Block, Values, Wording, blocks_of, fill_line


@dataclass(frozen=True)
class Composed:
    """What a person reads. `blocks` are the words alone, `text` and `html` the whole mail."""

    subject: str
    blocks: tuple[Block, ...]
    text: str
    html: str

    @property
    def words(self) -> str:
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def mark(self) -> str:
        """Tells whether somebody saw this very message."""
        return hashlib.sha256(f"{self.subject}\n{self.text}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Composer:
    """Composes for one office; `public_url` is where applicants go."""

    office: Office
    public_url: str

    def compose(self, message: Message, wording: Wording, values: Values) -> Composed:
        """Raises `KeyError` for a name without a value; `checking.problems` finds it before."""
        filled = {**self._of_the_office(), **values}
        subject = fill_line(wording.subject, filled)
        blocks = blocks_of(wording.body, message.kinds, filled)
        context = {"subject": subject, "blocks": blocks, "identity": self.office.identity}
        mail = _mail()
        return Composed(
            subject,
            blocks,
            mail.get_template("mail.txt").render(context),
            mail.get_template("mail.html").render(context),
        )

    def sample(self, message: Message, wording: Wording, *, bare: bool = False) -> Composed:
        """With made-up values; `bare` without those that may be missing."""
        values = {each.name: each.sample for each in message.placeholders}
        own = set(self._of_the_office())
        made_up = {name: value for name, value in values.items() if name not in own}
        if bare:
            made_up |= dict.fromkeys(made_up.keys() & MAY_BE_MISSING, "")
        return self.compose(message, wording, made_up)

    def _of_the_office(self) -> Values:
        site = self.public_url.rstrip("/")
        return {
            "tautan_status": f"{site}/status",
            "tautan_daftar": f"{site}/",
            "tautan_lanjut": f"{site}/lanjutkan",
            "hari_kerja": str(self.office.promise.verification_working_days),
            "hari_perbaikan": str(self.office.applicant.amend_days),
            "bulan_lapor": str(self.office.card.report_interval_months),
        }


MAY_BE_MISSING = frozenset({"catatan", "lapor_pertama"})


@cache
def _mail() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
