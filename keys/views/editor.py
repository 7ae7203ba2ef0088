"""The key editor, for any owner: one page, its save, its directory."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views import View

from clients.access import attempt
from clients.models import PlatformSettings, Subscriber, User
from clients.numbers import complete_number, national
from clients.queries import lines_called
from clients.search import fold, matching, words_of
from clients.services.audit import Actor
from keys.drafts import LayoutDraft
from keys.drawing import draw
from keys.editor import (
    Group,
    KeyRow,
    catalogue_data,
    editor_data,
    faces_of,
    groups_of,
    person_data,
    place_asked,
)
from keys.editor_words import keyboard, words
from keys.enums import Level
from keys.errors import LayoutMoved, LayoutRefused
from keys.forms.key import KeyForm
from keys.impact import Impact, impact_of
from keys.owners import Owner
from keys.places import Place, most_sidecars
from keys.posting import Unreadable, draft_of
from keys.queries import OwnLayout, layout_of, person_of, pickup_code
from keys.services.layouts import save_layout
from metacentrex.errors import DomainError
from phones import catalogue
from phones.catalogue import PhoneModel

MOST_PEOPLE = 20


class KeysOf(View):
    """Base of the pages about one owner's keys; an audience's class defines the owner and who may
    open them.
    """

    actor: Actor
    route: str  # URL name of the editor; the directory's has "-people" appended

    def owner(self) -> Owner:
        raise NotImplementedError


class PeopleView(KeysOf):
    """Finds colleagues by name, extension or number, for the field that picks one."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        owner = self.owner()
        client, text = owner.client, request.GET.get("q", "")
        if client is None:
            return JsonResponse({"people": [], "more": False, "exact": None})
        typed = complete_number(text) or text
        rows = (
            client.subscribers.select_related("site")
            .filter(matching(typed))
            .order_by("name", "number")
        )
        if owner.line is not None:
            rows = rows.exclude(pk=owner.line.pk)  # nobody watches or calls their own line
        found = sorted(rows[: MOST_PEOPLE * 5], key=lambda line: _closeness(line, text))
        people = [person_data(person_of(line), line.site.name) for line in found[:MOST_PEOPLE]]
        meant = [line for line in lines_called(client, text) if line != owner.line]
        exact = person_data(person_of(meant[0]), meant[0].site.name) if len(meant) == 1 else None
        more = len(found) > MOST_PEOPLE
        return JsonResponse({"people": people, "more": more, "exact": exact})


def _closeness(line: Subscriber, text: str) -> tuple[bool, bool, str]:
    """Sort key: a line with exactly this extension first, then names that begin with the text."""
    word = (words_of(text) or [""])[0]
    return (line.extension or "") != word, not fold(line.name).startswith(word), fold(line.name)


