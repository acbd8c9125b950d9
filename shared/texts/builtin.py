"""The words that come with the program, version 0 of each message: a line of subject, the body."""

from __future__ import annotations

from pathlib import Path

from shared.texts.messages import MESSAGE_IDS, MessageId
from shared.texts.wording import Wording

_FOLDER = Path(__file__).parent / "words"


def _read(message_id: MessageId) -> Wording:
    subject, _, body = (_FOLDER / f"{message_id}.txt").read_text("utf-8").partition("\n")
    return Wording(subject, body.strip())


BUILTIN: dict[MessageId, Wording] = {each: _read(each) for each in MESSAGE_IDS}
