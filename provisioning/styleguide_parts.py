"""The data of the style guide's specimens of single pages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from clients.acting import Acting
from clients.enums import JobState
from clients.models import Job
from clients.views.jobs import progress_of
from keys.drawing import Face, Picture, draw
from keys.places import Place
from phones import catalogue
from phones.states import LOOKS, Code, PhoneState
from provisioning.reading.differences import Difference
from provisioning.timeline import Day, Entry

MAC = "00041374074C"


def parts_of_pages(states: dict[str, PhoneState], now: datetime) -> dict[str, Any]:
    """The data of specimens that belong to one page."""
    numbers = ("+33970711111", "+33970711072", "+33970716830")
    rows = zip(("provisioned", "overdue", "refused"), numbers, (204, 0, 37), strict=True)
    return {
        "phone": SimpleNamespace(mac=MAC),
        "picture": _picture(),
        "models": catalogue.all(),
        "acting": Acting("provider", "Accueil St_Avertin, 0970716830", "#content"),
        "phones": [
            SimpleNamespace(
                pk=n, mac=f"0004137407{n}C", state=states[code], number=number, requests=requests
            )
            for n, (code, number, requests) in enumerate(rows)
        ],
        "bulk": SimpleNamespace(
            seen=now, form_token="", listed="", client="", q="", f="", total=214
        ),
        "client": SimpleNamespace(reference="10000"),
        "presented_numbers": [("0970711111", "0970711111 – Accueil")],
        "barring_choices": [("", "Aucune restriction")],
        "refusal_count": 3,
        "timeline": [
            Day(
                "Aujourd’hui, mardi 24 novembre 2026",
                [
                    _entry(
                        "10:02:41",
                        "check-circle",
                        "mc-provisionne",
                        "Servi :",
                        "configuration complète, 8,1 Ko",
                    ),
                    _entry(
                        "10:02:14",
                        "unlock",
                        "mc-autorise",
                        "Fenêtre ouverte",
                        small="par Rodolphe SEGUIN",
                    ),
                ],
            ),
            Day(
                "Vendredi 20 novembre 2026",
                [
                    replace(
                        _entry(
                            "17:58:03",
                            "x-octagon-fill",
                            "mc-refuse",
                            "Refusé 3 fois :",
                            "le délai était dépassé depuis vendredi 20/11 à 17:40",
                            "82.64.10.7 – de 17:48:10 à 17:58:03",
                        ),
                        refused=True,
                        remedy="reopen",
                    ),
                ],
            ),
        ],
        "differences": [
            Difference("changed", "Touche 3", "Supervision Georges", "Supervision Cédric"),
            Difference("added", "Touche 7", "", "Parcage 701"),
            Difference("removed", "Sidecar 1, touche 18", "Numéro abrégé Taxi", ""),
        ],
        "work": progress_of(
            Job(
                pk=1,
                state=JobState.RUNNING,
                total=200,
                ok_count=121,
                skipped_count=4,
                bad_count=1,
                started_at=now - timedelta(seconds=20),
            ),
            now,
        ),
    }


def _picture() -> Picture:
    """A D765 with two sidecars, with a key in each state."""
    faces = {
        Place("top", at): Face(f"Ligne {at}", f"Ligne {at}", inherited=True) for at in range(1, 5)
    }
    faces |= {
        Place("side", 1): Face("Georges", "Supervision Georges"),
        Place("side", 2): Face("Cédric", "Supervision Cédric, modifiée", changed=True),
        Place("side", 3): Face(
            "Standard", "Numéro abrégé Standard, verrouillée", locked=True, inherited=True
        ),
        Place("side", 4): Face(
            "Ancien poste", "Supervision Ancien poste, ligne supprimée", broken=True
        ),
        Place("sidecar-1", 1): Face(
            "Établissements Dupont-Lajoie et Fils",
            "Numéro abrégé Établissements Dupont-Lajoie et Fils",
        ),
        Place("sidecar-1", 10): Face(
            "Salle de réunion du premier étage", "Supervision Salle de réunion du premier étage"
        ),
    }
    return draw(catalogue.get("snom-d765"), 2, faces, screen=["0970716830", "Accueil St_Avertin"])


def _entry(time: str, icon: str, tone: str, title: str, text: str = "", small: str = "") -> Entry:
    return Entry(datetime(2026, 11, 24, tzinfo=UTC), time, icon, tone, title, text, small)


def client(status: str) -> SimpleNamespace:
    return SimpleNamespace(status=status, get_status_display=lambda: status)


def states_of(now: datetime) -> dict[str, PhoneState]:
    details = {
        Code.REFUSED: "mot de passe du poste faux, 3 fois",
        Code.PROVISIONED: "26/04/2026 à 10:31",
    }
    shown = {
        code.value: PhoneState(
            code.value, str(LOOKS[code][0]), details.get(code, ""), *LOOKS[code][1:]
        )
        for code in Code
    }
    running = replace(shown["authorized"], until=now + timedelta(hours=41), fraction=0.86)
    return shown | {
        "refused": replace(shown["refused"], needs_window=True),
        "authorized": running,
        "ending": replace(running, until=now + timedelta(minutes=50), fraction=0.02),
    }
