"""Django admin of the operator: every model, through the services; secrets never shown."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.models import (
    AuditEvent,
    BarringClass,
    Client,
    Licence,
    PlatformSettings,
    Reseller,
    Site,
    Subscriber,
    User,
)
from clients.numbers import NeedsConfirmation, NumberError, check_dial_string, national, parse_number
from clients.search import refresh
from clients.services import clients as client_services
from clients.services import logins, subscribers
from clients.services.audit import Actor, record
from clients.siret import SiretError, parse_siret
from clients.text import validate_plain_text
from metacentrex.errors import DomainError


def actor_of(request: HttpRequest) -> Actor:
    return Actor(request.user if isinstance(request.user, User) else None)


def login(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """One door for everybody: the extranet's, which is throttled; who is in already may not go further."""
    if admin.site.has_permission(request):
        return redirect("admin:index")
    if request.user.is_authenticated:
        raise PermissionDenied  # the extranet's login would send them straight back here
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


admin.site.login = login  # type: ignore[method-assign]
admin.site.unregister(Group)  # roles are ours (clients.enums.Role)
admin.site.disable_action("delete_selected")  # rows end through services, one by one, or not at all


class ReadOnlyAdmin(ModelAdmin):
    """Rows that are looked at and never written by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ServiceForm(forms.ModelForm):
    """A form whose object is saved by a service; its rules are asked while the form can still say no."""

    def check_rules(self, instance: Any) -> None:
        """Raise DomainError for what the service would refuse."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            self.check_rules(self.instance)
        except DomainError as error:
            self.add_error(error.field if error.field in self.fields else None, str(error.message))


class NoDeleteAdmin(ModelAdmin):
    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(PlatformSettings)
