"""Every template with every case: nothing missing, names safe, next step and date told, no NIK."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import get_args

import pytest

from services.notify.domain import (
    CodeFacts,
    Contact,
    DraftExpiringFacts,
    DraftFacts,
    DraftKeptFacts,
    Facts,
    IssuedFacts,
    Item,
    OverdueFacts,
    RejectedFacts,
    ReturnedFacts,
    SubmittedFacts,
    WithdrawnFacts,
    contact_of_draft,
    contact_of_office,
)
from services.notify.texts import Texts, message_of
from shared.code_lists import ITEM
from shared.contracts.applications import DocumentKind
from shared.contracts.drafts import Addressee
from shared.contracts.notices import NoticeTemplate
from shared.dates import day_and_date
from shared.office import load_office
from shared.texts.composing import Composed
from shared.texts.messages import MESSAGES
from tests.unit.notify.events import sealed

OFFICE = load_office()
TEXTS = Texts(OFFICE, "https://ak1.example.go.id/")
NAME = "Mu'min <&> bin O'Brien 😀"
SUBMITTED = SubmittedFacts()
RETURNED = ReturnedFacts(
    items=(
        Item(item="documents.photo", reason="Pas foto belum sesuai."),
        Item(item="education", reason="Tahun & nama <sekolah> keliru."),
    ),
    note='Tulis "SMAN 1 <Tembilahan>" & tahunnya.',
    due_on=date(2026, 12, 1),
)
REJECTED = RejectedFacts(reason="Pemohon belum cukup umur.", note=None)
ISSUED = IssuedFacts(
    registration_number="1404270801000001",
    valid_until=date(2028, 11, 24),
    first_report_on=date(2027, 5, 24),
)
WITHDRAWN = WithdrawnFacts(reason="applicant_request")
CLOSED = WithdrawnFacts(reason="not_amended_in_time")
OVERDUE = OverdueFacts(
    to="kepala.bidang@disnaker.example",
    reference="AK1-7QX2M9K4TDZ",
    promise="verification",
    passed_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
)
CASES: list[Facts] = [
    SUBMITTED,
    RETURNED,
    RETURNED.model_copy(update={"note": None}),
    REJECTED,
    REJECTED.model_copy(update={"note": "Lahir 2010 & belum 18."}),
    ISSUED,
    ISSUED.model_copy(update={"first_report_on": None}),
    WITHDRAWN,
    CLOSED,
]

TO = Addressee(email=sealed("a1", "email", "pemohon@warga.example"))
DRAFT_CODE = sealed("a1", "draft_code", "D-7K3M9-QX2TD-4")
LATE = datetime(2026, 12, 24, 20, 5, tzinfo=UTC)  # the next day at the office
DRAFT_CASES: list[DraftFacts] = [
    DraftKeptFacts(to=TO, draft_code=DRAFT_CODE, keeps_until=LATE),
    DraftExpiringFacts(to=TO, draft_code=DRAFT_CODE, keeps_until=LATE),
    CodeFacts(to=TO, code=sealed("a1", "code", "070707"), expires_at=LATE),
]
HELP = (
    OFFICE.identity.name,
    OFFICE.identity.telephone,
    OFFICE.identity.whatsapp,
    OFFICE.identity.email,
    OFFICE.identity.address,
    OFFICE.identity.hours,
)


def render(facts: Facts, name: str = NAME) -> Composed:
    contact = Contact(
        application_id="a1",
        version=1,
        reference="AK1-7QX2M9K4TDZ",
        full_name=name,
        email=None,
        mobile=sealed("a1", "mobile", "+6281200000001"),
        mobile_has_whatsapp=False,
        preferred_channel="sms",
    )
    return TEXTS.render(facts, contact)


class Reader(HTMLParser):
    """The text that a mail program shows, and whether every table part is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.shown: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.shown.append(data)


def read(html: str) -> str:
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return " ".join("".join(reader.shown).split())


def test_each_template_of_the_contract_and_each_message_is_tested_here() -> None:
    cases = (*CASES, *DRAFT_CASES, OVERDUE)
    assert {facts.template for facts in cases} == set(get_args(NoticeTemplate))
    assert {message_of(facts) for facts in cases} == set(MESSAGES)


@pytest.mark.parametrize("facts", CASES, ids=lambda facts: facts.template)
class TestEveryCase:
    def test_greets_names_the_reference_and_where_to_get_help(self, facts: Facts) -> None:
        made = render(facts)
        for shown in (made.text, read(made.html)):
            assert f"Halo {NAME}," in shown
            assert "AK1-7QX2M9K4TDZ" in shown
            assert "https://ak1.example.go.id/status" in shown
            for value in HELP:
                assert value in shown

    def test_html_shows_names_literally(self, facts: Facts) -> None:
        html = render(facts).html
        assert "<&>" not in html
        assert "Mu&#39;min &lt;&amp;&gt;" in html
        assert "<script" not in render(facts, "<script>alert(1)</script>").html

    def test_subject_is_one_short_line(self, facts: Facts) -> None:
        subject = render(facts).subject
        assert "AK1-7QX2M9K4TDZ" in subject
        assert "\n" not in subject
        assert len(subject) <= 78

    def test_text_is_tidy(self, facts: Facts) -> None:
        check_tidy(render(facts).text)


