"""The body of a phone or a sidecar, around its keys, as shapes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from keys.fitting import LARGEST, fit
from phones.catalogue import Drawing


@dataclass(frozen=True)
class Shape:
    """A part of a body, hidden from screen readers."""

    kind: Literal["rect", "circle", "text"]
    paint: str  # body, part, screen, paper, lamp, ink, dot
    x: float
    y: float
    w: float = 0
    h: float = 0
    r: float = 0
    text: str = ""


def body(drawing: Drawing, screen: Sequence[str]) -> Iterator[Shape]:
    """The parts of a device, from back to front; `screen` has the lines of its display."""
    width, height = drawing.size
    yield Shape("rect", "body", 6, 6, width - 12, height - 12, 20)
    for name, part in drawing.parts.items():
        yield from _PARTS[name](part, screen)


def _handset(part: Sequence[int], screen: Sequence[str]) -> Iterator[Shape]:
    x, y, w, h = part
    yield Shape("rect", "part", x, y, w, h, 26)
    for top in (y + 14, y + h - 80):
        yield Shape("rect", "body", x + 9, top, w - 18, 66, 18)
        for dot in (-7, 0, 7):
            yield Shape("circle", "dot", x + w / 2 + dot, top + 33, r=2)


def _screen(part: Sequence[int], screen: Sequence[str]) -> Iterator[Shape]:
    x, y, w, h = part
    yield Shape("rect", "screen", x, y, w, h, 5)
    for number, line in enumerate(screen):
        size = 13 if number == 0 else 11
        text, _size = fit(line, (w - 20) * LARGEST / size)
        yield Shape("text", "ink", x + 10, y + 24 + number * 19, r=size, text=text)


def _softkeys(part: Sequence[int], screen: Sequence[str]) -> Iterator[Shape]:
    x, y, w, count = part
    for number in range(count):
        yield Shape("rect", "part", x + number * w / count + 4, y, w / count - 8, 11, 5)


def _navigation(part: Sequence[int], screen: Sequence[str]) -> Iterator[Shape]:
    x, y, r = part
    yield Shape("circle", "part", x, y, r=r)
    yield Shape("circle", "body", x, y, r=round(r * 0.42, 1))
    for side in (-1, 1):
        yield Shape("rect", "part", x + side * 62 - 17, y - 8, 34, 16, 8)


def _pad(part: Sequence[int], screen: Sequence[str]) -> Iterator[Shape]:
    x, y, w, h, dx, dy = part
    for number, mark in enumerate("123456789*0#"):
        left, top = x + number % 3 * dx, y + number // 3 * dy
        yield Shape("rect", "part", left, top, w, h, 7)
        yield Shape("text", "mark", left + w / 2, top + h / 2 + 4, r=11, text=mark)


def _foot(part: Sequence[int], screen: Sequence[str]) -> Iterator[Shape]:
    x, y, w, h, dx, count = part
    for number in range(count):
        yield Shape("rect", "part", x + number * dx, y, w, h, 7)


def _display(part: Sequence[int], screen: Sequence[str]) -> Iterator[Shape]:
    x, y, w, h = part
    yield Shape("rect", "paper", x, y, w, h, 5)


def _lamp(part: Sequence[int], screen: Sequence[str]) -> Iterator[Shape]:
    x, y, w, h = part
    yield Shape("rect", "part", x, y, w, h, 2.5)


_PARTS = {
    "handset": _handset,
    "screen": _screen,
    "softkeys": _softkeys,
    "nav": _navigation,
    "pad": _pad,
    "foot": _foot,
    "lcd": _display,
    "lamp": _lamp,
}
