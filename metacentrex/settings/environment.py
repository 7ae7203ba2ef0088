"""Reading the environment: a wrong value is noted and replaced by its default, it never stops the
import.
"""

import ipaddress
import os

import environ
from django.core.exceptions import ImproperlyConfigured

from metacentrex import secrets

# What is wrong, as "NAME: why"; the settings keep it for the system check metacentrex.E010.
PROBLEMS: list[str] = []


def integer(name: str, default: int) -> int:
    """A whole number, or the default."""
    try:
        return int(os.environ.get(name) or default)
    except ValueError:
        PROBLEMS.append(f"{name}: not a number")
        return default


def port(name: str, default: int) -> int:
    """A port one can listen on, or the default."""
    value = integer(name, default)
    if not 0 < value < 65536:
        PROBLEMS.append(f"{name}: not a port")
        return default
    return value


def choice(name: str, choices: list[str]) -> str:
    """One of these words; the first is the default."""
    value = (os.environ.get(name) or choices[0]).strip().lower()
    if value not in choices:
        PROBLEMS.append(f"{name}: one of {', '.join(choices)}")
        return choices[0]
    return value


def secret(name: str) -> str:
    """A secret, from NAME or from the file NAME_FILE names."""
    try:
        return secrets.from_environment(name, os.environ)
    except secrets.SecretUnreadable as error:
        PROBLEMS.append(str(error))
        return ""


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Addresses and networks, separated by commas or spaces."""
    networks = []
    for item in os.environ.get(name, "").replace(",", " ").split():
        try:
            networks.append(ipaddress.ip_network(item, strict=False))
        except ValueError:
            PROBLEMS.append(f"{name}: {item!r} is not an address or a network")
    return networks


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that host name or address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def database(url: str) -> dict[str, object]:
    """Django's settings of the database at that address, with what each kind needs."""
    try:
        # Looked at first: django-environ prints an address it does not know, password and all.
        if not url.startswith(("sqlite:", "postgres:", "postgresql:", "psql:", "pgsql:")):
            raise ValueError
        database = dict(environ.Env.db_url_config(url))
    except (ImproperlyConfigured, KeyError, ValueError, TypeError):
        PROBLEMS.append("DATABASE_URL: not a database address")
        database = dict(environ.Env.db_url_config("sqlite://:memory:"))
    options = dict(database.get("OPTIONS") or {})
    kept: int | None = 0  # seconds a connection is kept; the pool refuses any but 0
    if "sqlite" in database["ENGINE"]:
        # WAL alone makes "database is locked" worse; with IMMEDIATE a writer waits its turn
        # instead.
        pragmas = "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
        options |= {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
        # opening the file and setting the pragmas anew costs a quarter of a phone's request
        kept = None
    elif "postgresql" in database["ENGINE"]:
        # Nobody waits half a minute for a server that is away: a phone gets its 503 and comes back.
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 5}
        database["CONN_HEALTH_CHECKS"] = True
    return {**database, "OPTIONS": options, "CONN_MAX_AGE": kept}
