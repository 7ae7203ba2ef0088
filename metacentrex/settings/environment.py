"""Reads the environment: an invalid value is recorded and replaced by its default, and never stops
the import.
"""

import ipaddress
import os

import environ
from django.core.exceptions import ImproperlyConfigured

from metacentrex import secrets

# Invalid values, as "NAME: why"; the settings keep them for the system check metacentrex.E010.
PROBLEMS: list[str] = []


def integer(name: str, default: int) -> int:
    """An integer, or the default."""
    try:
        return int(os.environ.get(name) or default)
    except ValueError:
        PROBLEMS.append(f"{name}: not a number")
        return default


def port(name: str, default: int) -> int:
    """A port to listen on, or the default."""
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
    """A secret, from NAME or from the file in NAME_FILE."""
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
    """Whether only this machine can reach this host name or address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def database(url: str) -> dict[str, object]:
    """Django's settings for the database URL, with the options that its engine needs."""
    try:
        # Checked first: django-environ prints a URL it does not know, password included.
        if not url.startswith(("sqlite:", "postgres:", "postgresql:", "psql:", "pgsql:")):
            raise ValueError
        database = dict(environ.Env.db_url_config(url))
    except (ImproperlyConfigured, KeyError, ValueError, TypeError):
        PROBLEMS.append("DATABASE_URL: not a database address")
        database = dict(environ.Env.db_url_config("sqlite://:memory:"))
    options = dict(database.get("OPTIONS") or {})
    kept: int | None = 0  # seconds that a connection is kept; the pool requires 0
    if "sqlite" in database["ENGINE"]:
        # WAL alone makes "database is locked" worse; with IMMEDIATE, writers wait for their turn.
        pragmas = "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
        options |= {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
        # opening the file and setting the pragmas takes a quarter of a phone's request
        kept = None
    elif "postgresql" in database["ENGINE"]:
        # Do not wait for a server that is down: a phone gets a 503 and retries. The pool gives up
        # soon too; its next attempts come with the next requests, and not ever later.
        database["ENGINE"] = "metacentrex.postgresql"
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 1, "reconnect_timeout": 2}
        database["CONN_HEALTH_CHECKS"] = True
    return {**database, "OPTIONS": options, "CONN_MAX_AGE": kept}
