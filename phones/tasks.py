from celery import shared_task

from phones.services.daily_summary import send_due_summaries
from phones.services.expiry import record_expired_windows
from phones.services.release import release_terminated


@shared_task(name="phones.expire_authorizations", soft_time_limit=50, time_limit=60, acks_late=True)
def expire_authorizations() -> int:
    """Record the windows that have ended. Idempotent; does not affect what phones are served."""
    return record_expired_windows()


@shared_task(name="phones.release_terminated", soft_time_limit=240, time_limit=300, acks_late=True)
def free_terminated() -> int:
    """Free the MAC addresses of clients terminated long ago. Idempotent."""
    return release_terminated()


@shared_task(name="phones.send_summaries", soft_time_limit=240, time_limit=270, acks_late=True)
def send_summaries() -> int:
    """Send the daily summaries that are due; nobody gets two, even if it runs twice."""
    return send_due_summaries()
