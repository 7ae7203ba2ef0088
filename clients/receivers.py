"""Link a new database to this machine, and refuse to serve a database of another one."""

from typing import Any

from django.dispatch import receiver

from clients.services.installation import check_mark, mark_new
from metacentrex.signals import about_to_serve, database_prepared


@receiver(database_prepared)
def mark_new_database(**kwargs: Any) -> None:
    mark_new()


@receiver(about_to_serve)
def refuse_another_machines_database(**kwargs: Any) -> None:
    check_mark()
