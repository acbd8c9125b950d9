"""What is asked in other words when an officer reads it out and types for the person."""

from __future__ import annotations

from dataclasses import replace

from services.intake.counter.sessions import CounterSession
from services.intake.forms import Field, FormPage

_LABELS = {
    "notice_acknowledged": (
        "Pemberitahuan data pribadi sudah dibacakan kepada pemohon, dan pemohon mengerti"
    ),
    "declaration": (
        "Pemohon menyatakan data dan berkas ini benar; petugas hanya mengetikkannya untuk pemohon"
    ),
    "consent_publication": (
        "Pemohon mengizinkan namanya tampil di daftar pencari kerja yang dibuka untuk umum"
    ),
}
_HINTS = {
    "kind": (
        'Pilih "Kartu baru" bila pemohon belum pernah punya AK-1 '
        "atau kartu lamanya sudah habis masa berlakunya."
    ),
    "notice_acknowledged": "Bacakan pemberitahuan di atas kotak ini kepada pemohon.",
    "declaration": (
        "Bacakan kepada pemohon: memberi data yang tidak benar dapat membuat kartu dibatalkan."
    ),
    "mobile": (
        "Diawali 08 atau +62. Pemohon tidak punya HP? Tulis nomor keluarga yang boleh dihubungi."
    ),
}


def spoken(page: FormPage, counter: CounterSession | None) -> FormPage:
    """A page as the officer at the counter reads it; for everybody else as it is."""
    if counter is None:
        return page
    return replace(page, fields=tuple(spoken_field(each, counter) for each in page.fields))


def spoken_field(field: Field, counter: CounterSession | None) -> Field:
    if counter is None:
        return field
    return replace(
        field,
        autocomplete="off",  # this browser would offer it to the next person
        label=_LABELS.get(field.name, field.label),
        hint=_HINTS.get(field.name, field.hint),
    )
