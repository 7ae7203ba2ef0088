"""The job for an action on more phones than a request has time for (clients.services.job_runs)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from clients.services.job_kinds import Column, RowOutcome, Runner, Work
from phones.errors import PhoneGone
from phones.models import Phone
from phones.services.bulk import DONE, Act, act_on_one

KIND = "phones.act"
LABELS = {
    Act.REOPEN: ngettext_lazy(
        "Re-authorize %(count)s phone", "Re-authorize %(count)s phones", "count"
    ),
    Act.HOUR: ngettext_lazy(
        "Authorize %(count)s phone for an hour", "Authorize %(count)s phones for an hour", "count"
    ),
    Act.CLOSE: ngettext_lazy("Close %(count)s window", "Close %(count)s windows", "count"),
    Act.RENEW: ngettext_lazy(
        "Renew the secrets of %(count)s phone", "Renew the secrets of %(count)s phones", "count"
    ),
    Act.KNOCK_SEEN: ngettext_lazy(
        "Mark the requests from elsewhere for %(count)s phone as seen",
        "Mark the requests from elsewhere for %(count)s phones as seen",
        "count",
    ),
}


def item_of(phone: Phone) -> dict[str, Any]:
    """The payload of a job row; needs `subscriber` loaded."""
    return {"id": phone.pk, "mac": phone.mac, "number": phone.number}


class ActRunner(Runner):
    """Runs one action on many phones; the rows of refused phones record why."""

    kind = KIND
    columns = (Column("mac", _("MAC address"), "mac"), Column("number", _("Number (SDA)"), "tel"))

    def run_item(self, work: Work, payload: Mapping[str, Any]) -> RowOutcome:
        act, seen = Act(work.job.options["act"]), work.job.options["seen"]
        # By id: a MAC registered again since then is another phone.
        phone = Phone.objects.within(work.scope).filter(pk=payload["id"]).first()
        if phone is None:
            raise PhoneGone
        act_on_one(phone, act, actor=work.actor, seen_at=datetime.fromisoformat(seen), now=work.now)
        return RowOutcome.done(DONE[act] % {"count": 1})
