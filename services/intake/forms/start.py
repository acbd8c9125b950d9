"""Page `start`: the notice about personal data. The kind of application is always `new` so far."""

from __future__ import annotations

from services.intake.forms.fields import Field, FormPage

PAGE = FormPage(
    "start",
    "Sebelum mulai",
    (
        Field(
            "notice_acknowledged",
            "Saya sudah membaca pemberitahuan data pribadi",
            "Baca pemberitahuan data pribadi, lalu centang kotak ini.",
            kind="checkbox",
            hint="Pemberitahuan ada di atas kotak ini.",
        ),
    ),
)
