"""Which passwords are guessed first: zxcvbn's lists of leaked ones, and what people here choose.

zxcvbn (MIT) holds the 30,000 most common leaked passwords and knows rows of keys, years, turned and
swapped letters. Few Indonesian words are in its lists; the usual ones are here.
"""

from __future__ import annotations

_WORDS = """
rahasia sayang cinta bismillah indonesia merdeka garuda pancasila admin administrator petugas
katasandi sandi masuk kantor dinas disnaker disnakertrans tenaga kerja transmigrasi pencari
pencarikerja pintar sipintar pintarkerja kartu kuning bupati kabupaten kecamatan indragiri
hilir inhil tembilahan riau pekanbaru melayu jakarta bandung surabaya medan sumatera jawa
aku kamu sayangku cintaku kita mama papa ibu bapak anak keluarga bunda ayah alhamdulillah
allahuakbar insyaallah muhammad allah islam masjid semangat sukses selalu bahagia jodoh
persib persija garuda45 gajah macan harimau kucing bola sepakbola doraemon naruto bangsa
negara republik proklamasi jaya kemerdekaan pelayanan terpadu kepala bidang operator loket
januari februari maret april mei juni juli agustus september oktober november desember
senin selasa rabu kamis jumat sabtu minggu satu dua tiga empat lima enam tujuh delapan
"""
_READ_MOST = 72  # characters; zxcvbn takes no more, and the work grows with them
_ENOUGH = 4  # of 4: ten thousand million guesses


def is_easy(password: str, about: tuple[str, ...]) -> bool:
    """Whether it is guessed soon by one who knows these texts about its owner."""
    from zxcvbn import zxcvbn  # its lists take 13 MB, and passwords are made once a month

    own = [word for text in about for word in (text, "".join(text.split()), *text.split()) if word]
    score: int = zxcvbn(password[:_READ_MOST], [*own, *_WORDS.split()])["score"]
    return score < _ENOUGH
