"""The public pages in Chromium on real servers: with and without script, phone and desk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from deploy.demo.applicant import answers_of
from deploy.demo.people import SamplePerson, sample_people
from deploy.local.stack import Servers
from services.intake.forms import form_of
from services.intake.references import new_reference
from tests.acceptance.public_visitor import Visitor
from tests.acceptance.system import serving, write_documents
from tests.unit.intake.bad_files import jpeg, locked_pdf, pdf

PHONE, DESK = 360, 1280
# a phone with script walks through every state in test_quality_bars.py
DEVICES = pytest.mark.parametrize(("width", "script"), [(PHONE, False), (DESK, True)])
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
KB = 1024


@pytest.fixture(scope="module")
def base(servers: Servers) -> Iterator[str]:
    """Where intake answers; each visitor's address is believed."""
    with serving(servers, "intake") as services:
        yield services.url("intake")


@pytest.fixture(scope="module")
def person() -> SamplePerson:
    return sample_people(1, seed=20261124)[0]


@pytest.fixture(scope="module")
def files(person: SamplePerson, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_documents(person, tmp_path_factory.mktemp("documents"))


@DEVICES
async def test_a_person_registers_and_sees_the_status(
    chromium: Browser,
    base: str,
    person: SamplePerson,
    files: dict[str, Path],
    width: int,
    script: bool,
) -> None:
    visitor = await Visitor.arrive(chromium, base, width=width, script=script)
    page = await visitor.go("/")
    await visitor.check_page()
    await page.get_by_role("button", name="Mulai pendaftaran").click()
    await visitor.begin()
    await visitor.check_page()
    changes = {
        "identity": {"full_name": ["Siti Nur'aini D'Contoh"]},
        "contact": {"ktp_street": ["Jl. <b>Contoh</b> & Parit 'Tiga' No. 7"]},
    }
    await visitor.answer_all(person, changes)
    await visitor.upload_all(files)
    await visitor.check_page()
    await expect(page.locator(".govuk-tag--green")).to_have_count(3)
    image = page.locator("img.spk-thumb").first
    await image.scroll_into_view_if_needed()
    await expect(image).to_have_js_property("complete", True) if script else None
    await visitor.press("Lanjut")
    await visitor.check_page()
    review = await page.locator("main").inner_text()
    assert "Siti Nur'aini D'Contoh" in review
    assert "Jl. <b>Contoh</b> & Parit 'Tiga' No. 7" in review
    await page.locator("#declaration").check()
    await visitor.press("Kirim pendaftaran")
    await visitor.check_page()
    reference = (await page.locator(".spk-reference").inner_text()).strip()
    assert len(reference) == len("AK1-") + 11
    await visitor.look_up(reference.lower().replace("-", " "), person.birth_date.isoformat())
    await visitor.check_page()
    assert await visitor.heading() == f"Pendaftaran {reference}\nDiajukan"
    await expect(page.locator(".spk-timeline")).to_contain_text("Permohonan dikirim")
    await visitor.press("Keluar")
    await visitor.go("/status/ringkasan")
    assert "nomor pendaftaran" in await visitor.heading()


@SCRIPT
async def test_wrong_answers_come_back_with_what_to_do(
    chromium: Browser, base: str, script: bool
) -> None:
    visitor = await Visitor.arrive(chromium, base, script=script)
    await visitor.begin()
    page = await visitor.go("/daftar/identity/birth")
    await visitor.fill({"full_name": ["Siti 😀"], "birth_place": ["Enok"]})
    await visitor.press("Simpan dan lanjut")
    await visitor.check_page()
    assert (await page.title()).startswith("Kesalahan: ")
    errors = await visitor.errors()
    assert errors == [
        "Nama hanya boleh berisi huruf, spasi, titik, koma, tanda petik, dan tanda hubung.",
        "Isi tanggal lahir lengkap: tanggal, bulan, dan tahun.",
        "Pilih jenis kelamin.",
    ]
    await expect(page.locator(".govuk-error-summary")).to_be_focused()
    await expect(page.locator("#full_name-error")).to_contain_text(errors[0])
    await expect(page.locator("#birth_place")).to_have_value("Enok")
    await page.get_by_role("link", name=errors[0]).click()
    assert page.url.endswith("#full_name")


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [
        ("Nur", True),
        ("Nu'man bin D'Contoh", True),
        ("Siti " + "Contohwati " * 5, True),
        ("A & B", False),
        ("<b>Siti</b>", False),
        ("Siti 🙂", False),
    ],
)
async def test_names(
    chromium: Browser, base: str, person: SamplePerson, name: str, is_taken: bool
) -> None:
    visitor = await Visitor.arrive(chromium, base, script=False)
    await visitor.begin()
    page = await visitor.go("/daftar/identity/birth")
    await visitor.fill({"full_name": [name]})
    await visitor.press("Simpan dan lanjut")
    refused = [text for text in await visitor.errors() if text.startswith("Nama hanya")]
    assert bool(refused) is not is_taken
    await expect(page.locator("#full_name")).to_have_value(name)


