"""« Accueil » of the portal: the subscriber's own phones and their states."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from clients.access import PortalView, home_of
from clients.models import PlatformSettings, User
from phones.polling import return_words
from phones.states import state_of


class HomeView(PortalView):
    """The subscriber's phones and their states."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, User) and not request.user.is_subscriber:
            return redirect(home_of(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = self.line.phones.select_related("client", "subscriber__site").order_by(
            "created_at", "pk"
        )
        settings = PlatformSettings.current()
        phones = [
            {
                "phone": phone,
                "state": state_of(phone, self.now),
                "return_words": return_words(phone, self.now, settings)
                if phone.has_changes
                else "",
            }
            for phone in rows
        ]
        context = {"section": "home", "line": self.line, "phones": phones}
        return render(request, "portal/phones/home.html", context)
