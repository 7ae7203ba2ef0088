"""Actions on the ticked phones of a list, or on all phones found by its search and filter."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from clients.access import AuthenticatedRequest, ExtranetView, next_page
from clients.models import Client, Job
from clients.services import jobs
from metacentrex.ui.confirm import ask, is_confirmed
from phones.forms.bulk import ACCOUNT, PhoneBulkForm
from phones.models import Phone
from phones.queries import phones_of, phones_to_look_after
from phones.questions import before_bulk
from phones.services.bulk import AT_ONCE, DONE, Act, BulkOutcome, act_on
from phones.services.bulk_job import KIND, LABELS, item_of
from phones.states import code_named, state_filter
from phones.todo import any_cause, cause_named, causes_listed_for, causes_seen_by


class PhoneBulkView(ExtranetView):
    """« Ré-autoriser » and other actions on many phones; phones outside the scope are ignored."""

    http_method_names = ["post"]

    def post(self, request: AuthenticatedRequest) -> HttpResponse:
        form = PhoneBulkForm(request.POST)
        if not form.is_valid():
            for errors in form.errors.values():
                messages.error(request, " ".join(str(error) for error in errors))
            return self._back()
        phones = self._chosen(form).order_by("pk")
        act = form.cleaned_data["act"]
        question = before_bulk(act, count=phones.count(), in_service=_in_service(phones))
        if question and not is_confirmed(request):
            back = next_page(request, reverse("extranet:todo-list"))
            return ask(request, question, back=back)
        if phones[: AT_ONCE + 1].count() > AT_ONCE:
            try:
                return redirect("extranet:job-detail", self._start(form, phones).pk)
            except jobs.TooManyJobs as refusal:
                messages.error(request, str(refusal))
                return self._back()
        outcome = act_on(phones, act, actor=self.actor, seen_at=form.seen(self.now), now=self.now)
        self._tell(act, outcome)
        return self._back()

    def _back(self) -> HttpResponse:
        return self.back_to(reverse("extranet:todo-list"))

    def _chosen(self, form: PhoneBulkForm) -> QuerySet[Phone]:
        """The ticked phones, or the whole list, queried again with the list's search and filter."""
        data = form.cleaned_data
        if not data["everything"]:
            return Phone.objects.within(self.scope).filter(pk__in=form.ids)
        if data["listed"] == ACCOUNT:
            found, code = (
                phones_of(self.client_or_404(data["client"]), data["q"]),
                code_named(data["f"]),
            )
            return found.filter(state_filter(code, self.now)) if code else found
        causes = causes_seen_by(self.scope)
        chosen = cause_named(data["f"], causes_listed_for(self.scope))
        found = phones_to_look_after(self.scope, data["q"], data["client"])
        return found.filter(any_cause([chosen] if chosen else causes, self.now))

    def _start(self, form: PhoneBulkForm, phones: QuerySet[Phone]) -> Job:
        """Start a job for more phones than a request has time for; its page shows the progress."""
        data, user = form.cleaned_data, self.request.user
        clients = list(
            Client.objects.within(self.scope).filter(phones__in=phones.values("pk")).distinct()[:2]
        )
        items = [item_of(phone) for phone in phones.select_related("subscriber")]
        return jobs.start(
            KIND,
            actor=self.actor,
            client=clients[0] if len(clients) == 1 else None,
            reseller=user.reseller,
            items=items,
            summary=LABELS[data["act"]] % {"count": len(items)},
            token=jobs.token_of(data["form_token"], *form.asked),
            options={"act": data["act"].value, "seen": form.seen(self.now).isoformat()},
        )

    def _tell(self, act: Act, outcome: BulkOutcome) -> None:
        """« 12 téléphones ré-autorisés. », then each reason with the phones it applies to."""
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
                self.request, gettext("None of these phones exist any more; nothing was changed.")
            )


def _in_service(phones: QuerySet[Phone]) -> int:
    return phones.filter(authenticated_at__isnull=False).count()
