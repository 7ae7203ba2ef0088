"""Saves keys: all or none, and never over somebody else's change."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from clients.services.audit import Actor, record
from clients.services.subscribers import hold_lines
from keys.drafts import LayoutDraft
from keys.errors import LayoutMoved, OwnerGone
from keys.layout import Layer, LayerKey, effective_sidecars
from keys.models import Key, PhoneProfile
from keys.owners import Owner
from keys.places import Place, places_of
from keys.queries import OwnLayout, layout_of
from keys.services.checking import check_keys, check_sidecars, known_to
from keys.signals import layout_changed
from keys.words import audit_words
from phones.catalogue import PhoneModel


@transaction.atomic
def save_layout(owner: Owner, model: PhoneModel, draft: LayoutDraft, *, actor: Actor) -> OwnLayout:
    """Save the changes of one layer; the keys of removed sidecars are deleted.

    Raises LayoutMoved, LayoutRefused, OwnerGone, SidecarNotSupported, TooManySidecars. If two users
    save at once, a lock on the row (PostgreSQL) or on writing (SQLite) makes the second one find a
    newer revision.
    """
    _hold(owner, model, draft)
    now_there = layout_of(owner, model)
    revision = now_there.profile.revision if now_there.profile is not None else 0
    if revision != draft.revision:
        raise LayoutMoved(now_there.profile)
    changed = changes_asked(owner, model, draft, now_there)
    last = now_there.layers[-1]
    if not changed and last.sidecars == draft.sidecars:
        return now_there
    profile = _profile(owner, model, now_there)
    profile.sidecars = draft.sidecars
    profile.revision += 1
    profile.changed_at, profile.changed_by = timezone.now(), actor.label
    profile.save()
    # From the first save on, keys carried over from another model are the profile's own.
    carried = last.keys if now_there.carried is not None else {}
    _write(profile, {**carried, **changed}, now_there.profile is None)
    _record(owner, profile, last, changed, actor)
    layout_changed.send(sender=PhoneProfile, owner=owner)
    return layout_of(owner, model)


def _hold(owner: Owner, model: PhoneModel, draft: LayoutDraft) -> None:
    """Lock the line, which may be about to end, the lines that its keys refer to, and its layer.
    Raises OwnerGone.

    All lines at once and in order: two colleagues who watch each other must not deadlock.
    """
    if owner.client is not None:
        mine = owner.line.pk if owner.line is not None else None
        named = {key.person for key in draft.keys.values() if key is not None}
        held = hold_lines(
            owner.client.subscribers.filter(pk__in=[pk for pk in (mine, *named) if pk is not None])
        )
        if mine is not None and mine not in held:
            raise OwnerGone
    # unscoped: of an owner already decided upon
    rows = PhoneProfile.unscoped.select_for_update(no_key=True)
    list(rows.filter(model=model.code, **owner.columns).values_list("pk", flat=True))


def changes_asked(
    owner: Owner, model: PhoneModel, draft: LayoutDraft, now_there: OwnLayout
) -> dict[Place, LayerKey | None]:
    """The keys that really change, None for removed ones. Raises LayoutRefused,
    SidecarNotSupported, TooManySidecars.
    """
    check_sidecars(model, draft.sidecars)
    wider, last = now_there.layers[:-1], now_there.layers[-1]
    sidecars = effective_sidecars(model, (*wider, Layer(last.origin, sidecars=draft.sidecars)))
    asked = check_keys(draft, model, sidecars, wider, known_to(owner, draft, last))
    there = set(places_of(model, sidecars))
    gone: dict[Place, LayerKey | None] = {place: None for place in last.keys if place not in there}
    return {place: key for place, key in {**asked, **gone}.items() if last.keys.get(place) != key}


def _profile(owner: Owner, model: PhoneModel, now_there: OwnLayout) -> PhoneProfile:
    if now_there.profile is not None:
        return now_there.profile
    profile = PhoneProfile(model=model.code, **owner.columns)
    try:
        with transaction.atomic():
            profile.save()
    except IntegrityError:  # somebody else's first save came in between
        raise LayoutMoved(layout_of(owner, model).profile) from None
    return profile


def _write(profile: PhoneProfile, keys: Mapping[Place, LayerKey | None], is_new: bool) -> None:
    if not is_new and keys:
        profile.keys.filter(
            Q(*(Q(bank=place.bank, position=place.position) for place in keys), _connector=Q.OR)
        ).delete()
    Key.objects.bulk_create(
        _row(profile, place, key) for place, key in sorted(keys.items()) if key is not None
    )


def _row(profile: PhoneProfile, place: Place, key: LayerKey) -> Key:
    content, person = key.content, key.content.person
    return Key(
        profile=profile,
        bank=place.bank,
        position=place.position,
        function=content.function,
        value=content.value,
        person_id=person.pk if person else None,
        person_number=person.number if person else "",
        person_name=person.name if person else "",
        label=content.label,
        picks_up=content.picks_up,
        is_locked=key.is_locked,
        lock_reason=key.reason,
    )


def _record(
    owner: Owner,
    profile: PhoneProfile,
    last: Layer,
    changed: Mapping[Place, LayerKey | None],
    actor: Actor,
) -> None:
    def worded(key: LayerKey | None) -> str:
        locked = f" (locked: {key.reason})" if key is not None and key.is_locked else ""
        return audit_words(key.content if key is not None else None) + locked

    before: dict[str, str | int | None]
    before = {place.code: worded(last.keys.get(place)) for place in sorted(changed)}
    after: dict[str, str | int | None]
    after = {place.code: worded(changed[place]) for place in sorted(changed)}
    if last.sidecars != profile.sidecars:
        before, after = before | {"sidecars": last.sidecars}, after | {"sidecars": profile.sidecars}
    about = {"level": str(profile.level), "model": profile.model}
    record(
        "keys.changed",
        owner.target,
        actor=actor,
        client=owner.client,
        before=before,
        after=about | after,
    )
