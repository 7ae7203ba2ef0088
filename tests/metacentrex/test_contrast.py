"""Every pair of colours that a page puts together can be read, computed from tokens.css in both
themes.
"""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "static/css/tokens.css").read_text(encoding="utf-8")
READ, SEEN = 4.5, 3.0  # WCAG 2.2: 1.4.3 for text, 1.4.11 for edges of controls, rings, lamps
GROUNDS = ["bg", "surface", "sunken", "hover", "selected"]
STATES = ["autorise", "attente", "provisionne", "depasse", "refuse", "suspendu"]

INKS = {
    **dict.fromkeys(("text", "text-2", "text-3", "link", "link-hover"), GROUNDS),
    **{state: [*GROUNDS, f"{state}-bg"] for state in STATES},
    "on-primary": ["primary", "primary-hover", "primary-active"],
    "on-danger": ["danger", "danger-hover"],
    "on-brand": ["brand", "brand-raised"],
    "on-brand-2": ["brand", "brand-raised"],
    "on-lamp": ["lamp"],
    "ph-ink": ["ph-paper", "ph-screen", "selected"],
    "ph-ink-2": ["ph-paper", "ph-body"],
}
PARTS = {
    "line-strong": ["surface", "bg", "sunken"],
    "primary": ["surface", "bg"],
    "focus": ["bg", "surface", "sunken", "selected", "hover", "ph-body", "ph-paper"],
    "focus-on-brand": ["brand", "brand-raised"],
    "lamp": ["surface", "bg"],
    "lamp-on-brand": ["brand"],
    "led-red": ["ph-paper"],
    "led-green": ["ph-paper"],
    "led-off": ["ph-paper"],
}
STATE_NOTES = [(ink, f"{state}-bg", READ) for state in STATES for ink in ("text", "text-2")]
PAIRS = [
    *((ink, ground, READ) for ink, grounds in INKS.items() for ground in grounds),
    *((part, ground, SEEN) for part, grounds in PARTS.items() for ground in grounds),
    *STATE_NOTES,
]


def roles(theme: str) -> dict[str, str]:
    block = re.search(rf'\[data-bs-theme="{theme}"\] \{{(.*?)\n\}}', CSS, re.DOTALL)
    assert block
    return dict(re.findall(r"--mc-([\w-]+):\s*(#[0-9a-f]{6})\b", block[1]))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pair_can_be_read(theme: str) -> None:
    colours = roles(theme)

    missed = [
        f"{ink} on {ground}: {found:.2f}, needs {floor}"
        for ink, ground, floor in PAIRS
        if (found := contrast(colours[ink], colours[ground])) < floor
    ]

    assert missed == []


def test_the_measure_is_that_of_the_standard() -> None:
    assert (round(contrast("#ffffff", "#000000"), 2), round(contrast("#777777", "#ffffff"), 2)) == (
        21.0,
        4.48,
    )


def test_every_ink_of_the_tokens_is_measured() -> None:
    inks = {name for name in roles("light") if not name.endswith(("-bg", "-line"))}
    decorative = {"line", "ph-edge", "ph-part", "ph-cap"}

    assert inks - {name for pair in PAIRS for name in pair[:2]} == decorative
