"""Layout B: which letter stands in which box, which school in which row."""

import pytest

from services.cards.face import EducationRow, ExperienceRow
from services.cards.layouts.form_texts import (
    SCHOOL_ROWS,
    TableRow,
    name_rows,
    religion_code,
    school_rows,
    sex_code,
    skill_rows,
    status_code,
)
from shared.code_lists import EDUCATION_FORM_LEVEL, MARITAL_STATUS, RELIGION, SEX


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("Siti", "SITI", ""),
        ("Siti Contoh bin Rahma", "SITI CONTOH BIN", "RAHMA"),
        ("Muhammad Abdurrahmani Wahid", "MUHAMMAD", "ABDURRAHMANI WAHID"),
        ("A" * 20, "A" * 20, ""),
        ("A" * 20 + " B", "A" * 20, "B"),
        ("A" * 40, "A" * 20, "A" * 20),
        (
            "Muhammad Abdurrahmansyah Al-Hasan Nugraha",
            *("MUHAMMAD ABDURRAHMAN", "SYAH AL-HASAN NUGRA…"),
        ),
        ("A" * 60, "A" * 20, "A" * 19 + "…"),
        ("Muhammad Abdurrahman " + "B" * 30, "MUHAMMAD ABDURRAHMAN", "B" * 19 + "…"),
        ("Mu'min", "MU'MIN", ""),
        ("", "", ""),
    ],
)
def test_a_name_fills_two_rows_of_boxes(name: str, first: str, second: str) -> None:
    rows = name_rows(name)
    assert ["".join(row) for row in rows] == [first, second]


def test_a_name_is_not_shortened_with_a_space_before_the_sign() -> None:
    first, second = name_rows("AB " * 30)
    assert second[-1] == "…"
    assert second[-2] != " "
    assert len(first) == 20


def test_every_answer_of_the_lists_has_its_code() -> None:
    assert [sex_code(words) for words in SEX.values()] == ["1", "2"]
    assert [religion_code(words) for words in RELIGION.values()] == list("1234567")
    assert [status_code(words) for words in MARITAL_STATUS.values()] == [
        ("2", ""),
        ("1", ""),
        ("", "Cerai Hidup"),
        ("", "Cerai Mati"),
    ]


def test_every_level_of_the_list_has_its_row() -> None:
    filled = {}
    for code, words in EDUCATION_FORM_LEVEL.items():
        rows = school_rows([EducationRow(words, "", "2020")])
        (filled[code],) = [n for n, row in enumerate(rows) if row.year]
    groups = {0: ("none", "sd"), 1: ("smp",), 2: ("sma", "smk"), 3: ("d1", "d2", "d3", "d4")}
    groups[5] = ("s1", "s2", "s3")
    assert filled == {code: row for row, codes in groups.items() for code in codes}
    assert len(SCHOOL_ROWS) == 6


def test_schools_of_one_group_share_its_row_with_their_levels() -> None:
    rows = school_rows(
        [
            EducationRow("S2 (tidak tamat)", "Manajemen", "2024", "Universitas Contoh"),
            EducationRow("S1", "Akuntansi", "2020", "Sekolah Tinggi Contoh"),
            EducationRow("SMK/MAK", "Tata Boga", "2016"),
            EducationRow("SMP/sederajat", "", "2013", "SMP Contoh"),
            EducationRow("Tidak/belum tamat SD", "", "2010"),
        ]
    )
    assert rows[5] == TableRow(
        "Universitas Contoh; Sekolah Tinggi Contoh",
        "S2 Manajemen (tidak tamat); S1 Akuntansi",
        "2024; 2020",
    )
    assert rows[2] == TableRow("", "SMK Tata Boga", "2016")
    assert rows[1] == TableRow("SMP Contoh", "", "2013")
    assert rows[0] == TableRow("", "Tidak/belum tamat SD", "2010")
    assert rows[3] == rows[4] == TableRow()


def test_the_third_row_takes_the_skills_that_are_left() -> None:
    skills = [ExperienceRow(text, year) for text, year in (("A", "1"), ("B", ""), ("C", "3"))]
    assert [row.text for row in skill_rows(skills)] == ["A", "B", "C"]
    more = [*skills, ExperienceRow("D", ""), ExperienceRow("E", "5"), ExperienceRow("F", "3")]
    assert skill_rows(more)[2] == TableRow("C; D; E; F", "", "3; 5")
    assert skill_rows([]) == []
