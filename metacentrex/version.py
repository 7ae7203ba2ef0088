"""The version of MetaCentrex."""

import tomllib
from functools import cache
from pathlib import Path


@cache
def version() -> str:
    """Read the version from pyproject.toml, because MetaCentrex is not installed as a package."""
    project = Path(__file__).resolve().parent.parent / "pyproject.toml"
    return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
