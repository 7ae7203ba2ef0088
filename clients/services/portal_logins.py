"""Portal logins of lines, created by those who administer the lines."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clients.enums import ClientStatus, Role
from clients.models import Client, Subscriber, User
from clients.scoping import Scope, ScopeLevel, scope_for
from clients.services.audit import Actor, record
from clients.services.logins import set_one_time_password
from metacentrex.errors import DomainError


class AccountLocked(DomainError):
    """A locked account gets no password: it could not be used."""

    code = "account-locked"

    def __init__(self) -> None:
        super().__init__(_("This account is locked: unlock it first, then give access."))


class AdministersMore(DomainError):
    """A branch administrator must not get access to the account of someone who administers more."""

    code = "administers-more"

    def __init__(self) -> None:
        super().__init__(
            _("This person administers more than you do: ask your operator or reseller.")
        )


class LoginClosed(DomainError):
    """Only the operator can reopen a login that the operator closed."""

    code = "login-closed"

    def __init__(self) -> None:
        super().__init__(
            _("The operator closed this login, and only the operator can open it again.")
        )


class LoginTaken(DomainError):
    """A staff login already has this number as its name."""

    code = "login-taken"

    def __init__(self) -> None:
        super().__init__(
            _("Another login has this number as its name: the operator has to rename it first."),
            field="number",
        )


class OwnAccess(DomainError):
    """Whoever finds an administrator's open session must not get a password out of it."""

    code = "own-access"

    def __init__(self) -> None:
        super().__init__(
            _("This is your own access: change your password in your settings instead.")
        )


class ClientHasEnded(DomainError):
    code = "client-ended"

    def __init__(self) -> None:
        super().__init__(_("This client is terminated: none of its users can log in any more."))


@transaction.atomic
def give_access(line: Subscriber, *, actor: Actor) -> str:
    """Give the line a one-time password for the portal, which replaces any former one; another must
    be chosen at first use.

    Raises AccountLocked, AdministersMore, ClientHasEnded, LoginClosed, LoginTaken and OwnAccess.
    The line's row is locked: if two people give access at once, the last password shown is valid.
    """
    # unscoped: found within a scope
    line = (
        Subscriber.unscoped.select_for_update(of=("self",)).select_related("client").get(pk=line.pk)
    )
    if actor.user is not None and actor.user.subscriber_id == line.pk:
        raise OwnAccess
    if line.is_locked:
        raise AccountLocked
    if line.is_administrator and actor.user is not None and _is_beyond(line, scope_for(actor.user)):
        raise AdministersMore
    if line.client.status == ClientStatus.TERMINATED:
        raise ClientHasEnded
    check_login_free(line)
    user = User.objects.filter(subscriber=line).first()
    if (
        user is not None
        and not user.is_active
        and actor.user is not None
        and not actor.user.is_operator
    ):
        raise LoginClosed
    if user is None:
        user = User(login=line.number, role=Role.SUBSCRIBER, subscriber=line)
    password = set_one_time_password(user)
    user.is_active = True
    user.save()
    record("login.access_given", line, actor=actor, client=line.client, after={"login": user.login})
    return password


def _is_beyond(line: Subscriber, scope: Scope) -> bool:
    """Whether this administrator's branch or client goes beyond the scope."""
    return scope.level is ScopeLevel.SITE and line.administered_site_id not in scope.sites


def check_login_free(line: Subscriber) -> None:
    """Raise LoginTaken if another login has the line's number."""
    if User.objects.filter(login=line.number).exclude(subscriber=line).exists():
        raise LoginTaken


def follow_line(line: Subscriber) -> None:
    """Rename the login when the line's number changes, in the caller's transaction."""
    User.objects.filter(subscriber=line).exclude(login=line.number).update(login=line.number)


def end_login(line: Subscriber) -> None:
    """Delete the login of a line that ends, and its sessions, in the caller's transaction."""
    User.objects.filter(subscriber=line).delete()


def end_logins(client: Client) -> None:
    """Delete all portal logins of a terminated client, in the caller's transaction."""
    User.objects.filter(subscriber__client=client).delete()
