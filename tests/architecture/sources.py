"""Our own sources, read as syntax."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ["clients", "phones", "keys", "provisioning"]  # left may not import right
PROJECT = "metacentrex"


def sources(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from sorted(
            path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
        )


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path, *, typing_too: bool = True) -> Iterator[tuple[int, str]]:
    """Line and dotted name of each absolute import, those inside functions too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = set() if typing_too else set(_typing_only(tree))
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _typing_only(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.If)
            and isinstance(node.test, ast.Name)
            and node.test.id == "TYPE_CHECKING"
        ):
            for child in node.body:
                yield from ast.walk(child)
