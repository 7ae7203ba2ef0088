from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.enums import JobState, RowState
from clients.models.client import Client
from clients.models.reseller import Reseller
from clients.models.user import User
from clients.scoping import TenantModel
from clients.search import Searchable

# Rows in one transaction, which must end within the five seconds of a slice. SQLite has one writer:
# meanwhile the others wait, and with them phones that fetch for the first time.
MOST_WHOLE = {"sqlite": 2000, "postgresql": 5000}
ACTIVE = (JobState.WAITING, JobState.RUNNING)


def most_whole() -> int:
    """The most rows that « tout ou rien » allows on this database."""
    return MOST_WHOLE[connection.vendor]


class Job(Searchable, TenantModel):
    """Long work in rows: what to do, for which login, and its progress. The rows are
    authoritative.
    """

    kind = models.CharField(_("kind"), max_length=40)
    # A job that checks first is in "check", waits for the user, then is in "apply"
    # (clients.services.jobs).
    step = models.CharField(max_length=10, blank=True)
    whole = models.BooleanField(_("all or nothing"), default=False)
    reseller = models.ForeignKey(
        Reseller,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reseller"),
    )
    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("client")
    )
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("login")
    )
    actor_label = models.CharField(_("by"), max_length=310)
    language = models.CharField(max_length=10)  # of its messages: a worker has no reader
    summary = models.CharField(_("purpose"), max_length=200)
    detail = models.CharField(max_length=300, blank=True)
    options = models.JSONField(default=dict, blank=True)

    state = models.CharField(
        _("state"), max_length=10, choices=JobState.choices, default=JobState.WAITING, db_index=True
    )
    notice = models.CharField(max_length=500, blank=True)
    total = models.PositiveIntegerField(_("rows"), default=0)
    ok_count = models.PositiveIntegerField(_("done"), default=0)
    skipped_count = models.PositiveIntegerField(_("unchanged"), default=0)
    bad_count = models.PositiveIntegerField(_("refused"), default=0)
    stop_asked_at = models.DateTimeField(_("stop requested on"), null=True, blank=True)

    # Fencing token: each worker that takes the job adds one, so that a worker believed dead can no
    # longer write.
    turn = models.PositiveIntegerField(default=1)
    # from then on its wake-up, or its worker, is taken for lost
    due_at = models.DateTimeField(_("presumed lost from"))
    attempts = models.PositiveSmallIntegerField(default=0)  # takings since it last went forward

    # Token of the form, so that a double click does not start two jobs.
    form_token = models.UUIDField(null=True, unique=True)
    correlator = models.CharField(_("correlator"), max_length=20, blank=True)
    created_at = models.DateTimeField(_("requested on"), default=timezone.now)
    started_at = models.DateTimeField(_("started on"), null=True, blank=True)
    settled = models.PositiveIntegerField(default=0)  # rows already done before it started
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)

    scope_paths = {"reseller": "reseller"}

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.summary

    def search_parts(self) -> Iterable[str]:
        return [self.summary, self.actor_label]

    @property
    def done(self) -> int:
        return self.ok_count + self.skipped_count + self.bad_count

    @property
    def left(self) -> int:
        return max(0, self.total - self.done)

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def fits_whole(self) -> bool:
        """Whether the checked rows fit in one transaction, for « tout ou rien »."""
        return self.ok_count <= most_whole()

    @property
    def can_stop(self) -> bool:
        """Whether a stop would have an effect: a running transaction is not interrupted."""
        return (
            self.is_active
            and not self.stop_asked_at
            and not (self.whole and self.state == JobState.RUNNING)
        )

    def time_left(self, now: datetime) -> timedelta | None:
        """The remaining time, extrapolated from the rows done so far; None until at least one has
        been done, or when none is left.
        """
        worked = self.done - self.settled
        if self.started_at is None or worked < 1 or not self.left:
            return None
        return (now - self.started_at) / worked * self.left


class JobRow(TenantModel):
    """One row of the work: its payload and its result."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="rows", verbose_name=_("job"))
    position = models.PositiveIntegerField(_("row"))
    # a row that refers to others is done after them
    rank = models.PositiveSmallIntegerField(default=0)
    payload = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=RowState.choices, default=RowState.WAITING
    )
    message = models.TextField(_("message"), blank=True)

    scope_paths = {"reseller": "job__reseller"}

    class Meta:
        verbose_name = _("job row")
        verbose_name_plural = _("job rows")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["job", "position"], name="job_row_position_once")
        ]
        indexes = [
            models.Index(fields=["job", "state", "position"], name="job_rows_of_a_state"),
            models.Index(
                fields=["job", "rank", "position"],
                name="job_rows_to_do",
                condition=models.Q(state="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job_id}:{self.position}"
