"""Page `preferences`: the work a person wants (domain.md 5.8)."""

from __future__ import annotations

from services.intake.forms import choices, rules
from services.intake.forms.fields import Errors, Field, FormPage, Reading, Values

_OCCUPATION = rules.text("Jabatan yang diinginkan", 2, 80)


def _occupation(number: int) -> Field:
    """The first is required, and it is the one that counts."""
    first = number == 1
    return Field(
        f"occupation_{number}",
        "Jabatan yang diinginkan" if first else f"Pilihan ke-{number}",
        "Isi jabatan yang diinginkan.",
        rule=_OCCUPATION,
        hint="Tulis pekerjaan yang Anda cari." if first else "Boleh dikosongkan.",
        required=first,
    )


def _check(values: Values, errors: Errors, _: Reading) -> None:
    if (
        values.get("location_scope") == "abroad"
        and not values.get("location_place")
        and "location_place" not in errors
    ):
        errors["location_place"] = "Isi negara tujuan."


PAGE = FormPage(
    "preferences",
    "Pekerjaan yang diinginkan",
    (
        *map(_occupation, (1, 2, 3)),
        Field(
            "location_scope",
            "Lokasi kerja yang diinginkan",
            "Pilih lokasi kerja yang diinginkan.",
            kind="radios",
            options=choices.WORK_LOCATION,
        ),
        Field(
            "location_place",
            "Kota atau negara tujuan",
            rule=rules.text("Kota atau negara tujuan", 2, 60),
            hint="Contoh: Tembilahan, Batam, Malaysia",
            required=False,
        ),
    ),
    check=_check,
)
