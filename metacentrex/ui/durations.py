"""Durations as text: « 41 h 12 min »."""

from datetime import timedelta

from django.utils.translation import gettext as _

HOUR = 3600
DAYS_FROM = 72  # hours: a window of 48 h is shown in hours


def duration_words(span: timedelta) -> str:
    """Format a duration in two units; seconds only below one hour, never negative."""
    seconds = max(0, int(span.total_seconds()))
    hours, minutes = seconds // HOUR, seconds % HOUR // 60
    if hours >= DAYS_FROM:
        return _("%(days)d d %(hours)d h") % {"days": hours // 24, "hours": hours % 24}
    if hours:
        return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d min %(seconds)02d s") % {"minutes": minutes, "seconds": seconds % 60}
