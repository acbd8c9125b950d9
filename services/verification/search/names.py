"""Names as they sound: spellings of one Indonesian name get one key.

Soekarjo and Sukaryo, Djoko and Joko, Moh. and Muhammad, Achmad and Ahmad. Names are plain in the
cases, so their keys are plain too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import combinations, pairwise

WORDS_MOST = 6
COUNTED_MOST = 3  # words in one key
_LONGEST = 40
_FOLDS = (
    (re.compile(r"^ch"), "c"),
    (re.compile(r"[ck]h"), "h"),
    (re.compile(r"tj"), "c"),
    (re.compile(r"dj"), "j"),
    (re.compile(r"s[jyh]"), "s"),
    (re.compile(r"ph|v"), "f"),
    (re.compile(r"([td])h"), r"\1"),
    (re.compile(r"oe|oo"), "u"),
    (re.compile(r"q"), "k"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"j"), "y"),
    (re.compile(r"ie|iy(?=[aeiou])"), "i"),
    (re.compile(r"y(?![aeiou])|(?<=[^aeiouy])y"), "i"),
    (re.compile(r"uw(?=[aeiou])"), "u"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"(?<=[aeiou])h$"), ""),
)
_SHORT = {
    **dict.fromkeys(("moh", "muh", "mu", "mhd", "mohd", "md", "moc", "mohamad"), "muhamad"),
    **dict.fromkeys(("mohamed", "muhamed", "mohamat", "muhamat"), "muhamad"),
    **dict.fromkeys(("abd", "abdu", "abdel"), "abdul"),
    **dict.fromkeys(("st", "sti"), "siti"),
}
_BESIDE = frozenset({"bin", "binti", "bt", "bte", "alm", "almh", "haji", "hayah", "hi"})


def name_words(text: str) -> tuple[str, ...]:
    """The keys of a name's words; titles and single letters only when nothing else is there."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(each for each in letters if not unicodedata.combining(each))
    spaced = "".join(each if each.isalpha() else "" if each in "'’`ʼ" else " " for each in letters)
    found = tuple(dict.fromkeys(_folded(word[:_LONGEST]) for word in spaced.split()))
    telling = tuple(each for each in found if len(each) > 1 and each not in _BESIDE)
    return (telling or found)[:WORDS_MOST]


def name_keys(words: tuple[str, ...]) -> tuple[str, ...]:
    """All keys by which a name is found: words, twos and threes, and neighbours written as one."""
    several = (key_of(some) for count in (2, COUNTED_MOST) for some in combinations(words, count))
    return tuple(dict.fromkeys((*words, *several, *joined(words))))


def key_of(words: Sequence[str]) -> str:
    """One key of up to three words, whatever their order."""
    return "|".join(sorted(words))


def joined(words: tuple[str, ...]) -> tuple[str, ...]:
    """`Nur Hayati` is also written `Nurhayati`."""
    return tuple(_folded(one + other) for one, other in pairwise(words))


def shortened(word: str) -> tuple[str, ...]:
    """The word without one of its letters: two words with a common one are near."""
    if len(word) < 4:
        return ()
    return tuple(dict.fromkeys(word[:at] + word[at + 1 :] for at in range(len(word))))


def is_near(one: str, other: str) -> bool:
    """Whether a slip of the hand makes one of the other; long words allow two."""
    shortest = min(len(one), len(other))
    if shortest < 4:
        return one == other
    return _distance(one, other) <= (2 if shortest >= 8 else 1)


def _distance(one: str, other: str) -> int:
    """Letters added, left out, changed, or swapped with their neighbour."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, its in enumerate(other, 1):
            least = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before, last = last, row
    return last[-1]


def _folded(word: str) -> str:
    if word in _SHORT:
        return _SHORT[word]
    for pattern, replacement in _FOLDS:
        word = pattern.sub(replacement, word)
    return _SHORT.get(word, word)
