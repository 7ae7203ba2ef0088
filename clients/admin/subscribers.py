from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clients.admin.base import HouseAdmin, ServiceForm, actor_of
from clients.enums import SubscriberStatus
from clients.models import Subscriber
from clients.numbers import (
    NeedsConfirmation,
    NumberError,
    check_dial_string,
    national,
    parse_number,
)
from clients.services import subscribers
from clients.text import validate_plain_text
from metacentrex.errors import DomainError


class NumberFormField(forms.CharField):
    """A number typed and shown as in France, stored as E.164."""

    def prepare_value(self, value: Any) -> Any:
        return national(value) if isinstance(value, str) and value.startswith("+") else value

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return parse_number(text) if text else ""
        except NumberError as error:
            raise ValidationError(str(error)) from None


class SubscriberForm(ServiceForm):
    number = NumberFormField(
        label=_("Number (SDA)"), help_text=_("As dialled in France: 0970711111.")
    )
    presented_number = NumberFormField(
        label=_("Number to present"),
        required=False,
        help_text=_("A line of the client. Leave empty to present the line’s own number."),
    )
    special_confirmed = forms.BooleanField(
        label=_("I confirm this extension, although it looks like a special number"), required=False
    )
    cut_confirmed = forms.BooleanField(
        label=_("I confirm that the phones on this line will be cut off"), required=False
    )
    platform_password = forms.CharField(
        label=_("Password assigned by the platform"),
        required=False,
        validators=[validate_plain_text],
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Never shown. Leave empty to keep the current password. Removing the SIP "
            "account also removes its password."
        ),
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
            "cut_confirmed",
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
        if extension is not None and extension != self.initial.get("extension"):
            self._check_extension(extension, bool(data.get("special_confirmed")))
        if data.get("status") == SubscriberStatus.SUSPENDED and not data.get("cut_confirmed"):
            self._ask_before_cutting()
        kept = self.instance.platform_password if data.get("platform_auth_name") else ""
        data["platform_password"] = data.get("platform_password") or kept
        return data

    def _check_extension(self, extension: str, confirmed: bool) -> None:
        try:
            check_dial_string(extension, confirmed=confirmed)
        except NeedsConfirmation as error:
            self.add_error("special_confirmed", str(error))
        except NumberError as error:
            self.add_error("extension", str(error))

    def _ask_before_cutting(self) -> None:
        """Ask before suspending a line that has phones."""
        if self.initial.get("status") != SubscriberStatus.ACTIVE or self.instance.pk is None:
            return
        if count := self.instance.phones.count():
            words = ngettext(
                "%(count)s phone is on this line and will no longer be served once the line "
                "is suspended: tick to confirm.",
                "%(count)s phones are on this line and will no longer be served once the "
                "line is suspended: tick to confirm.",
                count,
            )
            self.add_error("cut_confirmed", words % {"count": count})

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        is_live = self.instance.ended_at is None
        if is_live and subscribers.is_number_taken(number, besides=self.instance.pk):
            raise ValidationError(str(subscribers.NumberTaken().message), code="taken")
        return number

    def check_rules(self, instance: Subscriber) -> None:
        subscribers.check_belongings(instance)


@admin.register(Subscriber)
class SubscriberAdmin(HouseAdmin):
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
        """Report no protected object and no missing permission, so that a line with phones can be
        deleted: the service unassigns the phones first.
        """
        found, counts, _perms, _protected = super().get_deleted_objects(objs, request)
        return found, counts, set(), []