async def test_a_nik_that_differs_is_a_warning(
    chromium: Browser, base: str, person: SamplePerson
) -> None:
    visitor = await Visitor.arrive(chromium, base, script=False)
    await visitor.begin()
    other = {"P": "L", "L": "P"}[person.sex]
    identity = answers_of(person, "contoh@pemohon.example")["identity"]
    await visitor.answer("identity", {**form_of(identity), "sex": [other]})
    page = await visitor.go("/daftar/identity/birth")
    await expect(page.locator("#peringatan")).to_contain_text("Jenis kelamin tidak sama")
    await page.get_by_role("link", name="lanjutkan").click()
    assert page.url.endswith("/daftar/identity/civil")
    assert await visitor.errors() == []


async def test_rows_are_added_and_removed_without_script(chromium: Browser, base: str) -> None:
    visitor = await Visitor.arrive(chromium, base, script=False)
    await visitor.begin()
    page = await visitor.go("/daftar/education/schools")
    await page.locator("#education-0-institution").fill("SMKN 1 <Contoh>")
    await visitor.press("Tambah sekolah")
    await page.locator("#education-1-institution").fill("SMPN 2 Contoh")
    await visitor.press("Tambah sekolah")
    await expect(page.locator("fieldset.spk-row")).to_have_count(3)
    await visitor.press("Hapus sekolah 1")
    await expect(page.locator("fieldset.spk-row")).to_have_count(2)
    await expect(page.locator("#education-1-institution")).to_have_value("SMPN 2 Contoh")
    assert await visitor.errors() == []


async def ready_to_send(visitor: Visitor, person: SamplePerson, files: dict[str, Path]) -> None:
    await visitor.begin()
    await visitor.save_all(person)
    await visitor.upload_all(files)
    await visitor.press("Lanjut")
    await visitor.page.locator("#declaration").check()


@SCRIPT
async def test_sending_twice_gives_one_reference(
    chromium: Browser, base: str, person: SamplePerson, files: dict[str, Path], script: bool
) -> None:
    visitor = await Visitor.arrive(chromium, base, script=script)
    await ready_to_send(visitor, person, files)
    other = await visitor.context.new_page()
    await other.goto(f"{base}/daftar/periksa")
    await other.locator("#declaration").check()
    button = "Kirim pendaftaran"
    await asyncio.gather(
        visitor.page.get_by_role("button", name=button).dblclick(),
        other.get_by_role("button", name=button).click(),
    )
    await visitor.page.wait_for_url("**/daftar/terkirim/**")
    await other.wait_for_url("**/daftar/terkirim/**")
    assert visitor.page.url == other.url
    await visitor.go("/daftar/daftar-tugas")
    assert visitor.page.url == other.url, "a sent draft leads to its confirmation"


async def test_back_after_sending_shows_the_confirmation(
    chromium: Browser, base: str, person: SamplePerson, files: dict[str, Path]
) -> None:
    visitor = await Visitor.arrive(chromium, base)
    await ready_to_send(visitor, person, files)
    await visitor.page.locator("#declaration").uncheck()
    await visitor.press("Kirim pendaftaran")
    assert await visitor.errors() == ["Centang pernyataan bahwa data Anda benar."]
    await visitor.page.locator("#declaration").check()
    await visitor.press("Kirim pendaftaran")
    sent = visitor.page.url
    await visitor.page.go_back()
    assert visitor.page.url == sent
    assert await visitor.heading() == "Pendaftaran terkirim"


BROKEN = {
    "kosong.jpg": (b"", "Berkas terlalu kecil atau kosong. Coba foto ulang."),
    "surat.docx": (b"bukan foto " * 3000, "Berkas harus berupa foto (JPG atau PNG) atau PDF."),
    "bohong.jpg": (b"bukan foto " * 3000, "Berkas ini tidak bisa dibuka. Coba foto ulang."),
    "putus.jpg": (jpeg(1600, 1200, quality=95)[:30_000], "Berkas ini tidak bisa dibuka."),
    "kunci.pdf": (
        locked_pdf("rahasia", "pemilik") + b"\n" * 12_000,
        "PDF ini dikunci kata sandi. Unggah PDF tanpa kata sandi.",
    ),
    "tebal.pdf": (pdf(6) + b"\n" * 12_000, "PDF paling banyak 5 halaman."),
    "besar.pdf": (b"%PDF-1.7\n" + b"0" * 8_000_000, "Ukuran berkas paling besar 5 MB."),
}


