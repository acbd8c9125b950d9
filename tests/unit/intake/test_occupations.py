"""The list of occupations: what is offered for a typed job, and what may be imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.intake.forms import PAGES
from services.intake.forms.occupations import BUILT_IN, Occupations
from services.intake.occupations.__main__ import NotAList, main, read_list
from services.intake.web.questions import fitted


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Sopir truk", "8332"),
        ("supir", "8322"),
        ("Staf administrasi", "4110"),
        ("NELAYAN", "6222"),
        ("kebun sawit", "6112"),
        ("las listrik", "7212"),
    ],
)
def test_what_people_type_finds_a_usual_job(typed: str, code: str) -> None:
    assert code in BUILT_IN.similar(typed)


@pytest.mark.parametrize("typed", ["", "??", "di", "xyzzy"])
def test_nothing_similar_leaves_the_headings(typed: str) -> None:
    assert BUILT_IN.similar(typed) == ()
    assert len(BUILT_IN.headings()) == 43
    assert BUILT_IN.headings()[0] == ("01", "Perwira", "TNI dan Polri")


def test_the_form_offers_a_list_only_for_a_named_job() -> None:
    form = {"occupation_1": ["Kasir"], "occupation_2": [" "], "occupation_code_1": ["8350"]}
    page = fitted(PAGES["preferences"], form, BUILT_IN)
    offers = {field.name: field.options for field in page.fields if field.offer}
    assert set(offers) == {"occupation_code_1", "industry_1"}
    values = [option.value for option in offers["occupation_code_1"]]
    assert values[0] == "8350", "what was chosen stays, though nothing typed is like it"
    assert "5230" in values
    assert len(values) == len(set(values))


def test_an_imported_list_has_the_headings_and_its_own(tmp_path: Path) -> None:
    file = tmp_path / "kbji.csv"
    file.write_text("kode,label\n2521.01,Perancang basis data\n", "utf-8-sig")
    imported = Occupations.of(read_list(file))
    assert imported.similar("basis data") == ("2521.01",)
    assert "25" in imported
    assert "4110" not in imported


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "tidak ada isinya"),
        ("kode,label\n", "tidak ada isinya"),
        ("kode\n4110\n", "tidak terbaca"),
        ("4110,Staf\n4110,Staf lagi\n", "4110: kode ganda"),
        ("4110,Staf\nabc,Lain\n", "abc: kode atau label tidak sah"),
        ("4110,\n", "4110: kode atau label tidak sah"),
    ],
)
def test_a_file_that_is_no_list_changes_nothing(
    tmp_path: Path, text: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kbji.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(NotAList, match=named):
        read_list(file)
    assert main(["import", str(file)]) == 1
    assert "Daftar lama tetap dipakai" in capsys.readouterr().err
