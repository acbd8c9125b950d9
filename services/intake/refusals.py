"""Why a document is refused, in the words the applicant reads."""

from typing import Literal

RefusalCode = Literal[
    "too_small",
    "too_big",
    "wrong_type",
    "heic",
    "unreadable",
    "too_many_pixels",
    "pdf_locked",
    "pdf_too_long",
    "pdf_script",
    "photo_not_image",
    "photo_shape",
    "photo_too_small",
    "two_files_most",
    "five_files_most",
    "unsafe",
    "infected",
    "not_scanned",
]

REFUSAL_TEXTS: dict[RefusalCode, str] = {
    "too_small": "Berkas terlalu kecil atau kosong. Coba foto ulang.",
    "too_big": "Ukuran berkas paling besar 5 MB.",
    "wrong_type": "Berkas harus berupa foto (JPG atau PNG) atau PDF.",
    "heic": (
        "Foto HEIC belum dapat dibaca. Di iPhone: Pengaturan > Kamera > Format > Paling Kompatibel,"
        " lalu foto ulang; atau kirim sebagai JPG."
    ),
    "unreadable": "Berkas ini tidak bisa dibuka. Coba foto ulang.",
    "too_many_pixels": (
        "Foto ini melebihi 40 megapiksel. Kecilkan ukuran foto di kamera, lalu foto ulang."
    ),
    "pdf_locked": "PDF ini dikunci kata sandi. Unggah PDF tanpa kata sandi.",
    "pdf_too_long": "PDF paling banyak 5 halaman. Unggah halaman yang perlu saja.",
    "pdf_script": (
        "PDF ini berisi perintah otomatis, jadi tidak diterima. Foto suratnya, atau cetak ulang ke"
        " PDF (Cetak > Simpan sebagai PDF), lalu unggah lagi."
    ),
    "photo_not_image": "Pas foto harus berupa foto (JPG atau PNG), bukan PDF.",
    "photo_shape": "Pas foto harus tegak dengan perbandingan 3 x 4.",
    "photo_too_small": "Pas foto paling sedikit 300 x 400 piksel. Coba foto ulang lebih dekat.",
    "two_files_most": "Paling banyak 2 berkas. Hapus dulu berkas yang ada bila ingin mengganti.",
    "five_files_most": "Paling banyak 5 berkas. Hapus dulu berkas yang ada bila ingin mengganti.",
    "unsafe": "Berkas ini tidak aman dan tidak diterima. Foto dokumennya, lalu unggah fotonya.",
    "infected": (
        "Berkas ini mengandung virus dan tidak diterima. Foto dokumennya dengan kamera HP, lalu"
        " unggah fotonya."
    ),
    "not_scanned": (
        "Keamanan berkas belum bisa diperiksa sekarang, jadi berkas belum diterima. Coba lagi"
        " beberapa menit lagi."
    ),
}


class Refused(Exception):
    """The document cannot be taken; `message` tells the applicant why. Can be pickled."""

    def __init__(self, code: RefusalCode) -> None:
        super().__init__(code)
        self.code = code
        self.message = REFUSAL_TEXTS[code]

    @property
    def is_final(self) -> bool:
        """Whether the same file is refused again whenever it comes."""
        return self.code != "not_scanned"

    @property
    def status(self) -> int:
        """As an answer over HTTP."""
        return 422 if self.is_final else 503

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
