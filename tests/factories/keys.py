from clients.services.audit import PLATFORM
from keys.drafts import KeyDraft, LayoutDraft
from keys.owners import Owner
from keys.queries import OwnLayout, layout_of
from keys.services.layouts import save_layout
from phones import catalogue


def arrange(
    owner: Owner, model: str = "snom-d765", *, sidecars: int | None = None, **keys: KeyDraft | None
) -> OwnLayout:
    """Keep these keys ("side_1": …) over what the owner has; as many sidecars as before unless
    said.
    """
    found = catalogue.get(model)
    now_there = layout_of(owner, found)
    revision = now_there.profile.revision if now_there.profile is not None else 0
    if sidecars is None:
        sidecars = now_there.layers[-1].sidecars
    drafts = {name.replace("_", "-"): key for name, key in keys.items()}
    return save_layout(owner, found, LayoutDraft(revision, sidecars, drafts), actor=PLATFORM)