@SCRIPT
async def test_broken_files_say_what_is_wrong(
    chromium: Browser, base: str, tmp_path: Path, files: dict[str, Path], script: bool
) -> None:
    visitor = await Visitor.arrive(chromium, base, script=script)
    await visitor.begin()
    page = await visitor.go("/daftar/dokumen")
    await visitor.press("Unggah Pas foto 3x4")
    assert await visitor.errors() == ["Pilih pas foto."]
    await visitor.upload("photo", files["photo"])
    for name, (content, text) in BROKEN.items():
        file = tmp_path / name
        file.write_bytes(content)
        if script and name == "besar.pdf":  # the phone itself says so: nothing is sent
            await page.locator("#diploma").set_input_files(file)
            await page.locator("form#berkas-diploma button.govuk-button").click()
        else:
            await visitor.upload("diploma", file)
            await expect(page.locator(".govuk-error-summary")).to_contain_text(text)
        await expect(page.locator("form#berkas-diploma")).to_contain_text(text)
    await visitor.go("/daftar/dokumen")
    await expect(page.locator(".govuk-tag--green")).to_have_count(1)


async def test_nothing_scrolls_sideways_on_the_smallest_phone(chromium: Browser, base: str) -> None:
    visitor = await Visitor.arrive(chromium, base, width=320)
    for path in (
        "/",
        "/daftar",
        "/status",
        "/privasi",
        "/cek/abc",
        "/V",
        "/tidak-ada",
        "/daftar/x",
    ):
        await visitor.go(path)
        await visitor.check_page()
    await visitor.begin()
    screens = ("identity/birth", "contact/domicile", "education/schools", "skills/languages")
    for name in ("daftar-tugas", *screens, "dokumen"):
        page = await visitor.go(f"/daftar/{name}")
        await visitor.check_page()
        if name not in {"daftar-tugas", "dokumen"}:
            await visitor.press("Simpan dan lanjut")
            await visitor.check_page()
    assert page.url.startswith(base)


async def test_first_page_is_light(chromium: Browser, base: str) -> None:
    visitor = await Visitor.arrive(chromium, base)
    wire = await visitor.context.new_cdp_session(visitor.page)
    await wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    await visitor.go("/")
    await visitor.page.wait_for_load_state("networkidle")
    assert sum(sizes) <= 50 * KB
    assert len(sizes) <= 6
    await visitor.begin()
    for name in ("identity/nik", "contact/ktp_address", "education/schools"):
        sizes.clear()
        await visitor.go(f"/daftar/{name}")
        await visitor.page.wait_for_load_state("networkidle")
        assert sum(sizes) <= 12 * KB, name


async def test_wrong_lookups_say_the_same_and_are_limited(chromium: Browser, base: str) -> None:
    visitor = await Visitor.arrive(chromium, base, script=False)
    texts = set()
    unknown = new_reference()  # its limit is used up below, so no other test may ask for it
    for reference in (unknown, "halo", "AK1-7K3M9QX2TD4", "x", "y"):
        await visitor.look_up(reference, "2001-08-27")
        texts.add(tuple(await visitor.errors()))
    assert texts == {
        (
            "Nomor pendaftaran atau tanggal lahir tidak cocok. Periksa lagi keduanya, lalu coba lagi.",
        )
    }
    for _ in range(5):  # five with one reference are the limit; another person's are not touched
        await visitor.look_up(unknown, "2001-08-27")
    assert await visitor.heading() == "Terlalu banyak percobaan"
    await expect(visitor.page.locator("main")).to_contain_text("menit, lalu coba lagi")


async def test_personal_pages_need_their_session(chromium: Browser, base: str) -> None:
    visitor = await Visitor.arrive(chromium, base, script=False)
    request = visitor.context.request
    for path in ("/daftar/identity", "/daftar/dokumen", "/status/ringkasan", "/status/kartu.pdf"):
        answer = await request.get(base + path)
        assert answer.status == 401, path
    await visitor.begin()
    forged = await request.post(
        f"{base}/daftar/preferences/occupations",
        form={"occupation_1": "Staf", "csrf_token": "0" * 40},
    )
    assert forged.status == 403
    assert "sudah tidak berlaku" in await forged.text()
    elsewhere = await request.post(
        f"{base}/daftar/preferences/occupations", headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert elsewhere.status == 403


async def test_typed_answers_outlive_an_outage(
    chromium: Browser, base: str, servers: Servers
) -> None:
    visitor = await Visitor.arrive(chromium, base, script=False)
    await visitor.begin()
    page = await visitor.go("/daftar/preferences/occupations")
    await visitor.fill({"occupation_1": ["Juru las"]})
    await asyncio.to_thread(servers.stop_one, "mongodb")
    try:
        await page.get_by_role("button", name="Simpan dan lanjut").click()
        await expect(page.locator("main")).to_contain_text("Layanan sedang terganggu")
        await expect(page.locator("#occupation_1")).to_have_value("Juru las")
        away = await visitor.context.request.get(f"{base}/daftar/identity")
        assert away.status == 503
        assert "Telepon" in await away.text()
    finally:
        await asyncio.to_thread(servers.start_mongodb)
    for _ in range(20):
        await visitor.press("Simpan dan lanjut")
        if page.url.endswith("/daftar/preferences/occupation_codes"):
            break
        await asyncio.sleep(1)
    await expect(page).to_have_url(f"{base}/daftar/preferences/occupation_codes")
