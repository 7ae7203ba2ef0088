"""Finding the processes of one data directory, whoever started them."""

from pathlib import Path


def members_of(home: Path, word: str = "") -> list[int]:
    """The processes started with this METACENTREX_HOME whose command holds `word`."""
    mark = f"METACENTREX_HOME={home}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
            command = (folder / "cmdline").read_bytes().decode()
        except OSError:
            continue
        if mark in environment and word in command:
            found.append(int(folder.name))
    return sorted(found)
