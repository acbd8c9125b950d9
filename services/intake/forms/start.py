"""Page `start`: what is asked for, the card it is about, and the notice about personal data."""

from __future__ import annotations

import re

from services.intake.forms import choices, rules
from services.intake.forms.fields import (
    Errors,
    Field,
    FormPage,
    Reading,
    Screen,
    Values,
    Wrong,
)
from services.intake.forms.old_card import outside_its_time

_NUMBER_EMPTY = "Isi nomor kartu AK-1 lama seperti tertulis di kartu."
_NUMBER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 /.-]{3,28}[A-Za-z0-9.])")
_OF_OLD_CARD = ("kind", ("renewal", "correction", "replacement"))


def _old_number(entry: str, _: Reading) -> str:
    """Old cards and other offices have numbers of their own shape."""
    if not _NUMBER.fullmatch(entry):
        raise Wrong(_NUMBER_EMPTY)
    return entry


def _check(values: Values, errors: Errors, reading: Reading) -> None:
    kind, number = values.get("kind"), values.get("previous_registration_number")
    if kind and number and (why := outside_its_time(kind, number, reading.today, reading.office)):
        errors["previous_registration_number"] = why


# What may be changed later; the notice was read once.
_REQUEST = (
    "kind",
    "previous_registration_number",
    "correction_pages",
    "replacement_reason",
    "purpose",
)
PAGE = FormPage(
    "start",
    "Sebelum mulai",
    (
        Field(
            "kind",
            "Jenis permohonan",
            "Pilih jenis permohonan.",
            kind="radios",
            options=choices.APPLICATION_KIND,
            hint=(
                'Pilih "Kartu baru" bila Anda belum pernah punya AK-1 '
                "atau kartu lama sudah habis masa berlakunya."
            ),
        ),
        Field(
            "previous_registration_number",
            "Nomor kartu AK-1 lama",
            _NUMBER_EMPTY,
            rule=_old_number,
            hint="Tulis seperti di kartu.",
            shown_if=_OF_OLD_CARD,
            max_length=30,
        ),
        Field(
            "correction_pages",
            "Data yang diperbaiki",
            "Pilih bagian yang ingin Anda perbaiki.",
            kind="checkboxes",
            options=choices.FORM_PAGE,
            hint="Boleh lebih dari satu.",
            shown_if=("kind", ("correction",)),
        ),
        Field(
            "replacement_reason",
            "Alasan penggantian",
            "Pilih alasan penggantian: hilang atau rusak.",
            kind="radios",
            options=choices.REPLACEMENT_REASON,
            shown_if=("kind", ("replacement",)),
        ),
        Field(
            "purpose",
            "Tujuan membuat kartu",
            rule=rules.text("Tujuan", 1, 100),
            hint="Contoh: melamar kerja, CPNS, bekerja di luar negeri. Boleh dikosongkan.",
            required=False,
        ),
        Field(
            "notice_acknowledged",
            "Saya sudah membaca pemberitahuan data pribadi",
            "Baca pemberitahuan data pribadi, lalu centang kotak ini.",
            kind="checkbox",
            hint="Pemberitahuan ada di atas kotak ini.",
        ),
    ),
    check=_check,
    screens=(Screen("request", "Jenis permohonan", _REQUEST),),
)
