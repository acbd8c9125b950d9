"""The texts of the office: what may be written, what a mistake is called, what must agree."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from services.intake.information import Shelf, TextError, library, load_library
from services.intake.information.__main__ import main as check_folder
from services.intake.requirements import required_documents
from shared.code_lists import DOCUMENT_KIND
from shared.office import Office, load_office

TEXTS = library.DEFAULT_FOLDER
HEAD = "judul: Contoh\nringkas: Satu halaman.\nmenu: Contoh\nurutan: 20\n\n"
STANDARD = (
    *("Persyaratan", "Sistem, mekanisme, dan prosedur", "Jangka waktu", "Biaya"),
    *("Produk pelayanan", "Penanganan pengaduan, saran, dan masukan", "Dasar hukum"),
    *("Sarana, prasarana, dan fasilitas", "Kompetensi pelaksana", "Pengawasan internal"),
    *("Jumlah pelaksana", "Jaminan pelayanan", "Jaminan keamanan dan keselamatan"),
    "Evaluasi kinerja pelaksana",
)
Write = Callable[[str, str], Path]


def office(**changes: dict[str, object]) -> Office:
    """The office's file with other values."""
    values = load_office().model_dump()
    for section, entries in changes.items():
        values[section] = {**values[section], **entries}
    return Office.model_validate(values)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copytree(TEXTS, tmp_path / "information")
    return tmp_path / "information"


@pytest.fixture
def write(folder: Path) -> Write:
    def written(name: str, text: str) -> Path:
        (folder / name).write_text(text, "utf-8")
        return folder

    return written


def html(folder: Path, name: str = "contoh") -> str:
    page = load_library(folder, office()).page(name)
    assert page is not None
    return str(page.body)


class TestTexts:
    """What the project ships."""

    shipped = load_library(TEXTS, load_office())

    def test_the_standard_has_its_fourteen_components_and_the_pledge(self) -> None:
        page = self.shipped.page("standar-pelayanan")
        assert page is not None
        titles = [str(each.text) for each in page.sections]
        wanted = [f"{number}. {name}" for number, name in enumerate(STANDARD, 1)]
        assert titles == [*wanted, "Maklumat pelayanan"]

    def test_there_are_twelve_answers_or_more(self) -> None:
        page = self.shipped.page("tanya-jawab")
        assert page is not None
        assert len(re.findall(r"<h3[^>]*>[^<]+\?</h3>", page.body)) >= 12

    def test_the_steps_are_the_nine_of_the_sop(self) -> None:
        page = self.shipped.page("langkah")
        assert page is not None
        assert page.body.count('<tr role="row"') == 1 + 9

    def test_no_period_or_age_is_typed_by_hand(self) -> None:
        """It comes from the office's configuration; a law's own period may stand."""
        for path in TEXTS.glob("*.md"):
            text = path.read_text("utf-8").replace("3 x 24 jam", "")
            assert not re.search(r"\d+ (hari|jam|bulan|tahun|menit|minggu|KB|MB)\b", text), path

    @pytest.mark.parametrize("name", sorted(path.stem for path in TEXTS.glob("*.md")))
    def test_sentences_are_short(self, name: str) -> None:
        page = self.shipped.page(name)
        body = self.shipped.notice if page is None else page.body
        for paragraph in re.findall(r"<(?:p|li)[^>]*>(.*?)</(?:p|li)>", body):
            for sentence in re.split(r"[.?!:;] ", re.sub("<[^>]+>", "", paragraph)):
                assert len(sentence.split()) <= 32, sentence


