"""What people type into a search box, as words that are compared without regard to case and accents.

The documents are folded by the databases, each in its own way (`migrations/_search_*.py`), to the same words.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

MAX_TEXT = 200  # characters of a question
MAX_WORDS = 8
MAX_WORD = 60  # characters

# Letters that no decomposition (UAX #15) takes apart, in lower case.
LETTERS = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ł": "l",
    "þ": "th",
    "\u0131": "i",  # dotless
    "\u03c2": "\u03c3",  # the sigma at the end of words
}
_LETTERS = str.maketrans(LETTERS)
_WITH_MARKS = range(0x300, 0x1F000)  # the writing systems that have marks
_ACCENTS = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Question:
    """The words of a question. All must be found; `prefix`: the last of them is only the beginning of one."""

    words: tuple[str, ...]
    prefix: bool

    def __bool__(self) -> bool:
        return bool(self.words)


def fold(text: str) -> str:
    """`text` without case and accents: "Ærø Café" is "aero cafe"."""
    decomposed = unicodedata.normalize("NFKD", text).lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", decomposed)).translate(_LETTERS)


def question(text: str) -> Question:
    """The words of `text`, each once, up to MAX_WORDS; none where it has no letter and no digit.

    Nothing in it is an operator. Whoever has typed a space, or anything else that ends a word, has ended the last one.
    """
    folded = fold(text[:MAX_TEXT])
    found = list(word_pattern().finditer(folded))
    distinct = tuple(dict.fromkeys(each[0][:MAX_WORD] for each in found))[:MAX_WORDS]
    # A word that was there before already is not begun anew, and one that is left out is not begun at all.
    prefix = bool(found) and found[-1].end() == len(folded) and distinct[-1] == found[-1][0][:MAX_WORD]
    return Question(distinct, prefix)


@cache
def word_pattern() -> re.Pattern[str]:
    """Letters and digits, and marks on them: the vowels of many scripts are marks."""
    marks = "".join(chr(each) for each in _WITH_MARKS if unicodedata.category(chr(each)).startswith("M"))
    return re.compile(f"(?:[^\\W_]|[{marks}])+")
