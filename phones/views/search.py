"""« Recherche ». In this app because it finds phones."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from clients.access import AuthenticatedRequest, ExtranetView
from clients.models import Client, Subscriber
from clients.numbers import national
from clients.search import words_of
from phones.everywhere import exact, find
from phones.models import Phone
from phones.states import state_of


class SearchView(ExtranetView):
    """Searches clients, lines and phones by any text; an exact match redirects to its page."""

    def get(self, request: AuthenticatedRequest) -> HttpResponse:
        text = request.GET.get("q", "").replace("\0", " ").strip()
        context = {
            "section": "search",
            "searched": text,
            "several_resellers": self.scope.is_operator,
        }
        if not words_of(text):
            return render(request, "extranet/phones/search.html", context | {"searched": ""})
        if (named := exact(self.scope, text)) is not None:
            return redirect(page_of_row(named))
        found = find(self.scope, text)
        phones = [(phone, state_of(phone, self.now)) for phone in found.phones.rows]
        return render(
            request, "extranet/phones/search.html", context | {"found": found, "phones": phones}
        )


def page_of_row(row: Client | Subscriber | Phone) -> str:
    """The URL of a row's page; a line has no page, so it is searched in its client's lists."""
    if isinstance(row, Client):
        return reverse("extranet:client-detail", args=[row.reference])
    if isinstance(row, Phone):
        return reverse("extranet:phone-detail", args=[row.mac])
    number = national(row.number)
    asked = {"qu": number} | ({"qt": number} if row.phones.exists() else {})
    return f"{reverse('extranet:account', args=[row.client.reference])}?{urlencode(asked)}"
