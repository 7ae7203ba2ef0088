#!/bin/bash
# Restore a backup into an empty database: deploy/restore.sh BACKUP. Stop MetaCentrex first. It does
# not start on the restored database until you run `manage.py adopt --backup` (docs/operations.md,
# “Restore”).
set -euo pipefail
umask 077
ROOT="$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)"
fail() { echo "$1" >&2; exit "${2:-1}"; }
[[ $# == 1 && -f $1/SHA256SUMS ]] ||
    fail "Usage: deploy/restore.sh BACKUP (a folder made by backup.sh)" 2
BACKUP="$(cd "$1" && pwd)"
cd "$ROOT"
# shellcheck source=deploy/settings.sh
. "$ROOT/deploy/settings.sh"

(cd "$BACKUP" && sha256sum --check --quiet SHA256SUMS)
if [[ -n ${SQLITE:-} ]]; then
    [[ -f $BACKUP/database.sqlite3 ]] || fail "This is not a backup of SQLite."
    [[ ! -e $SQLITE && ! -e $SQLITE-wal ]] ||
        fail "$SQLITE already exists: move it away first, with its -wal and -shm."
    mkdir -p -m 700 "$(dirname "$SQLITE")"
    cp "$BACKUP/database.sqlite3" "$SQLITE.part"
    mv "$SQLITE.part" "$SQLITE"
else
    [[ -f $BACKUP/database.dump ]] || fail "This is not a backup of PostgreSQL."
    tables="$(psql -XAtc "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")"
    [[ $tables == 0 ]] || fail "The database is not empty: name a new one in DATABASE_URL."
    pg_restore --single-transaction --exit-on-error --no-owner --no-privileges \
        --dbname="$PGDATABASE" "$BACKUP/database.dump"
fi
echo "Restored. Next: manage.py adopt --backup --renewals FILE… (docs/operations.md, “Restore”)."
