"""Which column of a file is what: by its head, in any order, in French or English, accents and case folded."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.search import fold
from metacentrex.sheets import SheetRefused, SheetRow

DEEPEST_HEADER = 10  # rows with a title or a date may stand above it

LABELS = {
    "number": _("Number (SDA)"),
    "extension": _("Extension"),
    "first_name": _("First name"),
    "name": _("Name"),
    "licence": _("Licence"),
    "site": _("Site"),
    "presented": _("Number to present"),
    "barring": _("International restriction"),
    "mac": _("MAC address"),
    "model": _("Model"),
    "description": _("Description"),
}
# Heads as `_key` writes them: folded, without signs, « numéro », « n° » and « number » all as « n ».
ALIASES = {
    "number": "n, sda, n sda, sda n, ligne, line, n de ligne, n ligne, line n, telephone, tel, n de telephone,"
    " n telephone, telephone n, phone n, phone, did, did n, n d appel, n public",
    "extension": "n court, court, extension, ext, poste, n de poste, n interne, interne, short n,"
    " extension n, n d extension",
    "first_name": "prenom, first name, given name, firstname",
    "name": "nom, name, nom complet, utilisateur, user, full name, display name, nom affiche, nom d affichage,"
    " nom et prenom, nom prenom, prenom nom, last name, lastname, nom de l utilisateur, nom de famille",
    "licence": "licence, license, offre, type de licence",
    "site": "site, departement, department, lieu, agence, location, nom du site",
    "presented": "n a presenter, n presente, n to present, presented n, caller id, presentation, n affiche",
    "barring": "restriction internationale, restriction, international restriction, barring, international barring",
    "mac": "mac, adresse mac, mac address, mac adresse, adresse physique, mac du telephone, mac telephone",
    "model": "modele, model, modele de telephone, modele du telephone, phone model, type de telephone",
    "description": "description, commentaire, comment, remarque, libelle, note, notes",
}
FIELDS = {alias.strip(): name for name, aliases in ALIASES.items() for alias in aliases.split(",")}
_NUMBER_WORD = re.compile(r"\b(?:numeros?|num|no|nr|number|n°|nº|№)(?=\W|\b)")
_SIGNS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Header:
    """Where each field is, what was not understood, and the rows below."""

    columns: dict[str, int]
    unknown: list[str]
    rows: list[SheetRow]


def find_header(rows: Sequence[SheetRow]) -> Header:
    """The first of the top rows that names a number or a MAC column. Raises SheetRefused."""
    for at, row in enumerate(rows[:DEEPEST_HEADER]):
        found = [(index, cell, FIELDS.get(_key(cell))) for index, cell in enumerate(row.cells) if cell]
        known = [name for _index, _cell, name in found if name]
        if {"number", "mac"} & set(known):
            _refuse_twice(found)
            if len(rows) == at + 1:
                raise SheetRefused(_("The file has heads and no row below them."))
            return Header(
                {name: index for index, _cell, name in found if name},
                [cell for _index, cell, name in found if not name],
                list(rows[at + 1 :]),
            )
    raise SheetRefused(
        gettext(
            "No column is called “%(number)s” or “%(mac)s”: one of them is needed. First row read: %(read)s."
        )
        % {
            "number": LABELS["number"],
            "mac": LABELS["mac"],
            "read": ", ".join(cell for cell in rows[0].cells if cell)[:150],
        }
    )


def _refuse_twice(found: list[tuple[int, str, str | None]]) -> None:
    heads: dict[str, str] = {}
    for _index, cell, name in found:
        if name in heads:
            raise SheetRefused(
                gettext("Two columns mean the same: “%(first)s” and “%(second)s”. Remove one of them.")
                % {"first": heads[name], "second": cell}
            )
        if name:
            heads[name] = cell


def _key(head: str) -> str:
    lowered = head.casefold()
    for sign in ("n°", "nº", "№"):
        lowered = lowered.replace(sign, " n ")
    folded = _NUMBER_WORD.sub(" n ", fold(lowered))
    return _SIGNS.sub(" ", folded).strip()
