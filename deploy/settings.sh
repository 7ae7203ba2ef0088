# Sourced by backup.sh and restore.sh: services' settings, and the database for pg_dump and sqlite3.
# shellcheck source=deploy/environment.sh
. "$ROOT/deploy/environment.sh"
ENVIRONMENT="${METACENTREX_ENV:-/etc/metacentrex/metacentrex.env}"
if [[ -r $ENVIRONMENT ]]; then read_settings "$ENVIRONMENT"; fi
PYTHON="$ROOT/.venv/bin/python"

# PG* variables for PostgreSQL (everybody could see a password in an argument), SQLITE for a file.
# Not eval "$(…)", which would hide a failure: pg_dump then dumps its default database.
database="$("$PYTHON" - <<'PYTHON'
import os
import shlex
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

try:
    url = urlsplit(os.environ.get("DATABASE_URL", ""))
    url.port
except ValueError:  # its message could show part of a password
    sys.exit("DATABASE_URL cannot be read: signs of its password such as / or # are written %2F, %23.")
if url.scheme not in ("", "sqlite", "postgres", "postgresql", "pgsql", "psql"):
    sys.exit("DATABASE_URL names neither PostgreSQL nor SQLite.")
if url.scheme.startswith(("postgres", "pgsql", "psql")):
    values = {
        "PGHOST": url.hostname,
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.path.lstrip("/"),
        "PGSSLMODE": dict(parse_qsl(url.query)).get("sslmode"),
    }
else:
    home = Path(os.environ.get("METACENTREX_HOME") or "var").absolute()
    values = {"SQLITE": url.path if url.scheme == "sqlite" else home / "metacentrex.sqlite3"}
for name, value in values.items():
    if value:
        print(f"export {name}={shlex.quote(unquote(str(value)))}")
PYTHON
)" || exit 1
eval "$database"

if [[ -n ${SQLITE:-} && -d $(dirname "$SQLITE") && ! -O $(dirname "$SQLITE") ]]; then
    echo "Run this as $(stat -c %U "$(dirname "$SQLITE")"), who owns the data: a file of somebody else's would keep MetaCentrex out." >&2
    exit 1
fi
