from datetime import timedelta

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.utils import timezone

from clients.tasks import trim_logins


def test_trimming_drops_ended_sessions_and_old_attempts_alone(db: None) -> None:
    now = timezone.now()
    Session.objects.create(
        session_key="ended", session_data="", expire_date=now - timedelta(minutes=1)
    )
    Session.objects.create(
        session_key="alive", session_data="", expire_date=now + timedelta(hours=1)
    )
    for name, age in (("old", 31), ("recent", 29)):
        attempt = AccessAttempt.objects.create(
            username=name, ip_address="192.0.2.1", failures_since_start=1
        )
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=now - timedelta(days=age))

    trim_logins()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["alive"]
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["recent"]