class PlatformSettingsAdmin(NoDeleteAdmin):
    list_display = ["operator_name", "window_hours", "maximum_window_days", "voicemail_number"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not PlatformSettings.objects.exists()

    def save_model(self, request: HttpRequest, obj: PlatformSettings, form: Any, change: bool) -> None:
        obj.pk = 1
        obj.save()
        after = {name: form.cleaned_data[name] for name in form.changed_data}
        record("platform.updated", obj, actor=actor_of(request), after=after)


class TableAdmin(NoDeleteAdmin):
    """Small tables of the operator's own."""

    search_fields = ["name"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.save()
        record(f"{obj._meta.model_name}.saved", obj, actor=actor_of(request), after={"name": obj.name})


@admin.register(Licence)
class LicenceAdmin(TableAdmin):
    list_display = ["name"]

    def save_model(self, request: HttpRequest, obj: Licence, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        refresh(obj.subscriber_set.select_related("site", "licence"))


@admin.register(BarringClass)
class BarringClassAdmin(TableAdmin):
    list_display = ["code", "name"]


@admin.register(Reseller)
class ResellerAdmin(NoDeleteAdmin):
    list_display = ["name", "created_at"]
    search_fields = ["name"]

    def save_model(self, request: HttpRequest, obj: Reseller, form: Any, change: bool) -> None:
        client_services.save_reseller(obj, actor=actor_of(request))


class ClientForm(ServiceForm):
    # Wider than the column: people paste it with its spaces.
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
            "status",
            "sip_domain",
            "outbound_proxy",
            "transport",
            "created_at",
        ]

    def clean_siret(self) -> str:
        text = self.cleaned_data["siret"]
        try:
            return parse_siret(text) if text else ""
        except SiretError as error:
            raise ValidationError(str(error)) from None

    def check_rules(self, instance: Client) -> None:
        if instance.pk is not None:
            client_services.check_status(instance)


@admin.register(Client)
class ClientAdmin(NoDeleteAdmin):
    form = ClientForm
    list_display = ["reference", "legal_name", "reseller", "status", "created_at"]
    list_filter = ["status", "reseller"]
    list_select_related = ["reseller"]
    search_fields = ["search_text", "reference", "legal_name"]
    autocomplete_fields = ["reseller"]

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

    def save_model(self, request: HttpRequest, obj: Site, form: Any, change: bool) -> None:
        client_services.save_site(obj, actor=actor_of(request))


class NumberFormField(forms.CharField):
    """A number typed as in France, kept as E.164, shown as typed."""

    def prepare_value(self, value: Any) -> Any:
        return national(value) if isinstance(value, str) and value.startswith("+") else value

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return parse_number(text) if text else ""
        except NumberError as error:
            raise ValidationError(str(error)) from None


class SubscriberForm(ServiceForm):
    number = NumberFormField(label=_("Number (SDA)"), help_text=_("As typed in France: 0970711111."))
    presented_number = NumberFormField(
        label=_("Number to present"),
        required=False,
        help_text=_("A line of the client; empty: its own number."),
    )
    special_confirmed = forms.BooleanField(
        label=_("I confirm this extension although it looks like a special number"), required=False
    )
    platform_password = forms.CharField(
        label=_("Password imposed by the platform"),
        required=False,
        validators=[validate_plain_text],
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Never shown. Empty: unchanged."),
    )

    class Meta:
        model = Subscriber
        fields = [
            "client",
            "site",
            "number",
            "extension",
            "special_confirmed",
            "name",
            "licence",
            "presented_number",
            "barring",
            "status",
            "is_locked",
            "is_administrator",
            "administered_site",
            "platform_auth_name",
            "platform_password",
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        extension = (data.get("extension") or "").strip() or None
        data["extension"] = extension
        if extension is not None:
            self._check_extension(extension, bool(data.get("special_confirmed")))
        data["platform_password"] = data.get("platform_password") or self.instance.platform_password
        return data

    def _check_extension(self, extension: str, confirmed: bool) -> None:
        try:
            check_dial_string(extension, confirmed=confirmed)
        except NeedsConfirmation as error:
            self.add_error("special_confirmed", str(error))
        except NumberError as error:
            self.add_error("extension", str(error))

    def check_rules(self, instance: Subscriber) -> None:
        subscribers.check_belongings(instance)


@admin.register(Subscriber)
class SubscriberAdmin(ModelAdmin):
    form = SubscriberForm
    list_display = [
        "shown_number",
        "name",
        "client",
        "site",
        "extension",
        "status",
        "is_locked",
        "is_administrator",
    ]
    list_filter = ["status", "is_locked", "is_administrator"]
    list_select_related = ["client", "site"]
    search_fields = ["search_text", "client__reference", "client__legal_name"]
    autocomplete_fields = ["client", "site", "administered_site", "licence"]

    @admin.display(description=_("number"), ordering="number")
    def shown_number(self, obj: Subscriber) -> str:
        return national(obj.number)

    def save_model(self, request: HttpRequest, obj: Subscriber, form: Any, change: bool) -> None:
        save = subscribers.update_subscriber if change else subscribers.create_subscriber
        save(obj, actor=actor_of(request))

    def delete_model(self, request: HttpRequest, obj: Subscriber) -> None:
        subscribers.end_subscriber(obj, actor=actor_of(request))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except DomainError as error:
            self.message_user(request, str(error.message), messages.ERROR)
            return self.response_post_save_change(request, self.get_object(request, object_id))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its phones are no obstacle: the service takes them off the line first."""
        found, counts, _perms, _protected = super().get_deleted_objects(objs, request)
        return found, counts, set(), []


@admin.register(User)
class UserAdmin(NoDeleteAdmin):
    list_display = ["login", "name", "role", "reseller", "is_active", "last_login"]
    list_filter = ["role", "is_active"]
    list_select_related = ["reseller"]
    search_fields = ["login", "name", "reseller__name"]
    autocomplete_fields = ["reseller"]
    fields = ["login", "name", "role", "reseller", "is_active"]
    actions = ["reset_passwords"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            logins.update_login(obj, actor=actor_of(request))
        else:
            request.new_passwords = [(obj.login, logins.create_login(obj, actor=actor_of(request)))]  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        return show_passwords(request, request.new_passwords)  # type: ignore[attr-defined]

    @admin.action(description=_("Give new passwords, shown once"))
    def reset_passwords(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse:
        return show_passwords(
            request, [(user.login, logins.reset_password(user, actor=actor_of(request))) for user in queryset]
        )


class ShownOnce(str):
    """A text a page shows and no representation does: Django's template log prints whole contexts."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "[hidden]"


def show_passwords(request: HttpRequest, passwords: list[tuple[str, str]]) -> HttpResponse:
    """The answer itself carries the passwords: no redirect, no cookie, no message store, no cache."""
    context = admin.site.each_context(request) | {
        "title": gettext("One-time passwords"),
        "passwords": [(login, ShownOnce(password)) for login, password in passwords],
    }
    return TemplateResponse(request, "admin/passwords.html", context, headers={"Cache-Control": "no-store"})


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "object_label", "actor_label", "client", "correlator"]
    list_filter = ["kind"]
    list_select_related = ["client", "actor"]
    search_fields = ["object_label", "actor_label", "kind", "correlator", "client__reference"]
    date_hierarchy = "at"
