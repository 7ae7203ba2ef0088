"""What follows from signals: the mark of a new database, and the record of logins."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from clients.models import AuditEvent, User
from clients.services.audit import PLATFORM, Actor, record
from clients.services.installation import check_mark, mark_new, mark_of_database, mark_of_machine
from clients.services.installation_keys import check_keys, note_keys
from metacentrex.net import client_address
from metacentrex.signals import about_to_serve, database_prepared

REFUSED, MOST_REFUSED, PERIOD = "session.refused", 20, timedelta(minutes=15)


@receiver(database_prepared)
def mark_new_database(**kwargs: Any) -> None:
    mark_new()
    if mark_of_database() == mark_of_machine():  # else it has to be adopted first
        note_keys()


@receiver(about_to_serve)
def refuse_another_machines_database(**kwargs: Any) -> None:
    check_mark()
    check_keys()


@receiver(user_logged_out)
def record_logout(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if isinstance(user, User):
        record("session.closed", user, actor=Actor(user))


@receiver(user_login_failed)
def record_failure(
    credentials: dict[str, str], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """Record a wrong password for a login of ours, from where and on which page. Not the whole of a
    flood: at most MOST_REFUSED for each login in PERIOD.
    """
    user = User.objects.filter(login=credentials.get("username", "")).first()
    if user is None or request is None:
        return
    recent = AuditEvent.objects.filter(
        kind=REFUSED, object_type="user", object_id=str(user.pk), at__gt=timezone.now() - PERIOD
    )
    if recent[: MOST_REFUSED + 1].count() >= MOST_REFUSED:
        return
    where = {"address": client_address(request), "page": request.path}
    record(REFUSED, user, actor=PLATFORM, after=where)
