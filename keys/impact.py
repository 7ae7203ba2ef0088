"""Counts the phones that a change of a layer would really affect, before it is saved."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from clients.scoping import branch_of
from keys.drafts import LayoutDraft
from keys.enums import Level
from keys.layout import Layer, Layout
from keys.models import PhoneProfile
from keys.owners import Owner
from keys.queries import Profiles, layout_of
from keys.services.layouts import changes_asked
from phones.catalogue import PhoneModel
from phones.models import Phone


@dataclass(frozen=True)
class Impact:
    """How many phones get other keys, and how many of the model the layer applies to."""

    touched: int
    total: int


def phones_under(owner: Owner, model: PhoneModel) -> list[Phone]:
    """The phones of one model on the lines to which an owner's layer applies."""
    rows: QuerySet[Phone] = (
        Phone.unscoped.filter(  # unscoped: of an owner already found within a scope
            Q(model=model.code) | Q(detected_model=model.code), subscriber__isnull=False
        ).select_related("client", "subscriber__site")
    )
    if owner.line is not None:
        rows = rows.filter(subscriber=owner.line)
    elif owner.site is not None:
        parents = dict(owner.site.client.sites.values_list("pk", "parent_id"))
        rows = rows.filter(subscriber__site__in=branch_of(parents, owner.site.pk))
    elif owner.client is not None:
        rows = rows.filter(client=owner.client)
    return [phone for phone in rows if phone.effective_model == model.code]


def impact_of(owner: Owner, model: PhoneModel, draft: LayoutDraft) -> Impact:
    """The impact of saving the draft; saves nothing. Raises the errors of save_layout for an
    invalid draft.
    """
    now_there = layout_of(owner, model)
    changed = changes_asked(owner, model, draft, now_there)
    last = now_there.layers[-1]
    keys = {place: key for place, key in {**last.keys, **changed}.items() if key is not None}
    after = Layer(last.origin, keys, draft.sidecars)
    profile = now_there.profile or PhoneProfile(model=model.code, **owner.columns)
    by_client: defaultdict[int, list[Phone]] = defaultdict(list)
    phones = phones_under(owner, model)
    for phone in phones:
        by_client[phone.client_id].append(phone)
    touched = sum(
        _touched(client, mine, model, profile, after) for client, mine in by_client.items()
    )
    return Impact(touched, len(phones))


def models_by_line(client_id: int) -> defaultdict[int | None, set[str]]:
    """The codes of the models whose phones are on each line of a client; one query."""
    found: defaultdict[int | None, set[str]] = defaultdict(set)
    phones = Phone.unscoped.filter(client_id=client_id)  # unscoped: of an owner already found
    for phone in phones.filter(subscriber__isnull=False):
        found[phone.subscriber_id] |= {phone.effective_model} - {""}
    return found


def _touched(
    client_id: int, phones: Iterable[Phone], model: PhoneModel, profile: PhoneProfile, after: Layer
) -> int:
    before, then = Profiles(client_id), Profiles(client_id)
    then.replace_layer(profile, after)
    present = models_by_line(client_id)
    known: dict[int, bool] = {}
    count = 0
    for phone in phones:
        line = phone.subscriber
        if line is None:
            continue
        owner = Owner(Level.SUBSCRIBER, phone.client, line=line)
        # All lines of a site that have no layer of their own get the same keys.
        alike = line.site_id if not before.arranged(line.pk) else -line.pk
        if alike not in known:
            here = present[line.pk]
            known[alike] = _told(before.of(owner, model, here).layout) != _told(
                then.of(owner, model, here).layout
            )
        count += known[alike]
    return count


def _told(layout: Layout) -> list[object]:
    return [key.content for key in layout.keys]
