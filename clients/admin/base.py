"""What the operator's admin pages share: one door, rows that are only looked at, forms whose rules are services'."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from clients.models import User
from clients.search import Searchable, matching, words_of
from clients.services.audit import Actor
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


class HouseAdmin(admin.ModelAdmin):
    """A page of the admin whose search is bounded and, where rows are folded, folds too."""

    list_per_page = 50
    show_full_result_count = False  # beside what was found, it would count the whole table again

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = words_of(search_term)
        if not issubclass(self.model, Searchable):
            return super().get_search_results(request, queryset, " ".join(search_term.split()[: len(words)]))
        found, duplicates = super().get_search_results(request, queryset, " ".join(words))
        return found | queryset.filter(matching(search_term)), duplicates


class ReadOnlyAdmin(HouseAdmin):
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


class NoDeleteAdmin(HouseAdmin):
    """Rows that end through a service, or not at all."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
