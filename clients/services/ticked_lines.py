"""Actions on ticked lines: lock the account, set the number to present or the restriction."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from clients.models import BarringClass, Client
from clients.services.audit import Actor, record
from clients.services.subscribers import NotANumberOfTheClient


def lock(*, client: Client, ids: Collection[int], locked: bool, actor: Actor) -> list[int]:
    """Lock or unlock the portal accounts of these lines of the client; returns which changed."""
    return _change_many(
        client,
        ids,
        {"is_locked": locked},
        "subscriber.locked" if locked else "subscriber.unlocked",
        actor,
    )


def bar(*, client: Client, ids: Collection[int], barring: BarringClass | None, actor: Actor) -> int:
    """Give these lines of the client an international restriction; returns how many changed."""
    return len(_change_many(client, ids, {"barring": barring}, "subscriber.barred", actor))


def present(*, client: Client, ids: Collection[int], number: str, actor: Actor) -> int:
    """Make these lines present `number` (E.164). Raises NotANumberOfTheClient."""
    if not client.subscribers.filter(number=number).exists():
        raise NotANumberOfTheClient
    return len(
        _change_many(client, ids, {"presented_number": number}, "subscriber.presented", actor)
    )


@transaction.atomic
def _change_many(
    client: Client, ids: Collection[int], values: dict[str, Any], kind: str, actor: Actor
) -> list[int]:
    changed = []
    rows = client.subscribers.select_for_update().filter(pk__in=ids).order_by("pk")
    for subscriber in rows:
        before = {name: _plain(getattr(subscriber, name)) for name in values}
        after = {name: _plain(value) for name, value in values.items()}
        if before == after:
            continue
        for name, value in values.items():
            setattr(subscriber, name, value)
        subscriber.save(update_fields=list(values))
        record(kind, subscriber, actor=actor, client=client, before=before, after=after)
        changed.append(subscriber.pk)
    return changed


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | str | None) else str(value)
