"""A hash of everything outside the database that affects documents. A new edition makes every
published document stale.
"""

import hashlib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from lxml import etree

from metacentrex.links import provisioning_url
from provisioning.sealing import key_mark

ROOT = Path(__file__).resolve().parent.parent
# The source files and tables that documents depend on.
SOURCES = (
    "clients/models/client.py",  # whether the audio is encrypted
    "clients/numbers.py",
    "clients/pasted.py",
    "clients/search.py",
    "keys",
    "metacentrex/locale/fr/LC_MESSAGES/django.mo",  # labels of the phone's own functions
    "phones/catalogue",
    "phones/credentials.py",
    "phones/polling.py",
    "provisioning/assembly",
    "provisioning/document.py",
    "provisioning/renderers",
    "provisioning/writing.py",
)


def edition() -> str:
    """The edition of this process. It includes a fingerprint of the field key: after a change of
    key, everything is rendered again.
    """
    return _edition(provisioning_url(), str(settings.METACENTREX_HTTP_KEY), key_mark())


@lru_cache(maxsize=8)
def _edition(url: str, http_key: str, mark: str) -> str:
    key = hashlib.sha256(f"edition|{http_key}".encode()).hexdigest()
    return hashlib.sha256("\n".join((url, key, mark, _sources())).encode()).hexdigest()


@cache
def _sources() -> str:
    found = hashlib.sha256(f"{etree.LXML_VERSION} {unicodedata.unidata_version}".encode())
    for place in SOURCES:
        for file in _files(ROOT / place):
            found.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return sorted(
        path for path in place.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
