from datetime import timedelta

from axes.models import AccessAttempt, AccessLog
from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from clients.models import Heartbeat
from clients.services import job_runs, job_upkeep, password_notices

KEPT = timedelta(days=30)


@shared_task(name="clients.trim_logins", soft_time_limit=240, time_limit=300, acks_late=True)
def trim_logins() -> None:
    """Delete expired sessions and old login attempts. Idempotent."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    AccessAttempt.objects.filter(attempt_time__lt=now - KEPT).delete()
    AccessLog.objects.filter(attempt_time__lt=now - KEPT).delete()


@shared_task(name="clients.run_job", soft_time_limit=110, time_limit=120, acks_late=True)
def run_job(job_id: int, turn: int) -> None:
    """Work on a job for a few seconds; a new message is sent for the rest."""
    job_runs.run_slice(job_id, turn)


@shared_task(name="clients.sweep_jobs", soft_time_limit=25, time_limit=30, acks_late=True)
def sweep_jobs() -> int:
    """Wake the jobs whose message or worker was lost; returns how many."""
    return job_upkeep.wake_what_is_due()


@shared_task(name="clients.trim_jobs", soft_time_limit=240, time_limit=300, acks_late=True)
def trim_jobs() -> int:
    """Delete old jobs and reports. Idempotent."""
    return job_upkeep.drop_old()


@shared_task(
    name="clients.send_password_notices", soft_time_limit=50, time_limit=60, acks_late=True
)
def send_password_notices() -> int:
    """Tell users by e-mail that their password was changed; nobody gets two mails for one."""
    return password_notices.send_due_notices()


@shared_task(name="clients.heartbeat", soft_time_limit=20, time_limit=25, acks_late=True)
def heartbeat() -> None:
    """Record that the scheduler and a worker are running, for /readyz and the metrics."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
