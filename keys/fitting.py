"""Fits a label into the strip beside a key."""

LARGEST, SMALLEST = 11.0, 9.5  # font size, in the drawing's units
ELLIPSIS = "…"
NARROW, WIDE = frozenset(" iIjlftr.,:;'’!|()[]-"), frozenset("mwMW@%…—")


def width(text: str) -> float:
    """The estimated width of a text in em, rather too large, since no font was measured."""
    return sum(map(_advance, text))


def fit(label: str, room: float) -> tuple[str, float]:
    """The label as shown, and its font size: first smaller letters, then fewer words, then fewer
    letters.
    """
    wide = width(label) or 1
    size = min(LARGEST, room / wide)
    if size >= SMALLEST:
        return label, int(size * 10) / 10
    return _cut(label, room / SMALLEST), SMALLEST


def _cut(label: str, ems: float) -> str:
    shown = label
    while shown and width(shown.rstrip() + ELLIPSIS) > ems:
        shown = shown[:-1]
    whole = shown if label[len(shown) : len(shown) + 1].isspace() else shown.rpartition(" ")[0]
    # Whole words, so that the visible text is part of the accessible name (WCAG 2.5.3); letters if
    # not one word fits.
    return (whole.strip() or shown).rstrip().rstrip(" -–,.") + ELLIPSIS


def _advance(letter: str) -> float:
    if letter in NARROW:
        return 0.36
    if letter in WIDE:
        return 0.95
    return 0.7 if letter.isupper() or letter.isdigit() else 0.6
