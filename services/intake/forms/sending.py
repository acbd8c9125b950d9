"""What is agreed to when everything is checked and sent (domain.md 5.10)."""

from __future__ import annotations

from services.intake.forms.fields import Field, FormPage, Reading, Values


def _has_whatsapp(_: Values, reading: Reading) -> bool:
    return reading.known.has_whatsapp is True


CONSENTS = (
    Field(
        "consent_reminders_whatsapp",
        "Kirim pengingat lapor lewat WhatsApp",
        kind="checkbox",
        hint="Bisa dihentikan kapan saja.",
        required=False,
        shown_if=("has_whatsapp", (True,)),
    ),
    Field(
        "consent_publication",
        "Nama saya boleh tampil di daftar pencari kerja yang dibuka untuk umum",
        kind="checkbox",
        hint="Boleh tidak dicentang.",
        required=False,
    ),
)
DECLARATION = Field(
    "declaration",
    "Saya menyatakan data dan berkas ini benar",
    "Centang pernyataan bahwa data Anda benar.",
    kind="checkbox",
    hint="Memberi data yang tidak benar dapat membuat kartu dibatalkan.",
)
PAGE = FormPage(
    "review",
    "Periksa dan kirim",
    (
        Field("has_whatsapp", "", kind="computed", compute=_has_whatsapp),
        *CONSENTS,
        DECLARATION,
    ),
)
