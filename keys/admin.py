"""Django admin of the operator: all keys, read-only."""

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext_lazy

from clients.admin.base import ReadOnlyAdmin
from keys.models import PhoneProfile
from keys.queries import layer_of, with_keys
from keys.words import audit_words


@admin.register(PhoneProfile)
class PhoneProfileAdmin(ReadOnlyAdmin):
    list_display = [
        "model",
        "level",
        "client",
        "site",
        "subscriber",
        "sidecars",
        "revision",
        "changed_at",
        "changed_by",
    ]
    list_filter = ["level", "model"]
    list_select_related = ["client", "site", "subscriber"]
    search_fields = [
        "client__reference",
        "client__legal_name",
        "subscriber__number",
        "subscriber__name",
    ]
    fields = [
        "model",
        "level",
        "client",
        "site",
        "subscriber",
        "sidecars",
        "revision",
        "changed_at",
        "changed_by",
        "arranged",
    ]
    readonly_fields = ["arranged"]

    @admin.display(description=pgettext_lazy("phone", "keys"))
    def arranged(self, profile: PhoneProfile) -> SafeString:
        """All keys, one per line; they are changed in the editor, which knows the rules."""
        keys = layer_of(
            with_keys(PhoneProfile.unscoped.filter(pk=profile.pk)).get()
        ).keys  # unscoped: the operator's
        lines = [
            (place.code, audit_words(key.content), key.reason)
            for place, key in sorted(keys.items())
        ]
        return format_html_join(mark_safe("<br>"), "{} : {} {}", lines) or mark_safe("–")  # ours
