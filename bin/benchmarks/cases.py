"""The table of measured requests. Pages that this version does not have are left out."""

import base64
from typing import Any, NamedTuple

UNKNOWN = "000413FFFFFE"
STRANGER = {"User-Agent": "Mozilla/4.0 (compatible; snom710-SIP 8.9.3.80 1.1.5-IFX-05.01.12)"}
WRONG = {**STRANGER, "Authorization": "Basic " + base64.b64encode(b"000413:wrong").decode()}
BASELINE = "login page"


class Case(NamedTuple):
    """One request of a browser (with its session) or a phone, and the expected status."""

    name: str
    path: str
    status: int = 200
    headers: "dict[str, str] | None" = (
        None  # for a client that is not logged in; None for the operator's browser
    )


PAGES = {
    "clients": "/extranet/clients/",
    "clients, last page by number of phones": "/extranet/clients/?sort=phones&page={pages}",
    "clients, searched": "/extranet/clients/?q=garage",
    "clients, only those to do": "/extranet/clients/?f=todo",
    "account: users and phones": "/extranet/clients/{client}/compte/",
    "account, searched by name": "/extranet/clients/{client}/compte/?qu=lefevre&qt=lefevre",
    "account, searched by MAC": "/extranet/clients/{client}/compte/?qt={tail}",
    "account, last page by number": "/extranet/clients/{client}/compte/?tt=-number&pt=999&pu=999",
    "account, phones of one state": "/extranet/clients/{client}/compte/?f=provisioned",
    "phone": "/extranet/telephones/{mac}/",
    "to do": "/extranet/a-traiter/",
    "key editor, three full sidecars": "{keys}",
    "administration: phones": "/admin/phones/phone/",
    "administration: phones, searched": "/admin/phones/phone/?q=lefevre",
    "administration: audit": "/admin/clients/auditevent/",
    "administration: journal": "/admin/provisioning/fetch/",
}


def pages(facts: "dict[str, Any]") -> "list[Case]":
    """Pages that users open."""
    shown = [Case(name, path.format(**facts)) for name, path in PAGES.items()]
    return [Case(BASELINE, "/extranet/", 200, {}), *shown]


def phones(facts: "dict[str, Any]", etag: str) -> "list[Case]":
    """Requests of phones."""
    basic = base64.b64encode(f"{facts['user']}:{facts['password']}".encode()).decode()
    agent = {"User-Agent": facts["agent"]}
    known = {**agent, "Authorization": f"Basic {basic}"}
    path = "/sip-ps/{}.xml"
    return [
        Case("phone served with its credentials (200)", path.format(facts["mac"]), 200, known),
        Case(
            "phone that has it already (304)",
            path.format(facts["mac"]),
            304,
            {**known, "If-None-Match": etag},
        ),
        Case("unknown MAC (401)", path.format(UNKNOWN), 401, STRANGER),
        Case("known MAC, refused (401)", path.format(facts["overdue"]), 401, STRANGER),
    ]
