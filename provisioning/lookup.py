"""Finding the phone of a request: a narrow row for the decision, the whole of it for those who are served."""

import uuid
from datetime import datetime
from typing import NamedTuple

from clients.enums import ClientStatus, SubscriberStatus
from phones.models import Phone
from provisioning.gate import Facts


class Row(NamedTuple):
    """What the decision stands on, read live; no object is made and nothing is decrypted.

    A wider row would make a refusal of a known MAC measurably slower than one of an unknown MAC.
    """

    pk: int
    client_id: int
    subscriber_id: int | None
    uid: uuid.UUID
    generation: int
    model: str
    client_status: str
    line_status: str | None
    authorized_from: datetime | None
    authorized_until: datetime | None
    credentials_seen_at: datetime | None

    @property
    def facts(self) -> Facts:
        return Facts(
            is_assigned=self.subscriber_id is not None,
            is_client_active=self.client_status == ClientStatus.ACTIVE,
            is_line_active=self.line_status == SubscriberStatus.ACTIVE,
            authorized_from=self.authorized_from,
            authorized_until=self.authorized_until,
            has_used_credentials=self.credentials_seen_at is not None,
        )


COLUMNS = [
    "pk",
    "client_id",
    "subscriber_id",
    "uid",
    "credential_generation",
    "model",
    "client__status",
    "subscriber__status",
    "authorized_from",
    "authorized_until",
    "credentials_seen_at",
]


def look_up(mac: str) -> Row | None:
    """The row of that MAC, in one SELECT."""
    rows = Phone.unscoped.filter(mac=mac).order_by().values_list(*COLUMNS)  # unscoped: a phone has no login
    return next((Row(*row) for row in rows), None)


def load(row: Row, *, by_window: bool) -> Phone | None:
    """The phone with all that its document needs; None when what the decision stood on changed since the row was read."""
    whole = Phone.unscoped.select_related(
        "client", "subscriber__site", "sip_credential"
    )  # unscoped: a phone has no login
    same = whole.filter(
        pk=row.pk,
        subscriber_id=row.subscriber_id,
        credential_generation=row.generation,
        client__status=row.client_status,
        subscriber__status=row.line_status,
    )
    if by_window:
        same = same.filter(authorized_from=row.authorized_from, authorized_until=row.authorized_until)
    return same.first()
