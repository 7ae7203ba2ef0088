"""Base of the operator's admin pages: login, read-only rows, forms saved by the services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from clients.admin.exports import columns_of
from clients.models import User
from clients.search import Searchable, matching, words_of
from clients.services.audit import Actor, record
from clients.views.exports import read, told_of
from metacentrex.errors import DomainError
from metacentrex.ui.exports import export


def actor_of(request: HttpRequest) -> Actor:
    return Actor(request.user if isinstance(request.user, User) else None)


def login(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """Redirect to the extranet's login, which is throttled; logged-in non-operators get 403."""
    if admin.site.has_permission(request):
        return redirect("admin:index")
    if isinstance(request.user, User) and request.user.is_staff:
        return redirect("extranet:my-account")  # a password has to be chosen first
    if request.user.is_authenticated:
        raise PermissionDenied  # the extranet's login would send them straight back here
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


def has_permission(request: HttpRequest) -> bool:
    """An operator, once the one-time password is replaced."""
    return (
        isinstance(request.user, User)
        and request.user.is_staff
        and not request.user.must_change_password
    )


def change_password(
    request: HttpRequest, extra_context: dict[str, Any] | None = None
) -> HttpResponse:
    """Redirect to « Mon compte », where the change is throttled and recorded."""
    return redirect("extranet:my-account")


admin.site.login = login  # type: ignore[method-assign]
admin.site.password_change = change_password  # type: ignore[method-assign, assignment]
admin.site.has_permission = has_permission  # type: ignore[method-assign]
admin.site.unregister(Group)  # roles are ours (clients.enums.Role)
admin.site.disable_action("delete_selected")  # services delete rows, one by one


class HouseAdmin(admin.ModelAdmin):
    """An admin page whose search ignores case and accents, and whose list can be exported."""

    list_per_page = 50
    show_full_result_count = False  # it would count the whole table after each search
    change_list_template = "admin/house_list.html"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        view = self.admin_site.admin_view(require_safe(self.export_view))
        return [path("export/", view, name=name), *super().get_urls()]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        if "\0" in "".join(value for _name, values in request.GET.lists() for value in values):
            raise IncorrectLookupParameters  # PostgreSQL does not accept NUL, even in a search
        return super().get_changelist_instance(request)

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Export the rows that the list's search and filters found, and record how many."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        try:
            found = self.get_changelist_instance(request)
        except IncorrectLookupParameters:  # the list itself shows the error
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        actor = actor_of(request)
        if actor.user is None:
            raise PermissionDenied
        told = told_of(request, self.opts.label_lower, "csv", found.result_count)
        record("export", actor.user, actor=actor, after=told)
        name = slugify(str(self.opts.verbose_name_plural))
        return export(read(found.queryset), columns_of(self, request), name=name)

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Name the date and time inputs, which share one label."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.SplitDateTimeField):
            names = pgettext("of a moment", "date"), pgettext("of a moment", "time")
            for part, name in zip(field.widget.widgets, names, strict=True):
                part.attrs["aria-label"] = f"{field.label} – {name}"
        return field

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = words_of(search_term)
        if not issubclass(self.model, Searchable):
            return super().get_search_results(
                request, queryset, " ".join(search_term.split()[: len(words)])
            )
        found, duplicates = super().get_search_results(request, queryset, " ".join(words))
        return found | queryset.filter(matching(search_term)), duplicates


class ReadOnlyAdmin(HouseAdmin):
    """Read-only rows."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ServiceForm(forms.ModelForm):
    """A form saved by a service, whose rules are checked while the form is validated."""

    def check_rules(self, instance: Any) -> None:
        """Raise DomainError if the service would refuse the instance."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            self.check_rules(self.instance)
        except DomainError as error:
            self.add_error(error.field if error.field in self.fields else None, str(error.message))


class NoDeleteAdmin(HouseAdmin):
    """Rows that only a service deletes, if they can be deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
