"""Page `preferences`: the work a person wants, and who may hear of it (domain.md 5.8)."""

from __future__ import annotations

from services.intake.forms import choices, rules
from services.intake.forms.fields import (
    Errors,
    Field,
    Form,
    FormPage,
    Option,
    Reading,
    Screen,
    Values,
    Wrong,
)
from services.intake.forms.occupations import Occupations

NUMBERS = (1, 2, 3)
_SIMILAR = "Mirip dengan yang Anda tulis"
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


def _code(entry: str, reading: Reading) -> str:
    if entry not in reading.known.occupations:
        raise Wrong("Pilih jabatan dari daftar.")
    return entry


def _code_offer(number: int, form: Form, occupations: Occupations) -> tuple[Option, ...]:
    """What is like the wanted job, then the headings of the list; nothing without a wanted job."""
    typed = (form.get(f"occupation_{number}") or [""])[0]
    chosen = (form.get(f"occupation_code_{number}") or [""])[0]
    if not typed.strip() and not chosen:
        return ()
    similar = list(occupations.similar(typed))
    headings = occupations.headings()
    if chosen in occupations and chosen not in {*similar, *(code for code, *_ in headings)}:
        similar.insert(0, chosen)
    return (
        *(Option(code, occupations.labels[code], _SIMILAR) for code in similar),
        *(Option(code, label, top) for code, label, top in headings if code not in similar),
    )


def _details(number: int) -> tuple[Field, Field]:
    """The code and the industry of one wanted job, asked only if it is named."""

    def offer(form: Form, occupations: Occupations) -> tuple[Option, ...]:
        return _code_offer(number, form, occupations)

    def industries(form: Form, occupations: Occupations) -> tuple[Option, ...]:
        named = offer(form, occupations) or form.get(f"industry_{number}")
        return choices.INDUSTRY if named else ()

    return (
        Field(
            f"occupation_code_{number}",
            "Golongan jabatan",
            "Pilih jabatan dari daftar.",
            kind="select",
            rule=_code,
            hint="Pilih yang paling cocok. Boleh dikosongkan.",
            required=False,
            offer=offer,
            about=f"occupation_{number}",
        ),
        Field(
            f"industry_{number}",
            "Lapangan usaha",
            "Pilih lapangan usaha dari daftar.",
            kind="select",
            rule=_industry,
            hint="Boleh dikosongkan.",
            required=False,
            offer=industries,
            about=f"occupation_{number}",
        ),
    )


def _industry(entry: str, _: Reading) -> str:
    if all(option.value != entry for option in choices.INDUSTRY):
        raise Wrong("Pilih lapangan usaha dari daftar.")
    return entry


def _check(values: Values, errors: Errors, _: Reading) -> None:
    if (
        values.get("location_scope") == "abroad"
        and not values.get("location_place")
        and "location_place" not in errors
    ):
        errors["location_place"] = "Isi negara tujuan."
    for number in NUMBERS:
        if not values.get(f"occupation_{number}"):
            values[f"occupation_code_{number}"] = values[f"industry_{number}"] = None
    named = values.get("employer_name") or "employer_name" in errors
    if (values.get("employer_address") or values.get("employer_phone")) and not named:
        errors["employer_name"] = "Isi nama perusahaan yang dituju."


PAGE = FormPage(
    "preferences",
    "Pekerjaan yang diinginkan",
    (
        *map(_occupation, NUMBERS),
        *(field for number in NUMBERS for field in _details(number)),
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
            hint="Boleh dikosongkan. Contoh: Tembilahan, Batam, Malaysia",
            required=False,
        ),
        Field(
            "wage",
            "Upah yang diinginkan (rupiah per bulan)",
            rule=rules.rupiah,
            hint="Boleh dikosongkan. Contoh: 3.000.000",
            required=False,
            inputmode="numeric",
            max_length=20,
        ),
        Field(
            "employer_name",
            "Perusahaan yang dituju",
            rule=rules.text("Nama perusahaan", 1, 120),
            hint="Boleh dikosongkan.",
            required=False,
        ),
        Field(
            "employer_address",
            "Alamat perusahaan",
            rule=rules.text("Alamat perusahaan", 1, 150),
            hint="Boleh dikosongkan.",
            required=False,
        ),
        Field(
            "employer_phone",
            "Telepon perusahaan",
            rule=rules.telephone,
            hint="Boleh dikosongkan.",
            required=False,
            inputmode="tel",
            max_length=20,
        ),
        Field(
            "consent_matching",
            "Data saya boleh diberikan kepada pemberi kerja yang mencari tenaga kerja",
            kind="checkbox",
            hint="Boleh tidak dicentang. Kartu tetap dibuat.",
            required=False,
        ),
    ),
    check=_check,
    screens=(
        Screen(
            "occupations",
            "Pekerjaan yang Anda cari",
            tuple(f"occupation_{number}" for number in NUMBERS),
        ),
        Screen(
            "occupation_codes",
            "Golongan jabatan dan lapangan usaha",
            tuple(name for n in NUMBERS for name in (f"occupation_code_{n}", f"industry_{n}")),
            note="Membantu kami mencocokkan Anda dengan lowongan. Bila ragu, kosongkan saja.",
        ),
        Screen("location", "Lokasi kerja", ("location_scope", "location_place")),
        Screen("wage", "Upah yang diinginkan", ("wage",)),
        Screen(
            "employer",
            "Perusahaan yang dituju",
            ("employer_name", "employer_address", "employer_phone"),
            note="Isi bila Anda ingin melamar ke perusahaan tertentu.",
        ),
        Screen(
            "consents",
            "Berbagi data dengan pemberi kerja",
            ("consent_matching",),
        ),
    ),
)
