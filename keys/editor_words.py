"""Texts of the editor's script, in the user's language; the script fills in the {braces}."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext


def words() -> dict[str, str | list[str]]:
    """All texts by their names in the script; those with a count in two forms, chosen by {n}."""
    one, many = _counting(1), _counting(2)
    return _words() | {name: [one[name], many[name]] for name in one}


def _counting(n: int) -> dict[str, str]:
    return {
        "keys": ngettext("{n} key", "{n} keys", n),
        "freeCount": ngettext("{n} free", "{n} free", n),
        "changes": ngettext("{n} unsaved change", "{n} unsaved changes", n),
        "selected": ngettext("{n} key selected", "{n} keys selected", n),
        "shifted": ngettext("{n} key shifted", "{n} keys shifted", n),
        "sorted": ngettext("{n} key sorted from A to Z", "{n} keys sorted from A to Z", n),
        "filled": ngettext("{n} key filled", "{n} keys filled", n),
        "leftOut": ngettext("no room for {n} person", "no room for {n} people", n),
        "copiedAll": ngettext("{n} key copied", "{n} keys copied", n),
        "cutAll": ngettext("{n} key cut", "{n} keys cut", n),
        "leftOver": ngettext("no room for {n} key", "no room for {n} keys", n),
        "emptiedAll": ngettext("{n} key emptied", "{n} keys emptied", n),
        "fillYes": ngettext("Fill {n} key", "Fill {n} keys", n),
        "discardText": ngettext(
            "{n} unsaved change will be lost.", "{n} unsaved changes will be lost.", n
        ),
    }


def _words() -> dict[str, str | list[str]]:
    return {
        "key": _("Key {n}"),
        "keyIn": _("Key {n}, {bank}"),
        "line": _("Line {n}"),
        "free": pgettext("key", "Free"),
        "sayFree": _("free"),
        "ended": _("this line no longer exists"),
        "refused": _("this address is no longer allowed"),
        "changed": _("changed, not saved yet"),
        "inherited": _("inherited"),
        "last": _("Last change: {what}"),
        "person": _("Person"),
        "personOrNumber": _("Person or number"),
        "number": _("Number"),
        "digits": _("Digits"),
        "address": _("Address"),
        "personHelp": _("A name, an extension or a number in the group."),
        "targetHelp": _("A name, an extension or any number."),
        "digitsHelp": _("0 to 9, A to D, “*”, “#”; a comma is a pause."),
        "addressHelp": _("Only an address on a host that the operator allows."),
        "advanced": _("Advanced"),
        "nobody": _("No one by that name."),
        "allTaken": _("All of them are already chosen."),
        "more": _("There are more people: type more of the name."),
        "notRead": _("The directory could not be read. Type the number."),
        "extension": _("extension {n}"),
        "inherit": _("Go back to the inherited key ({what}, {from})"),
        "tabs": _("{bank}, {n} keys"),
        "set": _("{key}: {what}"),
        "emptied": _("{key} emptied"),
        "moved": _("{key} moved to {to}"),
        "swapped": _("{key} and {to} swapped"),
        "restored": _("{key} restored"),
        "inheritedAgain": _("{key} back to the inherited key"),
        "inserted": _("Free key inserted at {key}; the next ones move down"),
        "insertFull": _("No free key after {key}: nothing can be inserted."),
        "gapClosed": _("{key} removed; the next ones move up"),
        "noRoom": _("There is no room to shift in that direction."),
        "filledSome": _("{filled}; {left}"),
        "copied": _("{key} copied"),
        "cut": _("{key} cut"),
        "pasted": _("Pasted at {key}"),
        "carried": _(
            "{key} picked up: move it with the arrows, put it down with Space, cancel with Escape"
        ),
        "putBack": _("{key} put back"),
        "locked": _("{key} is locked. {why}"),
        "lineKept": _("A line key stays in its key group: the phone needs it there."),
        "notLocked": _("{key} is not locked."),
        "undone": _("Undone: {what}"),
        "redone": _("Redone: {what}"),
        "nothingToUndo": _("Nothing to undo."),
        "nothingToRedo": _("Nothing to redo."),
        "sidecarAdded": _("Sidecar {n} added"),
        "sidecarRemoved": _("Sidecar {n} removed"),
        "removeTitle": _("Remove Sidecar {n}?"),
        "removeText": _(
            "Its {keys} keys are removed too and the sidecars after it move up; you can "
            "undo this until you save."
        ),
        "removeYes": _("Remove Sidecar {n}"),
        "discardTitle": _("Discard the changes?"),
        "discardYes": _("Discard the changes"),
        "discarded": _("Changes discarded"),
        "fillText": _(
            "One key for each person, in this order, starting at {key}. Line keys and "
            "locked keys stay as they are; so do keys in use, unless you selected them."
        ),
        "pickedTitle": _("Chosen ({n})"),
        "hasKey": _("has a key already"),
        "take": _("Choose"),
        "leave": _("Remove"),
        "impactTitle": _("Save for everyone?"),
        "impactYes": _("Save"),
        "save": _("Save"),
        "saving": _("Saving…"),
        "wrong": _("to be corrected"),
        "edge": _("End of the key group."),
        "isFree": _("The key is already free."),
        "isSorted": _("The keys are already in order."),
        "noFree": _("No free key from {key} on: select the ones to replace."),
        "saved": _("Saved."),
        "notSaved": _(
            "Not saved: the server could not be reached. Your changes are kept here; try again."
        ),
        "failed": _(
            "Not saved: the platform could not finish. Your changes are kept here; try again."
        ),
        "conflictTitle": _("{who} changed these keys in the meantime"),
        "somebody": _("Someone"),
        "conflictText": _("Choose which changes to keep. Changes to different keys are all kept."),
        "mine": _("Here: {what}"),
        "theirs": _("Elsewhere: {what}"),
        "sidecars": _("Number of sidecars"),
        "otherLogin": _("This is not the login that opened this page. Log in with the same one."),
        "leaving": _("Unsaved changes"),
        "close": _("Close"),
    }


def keyboard() -> list[tuple[str, str]]:
    """The keyboard shortcuts of the editor."""
    return [
        (_("Tab / Shift Tab"), _("drawing, list, panel, save bar")),
        ("↑ ↓ ← →", _("the next key in that direction, across to the next sidecar")),
        (_("Home / End"), _("the first and the last key of the phone or sidecar")),
        (_("Page up / Page down"), _("the previous and the next device")),
        (_("Enter"), _("edit the key; Escape returns to it")),
        ("Alt + ↑ ↓ ← →", _("move the key; the others make room")),
        (_("Space, arrows, Space"), _("pick up, move, put down; Escape cancels")),
        ("Ctrl X / C / V", _("cut, copy or paste the selected keys")),
        (_("Delete"), _("empty the key")),
        (
            _("Shift + arrows, Shift or Ctrl + click"),
            _("select several, to fill, sort or shift them"),
        ),
        (_("Ctrl Z / Ctrl Shift Z"), _("undo, redo")),
        ("Ctrl S", _("save")),
        ("L", _("why the key is locked")),
        ("?", _("this table")),
    ]
