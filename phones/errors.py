"""Errors that stop a phone from being registered, assigned or authorized."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from metacentrex import correlation
from metacentrex.errors import DomainError

if TYPE_CHECKING:
    from phones.models import Phone


class DuplicateMac(DomainError):
    """The MAC is registered already; `phone` is set only if the user may see that phone."""

    code = "5012"

    def __init__(self, phone: "Phone | None", *, same_client: bool = False) -> None:
        self.phone = phone
        if phone is None:
            message = _(
                "This MAC address is already registered on the platform. Check it, then "
                "contact support with the number in the error detail."
            )
        elif same_client:
            message = _(
                "This MAC address is already registered for this client. Open its page to change "
                "its assignment."
            )
        else:
            message = _(
                "This MAC address is already registered to another of your clients. Open the "
                "phone’s page to change its assignment."
            )
        # The platform's own text stays in English, as in the guide.
        detail = "\n".join(
            [
                "5012",
                "The object creation failed because an object with the same identifying field "
                "value(s) already exists.",
                "An attempt has been made to create a duplicate object.",
                f"Log correlator {correlation.current()}",
            ]
        )
        super().__init__(message, field="mac", detail=detail)


class ListRefused(DomainError):
    """Too many of other resellers' addresses were tried today: the error gives no detail."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Some of these addresses cannot be registered. Contact support with this number: "
                "%(number)s."
            )
            % {"number": correlation.current()},
            field="mac",
        )


class ForeignVendor(DomainError):
    """A MAC outside snom's range, with a snom model."""

    def __init__(self) -> None:
        super().__init__(
            _("This is not a snom address (00:04:13). Check it, or choose “Automatic”."),
            field="mac",
        )


class VendorNotConfirmed(DomainError):
    """A MAC outside snom's range, with the model « Automatique »: allowed once confirmed."""

    def __init__(self) -> None:
        super().__init__(
            _("This is not a snom address (00:04:13). Tick “I confirm” to keep it."),
            field="mac",
        )


class AssignLineFirst(DomainError):
    """A phone without a line cannot have a window."""

    def __init__(self) -> None:
        super().__init__(
            _("Assign a line first: a phone without a line cannot be authorized."), field="line"
        )


class WindowInThePast(DomainError):
    def __init__(self) -> None:
        super().__init__(_("This date is in the past."), field="until")


class StartInThePast(DomainError):
    def __init__(self) -> None:
        super().__init__(_("This date is in the past."), field="since")


class WindowEndsBeforeStart(DomainError):
    def __init__(self) -> None:
        super().__init__(_("The window would end before it starts."), field="until")


class WindowTooFar(DomainError):
    def __init__(self, days: int, latest: str, *, field: str = "until") -> None:
        super().__init__(
            gettext("At most %(days)s days, that is until %(latest)s.")
            % {"days": days, "latest": latest},
            field=field,
        )


class NoSecretsYet(DomainError):
    """A phone that has not fetched its configuration in this window has no secrets to renew."""

    def __init__(self) -> None:
        super().__init__(
            _("This phone has no secrets yet: it gets them with its first configuration.")
        )


class RenewalPending(DomainError):
    """A second renewal would invalidate the secrets that the phone still uses."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The secrets have already been renewed, but the phone has not fetched them yet. "
                "Restart it, or re-authorize it to revoke the ones it has."
            )
        )


class AnotherClientsLine(DomainError):
    def __init__(self) -> None:
        super().__init__(_("This number is not a line of this client."), field="line")


class ClientTerminated(DomainError):
    """A terminated client can get no more phones."""

    def __init__(self) -> None:
        super().__init__(_("This client is terminated: no phone can be put on its lines."))


class NotDismissable(DomainError):
    """The client is not terminated, so its phone still needs attention."""

    def __init__(self) -> None:
        super().__init__(_("Only the phones of a terminated client can be dismissed from “To do”."))


class NotReleasable(DomainError):
    """The phone has fetched, has a window, or was registered too recently: not a squatted MAC."""

    def __init__(self) -> None:
        super().__init__(
            _("This phone is in use or too recent: its MAC address cannot be released.")
        )


class PhoneGone(DomainError):
    """Somebody deleted the phone in the meantime."""

    def __init__(self) -> None:
        super().__init__(_("This phone was deleted in the meantime."))


class NobodyKnocked(DomainError):
    """« Vu » was clicked, but no request from elsewhere is left to acknowledge."""

    def __init__(self) -> None:
        super().__init__(_("There has been no request for this phone from elsewhere."))
