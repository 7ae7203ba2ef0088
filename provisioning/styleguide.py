"""The style guide's specimens: each component in each state, with its template source."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone

from metacentrex.ui.forms import ErrorDetail, HouseFormHelper
from metacentrex.ui.tables import Filter, Sort
from metacentrex.ui.undo import Undo
from phones.states import Code
from phones.todo import Cause, Counts
from provisioning.styleguide_parts import MAC, client, parts_of_pages, states_of


@dataclass(frozen=True)
class Specimen:
    """A template fragment. `once`: it has an id or a name, and must not be twice on one page."""

    source: str
    once: bool = False


@dataclass(frozen=True)
class Section:
    title: str
    specimens: list[Specimen]


def both(*sources: str) -> list[Specimen]:
    return [Specimen(source) for source in sources]


def once(*sources: str) -> list[Specimen]:
    return [Specimen(source, once=True) for source in sources]


SECTIONS = [
    Section(
        "Phones and keys",
        [
            *once("""{% include "components/phone_drawing.html" with chosen="side-2" %}"""),
            *both(
                """{% for model in models %}{% phone_thumb model 1 %}{% endfor %}{% phone_thumb None %}""",
            ),
            *once("""{% include "components/acting.html" %}"""),
            *both("""{% include "components/line_acts.html" with number="0970711111" %}"""),
        ],
    ),
    Section(
        "Buttons",
        both(
            """<button type="button" class="btn btn-primary">{% icon "check-lg" %}Enregistrer</button>""",
            """<button type="button" class="btn btn-secondary">{% icon "pencil" %}Modifier</button>""",
            """<button type="button" class="btn btn-outline-danger">{% icon "trash" %}Supprimer le poste</button>""",
            """<button type="button" class="btn btn-danger">Supprimer le poste</button>""",
            """<a class="btn btn-link" href="#content">Annuler</a>""",
            """<button type="button" class="btn btn-primary" disabled aria-busy="true">Enregistrement…</button>""",
            """<button type="button" class="btn btn-icon" aria-label="Copier">{% icon "copy" %}</button>""",
            """<button type="button" class="btn btn-secondary btn-sm">{% icon "arrow-clockwise" %}Ré-autoriser</button>""",
            """<button type="button" class="btn btn-secondary mc-ringed">L’anneau du focus</button>""",
            """<a class="mc-linklike" href="#content">Voir pourquoi</a>""",
        ),
    ),
    Section(
        "States of a phone",
        both(
            *(f"{{% state states.{code.value} %}}" for code in Code),
            "{% state states.ending %}",
            "{% state states.authorized pill=True %}",
            "{% state states.closed pill=True %}",
            "{% time_bar states.authorized %}",
            "{% time_bar states.ending %}",
        ),
    ),
    Section(
        "Badges and lamps",
        both(
            "{% client_status clients.active %}",
            "{% client_status clients.suspended %}",
            "{% client_status clients.terminated %}",
            """<span class="mc-count">7</span> <span class="mc-count mc-count-quiet">214</span>""",
            '{% include "components/todo_count.html" with todo=todo %}',
            """<ul class="mc-todo">{% for cause in causes.shown %}
{% include "components/todo_card.html" %}{% endfor %}</ul>""",
            '<strong>Description{% include "components/required_star.html" with field=form.name '
            "%}</strong>",
        ),
    ),
    Section(
        "Numbers are things",
        both(
            '{{ "+33970711111"|tel }}',
            '{{ "+59070711111"|tel }}',
            "{{ mac|mac }}",
            "{% countdown soon big=True %}",
            "{% countdown soon %}",
            "{% countdown past %}",
        ),
    ),
    Section(
        "Said and not said",
        both(
            """<div class="alert alert-info">{% icon "info-circle" %}<p>La fenêtre s’ouvre mardi 01/12 à 09:00.</p></div>""",
            """<div class="alert alert-warning">{% icon "exclamation-triangle-fill" %}
  <p>Ce poste est en service.</p></div>""",
            """<div class="alert alert-danger">{% icon "x-octagon-fill" %}<p>Cochez au moins une case.</p></div>""",
            """<div class="alert alert-success">{% icon "check-circle" %}<p><strong>Téléphone référencé.</strong>
  Il a jusqu’au jeudi 26/11 à 10:26 pour se brancher.</p></div>""",
            """<div class="mc-toasts mc-shown"><div class="alert alert-success">{% icon "check-circle-fill" %}
  <p>1 poste modifié.</p></div></div>""",
            """<div class="mc-toasts mc-shown"><div class="alert alert-success">{% icon "check-circle-fill" %}
  <p>3 lignes modifiées.</p>{% include "components/undo.html" %}</div></div>""",
            """<p class="mc-note">Une note : ce qui aide, sans presser.</p>""",
            """<div class="mc-lost mc-shown" data-said="x"><p>La plateforme est injoignable.</p>
  <button type="button" class="btn btn-secondary btn-sm">Réessayer</button></div>""",
            """<div aria-busy="true" class="mc-body">Une partie attendue depuis plus de 300 ms</div>""",
            '{% include "components/error_more.html" with detail=detail %}',
        ),
    ),
    Section(
        "What support asks for",
        once(
            """<div class="mc-error">{% include "components/error_number.html" with correlator="042a fd8e c57e b9a2" %}
{% include "components/error_detail.html" with correlator="042a" detail=report %}</div>""",
        ),
    ),
    Section("A form", once("{% crispy form %}")),
    Section(
        "The same with errors",
        once(
            "{% crispy wrong %}",
            '{% include "components/password.html" with field=login.password %}',
        ),
    ),
    Section(
        "Lists",
        once(
            '{% include "components/search.html" with id="sg-q" param="q" page_param="page" '
            'label="Chercher" '
            'target="#sg" %}',
            '{% include "components/chips.html" with id="sg-chips" label="Filtres" '
            "filters=filters %}",
            """<div class="mc-scroll" id="sg"><table class="table mc-table mc-stack">
