"""Labels, tones and icons of the states of jobs and of their rows."""

from dataclasses import dataclass

from django.utils.translation import gettext, npgettext_lazy

from clients.enums import JobState, RowState
from clients.models import Job
from clients.services.jobs import CHECK

# tone, icon
LOOKS = {
    JobState.WAITING: ("mc-attente", "hourglass-split"),
    JobState.RUNNING: ("mc-attente", "arrow-repeat"),
    JobState.READY: ("mc-depasse", "exclamation-triangle-fill"),
    JobState.DONE: ("mc-provisionne", "check-circle"),
    JobState.STOPPED: ("mc-suspendu", "stop-circle"),
    JobState.FAILED: ("mc-refuse", "x-octagon-fill"),
}
ROW_LOOKS = {
    RowState.OK: ("mc-provisionne", "check-circle"),
    RowState.SKIPPED: ("mc-suspendu", "dash-circle"),
    RowState.BAD: ("mc-refuse", "x-octagon-fill"),
    RowState.WAITING: ("mc-muted", "hourglass-split"),
}
# Labels of a row's state, before it is done, then after: French has a plural here, English has not.
CHECKED_WORDS = {
    RowState.OK: npgettext_lazy("rows checked", "Correct", "Correct", "count"),
    RowState.SKIPPED: npgettext_lazy("rows checked", "Unchanged", "Unchanged", "count"),
    RowState.BAD: npgettext_lazy("rows checked", "Wrong", "Wrong", "count"),
    RowState.WAITING: npgettext_lazy("rows checked", "To check", "To check", "count"),
}
DONE_WORDS = {
    RowState.OK: npgettext_lazy("rows done", "Done", "Done", "count"),
    RowState.SKIPPED: npgettext_lazy("rows done", "Skipped", "Skipped", "count"),
    RowState.BAD: npgettext_lazy("rows done", "Refused", "Refused", "count"),
    RowState.WAITING: npgettext_lazy("rows done", "To do", "To do", "count"),
}


@dataclass(frozen=True)
class Look:
    """A state as shown on a page."""

    label: str
    tone: str
    icon: str


def look_of(job: Job) -> Look:
    state = JobState(job.state)
    label = (
        gettext("Stopping")
        if job.stop_asked_at and job.state == JobState.RUNNING
        else str(state.label)
    )
    return Look(label, *LOOKS[state])


def row_look(job: Job, state: RowState, count: int = 1) -> Look:
    words = CHECKED_WORDS if job.step == CHECK else DONE_WORDS
    return Look(words[state] % {"count": count}, *ROW_LOOKS[state])
