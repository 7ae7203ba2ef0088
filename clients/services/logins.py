"""Logins of the operator's and resellers' staff."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from clients.models import PlatformSettings, User
from clients.services.audit import Actor, record, record_saved
from metacentrex.errors import DomainError

# No look-alikes: people read passwords out over the telephone.
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_password() -> str:
    """A one-time password of more than 90 bits, shown once in the response itself."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))


def set_one_time_password(user: User) -> str:
    """Give the user a one-time password, not saved yet. It is valid for the hours that the platform
    settings say, and another must be chosen at first use.
    """
    password = new_password()
    user.set_password(password)
    hours = PlatformSettings.current().one_time_password_hours
    user.must_change_password = True
    user.one_time_until = timezone.now() + timedelta(hours=hours)
    return password


@transaction.atomic
def create_login(user: User, *, actor: Actor) -> str:
    """Save a new login and return its password, which is stored only as a hash."""
    password = set_one_time_password(user)
    user.full_clean(exclude=["password"])
    user.save()
    record_saved("login", user, actor=actor, before=None, after=_facts(user))
    return password


@transaction.atomic
def update_login(user: User, *, actor: Actor) -> User:
    """Save a changed login."""
    before = _facts(User.objects.get(pk=user.pk))
    # A subscriber's login has no name of its own: the line has it.
    user.full_clean(exclude=["password", "name"] if user.is_subscriber else ["password"])
    user.save()
    record_saved("login", user, actor=actor, before=before, after=_facts(user))
    return user


@transaction.atomic
def reset_password(user: User, *, actor: Actor) -> str:
    """Replace the password, which also ends the login's sessions; returns the new one."""
    password = set_one_time_password(user)
    user.save(update_fields=["password", "must_change_password", "one_time_until"])
    record("login.password_reset", user, actor=actor)
    return password


@dataclass(frozen=True)
class OwnChoices:
    """A user's own choices on « Mon compte »."""

    language: str
    theme: str
    email: str
    wants_summary: bool


class SummaryNeedsAddress(DomainError):
    def __init__(self) -> None:
        super().__init__(
            _("The daily summary needs an e-mail address: type yours, or untick the summary."),
            field="email",
        )


@transaction.atomic
def change_own_choices(user: User, choices: OwnChoices) -> User:
    """Save only the columns of « Mon compte », so that an operator's change is kept. Raises
    SummaryNeedsAddress.
    """
    if choices.wants_summary and not choices.email:
        raise SummaryNeedsAddress
    user = User.objects.select_for_update().get(pk=user.pk)
    before = _facts(user)
    user.language, user.theme = choices.language, choices.theme
    user.email, user.wants_summary = choices.email, choices.wants_summary
    user.save(update_fields=["language", "theme", "email", "wants_summary"])
    record_saved("login", user, actor=Actor(user), before=before, after=_facts(user))
    return user


@transaction.atomic
def choose(user: User, name: Literal["language", "theme"], chosen: str) -> User:
    """Save one of the user's choices made outside « Mon compte »: only that column."""
    user = User.objects.select_for_update().get(pk=user.pk)
    before = _facts(user)
    setattr(user, name, chosen)
    user.save(update_fields=[name])
    record_saved("login", user, actor=Actor(user), before=before, after=_facts(user))
    return user


@transaction.atomic
def change_own_password(user: User, password: str) -> User:
    """Set the password chosen by the user, which ends the login's other sessions."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.set_password(password)
    user.must_change_password, user.one_time_until = False, None
    user.password_changed_at, user.password_notice_due = timezone.now(), bool(user.email)
    user.save(
        update_fields=[
            *("password", "must_change_password", "one_time_until"),
            *("password_changed_at", "password_notice_due"),
        ]
    )
    record("login.password_changed", user, actor=Actor(user))
    return user


def attempted_login(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str:
    """The name under which a failed login is counted. What is no login of ours may be a password
    typed into the wrong field: it is stored as a hash.
    """
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    if User.objects.filter(login=typed).exists():
        return typed
    return f"?{salted_hmac('clients.attempted_login', typed).hexdigest()[:16]}"


def _facts(user: User) -> dict[str, object]:
    return {
        "login": user.login,
        "name": user.name,
        "role": str(user.role),
        "reseller": str(user.reseller or ""),
        "is_active": user.is_active,
        "language": str(user.language),
        "email": user.email,
        "wants_summary": user.wants_summary,
    }