class TestOneSource:
    def test_promises_and_periods_follow_the_office(self) -> None:
        changed = office(
            promise={"verification_working_days": 5, "issue_working_days": 6},
            applicant={"amend_days": 9, "draft_days": 44, "min_age": 21},
            card={"validity_months": 13, "report_interval_months": 4},
        )
        texts = " ".join(page.body for page in load_library(TEXTS, changed).pages)
        for words in ("5 hari kerja", "6 hari kerja", "11 hari kerja", "9 hari", "44 hari"):
            assert words in texts
        for words in ("13 bulan", "4 bulan", "21 tahun"):
            assert words in texts
        for words in ("1 hari kerja", "2 hari kerja", "7 hari", "30 bulan", "24 bulan", "18 tahun"):
            assert not re.search(rf"(?<!\d){words}", texts), words

    def test_documents_are_those_the_form_asks_for(self) -> None:
        changed = office(documents={"required": ("identity_card", "photo", "birth_certificate")})
        page = load_library(TEXTS, changed).page("syarat")
        assert page is not None
        rows = re.findall(r'<tr role="row".*?</tr>', page.body)[1:]
        for row, (kind, reason) in zip(
            rows,
            [
                ("new", None),
                ("renewal", None),
                ("correction", None),
                ("replacement", "lost"),
                ("replacement", "damaged"),
            ],
            strict=True,
        ):
            answers = {"start": {"values": {"kind": kind, "replacement_reason": reason}}}
            wanted = [DOCUMENT_KIND[each] for each in required_documents(answers, changed)]
            assert re.findall(r"<li>([^<,]+)", row) == wanted

    def test_who_may_apply_follows_the_office(self) -> None:
        open_to_all = office(applicant={"allow_minor_with_guardian": True})
        closed = office(applicant={"outside_domicile": False})
        said = [
            " ".join(page.body for page in load_library(TEXTS, each).pages)
            for each in (open_to_all, closed)
        ]
        assert "Usia 15 sampai 17 tahun boleh" in said[0]
        assert "daerah lain boleh" in said[0]
        assert "Usia 15" not in said[1]
        assert "daerah lain boleh" not in said[1]
        assert "luar Kabupaten" not in said[1]


class TestSigns:
    def test_every_sign(self, write: Write) -> None:
        body = html(
            write(
                "contoh.md",
                f"{HEAD}## Bagian **satu**\n### Anak\nBaris satu\nbaris dua.\n\n- a\n- {{telepon}}\n\n"
                "1. x\n2. y\n\n| A | B |\n|---|---|\n| 1 | [s](/informasi/syarat) |\n\n> kotak\n\n"
                "{berkas_wajib}\n",
            )
        )
        assert '<h2 class="govuk-heading-m" id="bagian-satu">Bagian <strong>satu</strong>' in body
        assert '<h3 class="govuk-heading-s" id="anak">Anak</h3>' in body
        assert '<p class="govuk-body">Baris satu baris dua.</p>' in body
        assert '<li>a</li><li><a class="govuk-link" href="tel:076800000">' in body
        assert '<ol class="govuk-list govuk-list--number"><li>x</li><li>y</li></ol>' in body
        assert 'data-label="B"><div><a class="govuk-link" href="/informasi/syarat">s</a>' in body
        assert '<div class="spk-panel"><p class="govuk-body">kotak</p></div>' in body
        assert "<li>KTP</li>" in body

    def test_html_is_text(self, write: Write) -> None:
        nasty = '<script>alert("1")</script> & <b onclick=x>'
        body = html(write("contoh.md", f"{HEAD}{nasty}\n\n- {nasty}\n\n| {nasty} |\n| {nasty} |\n"))
        assert "<script" not in body
        assert "<b " not in body
        assert body.count("&lt;script&gt;") == 5  # the cell says its column again

    def test_a_file_from_windows_is_read(self, folder: Path) -> None:
        text = f"{HEAD}Halo – ya.\n".replace("\n", "\r\n")
        (folder / "contoh.md").write_bytes(b"\xef\xbb\xbf" + text.encode())
        assert html(folder) == '<p class="govuk-body">Halo – ya.</p>'


MISTAKES = {
    "no head": ("Halo\n", 1, "berkas dimulai dengan"),
    "unknown key": ("judul: a\nwarna: merah\n\nHalo\n", 2, "berkas dimulai dengan"),
    "missing key": ("judul: a\nringkas: b\nmenu: c\n\nHalo\n", 1, "urutan: …"),
    "key twice": ("judul: a\njudul: b\n\nHalo\n", 2, "dua kali"),
    "empty key": ("judul:\n\nHalo\n", 1, "kosong"),
    "no number": (f"{HEAD}Halo\n".replace("20", "dua"), 4, "angka"),
    "no text": (HEAD, 5, "belum ada isinya"),
    "unknown value": (f"{HEAD}Halo\n\nTelepon {{telpon}}.\n", 8, "Mungkin maksudnya {telepon}?"),
    "block in a sentence": (f"{HEAD}Ini {{berkas_wajib}}.\n", 6, "sendirian"),
    "open brace": (f"{HEAD}Ini {{telepon.\n", 6, "berpasangan"),
    "open bold": (f"{HEAD}Ini **tebal.\n", 6, "**tebal**"),
    "address with a space": (f"{HEAD}[a](/informasi/ syarat)\n", 6, "tanpa spasi"),
    "dead link": (f"{HEAD}[a](/informasi/sarat)\n", 6, '"/informasi/sarat" tidak ada'),
    "script link": (f"{HEAD}[a](javascript:alert)\n", 6, "https://"),
    "plain http": (f"{HEAD}[a](http://a.example)\n", 6, "https://"),
    "title in the text": (f"{HEAD}# Judul\n", 6, '"## Judul"'),
    "part of no section": (f"{HEAD}### Anak\n", 6, "tulis dulu satu bagian"),
    "same title": (f"{HEAD}## A\nx\n\n## A\n", 9, "sudah dipakai"),
    "other bullet": (f"{HEAD}* a\n", 6, '"- " untuk butir'),
    "other step": (f"{HEAD}1) a\n", 6, '"1. " untuk langkah'),
    "text after a list": (f"{HEAD}- a\nb\n", 7, "satu baris kosong"),
    "columns": (f"{HEAD}| a | b |\n| c |\n", 7, "1 kolom, seharusnya 2"),
    "open row": (f"{HEAD}| a | b\n", 6, "diakhiri"),
}


