"""What is asked, and in other words, when an officer reads it out and types for the person."""

from __future__ import annotations

from dataclasses import replace

from services.intake.counter.sessions import CounterSession
from services.intake.forms import Field, FormPage
from services.intake.forms.fields import Form

_LABELS = {
    "has_mobile": "Apakah pemohon punya nomor HP?",
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
    "has_mobile": (
        "Nomor keluarga yang boleh dihubungi lebih baik daripada tidak ada. "
        "Tanpa nomor HP dan email, sampaikan hasilnya langsung kepada pemohon."
    ),
}


def spoken(page: FormPage, counter: CounterSession | None) -> FormPage:
    """A page as the officer at the counter reads it; for everybody else as it is."""
    if counter is None:
        return page
    return replace(page, fields=tuple(spoken_field(each, counter) for each in page.fields))


def as_asked(page: FormPage, form: Form, counter: CounterSession | None) -> Form:
    """The form with what an officer alone is asked; most people have a number."""
    asks = counter is not None and any(field.name == "has_mobile" for field in page.fields)
    return {"has_mobile": ["yes"], **form} if asks else form


def spoken_field(field: Field, counter: CounterSession | None) -> Field:
    if counter is None:
        return field
    return replace(
        field,
        autocomplete="off",  # this browser would offer it to the next person
        label=_LABELS.get(field.name, field.label),
        hint=_HINTS.get(field.name, field.hint),
    )