<caption class="visually-hidden">Exemple</caption>
<thead><tr>{% include "components/tick_all.html" %}{% sort_header sort "name" "Nom" %}
{% sort_header sort "site" "Site" %}</tr></thead>
<tbody><tr class="is-ticked"><td class="c mc-tickcell"><label class="mc-tick">
<input class="form-check-input" type="checkbox" checked
  aria-label="Cocher Zoé"></label></td><th scope="row">Zoé</th><td data-l="Site">Nantes</td></tr></tbody></table></div>""",
            '{% pager page label="Exemple" %}',
            '{% include "components/export.html" with url="/styleguide/" %}',
            '{% include "components/row_act.html" with action="/styleguide/" label="Ré-autoriser" '
            'icon_name="arrow-clockwise" mac="…" %}',
            '{% include "components/reopen.html" with next="/styleguide/" %}',
            '{% include "components/renew.html" with next="/styleguide/" %}',
            '{% include "components/named.html" with values=named %}',
        ),
    ),
    Section(
        "Search everywhere",
        once(
            '{% include "components/find.html" with id="sg-find" paper=True %}',
        ),
    ),
    Section(
        "Ticked rows",
        once(
            """<div class="mc-scroll"><table class="table mc-table mc-stack" data-selection="phones-bulk">
<caption class="visually-hidden">Téléphones</caption>
<thead><tr>{% include "components/tick_all.html" %}<th scope="col">Adresse MAC</th><th scope="col">SDA</th>
<th scope="col">État</th><th scope="col" class="r">Demandes</th></tr></thead>
<tbody>{% for row in phones %}<tr>
{% include "extranet/phones/tick.html" with phone=row mac=row.mac|mac_text ticked=forloop.first %}
<th scope="row" class="mc-lead fw-normal"><a class="mc-maclink" href="#content">{{ row.mac|mac }}</a></th>
<td data-l="SDA">{{ row.number|tel }}</td><td data-l="État">{% state row.state %}</td>
<td data-l="Demandes" class="r mc-num">{{ row.requests }}</td></tr>{% endfor %}</tbody></table></div>
{% include "extranet/phones/bulk_bar.html" %}""",
            """<div class="mc-scroll"><table class="table mc-table mc-stack" data-selection="users-bulk">
<caption class="visually-hidden">Lignes</caption>
<thead><tr>{% include "components/tick_all.html" %}<th scope="col">Nom</th></tr></thead>
<tbody><tr><td class="c mc-tickcell"><label class="mc-tick"><input class="form-check-input" type="checkbox"
  name="subscribers" value="1" form="users-bulk" checked aria-label="Cocher Zoé"></label></td>
<th scope="row" class="mc-lead">Zoé</th></tr></tbody></table></div>
{% include "extranet/phones/account_bulk.html" %}""",
        ),
    ),
    Section(
        "What happened to a phone",
        [
            *once(
                '{% include "extranet/provisioning/phone_timeline.html" with state=states.refused '
                "%}"
            ),
            *both('{% include "extranet/provisioning/phone_document_changes.html" with most=0 %}'),
        ],
    ),
    Section(
        "Long work",
        both(
            """<div class="mc-job" hx-disable>
<div class="mc-title">{% include "extranet/jobs/state.html" with job=work.job look=work.look %}</div>
{% include "extranet/jobs/progress.html" with job=work.job counts=work.counts time_left=work.time_left %}
{% include "extranet/jobs/actions.html" with job=work.job %}</div>""",
        ),
    ),
    Section(
        "Nothing there",
        both(
            """{% empty_state "Aucun poste" "Notez son adresse, choisissez la ligne." art=True %}
