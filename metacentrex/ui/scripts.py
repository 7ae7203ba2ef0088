"""Script modules: browsers preload all imported modules, each under its versioned URL."""

import re
from functools import cache
from pathlib import Path, PurePosixPath

from django.contrib.staticfiles import finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = r'(?m)(?P<matched>^(?P<what>import\b[^;"]*)"(?P<url>\./[\w-]+\.js)";)'


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Also rewrites the imports in modules, so that a page never mixes modules of two versions.

    Only in our own scripts: Django's own setting for this fails on comments in others' scripts.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((IMPORT, '%(what)s"%(url)s";'),)),
    )
    max_post_process_passes = 9  # how deep modules import each other, and one


@cache
def parts_of(path: str) -> tuple[str, ...]:
    """All modules that a module imports, directly or not, in the order they are found."""
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
