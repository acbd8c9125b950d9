"""The parts that the public pages are put together from."""

from __future__ import annotations

import brotli
import pytest
from starlette.requests import Request

from services.intake.drafts import TaskStatus
from services.intake.forms import PAGES, Option, form_of
from services.intake.web import questions, wording
from services.intake.web.answers import NOT_FILLED, parts
from services.intake.web.assets import FOLDER, Assets
from services.intake.web.pages_status import read_birth_date
from services.intake.web.task_list import TaskBlock, TaskLine, TaskList
from tests.unit.intake.answers_example import PAGES as VALUES


def asking(path: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return Request({"type": "http", "headers": raw, "path_params": {"path": path}})


def test_fields_stand_under_the_answer_that_calls_for_them() -> None:
    contact = questions.questions(PAGES["contact"].fields)
    below = {each.field.name: each.below for each in contact}
    assert [(q.field.name, q.when) for q in below["ktp_in_regency"]] == [
        ("ktp_village_code", "yes"),
        ("ktp_province_code", "no"),
        ("ktp_regency_name", "no"),
        ("ktp_subdistrict_name", "no"),
        ("ktp_village_name", "no"),
    ]
    lives_elsewhere = {q.field.name: q.below for q in below["domicile_same_as_ktp"]}
    assert lives_elsewhere["domicile_in_regency"][0].field.name == "domicile_village_code"


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_every_field_of_a_page_is_shown_once(page: object) -> None:
    def names(tree: tuple[questions.Question, ...]) -> list[str]:
        return [name for q in tree for name in (q.field.name, *names(q.below))]

    fields = page.fields  # type: ignore[attr-defined]
    asked = sorted(field.name for field in fields if field.kind != "computed")
    assert sorted(names(questions.questions(fields))) == asked


def test_options_are_escaped_and_chosen() -> None:
    options = (Option("a", "<b>&", 'Kecamatan "X"'), Option("b", "B"))
    tags = str(questions.option_tags(options, "b"))
    assert "&lt;b&gt;&amp;" in tags
    assert 'label="Kecamatan &#34;X&#34;"' in tags
    assert tags.count(" selected") == 1
    assert " selected" not in str(questions.option_tags(options, '"><script>'))


def test_rows_are_added_up_to_the_limit_and_removed() -> None:
    page = PAGES["education"]
    group = page.groups[0]
    assert questions.row_numbers(group, {}) == [0]
    form: questions.Form = {"education-0-institution": ["SD"]}
    for _ in range(group.most + 3):
        form = questions.with_row(page, form, "education")
    assert len(questions.row_numbers(group, form)) == group.most
    assert form["education-0-institution"] == ["SD"]
    left = questions.without_row(form, "education", "0")
    assert questions.row_numbers(group, left) == list(range(1, group.most))
    assert questions.row_numbers(group, {"education-99-x": [""], "education-²-x": [""]}) == [0]


def test_answers_are_read_back_in_words() -> None:
    shown = {
        line.label: line.text
        for page_id in ("identity", "contact", "education", "skills")
        for part in parts(PAGES[page_id], VALUES[page_id], str.upper)
        for line in part.lines
    }
    assert shown["NIK"] == "1404 0567 0801 0002"
    assert shown["Tanggal lahir"] == "27 Agustus 2001"
    assert shown["Jenis kelamin"] == "Perempuan"
    assert shown["Nomor HP"] == "0812-0000-0001"
    assert "Kecamatan" in shown["Desa/kelurahan"]
    assert "Kabupaten/kota" not in shown, "what was not asked is not shown"
    nothing = parts(PAGES["skills"], {**VALUES["skills"], "skills": []}, str.upper)
    assert nothing[-1].lines[0].text == NOT_FILLED
    assert nothing[-1].lines[0].url == "SKILLS"


def test_a_saved_page_is_shown_as_it_was_typed() -> None:
    form = form_of(VALUES["identity"])
    assert questions.first(form, "birth_date-month") == "8"
    assert questions.first(form, "full_name") == "Contoh Siti Mu'minah"
    assert questions.first(form, "unknown") == ""


@pytest.mark.parametrize(
    ("size", "text"), [(10, "1\u00a0KB"), (236_544, "231\u00a0KB"), (1_468_007, "1,4\u00a0MB")]
)
def test_file_sizes(size: int, text: str) -> None:
    assert wording.file_size(size) == text


def _tasks(*states: TaskStatus, label: str = "") -> TaskList:
    """Some parts and, last, the sending, which says `label` when it is ready."""
    parts = (
        TaskLine(state, "Bagian", "", state, f"/{number}") for number, state in enumerate(states)
    )
    last = TaskLine(
        "review", "Periksa dan kirim", "", "not_started" if label else "blocked", "/p", label
    )
    return TaskList((TaskBlock("Tugas", (*parts, last)),))


def test_the_button_of_the_task_list_says_where_it_leads() -> None:
    assert _tasks("not_started", "not_started").next_text == "Mulai mengisi"
    assert _tasks("in_progress", "not_started").next_text == "Lanjutkan mengisi"
    assert _tasks("done", "not_started").next_text == "Lanjutkan mengisi"
    assert _tasks("done", "done", label="Siap dikirim").next_text == "Periksa dan kirim"


@pytest.mark.parametrize(
    ("months", "text"), [(6, "6 bulan"), (12, "1 tahun"), (24, "2 tahun"), (30, "30 bulan")]
)
def test_spans(months: int, text: str) -> None:
    assert wording.span(months) == text


async def test_assets_are_compressed_and_cached_for_ever() -> None:
    assets = Assets()
    path = assets.url("theme.css").removeprefix("/static/")
    answer = await assets.serve(asking(path, accept_encoding="gzip, br"))
    assert answer.headers["content-encoding"] == "br"
    assert "immutable" in answer.headers["cache-control"]
    assert brotli.decompress(bytes(answer.body)) == (FOLDER / "theme.css").read_bytes()
    again = await assets.serve(asking(path, if_none_match=answer.headers["etag"]))
    assert again.status_code == 304
    plain = await assets.serve(asking(path))
    assert "content-encoding" not in plain.headers
    missing = await assets.serve(asking("../assets.py"))
    assert missing.status_code == 404


def test_nothing_of_gov_uk_and_no_other_host_is_in_the_styles() -> None:
    for sheet in FOLDER.rglob("*.css"):
        text = sheet.read_text("utf-8")
        assert "GDS Transport" not in text
        assert "@font-face" not in text
        assert "@import" not in text
        assert "url(" not in text.replace("url(data:", "")
    script = (FOLDER / "form.js").read_bytes()
    assert len(script) <= 4096


def test_a_row_number_of_thousands_of_digits_is_no_row() -> None:
    group = PAGES["education"].groups[0]
    assert questions.row_numbers(group, {f"education-{'9' * 5000}-institution": ["SD"]}) == [0]


@pytest.mark.parametrize("year", ["9" * 30, "9" * 5000, "0", "-1"])
def test_a_year_of_no_calendar_is_refused(year: str) -> None:
    form = {"birth_date-day": ["1"], "birth_date-month": ["1"], "birth_date-year": [year]}
    born, errors = read_birth_date(form)
    assert born is None
    assert errors == {"birth_date": "Tanggal ini tidak ada di kalender."}


def test_a_small_body_does_not_become_a_large_form() -> None:
    body = {"x" * 60_000: [{"a": 1}] * 9_000, "education": [{"major": "A"}] * 9_000}
    form = form_of(body)
    assert sum(map(len, form)) < 10_000
    assert form["education-0-major"] == ["A"]