class TestMistakes:
    @pytest.mark.parametrize(("text", "line", "words"), MISTAKES.values(), ids=MISTAKES)
    def test_file_and_line_are_named(self, write: Write, text: str, line: int, words: str) -> None:
        with pytest.raises(TextError) as error:
            load_library(write("contoh.md", text), office())
        assert str(error.value).startswith(f"contoh.md, baris {line}: ")
        assert words in str(error.value)

    def test_wrong_letters_are_named(self, folder: Path) -> None:
        (folder / "contoh.md").write_bytes(f"{HEAD}Halo\nkafé\n".encode("cp1252"))
        with pytest.raises(TextError, match=r"contoh\.md, baris 7: .*UTF-8"):
            load_library(folder, office())

    def test_a_page_that_the_service_needs_is_missed(self, folder: Path) -> None:
        (folder / "pengaduan.md").unlink()
        with pytest.raises(TextError, match=r"pengaduan\.md, baris 1: .*tidak ada"):
            load_library(folder, office())

    def test_a_name_that_makes_no_address(self, write: Write) -> None:
        with pytest.raises(TextError, match=r"Halaman Baru\.md, baris 1: nama berkas"):
            load_library(write("Halaman Baru.md", f"{HEAD}Halo\n"), office())

    @pytest.mark.parametrize("name", ["privasi", "pemberitahuan"])
    def test_the_notice_must_be_the_version_people_confirm(self, folder: Path, name: str) -> None:
        other = office(applicant={"notice_version": "2027-01"})
        path = folder / f"{name}.md"
        path.write_text(path.read_text("utf-8").replace("versi: 2026-11", "versi: 2027-01"))
        with pytest.raises(TextError, match=rf"{name}\.md, baris \d+: versi .*2026-11"):
            load_library(folder, office())
        with pytest.raises(TextError, match=r"\.md, baris \d+: versi .*2027-01"):
            load_library(folder, other)

    def test_the_command_says_so(
        self, write: Write, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert check_folder([str(folder)]) == 0
        assert "Benar: 8 halaman" in capsys.readouterr().out
        assert check_folder([str(write("contoh.md", "Halo\n"))]) == 1
        assert "contoh.md, baris 1: " in capsys.readouterr().err


class TestShelf:
    def test_an_edit_is_seen_and_a_mistake_keeps_the_old_text(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(library, "_LOOK_SECONDS", 0)
        shelf = Shelf(folder, office())
        first = shelf.library()
        assert shelf.library() is first
        path = folder / "lowongan.md"
        good = path.read_text("utf-8")
        path.write_text(good + "\nDicari {jabatan}\n", "utf-8")
        assert shelf.library() is first
        path.write_text(good + "\nDicari kasir\n", "utf-8")
        page = shelf.library().page("lowongan")
        assert page is not None
        assert "Dicari kasir" in page.body

    def test_a_mistake_at_the_start_stops_the_service(self, write: Write) -> None:
        with pytest.raises(TextError, match=r"contoh\.md"):
            Shelf(write("contoh.md", "Halo\n"), office())

    def test_the_folder_is_looked_at_now_and_then(self, folder: Path) -> None:
        """A page costs no look at the disk: an edit shows after two seconds, not before."""
        shelf = Shelf(folder, office())
        first = shelf.library()
        (folder / "kontak.md").write_text(f"{HEAD}Pindah.\n", "utf-8")
        assert shelf.library() is first
