"""Message texts as data: what may be typed, what is refused, and what a person reads of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.office import load_office
from shared.texts.builtin import BUILTIN
from shared.texts.checking import BODY_LONGEST, problems, sms_parts
from shared.texts.composing import Composer
from shared.texts.messages import MESSAGE_IDS, MESSAGES, MessageId
from shared.texts.values import Person, rejected
from shared.texts.wording import Wording

COMPOSER = Composer(load_office(), "https://ak1.example.go.id/")
REJECTED = MESSAGES["rejected"]
BODY = "{nomor_pendaftaran} {alasan} {catatan} {tautan_status}"


def found(body: str = BODY, subject: str = "Ditolak", message: MessageId = "rejected") -> list[str]:
    return [each.text for each in problems(MESSAGES[message], Wording(subject, body), COMPOSER)]


def composed(body: str, reason: str = "Sudah punya kartu.", note: str | None = None) -> list[str]:
    values = rejected(Person("Siti Mu'min", "AK1-7"), reason, note)
    made = COMPOSER.compose(REJECTED, Wording("x", body), values)
    return [made.words, made.html]


@pytest.mark.parametrize("message_id", MESSAGE_IDS)
def test_the_words_of_the_program_are_good_with_every_value_and_without(
    message_id: MessageId,
) -> None:
    message, wording = MESSAGES[message_id], BUILTIN[message_id]
    assert problems(message, wording, COMPOSER) == []
    for bare in (False, True):
        made = COMPOSER.sample(message, wording, bare=bare)
        assert "{" not in made.text
        assert "**" not in made.text


def test_every_problem_is_told_at_once() -> None:
    texts = found("Halo {nama_lengkap}, {alasan} **tebal", "")
    assert texts[0] == "Isi judul pesan."
    assert texts[1].startswith("{nama_lengkap} tidak dikenal. Yang bisa dipakai: {nama}, {nomor")
    assert "{nomor_pendaftaran} (nomor pendaftaran) harus ada di isi pesan." in texts
    assert "{tautan_status} (alamat halaman status) harus ada di isi pesan." in texts
    assert "Tanda ** harus berpasangan" in texts[-1]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", "Isi teks pesan."),
        (BODY + "x" * BODY_LONGEST, "paling banyak 2000 huruf"),
        (BODY + "\x07", "tidak dapat ditampilkan"),
        (BODY + " {{ config }}", "Tanda { dan } hanya untuk isian"),
        (BODY + " {nama.__class__}", "Tanda { dan } hanya untuk isian"),
        (BODY + " {% if x %}", "Tanda { dan } hanya untuk isian"),
    ],
)
def test_what_cannot_be_sent_is_refused(body: str, told: str) -> None:
    assert any(told in text for text in found(body))


def test_a_list_stands_alone_and_no_subject_tells_a_code_or_grows_long() -> None:
    body = BUILTIN["returned"].body.replace("{daftar_perbaikan}", "Ini: {daftar_perbaikan}")
    assert found(body, "Perbaiki", "returned") == [
        "{daftar_perbaikan} harus berdiri sendiri pada satu baris."
    ]
    assert found(BUILTIN["code"].body, "Kode {kode}", "code") == [
        "{kode} tidak boleh ada di judul. Pindahkan ke isi."
    ]
    (told,) = found(subject="Pendaftaran {nomor_pendaftaran} " + "x" * 60)
    assert "setelah diisi" in told


def test_values_are_shown_literally_and_never_read_as_text() -> None:
    evil = "{nama} **x** <b>&\n\n{tautan_status}"
    words, html = composed("Alasan: {alasan}", evil)
    assert words == "Alasan: {nama} **x** <b>& {tautan_status}"
    assert "{nama} **x** &lt;b&gt;&amp; {tautan_status}" in html
    words, html = composed("Halo {nama} & <i>kawan</i>,")
    assert words == "Halo Siti Mu'min & <i>kawan</i>,"
    assert "Halo Siti Mu&#39;min &amp; &lt;i&gt;kawan&lt;/i&gt;," in html


def test_a_line_without_its_value_is_left_out_and_others_stay() -> None:
    body = "Satu\nCatatan: {catatan}\n\nDua **kali {nama}**"
    assert composed(body)[0] == "Satu\n\nDua kali Siti Mu'min"
    words, html = composed(body, note="Baca.")
    assert words == "Satu\nCatatan: Baca.\n\nDua kali Siti Mu'min"
    assert "Satu<br>Catatan: Baca.</p>" in html
    assert "Dua <strong>kali </strong><strong>Siti Mu&#39;min</strong>" in html


def test_links_become_buttons_on_lines_of_their_own_and_links_in_sentences() -> None:
    url = "https://ak1.example.go.id/status"
    button, sentence = composed("Lihat status: {tautan_status}")[1], composed("Di {tautan_status}.")
    assert f'<a href="{url}" style="color:#ffffff' in button
    assert f'Di <a href="{url}" style="color:#0b4a8f">{url}</a>.' in sentence[1]
    assert sentence[0] == f"Di {url}."


def test_sms_are_counted_as_networks_do() -> None:
    assert [sms_parts("x" * length) for length in (1, 160, 161, 306, 307)] == [1, 1, 2, 2, 3]
    assert [sms_parts("“" + "x" * length) for length in (69, 70, 133, 134)] == [1, 2, 2, 3]


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_typed_is_refused_or_makes_a_message(subject: str, body: str) -> None:
    wording = replace(BUILTIN["rejected"], subject=subject, body=BUILTIN["rejected"].body + body)
    if not problems(REJECTED, wording, COMPOSER):
        for bare in (False, True):
            assert COMPOSER.sample(REJECTED, wording, bare=bare).subject.count("\n") == 0
