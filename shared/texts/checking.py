"""What is wrong with words that somebody typed, all at once, in words that say what to do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shared.texts.composing import Composer
from shared.texts.messages import Message
from shared.texts.wording import BOLD, NAME, Wording

SUBJECT_LONGEST = 78  # as filled: what a phone shows of it, and one line of a mail's head
BODY_LONGEST = 2000
_BRACE = re.compile(r"[{}]")
_SEVEN_BIT = re.compile(r"[ -Z_a-z\n]*")  # of GSM 03.38, what counts once

Field = Literal["subject", "body", "why"]


@dataclass(frozen=True)
class Problem:
    field: Field
    text: str


def problems(message: Message, wording: Wording, composer: Composer) -> list[Problem]:
    """Nothing when a message can be made of these words."""
    found = [
        *(Problem("subject", text) for text in _in_subject(message, wording.subject)),
        *(Problem("body", text) for text in _in_body(message, wording.body)),
    ]
    if not found:
        length = len(composer.sample(message, wording).subject)
        if length > SUBJECT_LONGEST:
            found.append(
                Problem(
                    "subject",
                    f"Judul paling banyak {SUBJECT_LONGEST} huruf setelah diisi. "
                    f"Dengan contoh, judul ini {length} huruf. Pendekkan.",
                )
            )
    return found


def _in_subject(message: Message, subject: str) -> Iterator[str]:
    if not subject.strip():
        yield "Isi judul pesan."
    if len(subject) > 2 * SUBJECT_LONGEST:
        yield f"Judul paling banyak {SUBJECT_LONGEST} huruf. Pendekkan."
    if _control(subject) or "\n" in subject or BOLD in subject:
        yield "Judul harus satu baris biasa, tanpa tanda **."
    yield from _names(message, subject)
    for name in set(NAME.findall(subject)):
        if message.kinds.get(name) in {"code", "list", "link"}:
            yield f"{{{name}}} tidak boleh ada di judul. Pindahkan ke isi."


def _in_body(message: Message, body: str) -> Iterator[str]:
    if not body.strip():
        yield "Isi teks pesan."
        return
    if len(body) > BODY_LONGEST:
        yield f"Isi pesan paling banyak {BODY_LONGEST} huruf. Sekarang {len(body)} huruf."
    if _control(body):
        yield "Isi pesan memuat tanda yang tidak dapat ditampilkan. Ketik ulang bagian itu."
    yield from _names(message, body)
    used = set(NAME.findall(body))
    for each in message.placeholders:
        if each.required and each.name not in used:
            yield f"{{{each.name}}} ({each.label}) harus ada di isi pesan."
    for line in body.splitlines():
        if line.count(BOLD) % 2:
            yield f"Tanda ** harus berpasangan dalam satu baris: “{line.strip()[:60]}”."
        for name in NAME.findall(line):
            if message.kinds.get(name) == "list" and line.strip() != f"{{{name}}}":
                yield f"{{{name}}} harus berdiri sendiri pada satu baris."


def _names(message: Message, text: str) -> Iterator[str]:
    known = message.kinds
    for name in dict.fromkeys(NAME.findall(text)):
        if name not in known:
            listed = ", ".join(f"{{{each}}}" for each in known)
            yield f"{{{name}}} tidak dikenal. Yang bisa dipakai: {listed}."
    if _BRACE.search(NAME.sub("", text)):
        yield "Tanda { dan } hanya untuk isian, misalnya {" + next(iter(known)) + "}."


def _control(text: str) -> bool:
    return any(unicodedata.category(each) in {"Cc", "Cs"} and each not in "\r\n" for each in text)


def sms_parts(text: str) -> int:
    """Into how many SMS the text would be cut."""
    if _SEVEN_BIT.fullmatch(text):
        return 1 if len(text) <= 160 else -(-len(text) // 153)
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= 70 else -(-units // 67)
