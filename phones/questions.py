"""Questions to confirm before an action that cuts a phone off; None if nothing is cut off."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from metacentrex.ui.confirm import Question
from phones.mac import format_mac
from phones.models import Phone
from phones.services.assignment import PhoneChange
from phones.services.bulk import Act

IN_SERVICE_TITLE = _("Open a window for a phone in service?")
IN_SERVICE = _(
    "This phone is in service. It gets new secrets; those it has stop working at once. Its MAC "
    "address alone is then enough until the window ends."
)


def before_opening(phone: Phone) -> Question | None:
    """Ask before a new window, which revokes the credentials of a phone in service."""
    if not phone.is_in_service:
        return None
    return Question(IN_SERVICE_TITLE, IN_SERVICE, _("Open the window"))


def before_closing(phone: Phone) -> Question | None:
    """Ask before closing a window, which keeps out a phone that has not fetched yet; None without
    a window.
    """
    if phone.authorized_until is None:
        return None
    return Question(
        _("Close the window?"),
        _(
            "The phone will no longer be served by its MAC address alone. Credentials it already "
            "has stay valid."
        ),
        _("Close the window"),
    )


def before_change(phone: Phone, change: PhoneChange) -> Question | None:
    """Ask before a phone in service leaves its line, for another or none, or gets new dates: either
    cuts it off.
    """
    if not phone.is_in_service or phone.subscriber is None:
        return None
    line = {"line": phone.subscriber}
    if change.subscriber is None:
        return Question(
            gettext("Take this phone off its line %(line)s?") % line,
            _(
                "This phone is in service: its window closes and its credentials stop being valid "
                "at once. It stops working until it is on a line again."
            ),
            _("Take it off its line"),
        )
    if change.subscriber.pk != phone.subscriber_id:
        return Question(
            gettext("Take this phone off its line %(line)s?") % line,
            gettext(
                "This phone is in service. On the line %(line)s it gets new secrets, and those it "
                "has stop being valid at once: it works again once it has fetched its "
                "configuration."
            )
            % {"line": change.subscriber},
            _("Put it on the other line"),
        )
    return before_opening(phone) if change.since or change.until else None


def before_release(phone: Phone) -> Question:
    """Ask before a release, which deletes the phone for good."""
    return Question(
        gettext("Release %(mac)s?") % {"mac": format_mac(phone.mac)},
        _(
            "The phone is removed from its client, and its MAC address can be registered again by "
            "anyone. This cannot be undone."
        ),
        _("Release"),
    )


_BUTTONS: Mapping[Act, str | Promise] = {
    Act.REOPEN: _("Re-authorize"),
    Act.HOUR: _("During the next hour"),
    Act.CLOSE: _("Close the window"),
}


def before_bulk(act: Act, *, count: int, in_service: int) -> Question | None:
    """Ask before an action on many phones, of which `in_service` have credentials that a new window
    revokes.
    """
    if not count:
        return None
    if act is Act.CLOSE:
        title = ngettext(
            "Close the window of %(count)s phone?", "Close the windows of %(count)s phones?", count
        )
        text = gettext(
            "They will no longer be served by their MAC address alone. Credentials they already "
            "have stay valid."
        )
    elif act in (Act.REOPEN, Act.HOUR) and in_service:
        title = ngettext("Re-authorize %(count)s phone?", "Re-authorize %(count)s phones?", count)
        text = ngettext(
            "%(count)s of them is in service: it loses its secrets at once, and its MAC address "
            "alone is enough until the window ends.",
            "%(count)s of them are in service: they lose their secrets at once, and their MAC "
            "address alone is enough until the window ends.",
            in_service,
        ) % {"count": in_service}
    else:
        return None
    return Question(title % {"count": count}, text, _BUTTONS[act])
