"""Page `skills`: courses and languages (domain.md 5.6)."""

from __future__ import annotations

from services.intake.forms import choices, rules
from services.intake.forms.fields import Errors, Field, FormPage, Group, Reading, Values

_OTHER_NAME_EMPTY = "Isi nama bahasa."


def _check(values: Values, errors: Errors, _: Reading) -> None:
    if "other" not in (values.get("languages") or ()):
        values["language_other_name"] = None
        errors.pop("language_other_name", None)
    elif not values.get("language_other_name") and "language_other_name" not in errors:
        errors["language_other_name"] = _OTHER_NAME_EMPTY


PAGE = FormPage(
    "skills",
    "Keterampilan dan bahasa",
    (
        Field(
            "languages",
            "Bahasa yang dikuasai",
            "Pilih bahasa.",
            kind="checkboxes",
            options=choices.LANGUAGE,
            hint="Boleh lebih dari satu.",
        ),
        Field(
            "language_other_name",
            "Nama bahasa",
            _OTHER_NAME_EMPTY,
            rule=rules.text("Nama bahasa", 2, 40),
            hint="Diisi bila memilih bahasa lain. Contoh: Melayu, Banjar, Bugis",
            required=False,
        ),
    ),
    (
        Group(
            "skills",
            "Keterampilan atau kursus",
            "Keterampilan",
            (
                Field(
                    "name",
                    "Jenis keterampilan/kursus",
                    "Isi jenis keterampilan.",
                    rule=rules.text("Jenis keterampilan", 2, 80),
                    hint="Contoh: las listrik, komputer, menjahit",
                ),
                Field(
                    "year",
                    "Tahun",
                    rule=rules.year(1950, "Tulis tahun dengan 4 angka."),
                    hint="Boleh dikosongkan.",
                    required=False,
                    inputmode="numeric",
                    max_length=4,
                ),
            ),
            most=10,
            hint="Boleh dikosongkan.",
        ),
    ),
    check=_check,
)
