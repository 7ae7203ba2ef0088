"""Logins of the operator's and resellers' staff."""

import secrets

from django.db import transaction

from clients.models import User
from clients.services.audit import Actor, record, record_saved

# No look-alikes: people read these out over the telephone.
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_password() -> str:
    """A one-time password of more than 90 bits, shown once in the answer itself."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))


@transaction.atomic
def create_login(user: User, *, actor: Actor) -> str:
    """Save a new login and return its password, which is stored nowhere in clear."""
    password = new_password()
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    record_saved("login", user, actor=actor, before=None, after=_facts(user))
    return password


@transaction.atomic
def update_login(user: User, *, actor: Actor) -> User:
    """Save a changed login."""
    before = _facts(User.objects.get(pk=user.pk))
    user.full_clean(exclude=["password"])
    user.save()
    record_saved("login", user, actor=actor, before=before, after=_facts(user))
    return user


@transaction.atomic
def reset_password(user: User, *, actor: Actor) -> str:
    """Replace the password, which also ends the login's sessions; returns the new one."""
    password = new_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    record("login.password_reset", user, actor=actor)
    return password


def _facts(user: User) -> dict[str, object]:
    return {
        "login": user.login,
        "name": user.name,
        "role": str(user.role),
        "reseller": str(user.reseller or ""),
        "is_active": user.is_active,
    }
