"""All texts of the office: read at the start, read again when a file changes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from services.intake.information.markup import Heading, Known, render
from services.intake.information.source import Source, TextError, read_source
from services.intake.information.values import blocks_of, values_of
from shared.observability import get_logger
from shared.office import Office

DEFAULT_FOLDER = Path(__file__).parents[3] / "deploy" / "information"
NOTICE = "pemberitahuan"  # the short privacy notice, shown before the form
PRIVACY = "privasi"
REQUIRED = (
    *("syarat", "langkah", "standar-pelayanan", "tanya-jawab", "lowongan", "pengaduan"),
    *("kontak", PRIVACY, NOTICE),
)
HELP = "/bantuan"
FIGURES = "/kinerja"
_OTHER_ADDRESSES = ("/", "/V", "/daftar", "/lanjutkan", "/status", FIGURES, HELP)
_LOOK_SECONDS = 2.0
_log = get_logger(__name__)


def address_of(name: str) -> str:
    return f"/{PRIVACY}" if name == PRIVACY else f"/informasi/{name}"


@dataclass(frozen=True)
class InformationPage:
    """`menu` is its short name in lists of links; `sections` fill the table of contents."""

    name: str
    title: str
    summary: str
    menu: str
    order: int
    body: Markup
    sections: tuple[Heading, ...]

    @property
    def address(self) -> str:
        return address_of(self.name)


@dataclass(frozen=True)
class Library:
    """`pages` are in the order the office gave them; `values` are what texts say with `{…}`."""

    pages: tuple[InformationPage, ...]
    notice: Markup
    values: dict[str, Markup]
    blocks: dict[str, Markup]

    def page(self, name: str) -> InformationPage | None:
        return next((page for page in self.pages if page.name == name), None)


def load_library(folder: Path, office: Office) -> Library:
    """Read every `*.md` of the folder; raises `TextError` naming file and line."""
    sources = {path.stem: read_source(path) for path in sorted(folder.glob("*.md"))}
    for name in REQUIRED:
        if name not in sources:
            raise TextError(f"{name}.md", 1, f"berkas ini tidak ada di {folder.name}/. Tambahkan.")
    for name in (PRIVACY, NOTICE):
        _check_version(sources[name], office)
    values = values_of(office)
    blocks = blocks_of(office, values)
    names = [name for name in sources if name != NOTICE]
    known = Known(values, blocks, {*map(address_of, names), *_OTHER_ADDRESSES})
    notice = render(sources[NOTICE], known).html
    known = Known(values, {**blocks, NOTICE: notice}, known.addresses)
    pages = [_page(sources[name], known) for name in names]
    return Library(tuple(sorted(pages, key=lambda page: page.order)), notice, values, blocks)


def _page(source: Source, known: Known) -> InformationPage:
    title, summary, menu = (source.value(key) for key in ("judul", "ringkas", "menu"))
    order = source.number("urutan")
    text = render(source, known)
    if not text.html:
        raise TextError(source.file, len(source.head) + 1, "halaman ini belum ada isinya.")
    return InformationPage(source.name, title, summary, menu, order, text.html, text.sections)


def _check_version(source: Source, office: Office) -> None:
    """Applicants confirm the version of office.toml: the text must be that one."""
    wanted = office.applicant.notice_version
    if source.value("versi") != wanted:
        raise TextError(
            source.file,
            source.head["versi"].number,
            f'versi harus sama dengan notice_version di office.toml, yaitu "{wanted}". Bila isi '
            "pemberitahuan berubah, naikkan versi di kedua tempat dan mulai ulang layanan.",
        )


@dataclass
class Shelf:
    """The library as it is now. An edit with a mistake is logged and the earlier texts stay."""

    folder: Path
    office: Office
    _library: Library = field(init=False)
    _seen: tuple[tuple[str, int, int], ...] = field(init=False)
    _look_at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._seen = self._signature()
        self._library = load_library(self.folder, self.office)

    def library(self) -> Library:
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + _LOOK_SECONDS
            self._look()
        return self._library

    def _look(self) -> None:
        try:
            signature = self._signature()
            if signature == self._seen:
                return
            self._seen = signature
            self._library = load_library(self.folder, self.office)
        except (TextError, OSError) as error:
            _log.error("information.not_read", error=str(error))
        else:
            _log.info("information.read", pages=len(self._library.pages))

    def _signature(self) -> tuple[tuple[str, int, int], ...]:
        files = [(path.name, path.stat()) for path in sorted(self.folder.glob("*.md"))]
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in files)
