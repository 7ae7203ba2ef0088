"""Maps a file's columns to fields by their headers, in any order, in French or English. Case and
accents are ignored.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from clients.search import fold
from metacentrex.sheets import SheetRefused, SheetRow
from metacentrex.ui.exports import unharmed

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
# Headers as normalized by `_key`: folded, without signs; « numéro », « n° » and « number » all
# become « n ».
ALIASES = {
    "number": "n, sda, n sda, sda n, ligne, line, n de ligne, n ligne, line n, telephone, tel, n "
    "de telephone,"
    " n telephone, telephone n, phone n, phone, did, did n, n d appel, n public, direct n,"
    " telephonenumber, phonenumber, didnumber",
    "extension": "n court, court, extension, ext, poste, n de poste, n interne, interne, short n,"
    " extension n, n d extension, extensionnumber, exten, user extension",
    "first_name": "prenom, first name, given name, firstname, givenname",
    "name": "nom, name, nom complet, utilisateur, user, full name, fullname, display name, "
    "displayname,"
    " nom affiche, nom d affichage, nom et prenom, nom prenom, prenom nom, last name, lastname,"
    " nom de l utilisateur, nom de famille",
    "licence": "licence, license, offre, type de licence",
    "site": "site, departement, department, lieu, agence, location, nom du site, site name",
    "presented": "n a presenter, n presente, n to present, presented n, caller id, callerid, "
    "presentation, n affiche",
    "barring": "restriction internationale, restriction, international restriction, barring, "
    "international barring",
    "mac": "mac, adresse mac, mac address, mac adresse, adresse physique, mac du telephone, mac "
    "telephone,"
    " macaddress, mac addr, phone mac, hardware address",
    "model": "modele, model, modele de telephone, modele du telephone, phone model, type de "
    "telephone",
    "description": "description, commentaire, comment, remarque, libelle, note, notes",
}
# Headers of other systems' exports (FusionPBX, FreePBX, 3CX, Wazo), in order of preference. Their
# files may have several for one field, or one of ours as well: only the first counts.
FOREIGN = {
    "number": "incall exten",
    "name": "effective caller id name, callerid name, caller id name",
    "presented": "outbound caller id n, outbound caller id, outboundcallerid, outboundcid, "
    "outgoing caller id,"
    " caller id n, callerid n",
    "mac": "device mac address, device address, device mac",
    "model": "device model, device template",
    "description": "device description, device label",
}


def _by_alias(table: dict[str, str]) -> dict[str, str]:
    return {alias.strip(): name for name, aliases in table.items() for alias in aliases.split(",")}


REASON = _("Why it was refused")
REASONS = {"why it was refused", "motif du refus"}  # in both languages, as normalized by _key

FIELDS = _by_alias(ALIASES)
FOREIGN_FIELDS = _by_alias(FOREIGN)
_NUMBER_WORD = re.compile(r"\b(?:numeros?|num|no|nr|number|n°|nº|№)(?=\W|\b)")
_SIGNS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Header:
    """The column of each field, the unknown headers, and the rows below."""

    columns: dict[str, int]
    unknown: list[str]
    rows: list[SheetRow]
    cells: list[str]  # the original headers, one for each column filled in any row


def find_header(rows: Sequence[SheetRow]) -> Header:
    """The first of the top rows with a number or a MAC column. Raises SheetRefused."""
    for at, row in enumerate(rows[:DEEPEST_HEADER]):
        columns, unknown = columns_of(row)
        if {"number", "mac"} & set(columns):
            refuse_twice(row)
            if len(rows) == at + 1:
                raise SheetRefused(_("The file has headers but no rows."))
            below = list(rows[at + 1 :])
            return Header(columns, unknown, below, _heads_above(row, below))
    raise SheetRefused(
        gettext(
            "No column is called “%(number)s” or “%(mac)s”: one of them is needed. First row "
            "read: %(read)s."
        )
        % {
            "number": LABELS["number"],
            "mac": LABELS["mac"],
            "read": ", ".join(cell for cell in rows[0].cells if cell)[:150],
        }
    )


def _heads_above(row: SheetRow, below: Sequence[SheetRow]) -> list[str]:
    widest = max((len(cells.cells) for cells in below), default=0)
    heads = [unharmed(cell) for cell in row.cells]
    return heads + [""] * (widest - len(heads))


def columns_of(row: SheetRow) -> tuple[dict[str, int], list[str]]:
    """The column of each field, and the headers that are left out."""
    keys = [_key(cell) for cell in row.cells]
    columns: dict[str, int] = {}
    for index, key in enumerate(keys):
        if name := FIELDS.get(key):
            columns.setdefault(name, index)
    for alias, name in FOREIGN_FIELDS.items():
        if alias in keys:
            columns.setdefault(name, keys.index(alias))
    read = set(columns.values())
    in_order = dict(sorted(columns.items(), key=lambda column: column[1]))
    unread = (cell for index, cell in enumerate(row.cells) if cell and index not in read)
    return in_order, [cell for cell in unread if not is_reason(cell)]


def is_reason(head: str) -> bool:
    """Whether this header is the reason column that our file of rows to correct adds."""
    return _key(head) in REASONS


def refuse_twice(row: SheetRow, fields: Collection[str] = tuple(LABELS)) -> None:
    """Raise SheetRefused if two of our own headers mean the same field."""
    heads: dict[str, str] = {}
    for cell in row.cells:
        name = FIELDS.get(_key(cell))
        if name is None or name not in fields:
            continue
        if name in heads:
            raise SheetRefused(
                gettext(
                    "Two columns mean the same: “%(first)s” and “%(second)s”. Remove one of them."
                )
                % {"first": heads[name], "second": cell}
            )
        heads[name] = cell


def _key(head: str) -> str:
    lowered = head.casefold().replace("_", " ")
    for sign in ("n°", "nº", "№"):
        lowered = lowered.replace(sign, " n ")
    folded = _NUMBER_WORD.sub(" n ", fold(lowered))
    return _SIGNS.sub(" ", folded).strip()


def left_out(heads: Sequence[str]) -> str:
    """A sentence that names the columns left out; "" if there are none."""
    if not heads:
        return ""
    words = ngettext("Column left out: %(heads)s.", "Columns left out: %(heads)s.", len(heads))
    return words % {
        "heads": ", ".join(gettext("“%(text)s”") % {"text": head[:40]} for head in heads[:10])
    }
