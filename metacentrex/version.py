"""Which MetaCentrex this is."""

import tomllib
from functools import cache
from pathlib import Path


@cache
def version() -> str:
    """As pyproject.toml says it: nothing is installed as a package."""
    project = Path(__file__).resolve().parent.parent / "pyproject.toml"
    return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
