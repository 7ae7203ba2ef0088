"""Django admin of the operator: phones, through the services."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from clients.admin.base import ReadOnlyAdmin, actor_of
from clients.numbers import national
from metacentrex.errors import DomainError
from metacentrex.ui.confirm import CONFIRM, is_confirmed
from phones import catalogue
from phones.mac import format_mac, searched_mac
from phones.models import Phone, SipCredential
from phones.services.assignment import unassign
from phones.services.deletion import delete_phone
from phones.services.release import release_phone
from phones.services.window import close_window, open_window, renew
from phones.states import state_of

if TYPE_CHECKING:
    from django.contrib.admin.filters import _ListFilterChoices


MOST_LISTED = 20  # phones that the confirmation page names; it counts the others


class DetectedModelFilter(admin.AllValuesFieldListFilter):
    """Filters by model label; phones whose model is not known yet have a label too."""

    def choices(self, changelist: ChangeList) -> "Iterator[_ListFilterChoices]":
        everything, *models = super().choices(changelist)
        yield everything
        for choice in models:
            code, _space, count = str(choice["display"]).partition(" ")
            name = catalogue.get(code).label if code else gettext("Not recognized yet")
            yield {**choice, "display": f"{name} {count}".strip()}


class MacSearchAdmin(ReadOnlyAdmin):
    """Rows found by a MAC address in any spelling, as everywhere else."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(
            request, queryset, searched_mac(search_term) or search_term
        )


@admin.register(Phone)
class PhoneAdmin(MacSearchAdmin):
    """Read-only rows with actions; phones are registered and edited in the extranet."""

    list_display = [
        "shown_mac",
        "shown_model",
        "client",
        "line",
        "shown_state",
        "firmware",
        "description",
    ]
    list_select_related = ["client", "subscriber__site", "site"]
    list_filter = [("detected_model", DetectedModelFilter), "refused_reason"]
    search_fields = [
        "search_text",
        "client__reference",
        "client__legal_name",
        "subscriber__search_text",
    ]
    fields = [
        "mac",
        "description",
        "model",
        "detected_model",
        "firmware",
        "client",
        "subscriber",
        "site",
        "authorized_from",
        "authorized_until",
        "authenticated_at",
        "served_at",
        "served_address",
        "served_digest",
        "refused_at",
        "refused_reason",
        "refused_count",
        "last_address",
        "knocked_at",
        "knocked_reason",
        "knocked_count",
        "knocked_address",
        "created_at",
    ]
    actions = [
        "open_windows",
        "close_windows",
        "renew_all_secrets",
        "take_off_lines",
        "release_addresses",
        "delete_phones",
    ]

    @admin.display(description=_("MAC address"), ordering="mac")
    def shown_mac(self, obj: Phone) -> str:
        return format_mac(obj.mac)

    @admin.display(description=_("model"), ordering="detected_model")
    def shown_model(self, obj: Phone) -> str:
        return obj.model_label

    @admin.display(description=_("line"))
    def line(self, obj: Phone) -> str:
        return national(obj.number) or "–"

    @admin.display(description=_("state"))
    def shown_state(self, obj: Phone) -> str:
        state = state_of(obj, timezone.now())
        return f"{state.label} {state.detail}".strip()

    @admin.action(description=_("Open a window with new secrets"))
    def open_windows(
        self, request: HttpRequest, queryset: QuerySet[Phone]
    ) -> TemplateResponse | None:
        return self._each(request, queryset, open_window)

    @admin.action(description=_("Close the window"))
    def close_windows(
        self, request: HttpRequest, queryset: QuerySet[Phone]
    ) -> TemplateResponse | None:
        return self._each(request, queryset, close_window)

    @admin.action(description=_("Renew their secrets"))
    def renew_all_secrets(self, request: HttpRequest, queryset: QuerySet[Phone]) -> None:
        self._each(request, queryset, renew, asks=False)

    @admin.action(description=_("Release MAC addresses that were never used"))
    def release_addresses(
        self, request: HttpRequest, queryset: QuerySet[Phone]
    ) -> TemplateResponse | None:
        return self._each(request, queryset, release_phone)

    @admin.action(description=_("Take them off their line"))
    def take_off_lines(
        self, request: HttpRequest, queryset: QuerySet[Phone]
    ) -> TemplateResponse | None:
        return self._each(request, queryset, unassign)

    @admin.action(description=_("Delete, and free the MAC addresses"))
    def delete_phones(
        self, request: HttpRequest, queryset: QuerySet[Phone]
    ) -> TemplateResponse | None:
        return self._each(request, queryset, delete_phone)

    def _question(self, request: HttpRequest, queryset: QuerySet[Phone]) -> TemplateResponse:
        """Confirmation page for an action that cuts phones off."""
        actions = dict(self.get_action_choices(request))
        context = self.admin_site.each_context(request) | {
            "title": actions[request.POST["action"]],
            "opts": self.opts,
            "phones": queryset[:MOST_LISTED],
            "total": queryset.count(),
            "in_service": queryset.filter(authenticated_at__isnull=False).count(),
            "posted": [
                (name, value)
                for name in ("action", "select_across", "index", ACTION_CHECKBOX_NAME)
                for value in request.POST.getlist(name)
            ],
            "confirm": CONFIRM,
        }
        return TemplateResponse(request, "admin/confirm_phones.html", context)

    def _each(
        self, request: HttpRequest, queryset: QuerySet[Phone], act: Any, *, asks: bool = True
    ) -> TemplateResponse | None:
        if asks and not is_confirmed(request):
            return self._question(request, queryset)
        done = 0
        for phone in queryset:
            try:
                act(phone, actor=actor_of(request))
                done += 1
            except DomainError as error:
                self.message_user(request, f"{format_mac(phone.mac)} – {error}", messages.ERROR)
        self.message_user(
            request,
            ngettext("%(count)s phone changed.", "%(count)s phones changed.", done)
            % {"count": done},
        )
        return None


@admin.register(SipCredential)
class SipCredentialAdmin(MacSearchAdmin):
    list_display = ["auth_name", "phone", "subscriber", "created_at"]
    list_select_related = ["phone", "subscriber"]
    search_fields = ["auth_name", "phone__mac", "subscriber__number"]
    fields = ["auth_name", "phone", "subscriber", "created_at"]
