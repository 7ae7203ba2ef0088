"""Describes the differences between two directories, in one sentence."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext, ngettext

from provisioning.reading.parse import Entry

NAMED = 5  # people named in the sentence; others are counted


def directory_change(before: tuple[Entry, ...], after: tuple[Entry, ...]) -> str:
    """« 12 contacts, 2 de plus (Alice, Bob), 1 de moins (Chloé) », or "" if nothing changed."""
    if before == after:
        return ""
    gone, come = (
        list((Counter(before) - Counter(after)).elements()),
        list((Counter(after) - Counter(before)).elements()),
    )
    changed = _pair(gone, come)
    parts = [
        ngettext("%(count)s contact", "%(count)s contacts", len(after)) % {"count": len(after)},
        _count(come, gettext("%(count)s added (%(names)s)")),
        _count(gone, gettext("%(count)s removed (%(names)s)")),
        gettext("changed: %(changes)s") % {"changes": _listed(changed)} if changed else "",
    ]
    if not (come or gone or changed):
        parts.append(gettext("the same, in a different order"))
    return ", ".join(part for part in parts if part)


def _pair(gone: list[Entry], come: list[Entry]) -> list[str]:
    """Remove from both lists the contacts whose number or name changed, and describe each."""
    changed = []
    for old in list(gone):
        new = next((entry for entry in come if entry.name == old.name), None) or next(
            (entry for entry in come if entry.number == old.number), None
        )
        if new is not None:
            gone.remove(old)
            come.remove(new)
            changed.append(_one(old, new))
    return changed


def _one(old: Entry, new: Entry) -> str:
    if old.name == new.name and old.number == new.number:
        return gettext("%(name)s (its other settings)") % {"name": new.name}
    if old.name == new.name:
        return f"{new.name} ({old.number} → {new.number})"
    return f"{old.name} → {new.name}"


def _count(entries: list[Entry], words: str) -> str:
    if not entries:
        return ""
    return words % {"count": len(entries), "names": _listed(entry.name for entry in entries)}


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    listed = ", ".join(names[:NAMED])
    rest = len(names) - NAMED
    if rest <= 0:
        return listed
    return (
        listed
        + " "
        + ngettext("and %(count)s other", "and %(count)s others", rest) % {"count": rest}
    )
