from celery import shared_task
from django.utils import timezone

from provisioning import journal
from provisioning.services import publishing


@shared_task(name="provisioning.trim_journal", soft_time_limit=240, time_limit=300, acks_late=True)
def trim_journal() -> int:
    """Delete old journal lines of unknown MACs. Idempotent."""
    return journal.trim_unknown(timezone.now())


@shared_task(name="provisioning.render_stale", soft_time_limit=25, time_limit=30, acks_late=True)
def render_stale() -> None:
    """Render stale documents ahead, for a few seconds; a new message is sent for the rest."""
    if publishing.render_stale():
        render_stale.delay()


@shared_task(name="provisioning.sweep_stale", soft_time_limit=25, time_limit=30, acks_late=True)
def sweep_stale() -> None:
    """Render stale documents whose message was lost."""
    publishing.render_stale()
