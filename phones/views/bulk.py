"""What is done to the ticked phones of a list."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext, ngettext_lazy

from clients.access import AuthenticatedRequest, ExtranetView
from phones.forms.bulk import PhoneBulkForm
from phones.models import Phone
from phones.services.bulk import Act, Outcome, act_on

DONE = {
    Act.REOPEN: ngettext_lazy("%(count)s phone re-authorised.", "%(count)s phones re-authorised.", "count"),
    Act.HOUR: ngettext_lazy(
        "%(count)s phone authorised for an hour.", "%(count)s phones authorised for an hour.", "count"
    ),
    Act.CLOSE: ngettext_lazy("%(count)s window closed.", "%(count)s windows closed.", "count"),
}


class PhoneBulkView(ExtranetView):
    """« Ré-autoriser » and its like, for many; ids of other tenants' phones are no phones of this scope."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest) -> HttpResponse:
        back = self.back_to(reverse("extranet:todo-list"))
        form = PhoneBulkForm(request.POST)
        if not form.is_valid():
            for errors in form.errors.values():
                messages.error(request, " ".join(str(error) for error in errors))
            return back
        phones = Phone.objects.within(self.scope).filter(pk__in=form.ids)
        act, seen_at = form.cleaned_data["act"], form.cleaned_data["seen"]
        self._tell(act, act_on(phones, act, actor=self.actor, seen_at=seen_at, now=self.now))
        return back

    def _tell(self, act: Act, outcome: Outcome) -> None:
        """« 12 téléphones ré-autorisés. », then each reason with the phones it kept out."""
        if outcome.done:
            messages.success(self.request, DONE[act] % {"count": outcome.done})
        for reason, macs in outcome.by_reason().items():
            words = ngettext(
                "%(count)s phone left as it was: %(phones)s. %(reason)s",
                "%(count)s phones left as they were: %(phones)s. %(reason)s",
                len(macs),
            )
            said = words % {"count": len(macs), "phones": ", ".join(macs), "reason": reason}
            messages.warning(self.request, said)
        if not outcome.done and not outcome.refused:
            messages.error(
                self.request, gettext("None of these phones exists any more; nothing was changed.")
            )
