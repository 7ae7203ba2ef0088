"""Scripts made of modules: browsers preload all parts, each under the address of its version."""

import re
from functools import cache
from pathlib import Path, PurePosixPath

from django.contrib.staticfiles import finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = r'(?m)(?P<matched>^(?P<what>import\b[^;"]*)"(?P<url>\./[\w-]+\.js)";)'


class StaticFiles(CompressedManifestStaticFilesStorage):
    """What a module imports is renamed in it too: a page never runs parts of two versions together.

    Of our own scripts only: Django's own setting for it stumbles over comments in those of others.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((IMPORT, '%(what)s"%(url)s";'),)),
    )
    max_post_process_passes = 9  # how deep modules import each other, and one


@cache
def parts_of(path: str) -> tuple[str, ...]:
    """What a module imports, directly or not, in the order it is come upon; itself left out."""
    found = [path]
    for each in found:
        imported = (str(PurePosixPath(each).parent / name) for name in _imported(each))
        found += [part for part in dict.fromkeys(imported) if part not in found]
    return tuple(found[1:])


def _imported(path: str) -> list[str]:
    at = finders.find(path)
    if not isinstance(at, str):
        raise FileNotFoundError(path)
    return [match["url"] for match in re.finditer(IMPORT, Path(at).read_text(encoding="utf-8"))]
