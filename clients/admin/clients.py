from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from clients.admin.base import NoDeleteAdmin, ServiceForm, actor_of
from clients.models import Client, Reseller, Site
from clients.services import clients as client_services
from clients.siret import SiretError, parse_siret


@admin.register(Reseller)
class ResellerAdmin(NoDeleteAdmin):
    list_display = ["name", "created_at"]
    search_fields = ["name"]

    def save_model(self, request: HttpRequest, obj: Reseller, form: Any, change: bool) -> None:
        client_services.save_reseller(obj, actor=actor_of(request))


class ClientForm(ServiceForm):
    # Longer than the column: people paste the number with spaces.
    siret = forms.CharField(label=_("SIRET number"), required=False, max_length=30)

    class Meta:
        model = Client
        fields = [
            "reseller",
            "reference",
            "legal_name",
            "group_name",
            "siret",
            "address",
            "postal_code",
            "city",
            "sip_domain",
            "outbound_proxy",
            "transport",
            "srtp",
            "window_policy",
            "pickup_code",
            "created_at",
        ]

    def clean_siret(self) -> str:
        text = self.cleaned_data["siret"]
        try:
            return parse_siret(text) if text else ""
        except SiretError as error:
            raise ValidationError(str(error)) from None


@admin.register(Client)
class ClientAdmin(NoDeleteAdmin):
    form = ClientForm
    list_display = ["reference", "legal_name", "reseller", "status", "created_at"]
    list_filter = ["status", "reseller"]
    list_select_related = ["reseller"]
    readonly_fields = ["shown_status"]
    search_fields = ["search_text", "reference", "legal_name"]
    autocomplete_fields = ["reseller"]

    @admin.display(description=_("status"))
    def shown_status(self, obj: Client) -> str:
        """The status, and a link to the page that changes it."""
        if obj._state.adding:
            return obj.get_status_display()
        sheet = reverse("extranet:client-detail", args=[obj.reference])
        return format_html(
            '{} – <a href="{}#status">{}</a>', obj.get_status_display(), sheet, _("change")
        )

    def save_model(self, request: HttpRequest, obj: Client, form: Any, change: bool) -> None:
        save = client_services.update_client if change else client_services.create_client
        save(obj, actor=actor_of(request))


class SiteForm(ServiceForm):
    class Meta:
        model = Site
        fields = ["client", "name", "parent", "time_zone"]

    def check_rules(self, instance: Site) -> None:
        client_services.check_site(instance)


@admin.register(Site)
class SiteAdmin(NoDeleteAdmin):
    form = SiteForm
    list_display = ["name", "client", "parent", "time_zone", "is_main"]
    list_select_related = ["client", "parent"]
    search_fields = ["name", "client__legal_name", "client__reference"]
    autocomplete_fields = ["client", "parent"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Offer only the sites of the form's client, if it has one (admin-choices.js)."""
        client = request.GET.get("client", "")
        if client.isdecimal() and len(client) < 19:
            queryset = queryset.filter(client_id=int(client))
        return super().get_search_results(request, queryset, search_term)

    def save_model(self, request: HttpRequest, obj: Site, form: Any, change: bool) -> None:
        client_services.save_site(obj, actor=actor_of(request))
