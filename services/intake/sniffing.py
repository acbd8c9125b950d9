"""Tell what a file is by its first bytes. Names and declared types decide nothing by themselves."""

from typing import Literal

from services.intake.refusals import RefusalCode, Refused

SourceType = Literal["image/jpeg", "image/png", "image/webp", "image/heic", "application/pdf"]

HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
ALLOWED_NAMES = (
    *("jpg", "jpeg", "png", "webp", "heic", "heif", "pdf"),
    *("image/jpeg", "image/jpg", "image/png", "image/webp"),
    *("image/heic", "image/heif", "application/pdf"),
)
PROGRAMS_AND_PAGES = (
    *(b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe"),
    *(b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b"),
    *(b"\xd0\xcf\x11\xe0", b"%!PS", b"{\\rtf", b"<"),
)


def sniff(data: bytes, declared: str | None) -> SourceType:
    """The allowed type of `data`, or `Refused`. `declared` is a media type or a file name.

    A JPEG called .png is no attack and passes; a program, page or archive called .jpg is one.
    """
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return "image/heic"
    if start.startswith(b"%PDF-"):
        return "application/pdf"
    raise Refused(_why_not(data, start, declared))


def _why_not(data: bytes, start: bytes, declared: str | None) -> RefusalCode:
    pretends = (declared or "").strip().lower().endswith(ALLOWED_NAMES)
    if pretends and start.startswith(PROGRAMS_AND_PAGES):
        return "unsafe"
    foreign_image = data.startswith((b"GIF8", b"BM", b"II*\x00", b"MM\x00*")) or (
        data[:4] == b"RIFF" or data[4:8] == b"ftyp"
    )
    return "unreadable" if pretends and not foreign_image else "wrong_type"
