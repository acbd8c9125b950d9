"""One text file of the office: a head of `name: value` lines, an empty line, then the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HEAD = re.compile(r"([a-z]+):\s*(.*)")
_KEYS = ("judul", "ringkas", "menu", "urutan", "versi")
_HEAD_LOOKS = 'baris "judul: …", "ringkas: …", "menu: …", "urutan: …"'


class TextError(ValueError):
    """What is wrong in a text of the office, and where: the office reads this message."""

    def __init__(self, file: str, line: int, what: str) -> None:
        super().__init__(f"{file}, baris {line}: {what}")
        self.file = file
        self.line = line


@dataclass(frozen=True)
class Line:
    number: int
    text: str


@dataclass(frozen=True)
class Source:
    """`name` is the file without its ending; `head` maps each key to its line."""

    name: str
    file: str
    head: Mapping[str, Line]
    body: tuple[Line, ...]

    def value(self, key: str) -> str:
        """Raises `TextError` when the head lacks it."""
        line = self.head.get(key)
        if line is None:
            raise TextError(self.file, 1, f'tambahkan baris "{key}: …" di bagian atas berkas.')
        return line.text

    def number(self, key: str) -> int:
        text = self.value(key)
        if not text.isascii() or not text.isdigit():
            raise TextError(
                self.file, self.head[key].number, f'isi "{key}" dengan angka, misalnya "{key}: 3".'
            )
        return int(text)


def read_source(path: Path) -> Source:
    """Read and split a file; Windows line ends and a byte order mark are welcome."""
    if not _NAME.fullmatch(path.stem):
        raise TextError(
            path.name, 1, "nama berkas hanya boleh huruf kecil, angka, dan tanda hubung."
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise TextError(
            path.name, line, "ada huruf yang tidak terbaca. Simpan ulang berkas sebagai UTF-8."
        ) from error
    lines = [Line(number, line.rstrip()) for number, line in enumerate(text.splitlines(), 1)]
    head, length = _head(path.name, lines)
    return Source(path.stem, path.name, head, tuple(lines[length:]))


def _head(file: str, lines: list[Line]) -> tuple[dict[str, Line], int]:
    """The head, and how many lines it takes."""
    head: dict[str, Line] = {}
    for length, line in enumerate(lines):
        if not line.text:
            return head, length
        match = _HEAD.fullmatch(line.text)
        if match is None or match[1] not in _KEYS:
            raise TextError(
                file,
                line.number,
                f"berkas dimulai dengan {_HEAD_LOOKS}, lalu satu baris kosong, lalu isi halaman.",
            )
        if match[1] in head:
            raise TextError(file, line.number, f'"{match[1]}" ditulis dua kali. Hapus salah satu.')
        if not match[2]:
            raise TextError(file, line.number, f'isi "{match[1]}" masih kosong.')
        head[match[1]] = Line(line.number, match[2])
    return head, len(lines)
