"""The tasks that beat sends, and how often. A tick not taken expires by the time of the next."""

from datetime import timedelta
from typing import Any

HALF_A_MINUTE, HOUR = timedelta(seconds=30), timedelta(hours=1)


def _every(period: timedelta, task: str, *, expires: int) -> dict[str, Any]:
    return {"task": task, "schedule": period, "options": {"expires": expires}}


SCHEDULE = {
    # Twice a minute, so that the event is recorded within a minute.
    "every-minute-expire-authorizations": _every(
        HALF_A_MINUTE, "phones.expire_authorizations", expires=25
    ),
    "every-minute-send-password-notices": _every(
        HALF_A_MINUTE, "clients.send_password_notices", expires=25
    ),
    "every-minute-heartbeat": _every(HALF_A_MINUTE, "clients.heartbeat", expires=25),
    # A job has its own wake-up message; this is for jobs whose message or worker was lost.
    "every-5-seconds-sweep-jobs": _every(timedelta(seconds=5), "clients.sweep_jobs", expires=5),
    "every-5-seconds-sweep-documents": _every(
        timedelta(seconds=5), "provisioning.sweep_stale", expires=5
    ),
    # The task checks the time itself: summaries are sent at the first tick of the morning.
    "hourly-send-summaries": _every(HOUR, "phones.send_summaries", expires=3000),
    "hourly-release-terminated": _every(HOUR, "phones.release_terminated", expires=3000),
    "hourly-trim-jobs": _every(HOUR, "clients.trim_jobs", expires=3000),
    "hourly-trim-logins": _every(HOUR, "clients.trim_logins", expires=3000),
    "hourly-trim-journal": _every(HOUR, "provisioning.trim_journal", expires=3000),
}