def check_tidy(text: str) -> None:
    assert not re.search(r"\n{4,}| +\n|[{}]|None", text)
    assert "&amp;" not in text
    assert "&#39;" not in text


def both(facts: Facts) -> tuple[str, str]:
    made = render(facts)
    return " ".join(made.text.split()), read(made.html)


@pytest.mark.parametrize(
    ("promise", "late"),
    [("verification", "pemeriksaan"), ("issue", "persetujuan dan penerbitan kartu")],
)
def test_the_division_head_reads_what_is_late_and_no_name(promise: str, late: str) -> None:
    facts = OVERDUE.model_copy(update={"promise": promise})
    made = TEXTS.render(facts, contact_of_office("a1", facts.reference))
    check_tidy(made.text)
    assert made.subject == "Permohonan AK1-7QX2M9K4TDZ lewat batas waktu"
    for shown in (" ".join(made.text.split()), read(made.html)):
        assert f"Yang terlambat: {late}" in shown
        assert "24 November 2026 pukul 16.00 WIB" in shown


@pytest.mark.parametrize("facts", DRAFT_CASES, ids=lambda facts: facts.template)
def test_messages_about_a_draft_tell_the_code_and_no_name(facts: DraftFacts) -> None:
    code = "070707" if facts.template == "code" else "D-7K3M9-QX2TD-4"
    made = TEXTS.render(facts, contact_of_draft("a1", facts.to), code)
    check_tidy(made.text)
    assert code not in made.subject
    assert len(made.subject) <= 78
    for shown in (" ".join(made.text.split()), read(made.html)):
        assert code in shown
        assert "Halo," in shown
        assert "Nomor pendaftaran" not in shown
        assert all(value in shown for value in HELP)
        assert "kepada siapa pun" in shown or facts.template == "draft_expiring"
        if facts.template == "code":
            assert "Berlaku sampai pukul 03.05 WIB" in shown
        else:
            assert "25 Desember 2026" in shown
            assert "https://ak1.example.go.id/lanjutkan" in shown


def test_submitted_says_how_long_it_takes() -> None:
    for shown in both(SUBMITTED):
        assert "paling lama 1 hari kerja" in shown
        assert "tidak perlu melakukan apa pun" in shown


def test_returned_lists_every_item_the_note_and_the_day() -> None:
    for shown in both(RETURNED):
        assert "Pas foto" in shown
        assert "Pas foto belum sesuai." in shown
        assert "Pendidikan" in shown
        assert "Tahun & nama <sekolah> keliru." in shown
        assert 'Tulis "SMAN 1 <Tembilahan>" & tahunnya.' in shown
        assert "paling lambat Selasa, 1 Desember 2026" in shown
    assert render(RETURNED).subject.endswith("paling lambat 1 Desember 2026")


def test_rejected_says_why_and_how_to_ask() -> None:
    for shown in both(REJECTED):
        assert "Alasan: Pemohon belum cukup umur." in shown
        assert "Catatan petugas" not in shown
        assert "Hubungi kami lewat WhatsApp atau telepon" in shown


def test_issued_tells_number_validity_download_and_first_report() -> None:
    for shown in both(ISSUED):
        assert "1404270801000001" in shown
        assert "Jumat, 24 November 2028" in shown
        assert "Unduh kartu" in shown
        assert "setiap 6 bulan" in shown
        assert "Laporan pertama paling lambat Senin, 24 Mei 2027" in shown


def test_withdrawn_says_why_and_that_one_may_apply_again() -> None:
    for shown in both(WITHDRAWN):
        assert "dibatalkan atas permintaan Anda" in shown
        assert "Bukan Anda yang membatalkan?" in shown
    for shown in both(CLOSED):
        assert "perbaikan tidak kami terima dalam 7 hari" in shown
    for facts in (WITHDRAWN, CLOSED):
        assert "mendaftar lagi kapan saja" in " ".join(render(facts).text.split())
        assert 'href="https://ak1.example.go.id/"' in render(facts).html


def test_items_of_the_form_have_names() -> None:
    for kind in get_args(DocumentKind):
        assert f"documents.{kind}" in ITEM
    facts = RETURNED.model_copy(update={"items": (Item(item="new_page", reason="Lengkapi."),)})
    assert "Data Anda: Lengkapi." in render(facts).text


def test_long_date_is_indonesian() -> None:
    assert day_and_date(date(2026, 8, 17)) == "Senin, 17 Agustus 2026"
