"""Charts of what was measured, as PNG: bars beside one another, and lines over sizes on logarithmic scales."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, floor, log10
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Bars = Mapping[str, Mapping[str, float]]
"""By what is asked, by who answers."""
Lines = Mapping[str, Sequence[tuple[float, float]]]

_WIDTH, _MARGIN, _TEXT = 1200, 40, 16
_INK, _PALE, _PAPER = "#1f2430", "#d5d9e2", "#ffffff"
_COLORS = ("#2a6fdb", "#8fb8f6", "#e08a2e", "#b23a48", "#4f9d69", "#7a6bb0", "#6b5b4b", "#17a2a8")
_FONT = ImageFont.load_default(_TEXT)
_BAR, _GAP = 22, 18


def bars(path: Path, parts: Mapping[str, Bars]) -> None:
    """CPU milliseconds as bars, each part on a scale of its own."""
    ways = list(dict.fromkeys(way for part in parts.values() for each in part.values() for way in each))
    colors = dict(zip(ways, _COLORS, strict=False))
    height = 2 * _MARGIN + sum(_height(part) for part in parts.values())
    image, draw = _paper(height)
    top = _MARGIN
    for title, part in parts.items():
        draw.text((_MARGIN, top), f"CPU ms: {title}", _INK, _FONT)
        top += 2 * _TEXT
        most = max(value for each in part.values() for value in each.values())
        for name, each in part.items():
            draw.text((_MARGIN, top + len(each) * _BAR / 2 - _TEXT / 2), name, _INK, _FONT)
            for way, value in each.items():
                length = (_WIDTH - 500) * value / most
                draw.rectangle((200, top + 2, 200 + max(length, 1), top + _BAR - 2), colors[way])
                draw.text((208 + length, top + 1), f"{value:.2f}  {way}", _INK, _FONT)
                top += _BAR
            top += _GAP
        top += _GAP
    image.save(path, optimize=True)


def lines(path: Path, title: str, found: Lines) -> None:
    """Values over sizes, both by powers of ten."""
    height, left, right, foot = 760, 110, 320, 90
    image, draw = _paper(height)
    points = [point for line in found.values() for point in line]
    across = _Scale([x for x, _ in points], left, _WIDTH - right)
    up = _Scale([y for _, y in points], height - foot, _MARGIN + 40)
    draw.text((_MARGIN, _MARGIN - 10), title, _INK, _FONT)
    for value in up.tens():
        y = up.place(value)
        draw.line((left, y, _WIDTH - right, y), _PALE)
        draw.text((left - 12, y), _said(value), _INK, _FONT, anchor="rm")
    for value in across.tens():
        x = across.place(value)
        draw.line((x, up.start, x, up.end), _PALE)
        draw.text((x, up.start + 24), _said(value), _INK, _FONT, anchor="mm")
    ends = []
    for (name, line), color in zip(found.items(), _COLORS, strict=False):
        places = [(across.place(x), up.place(y)) for x, y in line]
        draw.line(places, color, width=3)
        for x, y in places:
            draw.ellipse((x - 5, y - 5, x + 5, y + 5), color)
        ends.append((places[-1][1], f"{line[-1][1]:,.1f}  {name}", color))
    for y, text, color in _apart(ends):
        draw.text((_WIDTH - right + 16, y), text, color, _FONT, anchor="lm")
    image.save(path, optimize=True)


class _Scale:
    """From the power of ten below all values to the one above them, on pixels from `start` to `end`."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low = floor(log10(min(values)) + 1e-9)
        self.high = max(ceil(log10(max(values)) - 1e-9), self.low + 1)
        self.start, self.end = start, end

    def place(self, value: float) -> float:
        return self.start + (log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def tens(self) -> Iterator[float]:
        return (10.0**power for power in range(self.low, self.high + 1))


def _apart(ends: list[tuple[float, str, str]]) -> Iterator[tuple[float, str, str]]:
    """The labels from above, none upon another."""
    last = 0.0
    for y, text, color in sorted(ends):
        last = max(y, last + _TEXT + 4)
        yield last, text, color


def _said(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _height(part: Bars) -> int:
    return 2 * _TEXT + _GAP + sum(len(each) * _BAR + _GAP for each in part.values())


def _paper(height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (_WIDTH, height), _PAPER)
    return image, ImageDraw.Draw(image)
