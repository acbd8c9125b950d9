"""Page `education`: schools, the last one first (domain.md 5.5)."""

from __future__ import annotations

from datetime import date

from services.intake.forms import choices, rules
from services.intake.forms.fields import Errors, Field, FormPage, Group, Reading, Screen, Values

_YEARS_TO_FIRST_SCHOOL = 5
_YEARS_TURNED = "Tahun lulus tidak boleh sebelum tahun masuk."
_UNFITTING_YEAR = "Tahun lulus tidak cocok dengan tanggal lahir."

_FIELDS = (
    Field(
        "form_level",
        "Jenjang",
        "Pilih jenjang pendidikan.",
        kind="select",
        options=choices.FORM_LEVEL,
    ),
    Field(
        "completed",
        "Tamat?",
        "Pilih tamat atau tidak tamat.",
        kind="radios",
        rule=rules.yes_no,
        options=choices.COMPLETED,
    ),
    Field(
        "institution",
        "Nama sekolah/perguruan tinggi",
        "Isi nama sekolah atau perguruan tinggi.",
        rule=rules.text("Nama sekolah/perguruan tinggi", 2, 120),
    ),
    Field(
        "major",
        "Jurusan",
        "Isi jurusan.",
        rule=rules.text("Jurusan", 2, 80),
        hint="Contoh: Akuntansi",
        shown_if=("form_level", tuple(sorted(choices.LEVELS_WITH_MAJOR))),
    ),
    Field(
        "year_in",
        "Tahun masuk",
        rule=rules.year(1940, "Tulis tahun masuk dengan 4 angka."),
        hint="Boleh dikosongkan.",
        required=False,
        inputmode="numeric",
        max_length=4,
    ),
    Field(
        "year_out",
        "Tahun lulus",
        "Tulis tahun lulus dengan 4 angka.",
        rule=rules.year(1940, "Tulis tahun lulus dengan 4 angka."),
        hint="Bila tidak tamat, tahun berhenti.",
        inputmode="numeric",
        max_length=4,
    ),
    Field(
        "grade_score",
        "Nilai (NEM/NUN/IPK)",
        rule=rules.grade,
        hint="Boleh dikosongkan. Contoh: 3,25 atau 78,4",
        required=False,
        inputmode="decimal",
        max_length=6,
    ),
    Field(
        "diploma_number",
        "Nomor ijazah",
        rule=rules.text("Nomor ijazah", 1, 50),
        hint="Boleh dikosongkan.",
        required=False,
    ),
)


def _check(values: Values, errors: Errors, reading: Reading) -> None:
    """`rows` are numbered as typed; only rows without errors are compared."""
    rows = [row for row in values["education"] if row.get("year_out") and row.get("form_level")]
    for row in rows:
        if row["form_level"] == "none":
            row["completed"] = False
        if row.get("year_in") and row["year_out"] < row["year_in"]:
            errors[f"education-{row['#']}-year_out"] = _YEARS_TURNED
        elif not fits_birth_date(row["year_out"], reading.known.birth_date):
            errors[f"education-{row['#']}-year_out"] = _UNFITTING_YEAR
    last = max(rows, key=_place, default=None)
    for row in rows:
        if row.get("completed") is False and row is not last:
            errors[f"education-{row['#']}-completed"] = (
                "Pilih tamat atau tidak tamat. Hanya sekolah terakhir boleh tidak tamat."
            )


def _place(row: Values) -> tuple[int, int]:
    return choices.LEVEL_RANK[row["form_level"]], row["year_out"]


def fits_birth_date(year_out: int, born: date | None) -> bool:
    """Nobody leaves school in the first years of life."""
    return born is None or year_out >= born.year + _YEARS_TO_FIRST_SCHOOL


PAGE = FormPage(
    "education",
    "Pendidikan formal",
    groups=(
        Group(
            "education",
            "Pendidikan formal",
            "Sekolah",
            _FIELDS,
            most=10,
            least=1,
            hint="Mulai dari yang terakhir.",
        ),
    ),
    check=_check,
    screens=(Screen("schools", "Pendidikan formal", ("education",)),),
)
