"""Template tags of keys: small pictures of phones, keys as text."""

from typing import Any

from django import template
from django.utils.translation import gettext

from keys.drawing import draw
from keys.layout import KeyContent
from keys.places import Place, most_sidecars
from keys.words import bank_label, label_of, type_words
from phones import catalogue
from phones.catalogue import PhoneModel

register = template.Library()


@register.inclusion_tag("components/phone_thumb.html")
def phone_thumb(
    model: PhoneModel | str | None, sidecars: int = 0, spare: bool = False
) -> dict[str, Any]:
    """A small picture of a phone with its sidecars, for lists; « ? » for an unknown model.

    With `spare`, the other sidecars it could have are included for a script to show.
    """
    found = (
        next((each for each in catalogue.all() if each.code == model), None)
        if isinstance(model, str)
        else model
    )
    if not isinstance(found, PhoneModel):
        return {"picture": None}
    return {"picture": draw(found, min(sidecars, most_sidecars(found)), {}, spare=spare)}


@register.filter
def place_words(place: Place) -> str:
    """« Touche 3, Sidecar 1 »."""
    return gettext("Key %(number)s, %(bank)s") % {
        "number": place.position,
        "bank": bank_label(place.bank),
    }


@register.filter
def content_words(content: KeyContent) -> str:
    """« Supervision (BLF) Cédric »."""
    return " ".join(part for part in (type_words(content), label_of(content)) if part)
