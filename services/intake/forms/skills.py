"""Page `skills`: courses and languages (domain.md 5.6)."""

from __future__ import annotations

from services.intake.forms import choices, rules
from services.intake.forms.fields import Field, FormPage, Group, Screen

_COURSES = Group(
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
            "provider",
            "Lembaga",
            rule=rules.text("Nama lembaga", 1, 100),
            hint="Boleh dikosongkan.",
            required=False,
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
        Field(
            "certificate_number",
            "Nomor sertifikat",
            rule=rules.text("Nomor sertifikat", 1, 50),
            hint="Boleh dikosongkan.",
            required=False,
        ),
    ),
    most=10,
    hint='Tekan "Tambah keterampilan" untuk mengisi. Bila tidak ada, langsung lanjut.',
)


def _level(language: str, label: str) -> Field:
    named = "bahasa lain" if language == "other" else f"bahasa {label}"
    return Field(
        f"language_level_{language}",
        f"Tingkat {named}",
        "Pilih tingkat kemampuan bahasa.",
        kind="radios",
        options=choices.LANGUAGE_LEVEL,
        hint="Boleh dikosongkan.",
        required=False,
        shown_if=("languages", (language,)),
    )


_LANGUAGES = (
    "languages",
    *(f"language_level_{each.value}" for each in choices.LANGUAGE),
    "language_other_name",
)
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
        *(_level(each.value, each.label) for each in choices.LANGUAGE if each.value != "other"),
        Field(
            "language_other_name",
            "Nama bahasa lain",
            "Isi nama bahasa.",
            rule=rules.text("Nama bahasa", 2, 40),
            hint="Contoh: Melayu, Banjar, Bugis",
            shown_if=("languages", ("other",)),
        ),
        _level("other", ""),
    ),
    (_COURSES,),
    screens=(
        Screen("courses", "Keterampilan atau kursus", ("skills",)),
        Screen("languages", "Bahasa yang dikuasai", _LANGUAGES),
    ),
)
