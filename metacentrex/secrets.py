"""Reads secrets from the environment, or a file named there, or (embedded only) generates them on
first start.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.fernet import Fernet


class SecretUnreadable(Exception):
    """A NAME_FILE variable names a file that cannot be read."""


def from_environment(name: str, environ: Mapping[str, str]) -> str:
    """Return the secret NAME, or the content of the file in NAME_FILE, or an empty string."""
    value = environ.get(name, "").strip()
    if value:
        return value
    path = environ.get(f"{name}_FILE", "").strip()
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretUnreadable(f"{name}_FILE: {type(error).__name__}") from error


def split_keys(value: str) -> list[str]:
    """Split a list of keys, separated by commas, blanks or line ends."""
    return value.replace(",", " ").split()


def random_secret() -> str:
    """Return a secret of 384 bits, safe in a URL or a shell."""
    return secrets.token_urlsafe(48)


def random_field_key() -> str:
    """Return a new key for encrypted columns."""
    return Fernet.generate_key().decode("ascii")


def kept(folder: Path, name: str, make: Callable[[], str]) -> str:
    """Return the secret stored in folder/name; create it if it does not exist yet.

    Two processes may start at once: each writes a complete private file and tries to link it into
    place. The first one wins, and all read the same complete content.
    """
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(make() + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was faster
        finally:
            draft.unlink(missing_ok=True)
    return path.read_text(encoding="utf-8").strip()
