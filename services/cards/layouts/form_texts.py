"""What layout B says where: letters of the name in boxes, codes of the lists, fixed rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.cards.face import EducationRow, ExperienceRow
from services.cards.typesetting import ELLIPSIS, clean
from shared.code_lists import MARITAL_STATUS, RELIGION, SEX

NAME_BOXES = 20  # in each of the two rows
SCHOOL_ROWS = (
    "SD/sederajat",
    "SLTP/sederajat",
    "SLTA/SMK/sederajat",
    "D.I/II/III/D.IV",
    "Akta I-IV",
    "S1/S2/S3",
)
SKILL_ROWS = 3
JOINT = "; "

_SEX = {SEX["L"]: "1", SEX["P"]: "2"}
_STATUS = {MARITAL_STATUS["married"]: "1", MARITAL_STATUS["single"]: "2"}
_RELIGION = {
    RELIGION[code]: str(number)
    for number, code in enumerate(
        ("islam", "catholic", "protestant", "hindu", "buddhist", "confucian", "belief_other"),
        start=1,
    )
}
# Which row a level belongs to, by how its name begins.
_ROW_OF = {"Tidak": 0, "SD": 0, "SMP": 1, "SLTP": 1, "SMA": 2, "SMK": 2, "SLTA": 2, "Akta": 4}
_ROW_OF |= {f"D{n}": 3 for n in range(1, 5)} | {f"S{n}": 5 for n in range(1, 4)}


@dataclass(frozen=True, slots=True)
class TableRow:
    """What a fixed row of a table says; all empty when there is nothing to say."""

    text: str = ""
    detail: str = ""
    year: str = ""


def sex_code(words: str) -> str:
    return _SEX[words]


def status_code(words: str) -> tuple[str, str]:
    """The code for the box, or for those whom no code fits the words to print beside it."""
    code = _STATUS.get(words, "")
    return code, "" if code else words


def religion_code(words: str) -> str:
    return _RELIGION[words]


def name_rows(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The letters of the name for two rows of boxes.

    A word is kept whole when both rows can hold the words so, else it goes on in the second row.
    A name of more than 40 letters is shortened at its end, with `…` in the last box.
    """
    letters = list(clean(name.upper()))
    broken = _by_words(letters)
    if broken is not None:
        return broken
    first, rest = letters[:NAME_BOXES], letters[NAME_BOXES:]
    rest = rest[1:] if rest[0] == " " else rest
    if len(rest) > NAME_BOXES:
        rest = rest[: NAME_BOXES - 1]
        while rest[-1] == " ":
            rest.pop()
        rest.append(ELLIPSIS)
    return tuple(first), tuple(rest)


def _by_words(letters: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    if len(letters) <= NAME_BOXES:
        return tuple(letters), ()
    spaces = [n for n, letter in enumerate(letters[: NAME_BOXES + 1]) if letter == " "]
    if not spaces or len(letters) - spaces[-1] - 1 > NAME_BOXES:
        return None
    return tuple(letters[: spaces[-1]]), tuple(letters[spaces[-1] + 1 :])


def school_rows(schools: Sequence[EducationRow]) -> list[TableRow]:
    """One row for each group of levels; schools of the same group share it, highest first."""
    rows: list[list[EducationRow]] = [[] for _ in SCHOOL_ROWS]
    for school in schools:
        rows[_row_of(school.level)].append(school)
    return [
        TableRow(
            JOINT.join(school.institution for school in row if school.institution),
            JOINT.join(text for school in row if (text := _major(school))),
            JOINT.join(school.year for school in row if school.year),
        )
        for row in rows
    ]


def _row_of(level: str) -> int:
    return next(row for start, row in _ROW_OF.items() if level.startswith(start))


def _major(school: EducationRow) -> str:
    """The subject; with the level where the row is for several, or was not finished."""
    level, bracket, unfinished = school.level.partition(" (")
    short = level.partition("/")[0]
    named = "" if short in {"SD", "SMP", "SLTP"} else level if short == "Tidak" else short
    return " ".join(part for part in (named, school.major, bracket.strip() + unfinished) if part)


def skill_rows(skills: Sequence[ExperienceRow]) -> list[TableRow]:
    """Three rows; the third takes what is left, and each year once."""
    first, last = list(skills[: SKILL_ROWS - 1]), skills[SKILL_ROWS - 1 :]
    rows = [TableRow(skill.text, "", skill.years) for skill in first]
    if last:
        years = JOINT.join(dict.fromkeys(skill.years for skill in last if skill.years))
        rows.append(TableRow(JOINT.join(skill.text for skill in last), "", years))
    return rows
