"""Found words marked in a text. Everything else of it is escaped: it was written by whoever may write products."""

from html import escape

from tenon.domains.catalog.engines.words import Question, fold, word_pattern

MARK = ("<mark>", "</mark>")
LENGTH = 160  # characters of a snippet, about
_BEFORE = 40  # characters ahead of the first found word
_SCANNED = 20_000  # characters of a text that are looked through


def marked(text: str, question: Question) -> str:
    """`text` as HTML, whole, in which nothing but `<mark>` is markup."""
    return _html(text, _found(text, question))


def snippet(text: str, question: Question, *, length: int = LENGTH) -> str:
    """About `length` characters around the first found word, or the beginning, as HTML; an ellipsis where it is cut."""
    found = _found(text, question)
    if len(text) <= length:
        return _html(text, found)
    first = found[0][0] if found else 0
    start = _beginning(text, max(0, first - _BEFORE)) if first > _BEFORE else 0
    end = _ending(text, min(len(text), start + length))
    cut = text[start:end].rstrip()
    within = [(begin - start, stop - start) for begin, stop in found if begin >= start and stop <= start + len(cut)]
    return f"{'… ' if start else ''}{_html(cut, within)}{' …' if end < len(text) else ''}"


def _found(text: str, question: Question) -> list[tuple[int, int]]:
    """Where words of the question stand, as (from, to)."""
    exact = set(question.words[:-1] if question.prefix else question.words)
    begun = question.words[-1] if question.prefix else ""
    places = []
    for each in word_pattern().finditer(text, 0, _SCANNED):
        word = fold(each[0])
        if word in exact or (begun and word.startswith(begun)):
            places.append(each.span())
    return places


def _html(text: str, found: list[tuple[int, int]]) -> str:
    parts, done = [], 0
    for start, end in found:
        parts += [escape(text[done:start]), MARK[0], escape(text[start:end]), MARK[1]]
        done = end
    return "".join([*parts, escape(text[done:])])


def _beginning(text: str, place: int) -> int:
    """The beginning of the word after `place`, so that no word is cut."""
    while place < len(text) and not text[place - 1].isspace():
        place += 1
    return place


def _ending(text: str, place: int) -> int:
    """The end of the last whole word before `place`; `place` itself in a text without spaces."""
    if place == len(text):
        return place
    space = max(text.rfind(" ", 0, place), text.rfind("\n", 0, place))
    return space if space > place // 2 else place
