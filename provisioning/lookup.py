"""Finds the phone of a request: a narrow row for the decision, the whole phone to serve it."""

import uuid
from datetime import datetime
from typing import NamedTuple

from django.db.models import Subquery

from clients.enums import ClientStatus, SubscriberStatus, WindowPolicy
from clients.models import PlatformSettings
from metacentrex.net import caller_network
from phones.credentials import NOBODY, http_credentials
from phones.models import Phone
from provisioning.gate import Expected, Facts


class Row(NamedTuple):
    """The columns for the decision, always current; no object is built, nothing is decrypted. A
    wider row would make refusing a known MAC measurably slower than refusing an unknown one.
    """

    pk: int
    mac: str
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
    previous_generation: int | None
    authenticated_at: datetime | None
    window_address: str
    digest_used: str
    client_policy: str
    platform_policy: str | None

    @property
    def facts(self) -> Facts:
        return Facts(
            is_assigned=self.subscriber_id is not None,
            is_client_active=self.client_status == ClientStatus.ACTIVE,
            is_line_active=self.line_status == SubscriberStatus.ACTIVE,
            authorized_from=self.authorized_from,
            authorized_until=self.authorized_until,
            has_used_credentials=self.credentials_seen_at is not None,
            has_previous_credentials=self.previous_generation is not None,
            policy=self.client_policy or self.platform_policy or WindowPolicy.WINDOW,
            contacted_at=self.authenticated_at,
            contacted_from=caller_network(self.window_address) if self.window_address else "",
            digest_used=self.digest_used,
        )

    @property
    def expected(self) -> Expected:
        """The phone's credentials, and those from before its last renewal while valid."""
        mac, previous = self.mac, self.previous_generation
        return Expected(
            http_credentials(mac, self.uid, self.generation),
            http_credentials(mac, NOBODY if previous is None else self.uid, previous or 0),
        )


COLUMNS = [
    "pk",
    "mac",
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
    "previous_generation",
    "authenticated_at",
    "window_address",
    "digest_used",
    "client__window_policy",
]
PLATFORM_POLICY = Subquery(PlatformSettings.objects.values("window_policy")[:1])


def look_up(mac: str) -> Row | None:
    """The row of this MAC, in one SELECT."""
    rows = Phone.unscoped.filter(mac=mac).order_by()  # unscoped: a phone has no login
    return next((Row(*row) for row in rows.values_list(*COLUMNS, PLATFORM_POLICY)), None)


def expected_of_nobody(mac: str) -> Expected:
    """Dummy credentials for an unknown MAC: the same work, and no match."""
    dummy = http_credentials(mac, NOBODY, 0)
    return Expected(dummy, dummy)


def load(row: Row, *, by_window: bool) -> Phone | None:
    """The phone with everything that its document needs; None if the basis of the decision changed
    since the row was read.
    """
    # unscoped: a phone has no login
    whole = Phone.unscoped.select_related(
        "client", "subscriber__site", "sip_credential", "published_document"
    )
    same = whole.filter(
        pk=row.pk,
        subscriber_id=row.subscriber_id,
        credential_generation=row.generation,
        previous_generation=row.previous_generation,
        digest_used=row.digest_used,
        client__status=row.client_status,
        subscriber__status=row.line_status,
    )
    if by_window:
        same = same.filter(
            authorized_from=row.authorized_from,
            authorized_until=row.authorized_until,
            authenticated_at=row.authenticated_at,
            window_address=row.window_address,
        )
    return same.first()