<a class="btn btn-primary" href="#content">{% icon "plus-lg" %}Provisionner @MAC</a>{% endempty_state %}""",
            """{% empty_state "Rien ne contient « zzz »" "La recherche porte sur tout." %}{% endempty_state %}""",
        ),
    ),
    Section(
        "Where we are",
        once(
            '{% breadcrumbs "Clients" "/extranet/clients/" "OPENIP [10000]" "/styleguide/" %}',
            """<ul class="nav nav-tabs">
<li class="nav-item"><a class="nav-link" href="#content">Informations</a></li>
<li class="nav-item"><a class="nav-link active" aria-current="page" href="#content">Compte MetaCentrex</a></li></ul>""",
            '{% include "extranet/phones/register_ways.html" with way="one" %}',
        ),
    ),
    Section(
        "Asking first",
        once(
            """<form method="post" action="/styleguide/" data-confirm="Ceci est un exemple : rien ne sera supprimé."
      data-confirm-title="Supprimer l’exemple ?">
  <button type="submit" class="btn btn-outline-danger">{% icon "trash" %}Supprimer l’exemple</button></form>"""
        ),
    ),
    Section(
        "Colours",
        both(
            """<ul class="mc-swatches">{% for role, name in colours.items %}<li>
<svg aria-hidden="true"><rect width="100%" height="100%" fill="var(--mc-{{ role }})"/></svg>
{{ name }}</li>{% endfor %}</ul>"""
        ),
    ),
    Section(
        "Drawings",
        both(
            '{% include "components/wordmark.html" %}', '{% include "components/phone_art.html" %}'
        ),
    ),
]


# By purpose; tokens.css defines the values for each theme.
COLOURS = {
    "brand": "Barre",
    "primary": "Action",
    "lamp": "Lampe",
    "bg": "Fond",
    "surface": "Surface",
    "sunken": "Creux",
    "selected": "Choisi",
    "text": "Texte",
    "text-2": "Texte 2",
    "autorise-bg": "Autorisé",
    "attente-bg": "En attente",
    "provisionne-bg": "Provisionné",
    "depasse-bg": "Délai dépassé",
    "refuse-bg": "Refusé",
    "suspendu-bg": "Suspendu",
}


class ExampleForm(forms.Form):
    name = forms.CharField(label="Description", help_text="Ce qui aidera à le retrouver.")
    kind = forms.ChoiceField(
        label="Modèle", choices=[("auto", "Automatique"), ("d765", "snom D765")]
    )
    ways = forms.ChoiceField(
        label="Accès", choices=[("a", "MAC"), ("b", "TLS")], widget=forms.RadioSelect
    )
    sure = forms.BooleanField(label="Je confirme", required=False)
    note = forms.CharField(label="Liste", widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.error_details = {
            "name": ErrorDetail(text="5012", link_url="#content", link_label="Ouvrir sa page")
        }
        self.helper = HouseFormHelper(cancel_url="/styleguide/")


class ExamplePassword(forms.Form):
    password = forms.CharField(
        label="Mot de passe", widget=forms.PasswordInput(attrs={"aria-label": "Mot de passe"})
    )


def context(request: HttpRequest) -> dict[str, Any]:
    """The data of the specimens."""
    now = timezone.now()
    states = states_of(now)
    wrong = ExampleForm({"kind": "x"}, prefix="wrong", auto_id="id_%s")
    return {
        "request": request,
        "states": states,
        "clients": {name: client(name) for name in ("active", "suspended", "terminated")},
        "todo": SimpleNamespace(total=7),
        "undo": Undo("/styleguide/", []),
        "causes": Counts({Cause.OVERDUE: 4, Cause.REFUSED: 1, Cause.ENDING: 3}),
        "mac": MAC,
        "soon": now + timedelta(hours=41, minutes=12),
        "past": datetime(2026, 1, 1, tzinfo=UTC),
        "detail": ErrorDetail(text="5012\nLog correlator  0123 4567 89ab cdef"),
        "report": "Error  500\nPage   /extranet/clients/",
        "form": ExampleForm(),
        "wrong": wrong,
        "login": ExamplePassword(prefix="login"),
        "named": [
            {"label": "Modèle", "text": "snom D765"},
            {"label": "Micrologiciel", "text": "10.1.175.16"},
        ],
        "filters": [
            Filter("Tous", 214, "?", active=True),
            Filter("Refusés", 2, "?f=x", icon="x-octagon-fill", tone="mc-refuse"),
        ],
        "sort": Sort("name", descending=False, order_by=("name",)),
        "page": Paginator(list(range(214)), 9).get_page(3),
        "colours": COLOURS,
    } | parts_of_pages(states, now)
