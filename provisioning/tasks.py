from celery import shared_task
from django.utils import timezone

from provisioning import journal


@shared_task(name="provisioning.trim_journal", soft_time_limit=240, time_limit=300, acks_late=True)
def trim_journal() -> int:
    """Drop journal lines of unknown MACs past their time; idempotent."""
    return journal.trim_unknown(timezone.now())