class EditorView(KeysOf):
    """« Modifier les paramètres »: with the script all keys at once, without it one at a time."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        owner, model = self.owner(), self.model()
        found = layout_of(owner, model)
        place = place_asked(request.GET.get("touche", ""), found.layout)
        return self.page(found, place)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.content_type == "application/json":
            return self._save_draft()
        return self._save_form()

    def model(self) -> PhoneModel:
        """The model in the URL. Raises Http404."""
        try:
            return catalogue.get(str(self.kwargs["model"]))
        except catalogue.UnknownModel:
            raise Http404 from None

    def page(
        self,
        found: OwnLayout,
        place: Place | None = None,
        form: KeyForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        owner, model = self.owner(), found.layout.model
        if place is not None and form is None:
            form = KeyForm(owner=owner, found=found, place=place)
        is_own = getattr(self, "acting", None) is None
        groups = groups_of(found.layout, is_own=is_own)
        context = {
            "section": "settings",
            "owner": owner,
            "model": model,
            "client": owner.client,
            "found": found,
            "layout": found.layout,
            "groups": groups,
            "picture": draw(model, found.layout.sidecars, faces_of(groups), screen=self.screen()),
            "stop": place.code if place else groups[0].rows[0].code,
            "place": place,
            "chosen": found.layout.at(place) if place else None,
            "form": form,
            "chosen_row": _row_at(groups, place),
            "keyboard": keyboard(),
            "pickup_code": self._pickup_code(),
            **self._login(),
            "revision": _revision(found),
            "more_sidecars": found.layout.sidecars < most_sidecars(model),
            "data": self._data(found)
            | {"catalogue": catalogue_data(owner, found.layout, is_own=is_own), "words": words()},
            **self.words(),
        }
        return render(self.request, "keys/editor.html", context, status=status)

    def screen(self) -> list[str]:
        """The lines on the drawing's display."""
        return []

    def news(self) -> dict[str, Any]:
        """More data in responses to the script, to update the page."""
        return {}

    def when_taken(self) -> str:
        """A sentence that says when phones get saved keys."""
        return gettext("Phones fetch them within about a day, or at once if restarted.")

    def words(self) -> dict[str, Any]:
        """Title, breadcrumbs and other texts of the audience's page."""
        raise NotImplementedError

    def _data(self, found: OwnLayout) -> dict[str, Any]:
        kwargs = self.kwargs
        return editor_data(self.owner(), found) | {
            "save": reverse(self.route, kwargs=kwargs),
            "people": reverse(f"{self.route}-people", kwargs=kwargs),
            "asksImpact": self.owner().level is not Level.SUBSCRIBER,
            "user": getattr(self.request.user, "pk", None),
        }

    def _pickup_code(self) -> str:
        default, client = PlatformSettings.current().pickup_code, self.owner().client
        return pickup_code(client, default) if client is not None else default

    def _login(self) -> dict[str, Any]:
        """The login page for this user, to log in again if the session ends."""
        user = self.request.user
        if isinstance(user, User) and user.is_subscriber:
            shown = {"login_label": gettext("Number"), "login_name": national(user.login)}
            return shown | {"login_url": reverse("portal:login")}
        name = user.get_username()
        return {
            "login_label": gettext("Login"),
            "login_name": name,
            "login_url": reverse("extranet:login"),
        }

    # --- With the script --------------------------------------------------------------------------

    def _save_draft(self) -> HttpResponse:
        owner, model = self.owner(), self.model()
        try:
            draft, is_dry = draft_of(self.request)
            if is_dry:
                impact = impact_of(owner, model, draft)
                says = {
                    "touched": impact.touched,
                    "total": impact.total,
                    "message": _worded(impact, draft),
                }
                return JsonResponse(says)
            found = save_layout(owner, model, draft, actor=self.actor)
        except Unreadable:
            return JsonResponse(
                {"message": gettext("The changes could not be read; nothing was saved.")},
                status=400,
            )
        except LayoutMoved as error:
            data = self._data(layout_of(owner, model)) | self.news()
            return JsonResponse({"message": str(error), "data": data}, status=409)
        except LayoutRefused as error:
            problems = [
                {"place": p.place, "field": p.field, "message": str(p.message)}
                for p in error.problems
            ]
            return JsonResponse({"message": str(error), "problems": problems}, status=422)
        except DomainError as error:
            return JsonResponse({"message": str(error), "problems": []}, status=422)
        return JsonResponse(
            {
                "message": gettext("Keys saved. %(when)s") % {"when": self.when_taken()},
                "data": self._data(found) | self.news(),
            }
        )

    # --- Without the script -----------------------------------------------------------------------

    def _save_form(self) -> HttpResponse:
        owner, model = self.owner(), self.model()
        found = layout_of(owner, model)
        here = reverse(self.route, kwargs=self.kwargs)
        if self.request.POST.get("action") == "add-sidecar":
            return self._add_sidecar(found, here)
        place = place_asked(self.request.POST.get("place", ""), found.layout)
        if place is None:
            messages.error(self.request, gettext("This phone has no such key; nothing was saved."))
            return redirect(here)
        form = KeyForm(self.request.POST, owner=owner, found=found, place=place)
        if attempt(form, lambda: form.save(model, self.actor)) is None:
            return self.page(layout_of(owner, model), place, form)
        messages.success(self.request, gettext("Saved."))
        return redirect(f"{here}?touche={place.code}")

    def _add_sidecar(self, found: OwnLayout, here: str) -> HttpResponse:
        revision = str(_revision(found))
        if self.request.POST.get("revision") != revision:
            messages.error(self.request, str(LayoutMoved(found.profile)))
            return redirect(here)
        draft = LayoutDraft(_revision(found), found.layout.sidecars + 1)
        try:
            save_layout(self.owner(), found.layout.model, draft, actor=self.actor)
        except DomainError as error:
            messages.error(self.request, str(error))
        else:
            messages.success(self.request, gettext("Sidecar %(n)s added") % {"n": draft.sidecars})
        return redirect(here)


def _row_at(groups: list[Group], place: Place | None) -> KeyRow | None:
    return next((row for group in groups for row in group.rows if row.key.place == place), None)


def _revision(found: OwnLayout) -> int:
    return found.profile.revision if found.profile is not None else 0


def _worded(impact: Impact, draft: LayoutDraft) -> str:
    words = ngettext(
        "This change affects %(touched)s phone out of %(total)s.",
        "This change affects %(touched)s phones out of %(total)s.",
        impact.touched,
    )
    said = [words % {"touched": impact.touched, "total": impact.total}]
    if any(key is not None and key.is_locked for key in draft.keys.values()):
        said.append(
            gettext(
                "A locked key replaces each user’s own key, which comes back once it is unlocked."
            )
        )
    return " ".join(said)
