from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.admin.base import NoDeleteAdmin, actor_of
from clients.enums import Role
from clients.models import User
from clients.services import logins


@admin.register(User)
class UserAdmin(NoDeleteAdmin):
    list_display = ["login", "name", "role", "reseller", "is_active", "last_login"]
    list_filter = ["role", "is_active"]
    list_select_related = ["reseller"]
    search_fields = ["login", "name", "reseller__name"]
    autocomplete_fields = ["reseller"]
    fields = ["login", "name", "role", "reseller", "email", "is_active"]
    actions = ["reset_passwords"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Only `is_active` of a line's login can change: the rest follows the line."""
        is_of_line = obj is not None and obj.is_subscriber
        return ["login", "name", "role", "reseller", "email"] if is_of_line else []

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave out the subscriber role: giving access to a line creates its login."""
        if db_field.name == "role":
            kwargs["choices"] = [choice for choice in Role.choices if choice[0] != Role.SUBSCRIBER]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

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
            request,
            [
                (user.login, logins.reset_password(user, actor=actor_of(request)))
                for user in queryset
            ],
        )


class ShownOnce(str):
    """A text whose repr is hidden, because Django's template log prints whole contexts."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "[hidden]"


def show_passwords(request: HttpRequest, passwords: list[tuple[str, str]]) -> HttpResponse:
    """Show the passwords in the response itself: no redirect, cookie, stored message or cache."""
    context = admin.site.each_context(request) | {
        "title": gettext("One-time passwords"),
        "passwords": [(login, ShownOnce(password)) for login, password in passwords],
    }
    return TemplateResponse(
        request, "admin/passwords.html", context, headers={"Cache-Control": "no-store"}
    )
